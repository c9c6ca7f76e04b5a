import { type Request, type Response, Router } from 'express';
import { mayEdit } from '../access/access';
import { Gone, NotFound } from '../errors';
import type { House } from '../house';
import { contentDisposition, sendFile } from '../http/send-file';
import { linkHeader, signposting } from '../http/signposting';
import { citationFileName, citationMediaType, cite, isCitationStyle, READ_STYLES } from '../works/citation';
import type { Work } from '../works/work';
import { kept } from './kept';
import { numberIn, paragraphsOf, people, titleFor } from './lines';
import { toSearchable } from './searchable';
import { render } from './view';
import { fileRows } from './work-files';
import { citeOptions, typeLine, workPage } from './work-page';
import { relatedTo } from './work-related';

export function workRoutes(house: House): Router {
  const router = Router();
  const collectionPaths = kept(
    house,
    async () => new Map([...(await house.collections.paths()).values()].map((path) => [path.slug, path])),
  );

  const published = async (req: Request): Promise<Work> => {
    const id = numberIn(req.params.id);
    if (id === null) throw new NotFound();
    return house.works.published(id);
  };

  const show = async (req: Request, res: Response, work: Work, newest: Work): Promise<void> => {
    if (newest.state === 'withdrawn' && !mayEdit(req.visitor, newest)) return tombstone(house, req, res, newest);
    const paths = await collectionPaths();
    const people = await house.people.many(work.metadata.contributors.flatMap((c) => c.personId ?? []));
    const versions = await house.works.versions(work.id);
    const related = await relatedTo(house, req, work);
    const rows = await fileRows(house, req, work);
    render(house, req, res, 'work', workPage(house, req, { work, newest, rows, paths, people, versions, related }));
  };

  router.get('/works/:id', async (req, res) => {
    const work = await published(req);
    if (work.state === 'withdrawn') res.status(410);
    else res.setHeader('Link', linkHeader(signposting(house, work)));
    await show(req, res, work, work);
  });

  router.get('/works/:id/versions/:n', async (req, res) => {
    const newest = await published(req);
    const number = numberIn(req.params.n);
    if (number === null) throw new NotFound();
    if (newest.state === 'withdrawn') res.status(410);
    const then = number === newest.version ? newest : await house.works.version(newest.id, number);
    // What holds is today's access of the work, not that of the day when the version came out.
    await show(
      req,
      res,
      { ...then, state: newest.state, metadata: { ...then.metadata, access: newest.metadata.access } },
      newest,
    );
  });

  router.get('/works/:id/files/:fileId/:name', async (req, res, next) => {
    const [workId, fileId] = [numberIn(req.params.id), numberIn(req.params.fileId)];
    if (workId === null || fileId === null) throw new NotFound();
    if (req.params.name === 'read' || req.params.name === 'thumbnail') return next('route');
    if (await toSearchable(house, req, res, workId, fileId)) return;
    await sendFile(house, req, res, workId, fileId);
  });

  router.get('/works/:id/cite', async (req, res) => {
    const work = await published(req);
    const { style } = req.query;
    if (work.state === 'withdrawn') throw new Gone('error.withdrawn');
    if (!isCitationStyle(style)) throw new NotFound();
    if (!READ_STYLES.includes(style)) {
      res.setHeader('Content-Disposition', contentDisposition('attachment', citationFileName(work.id, style)));
    }
    res.type(`${citationMediaType(style)}; charset=utf-8`);
    res.setHeader('Cache-Control', 'no-cache');
    res.send(cite(work, style, citeOptions(house, req, work)));
  });

  router.get('/works/:id/export/:format', async (req, res) => {
    const { id, state } = await published(req);
    if (state === 'withdrawn') throw new Gone('error.withdrawn');
    const xml = await house.records.serialised(id, req.params.format);
    res.setHeader('Content-Disposition', contentDisposition('attachment', `work-${id}.${req.params.format}.xml`));
    res.type('application/xml; charset=utf-8');
    res.setHeader('Cache-Control', 'no-cache');
    res.send(`<?xml version="1.0" encoding="UTF-8"?>\n${xml}\n`);
  });

  return router;
}

/** What stays of a work that was withdrawn: its address, what it was called, when and why it went. */
function tombstone(house: House, req: Request, res: Response, work: Work): void {
  const title = titleFor(work.metadata, req.language);
  render(house, req, res, 'tombstone', {
    title: title.value,
    robots: 'noindex',
    heading: title,
    by: people(work.metadata.contributors, ['author', 'corporate-author']),
    withdrawn: work.withdrawn,
    reason: paragraphsOf(work.withdrawn?.reason ?? ''),
    typeLine: typeLine(work.metadata, req),
  });
}
