import { stat } from 'node:fs/promises';
import type { FileStore } from '../works/file-store';
import type { Archive } from './archive';
import type { Incoming } from './incoming';

export interface FileBytes {
  fileId: number;
  workId: number;
  /** Absolute. Read it, never change it. */
  path: string;
  size: number;
  sha512: string;
  mediaType: string;
}

/** Finds the bytes of a work's file wherever they lie. @throws NotFound */
export type FindBytes = (fileId: number) => Promise<FileBytes>;

/** `incoming/` for what is being prepared, the archive for what was published. */
export function findBytesIn(
  files: FileStore,
  incoming: Incoming,
  archive: Archive,
  objectOf: (workId: number) => string,
): FindBytes {
  return async (fileId) => {
    const row = await files.bytesOf(fileId);
    const { workId, sha512, mediaType } = row;
    if (row.archivedIn !== null) {
      const { path, size } = await archive.read(objectOf(workId), { sha512 });
      return { fileId, workId, sha512, mediaType, path, size };
    }
    const path = incoming.pathOf(row.incoming!);
    return { fileId, workId, sha512, mediaType, path, size: (await stat(path)).size };
  };
}
