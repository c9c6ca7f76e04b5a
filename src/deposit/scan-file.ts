import type { Archive } from '../archive/archive';
import { workObject } from '../archive/documents';
import type { Incoming } from '../archive/incoming';
import type { Scanner } from '../archive/scan';
import { NotFound } from '../errors';
import type { JobQueue } from '../jobs/jobs';
import type { FileStore } from '../works/file-store';

/** Where a file's bytes lie today. @throws NotFound when there is no such file */
export async function pathOfFile(
  parts: { files: FileStore; archive: Archive; incoming: Incoming },
  fileId: number,
): Promise<{ path: string; workId: number; mediaType: string; size: number; sha512: string }> {
  const file = await parts.files.bytesOf(fileId);
  const path = file.incoming
    ? parts.incoming.pathOf(file.incoming)
    : (await parts.archive.read(workObject(file.workId), { sha512: file.sha512 })).path;
  return { path, workId: file.workId, mediaType: file.mediaType, size: file.size, sha512: file.sha512 };
}

/** The job `scan-file`: asks the virus scanner and keeps its answer. A scanner that is down is asked again later. */
export function scanFile(parts: {
  files: FileStore;
  archive: Archive;
  incoming: Incoming;
  scanner: Scanner;
  jobs: JobQueue;
}) {
  return async (job: { key: string }): Promise<void> => {
    const fileId = Number(job.key);
    let path: string;
    let workId: number;
    try {
      ({ path, workId } = await pathOfFile(parts, fileId));
    } catch (error) {
      if (error instanceof NotFound) return; // the file has gone since
      throw error;
    }
    const result = await parts.scanner.scan(path);
    if (result.state === 'failed') {
      await parts.files.setScan(fileId, 'waiting', result.reason);
      throw new Error(`The virus scanner gave no answer: ${result.reason}`);
    }
    await parts.files.setScan(fileId, result.state, result.state === 'infected' ? result.signature : null);
    // Nobody reads an infected file, so nobody may find its text either.
    if (result.state === 'infected') await parts.jobs.add('index-work', workId, { priority: 3 });
  };
}
