import { type Request, type Response, Router } from 'express';
import { isOpenToAll, mayDownload } from '../access/access';
import { Forbidden, NotFound } from '../errors';
import type { House } from '../house';
import { limitRate } from '../http/security';
import { ImageRequestWrong, imageInfo, parseImageRequest } from '../reading/iiif-image';
import { CANVAS_WIDTH, canvasHeight, iiifBase, isShown, manifestOf, searchAnswer } from '../reading/iiif-manifest';
import { WIDTHS } from '../reading/page-images';
import { searchableAddress } from '../reading/searchable-address';
import { isBook } from '../works/book';
import type { Work, WorkFile } from '../works/work';
import { fileAddress, readableFile } from './readable-file';
import { rightsOf, sendPicture } from './reader';

const MOST_HITS = 500;

/** Our books for the viewers of others: IIIF Presentation 3, Image 3 (level 1) and Content Search 2, under the reader's rules. */
export function iiifRoutes(house: House): Router {
  const router = Router();
  const { reading } = house;
  const base = '/iiif/works/:id/files/:fileId';
  router.use('/iiif', limitRate(1_200, 60));

  router.get(`${base}/manifest.json`, async (req, res) => {
    const { work, file } = await lendable(house, req, res);
    const pages = await house.texts.shapes(file.id);
    if (!pages.some(isShown)) throw new NotFound('reader.notPaged');
    const { outline } = await reading.reader.about(file.id);
    const { t } = req;
    sendJson(
      res,
      'http://iiif.io/api/presentation/3/context.json',
      manifestOf({
        baseUrl: house.config.baseUrl,
        repositoryName: house.config.repositoryName,
        work,
        file,
        pages,
        outline,
        download: await downloadOf(house, req, work, file),
        labels: {
          author: t.tell('role.author'),
          issued: t.tell('iiif.issued'),
          publisher: t.tell('role.publisher'),
        },
      }),
    );
  });

  router.get(`${base}/search`, async (req, res) => {
    const { work, file } = await lendable(house, req, res);
    const q = typeof req.query.q === 'string' ? req.query.q.trim().slice(0, 300) : '';
    const found = await reading.reader.find(file.id, q);
    const hits: Parameters<typeof searchAnswer>[2][number][] = [];
    for (const { page } of found.pages) {
      if (hits.length >= MOST_HITS) break;
      const view = await reading.reader.page(file.id, page, q);
      if (!view || view.width <= 0) continue;
      const scale = { x: CANVAS_WIDTH / view.width, y: canvasHeight(view) / view.height };
      for (const hit of view.hits) {
        const box = {
          left: hit.left * scale.x,
          top: hit.top * scale.y,
          width: hit.width * scale.x,
          height: hit.height * scale.y,
        };
        hits.push({ page, text: hit.word, box });
      }
    }
    const address = `${iiifBase(house.config.baseUrl, work.id, file.id)}/search?${new URLSearchParams({ q })}`;
    sendJson(
      res,
      'http://iiif.io/api/search/2/context.json',
      searchAnswer(address, iiifBase(house.config.baseUrl, work.id, file.id), hits.slice(0, MOST_HITS)),
    );
  });

  router.get(`${base}/pages/:page`, (req, res) => {
    res.redirect(303, `${req.path.replace(/\/$/, '')}/info.json`);
  });

  router.get(`${base}/pages/:page/info.json`, async (req, res) => {
    const { work, file } = await lendable(house, req, res);
    const page = pageIn(req);
    const id = `${iiifBase(house.config.baseUrl, work.id, file.id)}/pages/${page}`;
    const { size } = await reading.fullPicture(file.id, page);
    sendJson(res, 'http://iiif.io/api/image/3/context.json', imageInfo(id, size, WIDTHS));
  });

  router.get(`${base}/pages/:page/:region/:size/:rotation/:file`, async (req, res) => {
    const { work, file } = await lendable(house, req, res);
    const page = pageIn(req);
    const { path, size } = await reading.fullPicture(file.id, page);
    const { region, size: sizeAsked, rotation, file: ending } = req.params;
    let wanted: ReturnType<typeof parseImageRequest>;
    try {
      wanted = parseImageRequest(size, [region, sizeAsked, rotation, ending]);
    } catch (error) {
      if (!(error instanceof ImageRequestWrong)) throw error;
      res.status(error.why === 'feature' ? 501 : 400).type('text/plain');
      return void res.send(`Not an image request that can be answered: ${error.why}\n`);
    }
    const isWhole = wanted.region.width === size.width && wanted.region.height === size.height && wanted.rotation === 0;
    if (isWhole && wanted.width === size.width && wanted.height === size.height) {
      return sendPicture(house, res, work, file, path);
    }
    const isInProportion = wanted.height === Math.round((size.height * wanted.width) / size.width);
    const known = isWhole && isInProportion && WIDTHS.find((width) => width === wanted.width);
    if (known) return sendPicture(house, res, work, file, await reading.picture(file.id, page, known));
    res.setHeader('Cache-Control', 'private, no-cache');
    res.type('image/jpeg').send(Buffer.from(await reading.region(path, wanted)));
  });

  return router;
}

/** A file that this visitor may read and whose pictures may leave. What is open to all may be asked for from any site. */
async function lendable(house: House, req: Request, res: Response): Promise<{ work: Work; file: WorkFile }> {
  const { work, file } = await readableFile(house, req);
  if (rightsOf(house, req, work, file).isViewOnly) throw new Forbidden('error.fileClosed');
  if (isOpenToAll(work, file, house.today())) {
    res.setHeader('Access-Control-Allow-Origin', '*');
    res.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
  }
  return { work, file };
}

/** The file itself; of a scanned book, the PDF made of it. */
async function downloadOf(house: House, req: Request, work: Work, file: WorkFile) {
  if (!mayDownload(req.visitor, work, file, house.today())) return null;
  if (!isBook(file)) return { address: fileAddress(work, file), name: file.name, mediaType: file.mediaType };
  if (!(await house.searchablePdfs.of(file.id))) return null;
  return { address: searchableAddress(work, file), name: 'PDF', mediaType: 'application/pdf' };
}

function pageIn(req: Request): number {
  const page = Number(req.params.page);
  if (!Number.isSafeInteger(page)) throw new NotFound();
  return page;
}

function sendJson(res: Response, context: string, value: object): void {
  res.setHeader('Content-Type', `application/ld+json;profile="${context}"`);
  res.setHeader('Cache-Control', 'private, max-age=60');
  res.send(JSON.stringify(value));
}
