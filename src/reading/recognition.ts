import type { Database } from '../database/database';
import { inTransaction } from '../database/database';
import { NotFound } from '../errors';
import type { JobQueue } from '../jobs/jobs';
import { placesFor } from '../text/align';
import type { BookPages } from '../text/book-pages';
import { ExtractionFailed } from '../text/extraction-failed';
import type { FindBytes } from '../text/find-bytes';
import type { Recogniser } from '../text/recogniser';
import type { StoredPage, TextStore } from '../text/text-store';
import type { CorrectionStore } from '../works/corrections';
import type { WorkStore } from '../works/work-store';
import type { Reader } from './reader';
import { type RecognisedPage, recognisePage } from './recognise-page';
import { Renderer } from './renderer';
import { withoutLeftovers } from './unfinished';

export interface RecognitionParts {
  db: Database;
  works: WorkStore;
  jobs: JobQueue;
  texts: TextStore;
  corrections: CorrectionStore;
  renderer: Renderer;
  recogniser: Recogniser;
  reader: Reader;
  findBytes: FindBytes;
  bookPages: BookPages;
  /** A folder for pictures while they are read. */
  scratch: string;
}

/** Pages read in one job: afterwards whatever is more urgent has its turn. */
const PAGES_A_JOB = 4;
/** Pages after which what was read so far can be found. */
const PAGES_AN_INDEXING = 60;

/** Reads scanned pages: the job `recognise-text`, a few pages at a time, behind everything a reader waits for. */
export class Recognition {
  private readonly ready: Promise<string>;

  constructor(private readonly parts: RecognitionParts) {
    this.ready = withoutLeftovers(parts.scratch);
    this.ready.catch(() => {}); // the first job hears of it
  }

  /**
   * Reads the next pages of a file that have no text of their own, and asks for itself again until none is left.
   * Each page is kept as it is read, so a server that was killed goes on at the page where it was.
   */
  async recognise(fileId: number): Promise<void> {
    const { texts, recogniser } = this.parts;
    const file = await this.parts.findBytes(fileId).catch((error) => {
      if (error instanceof NotFound) return null;
      throw error;
    });
    if (!file || !Renderer.renders(file.mediaType)) return;
    const languages = await this.languagesOf(file.workId);
    const waiting = await texts.waiting(fileId);
    const now = waiting.slice(0, Math.max(PAGES_A_JOB, recogniser.atOnce * 2));
    let isArrangedAnew = false;
    await inLanes(now, recogniser.atOnce, async (number) => {
      if (!isArrangedAnew && !(await this.readPage(fileId, number, languages))) isArrangedAnew = true;
    });
    if (isArrangedAnew) return; // its pages are about to be noted again, and this is asked again then
    if (now.length < waiting.length) await this.goOn(fileId, file.workId, now);
    else await this.finish(fileId, file.workId);
  }

  /**
   * Keeps the page with the text that its picture shows, or with the reason why it could not be read. @returns false
   * when the book was arranged anew since its pages were noted
   */
  private async readPage(fileId: number, number: number, languages: readonly string[]): Promise<boolean> {
    const { texts, bookPages, renderer, recogniser } = this.parts;
    const page = await texts.page(fileId, number);
    if (!page) return true;
    const size = { width: page.width, height: page.height };
    try {
      const isPdfiums = (await texts.extent(fileId))?.source === 'pdfium';
      const recognised = await bookPages.using(fileId, number, async (place) => {
        if ((await bookPages.origin(fileId, number)) !== page.origin) return null;
        const wanted = { ...place, number, label: page.label, size, isPdfiums };
        return recognisePage(renderer, recogniser, wanted, languages, await this.ready);
      });
      if (!recognised || (await texts.page(fileId, number))?.origin !== page.origin) return false;
      await texts.putPage(fileId, await this.kept(fileId, page, recognised));
    } catch (error) {
      if (error instanceof NotFound) return false;
      if (!(error instanceof ExtractionFailed)) throw error;
      if (!(await bookPages.isThere(fileId, number))) throw error; // it waits, and is asked again
      await texts.putPage(fileId, { ...page, confidence: 0, problem: error.messageKey });
    }
    return true;
  }

  /** What the page is from now on. What a person has read meanwhile or before holds; only its places are new then. */
  private async kept(fileId: number, page: StoredPage, recognised: RecognisedPage): Promise<RecognisedPage> {
    const correction = (await this.parts.corrections.of(fileId)).get(page.number);
    if (correction !== undefined) {
      const lines = placesFor(recognised, correction);
      return { ...recognised, text: correction, lines, confidence: 100 };
    }
    // A page of a few words that a font gave keeps them when the picture shows nothing more.
    const { confidence } = recognised;
    return recognised.text.length >= page.text.length ? recognised : { ...page, confidence };
  }

  private async goOn(fileId: number, workId: number, read: readonly number[]): Promise<void> {
    this.parts.reader.forget(fileId);
    await this.parts.jobs.add('recognise-text', fileId, { priority: -5 });
    const stretch = (page: number) => Math.floor(page / PAGES_AN_INDEXING);
    if (stretch(read[0]!) !== stretch(read.at(-1)! + 1)) await this.parts.jobs.add('index-work', workId);
  }

  private async finish(fileId: number, workId: number): Promise<void> {
    this.parts.reader.forget(fileId);
    const about = await this.parts.texts.about(fileId);
    await inTransaction(this.parts.db, async (tx) => {
      const source = this.parts.recogniser.name;
      await this.parts.works.in(tx).files.setText(fileId, { state: 'done', pages: about?.pages ?? null, source });
      await this.parts.jobs.in(tx).add('index-work', workId);
    });
  }

  /** As the work says, or as its copy in preparation does. */
  private async languagesOf(workId: number): Promise<string[]> {
    const work = await this.parts.works.published(workId).catch(() => this.parts.works.drafts.of(workId));
    return work?.metadata.languages ?? [];
  }
}

/** Calls `act` for each item, `lanes` at a time, in order. When one fails no further one begins, and it is thrown. */
async function inLanes<T>(items: readonly T[], lanes: number, act: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const lane = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) {
      try {
        await act(item);
      } catch (error) {
        left.length = 0;
        throw error;
      }
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: lanes }, lane));
  for (const lane of ended) if (lane.status === 'rejected') throw lane.reason;
}
