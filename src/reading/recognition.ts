import type { Database } from '../database/database';
import { inTransaction } from '../database/database';
import { NotFound } from '../errors';
import type { JobQueue } from '../jobs/jobs';
import type { BookPages } from '../text/book-pages';
import type { CorrectionStore } from '../text/corrections';
import { ExtractionFailed } from '../text/extraction-failed';
import type { FindBytes } from '../text/find-bytes';
import type { Recogniser } from '../text/recogniser';
import type { TextStore } from '../text/text-store';
import type { WorkStore } from '../works/work-store';
import type { Reader } from './reader';
import { recognisePage } from './recognise-page';
import { Renderer } from './renderer';

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
}

/** Pages read in one job: afterwards whatever is more urgent has its turn. */
const PAGES_A_JOB = 4;
/** Pages after which what was read so far can be found. */
const PAGES_AN_INDEXING = 60;

/** Reads scanned pages: the job `recognise-text`, a few pages at a time, behind everything a reader waits for. */
export class Recognition {
  constructor(private readonly parts: RecognitionParts) {}

  /**
   * Reads the next pages of a file that have no text of their own, and asks for itself again until none is left.
   * Each page is kept as it is read, so a server that was killed goes on at the page where it was.
   */
  async recognise(fileId: number): Promise<void> {
    const { texts, renderer, recogniser } = this.parts;
    const file = await this.parts.findBytes(fileId).catch((error) => {
      if (error instanceof NotFound) return null;
      throw error;
    });
    if (!file || !Renderer.renders(file.mediaType)) return;
    const languages = await this.languagesOf(file.workId);
    const corrected = await this.parts.corrections.of(fileId);
    let read = 0;
    let last = 0;
    for (const number of await texts.waiting(fileId)) {
      const page = await texts.page(fileId, number);
      if (!page || corrected.has(number)) continue;
      if (read === PAGES_A_JOB) return this.goOn(fileId, file.workId, last);
      const size = { width: page.width, height: page.height };
      try {
        // Arranged anew since its pages were noted: they are about to be noted again, and this is asked again then.
        if ((await this.parts.bookPages.origin(fileId, number)) !== page.origin) return;
        const wanted = { ...(await this.parts.bookPages.page(fileId, number)), number, label: page.label, size };
        const recognised = await recognisePage(renderer, recogniser, wanted, languages);
        if ((await texts.page(fileId, number))?.origin !== page.origin) return;
        // A page of a few words that a font gave keeps them when the picture shows nothing more.
        const better = recognised.text.length >= page.text.length;
        await texts.putPage(fileId, better ? recognised : { ...page, confidence: recognised.confidence });
      } catch (error) {
        if (error instanceof NotFound) return;
        if (!(error instanceof ExtractionFailed)) throw error;
        await texts.putPage(fileId, { ...page, confidence: 0, problem: error.messageKey });
      }
      read += 1;
      last = page.number;
    }
    await this.finish(fileId, file.workId);
  }

  private async goOn(fileId: number, workId: number, page: number): Promise<void> {
    this.parts.reader.forget(fileId);
    await this.parts.jobs.add('recognise-text', fileId, { priority: -5 });
    if (page % PAGES_AN_INDEXING < PAGES_A_JOB) await this.parts.jobs.add('index-work', workId);
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
    const work = await this.parts.works.published(workId).catch(() => this.parts.works.workingCopy(workId));
    return work?.metadata.languages ?? [];
  }
}
