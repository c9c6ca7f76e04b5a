import { createHash, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { accessOf, isForReaders } from '../access/access';
import { Busy, NotFound } from '../errors';
import type { JobQueue } from '../jobs/jobs';
import type { BookPages, SourcePage } from '../text/book-pages';
import { PDF, ZIP } from '../text/book-text';
import { ExtractionFailed } from '../text/extraction-failed';
import { imageSize, imageTypeOf, MOST_PIXELS } from '../text/image-size';
import { DEFAULT_LIMITS, KillableProcess } from '../text/killable-process';
import { placedWords, UNITS } from '../text/page';
import type { StoredPage, TextStore } from '../text/text-store';
import { withZipped } from '../text/zip-pages';
import { BOOK_MEDIA_TYPE, isBook } from '../works/book';
import type { Work, WorkFile } from '../works/work';
import type { WorkStore } from '../works/work-store';
import type { BoundPage, BoundWord, PdfAbout } from './bind-process';
import { DiskCache, sizeOf } from './disk-cache';
import { type Renderer, RenderFailed } from './renderer';

export interface SearchablePdfsParts {
  works: WorkStore;
  jobs: JobQueue;
  texts: TextStore;
  pages: BookPages;
  renderer: Renderer;
  /** A book's PDF has been made, or made otherwise: portals are to hear of it. */
  made?: (workId: number) => Promise<void>;
  /** Where they are kept: `derived/searchable`. */
  folder: string;
  /** The list of them: `derived/searchable.sqlite`. */
  list: string;
  /** Bytes kept on disk before the least recently asked for go; 20 GB unless told. */
  limitBytes?: number;
  /** Of the process that binds; 400 MB unless told. A book of 1,000 pages needs less than half of it. */
  memoryBytes?: number;
}

export interface SearchablePdf {
  /** Bytes. */
  size: number;
  /** Changes when the PDF does. */
  stamp: string;
}

/** Changes when PDFs are to be written otherwise: all are made anew then. */
const FORM = 2;
/** Pages bound in one job: afterwards whatever is more urgent has its turn. */
const PAGES_A_JOB = 20;
const DPI = 200;
const WIDEST = 3_000;
/** What is being bound goes on before another is begun, so that no more than the lanes of the runner are open. */
const [BEGIN, GO_ON] = [-7, -6];
/** Someone waits for it; in the line with all else, for it may be a portal that asks for all of them. */
const ASKED_FOR = 0;
const AGAIN_AFTER_SECONDS = 30;
/** The types of files of which one is made. */
const BOUND = [BOOK_MEDIA_TYPE, PDF];

interface Session {
  stamp: string;
  child: KillableProcess;
  unfinished: string;
  next: number;
  pages: number;
}

/**
 * A PDF of each scanned book, with the text where the words stand: made when its pages were read, made anew when one is
 * put right. Never of what may be read and not copied.
 */
export class SearchablePdfs {
  private readonly sessions = new Map<number, Session>();
  private readonly kept: DiskCache;

  constructor(private readonly parts: SearchablePdfsParts) {
    this.kept = new DiskCache(parts.folder, parts.list, parts.limitBytes ?? 20_000_000_000);
    if (this.kept.isUnknown) void this.listWhatIsThere().catch(() => {});
  }

  /**
   * The PDF that is made of a file, or null when there is none (yet). It is offered also when it had to make room for
   * others. Whether a visitor may have it, the door asks.
   */
  async of(fileId: number): Promise<SearchablePdf | null> {
    try {
      const { stamp, size } = JSON.parse(await readFile(this.note(fileId), 'utf8')) as SearchablePdf;
      return Number.isSafeInteger(size) ? { stamp, size } : null;
    } catch {
      return null;
    }
  }

  /** Where the PDF lies; one that made room for others is made again. @throws NotFound, Busy until it is there */
  async pathOf(fileId: number): Promise<string> {
    if (!(await this.of(fileId))) throw new NotFound();
    if ((await this.kept.use(nameOf(fileId))) !== null) return this.file(fileId);
    if (!(await this.wantedById(fileId))) {
      await this.drop(fileId); // nobody can make it again
      throw new NotFound();
    }
    await this.parts.jobs.add('bind-pdf', fileId, { priority: ASKED_FOR, payload: 'askedFor' });
    throw new Busy('book.searchableAgain', AGAIN_AFTER_SECONDS);
  }

  /** Asks for what a published work's files lack, and drops what they must not have. Called after each change of a work. */
  async consider(workId: number): Promise<void> {
    const work = await this.published(workId);
    const wanted = work ? await this.wantedOf(work) : [];
    // Also those of earlier versions: what was made of a file goes when another has taken its place.
    for (const id of await this.parts.works.files.everOf(workId, BOUND)) {
      const file = wanted.find((each) => each.id === id);
      if (!file) {
        await this.drop(id);
        continue;
      }
      const stamp = await this.stampOf(work!, file);
      if ((await this.of(id))?.stamp !== stamp) await this.parts.jobs.add('bind-pdf', id, { priority: BEGIN });
    }
  }

  /** The job `bind-pdf`: binds the next pages and asks for itself again until the last; begun anew if the text changed. */
  async bind(fileId: number, payload: unknown = null): Promise<void> {
    const { work, file } = (await this.wantedById(fileId)) ?? {};
    if (!work || !file) return this.end(fileId);
    const stamp = await this.stampOf(work, file);
    const isThere = (await sizeOf(this.file(fileId))) !== null;
    if (isThere && (await this.of(fileId))?.stamp === stamp) return this.end(fileId);
    let session = this.sessions.get(fileId);
    if (session?.stamp !== stamp) {
      await this.end(fileId);
      session = await this.begin(work, file, stamp);
    }
    try {
      const last = Math.min(session.pages, session.next + PAGES_A_JOB - 1);
      for (; session.next <= last; session.next++) await this.bindPage(session, fileId, session.next);
      if (session.next <= session.pages) {
        const priority = payload === 'askedFor' ? ASKED_FOR : GO_ON;
        return await this.parts.jobs.add('bind-pdf', fileId, { priority, payload });
      }
      const size = await session.child.run<number>('close', {}, 60_000);
      const before = await this.of(fileId);
      await rename(session.unfinished, this.file(fileId));
      await writeFile(this.note(fileId), JSON.stringify({ stamp, size } satisfies SearchablePdf));
      this.kept.keep(nameOf(fileId), size);
      if (isBook(file) && before?.stamp !== stamp) await this.parts.made?.(work.id);
      await this.end(fileId);
    } catch (error) {
      await this.end(fileId);
      throw error;
    }
  }

  private async listWhatIsThere(): Promise<void> {
    const names = await readdir(this.parts.folder).catch(() => []);
    for (const name of names) if (name.endsWith('.pdf')) await this.kept.use(name);
  }

  async close(): Promise<void> {
    for (const fileId of [...this.sessions.keys()]) await this.end(fileId);
    this.kept.close();
  }

  private async begin(work: Work, file: WorkFile, stamp: string): Promise<Session> {
    await mkdir(this.parts.folder, { recursive: true });
    for (const name of await readdir(this.parts.folder)) {
      // of a process that died; the one other that may be under way here is kept apart by its name
      if (name.startsWith(`${file.id}.part-`)) await rm(path.join(this.parts.folder, name), { force: true });
    }
    const child = new KillableProcess(path.join(__dirname, 'bind-process.js'), {
      ...DEFAULT_LIMITS,
      memoryBytes: this.parts.memoryBytes ?? 400_000_000,
      idleMs: 600_000, // what is between two jobs may take long
      niceness: 15,
    });
    const unfinished = path.join(this.parts.folder, `${file.id}.part-${randomUUID()}`);
    const pages = await this.parts.texts.count(file.id);
    const session: Session = { stamp, child, unfinished, next: 1, pages };
    this.sessions.set(file.id, session);
    await child.run('open', aboutOf(work, unfinished), 20_000);
    return session;
  }

  private async bindPage(session: Session, fileId: number, number: number): Promise<void> {
    const page = await this.parts.texts.page(fileId, number);
    if (!page) throw new Error(`Page ${number} of file ${fileId} has gone`);
    const bound: BoundPage = {
      width: page.width || 595,
      height: page.height || 842,
      label: page.label,
      picture: null,
      turn: 0,
      words: page.width > 0 ? wordsOf(page) : [],
    };
    const put = async (picture: string | null, turn: BoundPage['turn']) => {
      await session.child.run('page', { ...bound, picture, turn }, 60_000);
    };
    // A page that cannot be shown keeps its place here too.
    if (page.problem !== null && page.width <= 0) return put(null, 0);
    await this.withPicture(await this.parts.pages.page(fileId, number), page, put);
  }

  /** The page's own JPEG where it is one, as it came; else one that we draw. */
  private async withPicture(
    source: SourcePage,
    page: StoredPage,
    put: (picture: string | null, turn: BoundPage['turn']) => Promise<void>,
  ): Promise<void> {
    if (source.mediaType === 'image/jpeg') return put(source.path, source.turn);
    let isPut = false;
    if (source.mediaType === ZIP) {
      await withZipped(source.path, [source.page], async (_page, unpacked) => {
        if (typeof unpacked !== 'string' || (await imageTypeOf(unpacked)) !== 'image/jpeg') return;
        const size = await imageSize(unpacked);
        if (!size || size.width * size.height > MOST_PIXELS) return;
        isPut = true;
        await put(unpacked, source.turn);
      });
      if (isPut) return;
    }
    const folder = await mkdtemp(path.join(tmpdir(), 'achyk-bind-'));
    try {
      const drawn = path.join(folder, 'page.jpg');
      const turn = await this.parts.renderer.onlyJpeg({ ...source, size: null }, drawn).catch(() => null);
      if (turn !== null) return await put(drawn, turn);
      const width = Math.min(WIDEST, Math.max(200, Math.round((page.width / 72) * DPI)));
      const isDrawn = await this.parts.renderer
        .render({ ...source, size: { width: page.width, height: page.height } }, width, drawn, true)
        .then(
          () => true,
          (error) => {
            if (error instanceof RenderFailed || error instanceof ExtractionFailed) return false;
            throw error;
          },
        );
      await put(isDrawn ? drawn : null, 0);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  private async end(fileId: number): Promise<void> {
    const session = this.sessions.get(fileId);
    if (!session) return;
    this.sessions.delete(fileId);
    await session.child.close();
    await rm(session.unfinished, { force: true });
  }

  private async drop(fileId: number): Promise<void> {
    await rm(this.note(fileId), { force: true });
    await this.kept.drop(nameOf(fileId));
  }

  /** Books, and PDFs of which a page was read off its picture; none of which copying is forbidden or pages still wait. */
  private async wantedOf(work: Work): Promise<WorkFile[]> {
    if (work.state !== 'published') return [];
    const hasBook = work.files.some(isBook);
    const wanted: WorkFile[] = [];
    for (const file of work.files) {
      if (!isForReaders(file) || file.scan === 'infected' || file.text.state !== 'done') continue;
      if (accessOf(work, file).viewOnly || (hasBook && file.role === 'page')) continue;
      if (!BOUND.includes(file.mediaType)) continue;
      const about = await this.parts.texts.extent(file.id);
      if (!about?.complete || about.pages === 0) continue;
      if ((await this.parts.texts.waiting(file.id)).length > 0) continue;
      if (isBook(file) || (await this.parts.texts.isRecognised(file.id))) wanted.push(file);
    }
    return wanted;
  }

  private async wantedById(fileId: number): Promise<{ work: Work; file: WorkFile } | null> {
    const bytes = await this.parts.works.files.bytesOf(fileId).catch(orNull);
    const work = bytes && (await this.published(bytes.workId));
    const file = work && (await this.wantedOf(work)).find((each) => each.id === fileId);
    return file ? { work, file } : null;
  }

  private published(workId: number): Promise<Work | null> {
    return this.parts.works.published(workId).catch(orNull);
  }

  /** Another when the PDF would be another: bytes, text, title, authors. */
  private async stampOf(work: Work, file: WorkFile): Promise<string> {
    const { to: _to, createdAt: _createdAt, ...about } = aboutOf(work, '');
    const hash = createHash('sha256').update(JSON.stringify([FORM, file.sha512, about]));
    return hash
      .update(await this.parts.texts.fingerprint(file.id))
      .digest('hex')
      .slice(0, 32);
  }

  private file(fileId: number): string {
    return path.join(this.parts.folder, nameOf(fileId));
  }

  private note(fileId: number): string {
    return path.join(this.parts.folder, `${fileId}.json`);
  }
}

const nameOf = (fileId: number): string => `${fileId}.pdf`;

function orNull(error: unknown): null {
  if (error instanceof NotFound) return null;
  throw error;
}

function aboutOf({ metadata, publishedAt, createdAt }: Work, to: string): PdfAbout {
  const authors = metadata.contributors.filter(({ role }) => role === 'author' || role === 'corporate-author');
  return {
    to,
    title: metadata.titles[0]?.value ?? '',
    author: authors.map(({ name }) => name).join('; '),
    language: metadata.languages[0] ?? null,
    createdAt: publishedAt ?? createdAt,
  };
}

/** The words of a page in points. Their line is told so that one knows which stand beside each other. */
function wordsOf(page: StoredPage): BoundWord[] {
  return placedWords(page).map(({ text, left, top, width, height, line }) => ({
    text,
    left: (left / UNITS) * page.width,
    top: (top / UNITS) * page.height,
    width: (width / UNITS) * page.width,
    height: (height / UNITS) * page.height,
    line,
  }));
}
