import { createHash } from 'node:crypto';
import * as all from './all';
import type { MetadataFormat } from './format';
import { sampleRecords } from './sample';

export type { MetadataFormat } from './format';
export type { AccessStatus, Authority, CatalogueRecord, RecordFile } from './record';

/** Dublin Core first, which every provider must speak, then by name. */
export const FORMATS: readonly MetadataFormat[] = Object.values(all).sort((a, b) =>
  a === all.oaiDc ? -1 : b === all.oaiDc ? 1 : a.prefix < b.prefix ? -1 : 1,
);

/**
 * Changes when what a format writes changes: another crosswalk after an upgrade, or another name or address of this
 * repository. Nobody has to remember to count a version up.
 */
export function fingerprint(format: MetadataFormat, repository: { name: string; id: string; baseUrl: string }): string {
  const hash = createHash('sha256').update(format.namespace).update(format.schema);
  for (const record of sampleRecords(repository)) hash.update(format.serialise(record));
  return hash.digest('hex').slice(0, 32);
}
