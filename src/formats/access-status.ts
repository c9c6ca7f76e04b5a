import { accessOf, isEmbargoed, isForReaders } from '../access/access';
import type { Work, WorkFile } from '../works/work';
import type { AccessStatus } from './record';

export { isForReaders };

/** How far the public may go with one file today. */
export function fileStatus(work: Work, file: WorkFile, today: string): AccessStatus {
  const access = accessOf(work, file);
  if (file.scan === 'infected' || access.level === 'closed') return 'closed';
  if (access.level !== 'open') return 'restricted';
  if (isEmbargoed(access, today)) return 'embargoed';
  // Read in the viewer alone: free of charge, but not "without technical barriers", as open access is defined.
  return access.viewOnly ? 'restricted' : 'open';
}

const MOST_OPEN_FIRST: AccessStatus[] = ['open', 'embargoed', 'restricted', 'closed'];

/**
 * How far the public may go with a work today: as far as with the most open of its main files, or of all its files
 * where none is called main.
 */
export function workStatus(work: Work, today: string): { status: AccessStatus; openFrom: string | null } {
  const readable = work.files.filter(isForReaders);
  const main = readable.filter((file) => file.role === 'main');
  const judged = main.length > 0 ? main : readable;
  const statuses = judged.map((file) => fileStatus(work, file, today));
  const status = MOST_OPEN_FIRST.find((candidate) => statuses.includes(candidate)) ?? 'metadata-only';
  const ends = judged.filter((_, i) => statuses[i] === 'embargoed').map((file) => accessOf(work, file).openFrom!);
  return { status, openFrom: status === 'embargoed' ? ends.sort()[0]! : null };
}
