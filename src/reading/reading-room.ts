import { CORRECTIONS_WAIT_MS } from '../archive/correction-archive';
import type { Clock } from '../clock';
import type { Database } from '../database/database';
import { inTransaction } from '../database/database';
import { Invalid, NotFound } from '../errors';
import type { JobQueue } from '../jobs/jobs';
import { placesFor } from '../text/align';
import type { Block } from '../text/blocks';
import type { BookPages } from '../text/book-pages';
import { ZIP } from '../text/book-text';
import { DOCX, HTML } from '../text/document-types';
import { ExtractionFailed } from '../text/extraction-failed';
import { imageSize } from '../text/image-size';
import { TaskFailed } from '../text/killable-process';
import { cleanText } from '../text/page';
import type { TextStore } from '../text/text-store';
import type { CorrectionStore } from '../works/corrections';
import type { WorkFile } from '../works/work';
import type { ImageRequest } from './iiif-image';
import { type PageImages, THUMBNAIL, type Width } from './page-images';
import type { Reader } from './reader';
import { Renderer, RenderFailed } from './renderer';
import type { Tickets } from './tickets';
import type { Urgency } from './turns';

export interface ReadingRoomParts {
  db: Database;
  clock: Clock;
  jobs: JobQueue;
  texts: TextStore;
  corrections: CorrectionStore;
  images: PageImages;
  renderer: Renderer;
  reader: Reader;
  tickets: Tickets;
  bookPages: BookPages;
}

const TOO_LARGE = new ExtractionFailed('tooLarge').messageKey;

/** Everything the page viewer needs of a file that its visitor may read; whether he may, the door has asked before. */
export class ReadingRoom {
  readonly reader: Reader;
  readonly tickets: Tickets;

  constructor(private readonly parts: ReadingRoomParts) {
    this.reader = parts.reader;
    this.tickets = parts.tickets;
  }

  /** Can the file be opened in the reader at all? */
  static opens(file: Pick<WorkFile, 'mediaType' | 'text'>): boolean {
    return Renderer.renders(file.mediaType) || (file.text.state === 'done' && (file.text.pages ?? 0) > 0);
  }

  /** The path of a page's picture. @throws NotFound, RenderFailed, Busy */
  async picture(fileId: number, page: number, width: Width, urgency: Urgency = 'shown'): Promise<string> {
    const extent = await this.parts.texts.extent(fileId);
    if (page < 1 || (extent?.complete && page > extent.pages)) throw new NotFound();
    const { size = null, problem = null } = (await this.parts.texts.frame(fileId, page)) ?? {};
    const isPdfiums = extent?.source === 'pdfium';
    try {
      return await this.parts.bookPages.using(fileId, page, async (place) => {
        if (!Renderer.renders(place.mediaType) && place.mediaType !== ZIP) throw new NotFound();
        if (problem === TOO_LARGE) throw new RenderFailed('reader.pageTooLarge');
        return this.parts.images.image({ ...place, size, isPdfiums }, width, urgency);
      });
    } catch (error) {
      throw error instanceof ExtractionFailed ? new RenderFailed(error.messageKey, {}, { cause: error }) : error;
    }
  }

  /** A picture that a document (DOCX, HTML) holds, by its number: drawn anew, never as it came. @throws as `picture` */
  async pictureInside(fileId: number, number: number): Promise<string> {
    return this.parts.bookPages.using(fileId, 1, async (place) => {
      if (place.mediaType !== DOCX && place.mediaType !== HTML) throw new NotFound();
      return this.parts.images.image({ ...place, page: number, size: null }, 1400).catch((error) => {
        const hasNone = error instanceof RenderFailed && error.cause instanceof TaskFailed;
        throw hasNone && (error.cause as TaskFailed).reason === 'noPages' ? new NotFound() : error;
      });
    });
  }

  /** The small picture of the first page that can be shown. @throws NotFound, RenderFailed, Busy */
  async cover(fileId: number): Promise<string> {
    const first = await this.parts.texts.firstShown(fileId);
    return this.picture(fileId, first ?? 1, THUMBNAIL);
  }

  /** The largest picture of a page, and its size. */
  async fullPicture(fileId: number, page: number): Promise<{ path: string; size: { width: number; height: number } }> {
    const path = await this.picture(fileId, page, 2000);
    const size = await imageSize(path);
    if (!size) throw new NotFound();
    return { path, size: { width: size.width, height: size.height } };
  }

  /** A part of the picture at `path`, in another size, turned. @throws Busy when too many ask */
  async region(path: string, wanted: ImageRequest): Promise<Uint8Array> {
    return this.parts.renderer.region(path, wanted);
  }

  /**
   * A page's picture with `text` laid over it. Never kept: it is one reader's. A page that was written and not printed
   * is set in type. @throws NotFound, RenderFailed, Busy
   */
  async watermarked(fileId: number, page: number, width: Width, text: string): Promise<Uint8Array> {
    const about = await this.parts.texts.about(fileId);
    if (about && WRITTEN.has(about.source)) {
      const written = await this.parts.texts.page(fileId, page);
      if (!written) throw new NotFound();
      return this.parts.renderer.typeset(written.blocks ?? paragraphsIn(written.text), width, text);
    }
    return this.parts.renderer.watermarked(await this.picture(fileId, page, width), text);
  }

  /** Makes the small picture of the first page: the job `thumbnail`. A file that cannot be drawn has none. */
  async makeThumbnail(fileId: number): Promise<void> {
    try {
      await this.cover(fileId);
    } catch (error) {
      if (!(error instanceof NotFound) && !(error instanceof RenderFailed)) throw error;
    }
  }

  /**
   * Puts a person's reading in place of the machine's. It is kept in the catalogue, and within the hour in the
   * archive, so that it outlives every extraction; it is shown and found at once. @throws NotFound, Invalid
   */
  async correct(fileId: number, workId: number, number: number, text: string, by: number | null): Promise<void> {
    const page = await this.parts.texts.page(fileId, number);
    if (!page) throw new NotFound();
    const clean = cleanText(text)
      .replace(/[ \t]+$/gm, '')
      .trim();
    if (clean.length > 100_000) throw new Invalid([{ path: 'text', message: 'tooLong' }]);
    const stillToRead = (await this.parts.texts.waiting(fileId)).includes(number);
    const confidence = page.confidence === null ? null : 100;
    const lines = placesFor(page, clean);
    await inTransaction(this.parts.db, async (tx) => {
      await this.parts.corrections.in(tx).put(fileId, number, clean, by);
      const jobs = this.parts.jobs.in(tx);
      await jobs.add('index-work', workId, { priority: 3 });
      const runAfter = new Date(this.parts.clock.now().getTime() + CORRECTIONS_WAIT_MS);
      await jobs.add('archive-corrections', workId, { runAfter, priority: -1 });
      // Before the job can be seen by another process: it would index what stood here until now.
      await this.parts.texts.putPage(fileId, { ...page, text: clean, lines, confidence, blocks: [] });
      // Where its lines stand on the picture is still to be seen.
      if (stillToRead) await this.parts.texts.markWaiting(fileId, [number]);
    });
    this.reader.forget(fileId);
  }

  async close(): Promise<void> {
    await this.parts.renderer.close();
    this.parts.images.close();
  }
}

/** What reads files that have no pages of their own: `Extraction.source`. */
const WRITTEN = new Set(['mammoth', 'html', 'text']);

const paragraphsIn = (text: string): Block[] =>
  text.split(/\n{2,}/).map((paragraph): Block => ({ kind: 'paragraph', runs: [{ text: paragraph }] }));
