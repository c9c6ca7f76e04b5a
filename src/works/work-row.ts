import { metadataSchema } from './schema';
import type { WorkTables } from './tables';
import type { Work, WorkState } from './work';

const EMPTY = metadataSchema.parse({ type: 'other', titles: [{ value: '–', lang: 'ky' }] });

/** A row of `works` as the house speaks of it; without metadata of its own, with the least there can be. */
export function toWork(row: WorkTables['works'], files: Work['files']): Work {
  return {
    id: row.id,
    ownerId: row.owner_id,
    state: (row.state === 'unpublished' ? 'draft' : row.state) as WorkState,
    version: row.version,
    publishedVersion: row.state === 'unpublished' ? null : row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    publishedAt: row.published_at,
    withdrawn: row.withdrawn_at ? { at: row.withdrawn_at, reason: row.withdrawn_reason ?? '' } : null,
    metadata: row.metadata ? JSON.parse(row.metadata) : EMPTY,
    files,
    revision: row.change_number ?? 0,
  };
}
