import type { Request, Response } from 'express';
import { accessOf, accessOfOlder, isEmbargoed, mayDownload, mayEdit, mayReadFile } from '../access/access';
import type { Visitor } from '../accounts/visitor';
import { workObject } from '../archive/documents';
import { Forbidden, Gone, NotFound, SignInNeeded } from '../errors';
import type { House } from '../house';
import type { Work, WorkFile } from '../works/work';

export interface ShownFile {
  /** The work in the state that decides on access: of a published work its newest, whatever version has the file. */
  work: Work;
  file: WorkFile;
}

/**
 * A file of a work, as this visitor may know of it: in what is published, for its keepers also in the copy being
 * prepared, else in an older version, where today's access of the work holds. @throws NotFound
 */
export async function shownFile(house: House, visitor: Visitor, workId: number, fileId: number): Promise<ShownFile> {
  const { works } = house;
  const facts = await works.facts(workId);
  const among = (files: WorkFile[]) => files.find((file) => file.id === fileId);
  const published = facts.state === 'unpublished' ? null : await works.published(workId);
  const current = published && among(published.files);
  if (current) return { work: published, file: current };
  if (mayEdit(visitor, facts)) {
    const copy = await works.drafts.of(workId);
    const prepared = copy && among(copy.files);
    if (prepared) return { work: copy, file: prepared };
  }
  if (published) {
    const numbers = (await works.versions(workId)).map((version) => version.number);
    for (const number of numbers) {
      const older = number === published.version ? undefined : among(await works.files.of(workId, number));
      if (older)
        return { work: published, file: { ...older, access: accessOfOlder(older, published.metadata.access) } };
    }
  }
  throw new NotFound();
}

/** What to say to a visitor who may not have a file. Where signing in would open it, that. */
export function refusalOf(visitor: Visitor, { work, file }: ShownFile, today: string): Error {
  if (work.state === 'withdrawn') return new Gone('error.withdrawn');
  const access = accessOf(work, file);
  const signInHelps =
    visitor.role === null && access.level === 'registered' && !isEmbargoed(access, today) && file.scan !== 'infected';
  return signInHelps && !mayReadFile(visitor, work, file, today)
    ? new SignInNeeded()
    : new Forbidden('error.fileClosed');
}

/**
 * Answers with the bytes of a file of a work: whole or the ranges asked for, or that they have not changed. A PDF is
 * shown by the browser, unless the address ends in `?download`.
 * @throws NotFound, Gone, Forbidden, SignInNeeded
 */
export async function sendFile(house: House, req: Request, res: Response, workId: number, fileId: number) {
  const shown = await shownFile(house, req.visitor, workId, fileId);
  if (!mayDownload(req.visitor, shown.work, shown.file, house.today())) {
    throw refusalOf(req.visitor, shown, house.today());
  }
  const { file } = shown;
  const { incoming } = await house.works.files.bytesOf(file.id);
  const path = incoming
    ? house.incoming.pathOf(incoming)
    : (await house.archive.read(workObject(workId), { sha512: file.sha512 })).path;
  await sendBytes(house, req, res, workId, { ...file, path, etag: file.sha512.slice(0, 64) });
}

export interface BytesToSend {
  path: string;
  name: string;
  mediaType: string;
  size: number;
  etag: string;
}

/** Answers with the bytes at `path`, which the visitor may have. */
export async function sendBytes(
  house: House,
  req: Request,
  res: Response,
  workId: number,
  { path, name, mediaType, size, etag }: BytesToSend,
): Promise<void> {
  // A PDF alone may show itself. Anything else could run on our origin (HTML, SVG, XML): it is saved, and sandboxed.
  const inline = mediaType === 'application/pdf' && req.query.download === undefined;
  const headers = {
    'Content-Type': mediaType,
    'Content-Disposition': contentDisposition(inline ? 'inline' : 'attachment', name),
    'Content-Security-Policy': inline ? "frame-ancestors 'self'" : "default-src 'none'; sandbox",
    ETag: `"${etag}"`,
    // Asked again each time: tomorrow the work may be withdrawn or closed. No compression, which ranges do not survive.
    'Cache-Control': 'private, no-cache, no-transform',
    Vary: 'Cookie, Authorization',
    Link: `<${house.config.baseUrl}/works/${workId}>; rel="collection"; type="text/html"`,
  };
  for (const [header, value] of Object.entries(headers)) res.setHeader(header, value);
  await new Promise<void>((resolve, reject) => {
    res.sendFile(path, { dotfiles: 'allow', etag: false, lastModified: false, cacheControl: false }, (error) => {
      if (!error || res.headersSent) return resolve(); // a reader who goes away in the middle is no error of ours
      for (const header of ['Content-Type', 'Content-Disposition', 'ETag']) res.removeHeader(header);
      if ((error as { status?: number }).status !== 416) return reject(error);
      res.setHeader('Content-Range', `bytes */${size}`);
      res.status(416).end();
      resolve();
    });
  });
}

/** A header that carries any name: in ASCII for old programs, in UTF-8 for the others (RFC 6266). */
export function contentDisposition(kind: 'inline' | 'attachment', name: string): string {
  const ascii = name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${kind}; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
