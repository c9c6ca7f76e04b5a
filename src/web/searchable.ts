import { type Request, type Response, Router } from 'express';
import { mayDownload } from '../access/access';
import { NotFound } from '../errors';
import type { House } from '../house';
import { refusalOf, sendBytes, shownFile } from '../http/send-file';
import { searchableAddress, searchableName } from '../reading/searchable-address';
import { isBook } from '../works/book';

/** The PDF made of a scanned book: its pictures, and the text where the words stand. Who may have the file may have it. */
export function searchableRoutes(house: House): Router {
  const router = Router();
  router.get('/works/:id/files/:fileId/searchable/:name', async (req, res) => {
    const [workId, fileId] = [Number(req.params.id), Number(req.params.fileId)];
    if (!Number.isSafeInteger(workId) || !Number.isSafeInteger(fileId)) throw new NotFound();
    const shown = await shownFile(house, req.visitor, workId, fileId);
    if (!mayDownload(req.visitor, shown.work, shown.file, house.today())) {
      throw refusalOf(req.visitor, shown, house.today());
    }
    const pdf = await house.searchablePdfs.of(fileId);
    if (!pdf) throw new NotFound();
    await sendBytes(house, req, res, workId, {
      path: await house.searchablePdfs.pathOf(fileId),
      size: pdf.size,
      mediaType: 'application/pdf',
      name: searchableName(shown.work),
      etag: pdf.stamp,
    });
  });
  return router;
}

/** Who asks for the bytes of a book is led to the PDF made of it, once there is one. */
export async function toSearchable(
  house: House,
  req: Request,
  res: Response,
  workId: number,
  fileId: number,
): Promise<boolean> {
  const { work, file } = await shownFile(house, req.visitor, workId, fileId);
  if (!isBook(file) || !mayDownload(req.visitor, work, file, house.today())) return false;
  if (!(await house.searchablePdfs.of(fileId))) return false;
  res.redirect(303, `${searchableAddress(work, file)}${req.query.download === undefined ? '' : '?download'}`);
  return true;
}
