import { isSignedIn, isStaff, type Visitor } from '../accounts/visitor';
import { isBook } from '../works/book-file';
import type { Access, AccessLevel } from '../works/schema';
import type { Work, WorkFile } from '../works/work';

/** What the access question needs to know of a work. */
export interface AccessFacts {
  ownerId: number | null;
  state: Work['state'];
  metadata: { access: Access };
}

/** The access that holds for a file: its own, else the work's. */
export const accessOf = (work: Pick<AccessFacts, 'metadata'>, file: Pick<WorkFile, 'access'> | null): Access =>
  file?.access ?? work.metadata.access;

/** Files a reader is not meant to see: papers between the library and the author. */
export const isForReaders = (file: Pick<WorkFile, 'role'>): boolean =>
  file.role !== 'agreement' && file.role !== 'review';

/** Files whose own bytes are offered to readers and portals: not the list of pages that a scanned book is. */
export const isOffered = (file: Pick<WorkFile, 'role' | 'mediaType'>): boolean => isForReaders(file) && !isBook(file);

const FROM_OPEN_TO_CLOSED: readonly AccessLevel[] = ['open', 'registered', 'campus', 'closed'];

/**
 * The access of a file that only an older version has: what was granted then, and never more than the work grants
 * today. Else a work that was closed since would still give away what it once had.
 */
export function accessOfOlder(file: Pick<WorkFile, 'access'>, today: Access): Access {
  const then = file.access;
  if (!then) return today;
  const places = [then.level, today.level].map((level) => FROM_OPEN_TO_CLOSED.indexOf(level));
  return {
    level: FROM_OPEN_TO_CLOSED[Math.max(...places)]!,
    openFrom:
      [then.openFrom, today.openFrom]
        .filter((day) => day !== null)
        .sort()
        .at(-1) ?? null,
    viewOnly: then.viewOnly || today.viewOnly,
  };
}

/** Is `today` (YYYY-MM-DD at the library) before the day the embargo ends? */
export const isEmbargoed = (access: Access, today: string): boolean =>
  access.openFrom !== null && today < access.openFrom;

/** May `visitor` prepare, see and change the work's unpublished copy? */
export const mayEdit = (visitor: Visitor, work: Pick<AccessFacts, 'ownerId'>): boolean =>
  isStaff(visitor) || (visitor.accountId !== null && visitor.accountId === work.ownerId);

/** May `visitor` accept, return or reject it? A reviewer not his own; an administrator may. */
export const mayReview = (visitor: Visitor, work: Pick<AccessFacts, 'ownerId'>): boolean =>
  visitor.role === 'administrator' ||
  (visitor.role === 'reviewer' && (visitor.accountId === null || visitor.accountId !== work.ownerId));

/**
 * May `visitor` read the text of this file today? The question of the house: pages of the reader, passages, counts
 * and facets of the search all ask it. The catalogue record itself is public once published. The search asks it of the
 * rows of its index (`Rights`); a test holds the two equal over every combination.
 *
 * Staff and the owner read everything, embargoed and withdrawn too. Others read what is published and no longer under
 * embargo: `open` all, `registered` those signed in or on campus, `campus` those on campus, `closed` nobody.
 * Agreements and reviews are for staff and the owner alone, whatever the access of the work.
 */
export function mayReadFile(
  visitor: Visitor,
  work: AccessFacts,
  file: Pick<WorkFile, 'access' | 'scan' | 'role'> | null,
  today: string,
): boolean {
  if (file?.scan === 'infected') return false;
  if (mayEdit(visitor, work)) return true;
  if (work.state !== 'published' || (file && !isForReaders(file))) return false;
  const access = accessOf(work, file);
  return !isEmbargoed(access, today) && levelsOf(visitor).includes(access.level);
}

/** May `visitor` have the file's bytes? As to read it, but a view-only file's bytes leave for its keepers alone. */
export function mayDownload(
  visitor: Visitor,
  work: AccessFacts,
  file: Pick<WorkFile, 'access' | 'scan' | 'role'>,
  today: string,
): boolean {
  return mayReadFile(visitor, work, file, today) && (!accessOf(work, file).viewOnly || mayEdit(visitor, work));
}

/** Is the file there for everyone today, as OAI-PMH and citation tags must know? */
export const isOpenToAll = (
  work: AccessFacts,
  file: Pick<WorkFile, 'access' | 'scan' | 'role'>,
  today: string,
): boolean =>
  file.scan !== 'infected' &&
  isForReaders(file) &&
  work.state === 'published' &&
  accessOf(work, file).level === 'open' &&
  !isEmbargoed(accessOf(work, file), today) &&
  !accessOf(work, file).viewOnly;

/** The levels a visitor may read on work that is not his own. */
export function levelsOf(visitor: Visitor): readonly AccessLevel[] {
  if (isStaff(visitor)) return ['open', 'registered', 'campus', 'closed'];
  if (visitor.onCampus) return ['open', 'registered', 'campus'];
  return isSignedIn(visitor) ? ['open', 'registered'] : ['open'];
}
