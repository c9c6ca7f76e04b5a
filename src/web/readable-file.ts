import type { Request } from 'express';
import { accessOfOlder, mayEdit, mayReadFile } from '../access/access';
import { NotFound } from '../errors';
import type { House } from '../house';
import { refusalOf } from '../http/send-file';
import type { Work, WorkFile } from '../works/work';

/**
 * The file an address names, with the work in the version that shows it: the published one, else the copy being
 * prepared or an older version. @throws NotFound, and SignInNeeded, Forbidden or Gone when this visitor may not read
 * it, by the one rule that its bytes have too
 */
export async function readableFile(house: House, req: Request): Promise<{ work: Work; file: WorkFile }> {
  const { workId, fileId } = numbersIn(req);
  const { work, file } = await shownIn(house, req, workId, fileId);
  if (!mayReadFile(req.visitor, work, file, house.today())) {
    throw refusalOf(req.visitor, { work, file }, house.today());
  }
  return { work, file };
}

/** Where a file's bytes are: a PDF is shown by the browser there, anything else saved. */
export const fileAddress = (work: Pick<Work, 'id'>, file: Pick<WorkFile, 'id' | 'name'>): string =>
  `/works/${work.id}/files/${file.id}/${encodeURIComponent(file.name)}`;

/** Where a file's bytes are to be saved, whatever they are. */
export const downloadAddress = (work: Pick<Work, 'id'>, file: Pick<WorkFile, 'id' | 'name'>): string =>
  `${fileAddress(work, file)}?download`;

function numbersIn(req: Request): { workId: number; fileId: number } {
  const [workId, fileId] = [Number(req.params.id), Number(req.params.fileId)];
  if (!Number.isSafeInteger(workId) || !Number.isSafeInteger(fileId)) throw new NotFound();
  return { workId, fileId };
}

async function shownIn(
  house: House,
  req: Request,
  workId: number,
  fileId: number,
): Promise<{ work: Work; file: WorkFile }> {
  const facts = await house.works.facts(workId);
  const among = (work: Work) => {
    const file = work.files.find((candidate) => candidate.id === fileId);
    return file ? { work, file } : null;
  };
  const published = await house.works.published(workId).catch(orNull);
  const found = published && among(published);
  if (found) return found;
  if (mayEdit(req.visitor, facts)) {
    const copy = await house.works.drafts.of(workId);
    const inCopy = copy && among(copy);
    if (inCopy) return inCopy;
  }
  if (published) {
    for (const { number } of await house.works.versions(workId)) {
      const older = among(await house.works.version(workId, number));
      if (!older) continue;
      // What holds is the work's access of today, not that of the day when the version came out.
      const { access } = published.metadata;
      const metadata = { ...older.work.metadata, access };
      const file = { ...older.file, access: accessOfOlder(older.file, access) };
      return { work: { ...older.work, state: published.state, metadata }, file };
    }
  }
  throw new NotFound();
}

function orNull(error: unknown): null {
  if (error instanceof NotFound) return null;
  throw error;
}
