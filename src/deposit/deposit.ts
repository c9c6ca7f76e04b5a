import { mayEdit, mayReview } from '../access/access';
import type { Accounts } from '../accounts/accounts';
import { mayDeposit, type Visitor } from '../accounts/visitor';
import type { Archive, NewVersion } from '../archive/archive';
import type { CorrectionArchive } from '../archive/correction-archive';
import { type Actor, publishedContent, withdrawnContent, workObject } from '../archive/documents';
import type { Incoming, Received } from '../archive/incoming';
import type { Clock } from '../clock';
import { type Database, inTransaction } from '../database/database';
import { Conflict, Forbidden, Invalid, NotFound, SignInNeeded } from '../errors';
import { paragraphs } from '../fields';
import type { JobQueue } from '../jobs/jobs';
import type { PeopleStore } from '../people/people';
import { canBePages, ZIP } from '../text/book-text';
import type { FindBytes } from '../text/find-bytes';
import { issuesOf, validate } from '../validate';
import { type Book, isBook, shownPages } from '../works/book';
import type { CollectionStore } from '../works/collections';
import type { WorkingCopy } from '../works/draft-store';
import {
  accessSchema,
  FILE_ROLES,
  type FileRole,
  type Metadata,
  metadataSchema,
  missingForSubmission,
} from '../works/schema';
import type { Work, WorkFile } from '../works/work';
import type { WorkEvent, WorkStore } from '../works/work-store';
import type { Books } from './books';

export interface DepositParts {
  db: Database;
  clock: Clock;
  accounts: Accounts;
  works: WorkStore;
  people: PeopleStore;
  collections: CollectionStore;
  jobs: JobQueue;
  archive: Archive;
  corrections: CorrectionArchive;
  incoming: Incoming;
  books: Books;
  findBytes: FindBytes;
  /** Is a virus scanner configured? Then nothing unscanned is published. */
  scans: boolean;
  /** Tells those whom an act concerns, in its transaction. */
  notify: (
    tx: Database,
    act: DepositAct,
    work: WorkingCopy | Work,
    by: Visitor,
    comment: string | null,
  ) => Promise<void>;
}

export type DepositAct = 'submit' | 'accept' | 'return' | 'reject' | 'withdraw';

/** A file that has arrived in `incoming/`, its type judged by its content. */
export interface ArrivedFile extends Received {
  name: string;
  mediaType: string;
}

const commentSchema = paragraphs(5_000);
const neededComment = commentSchema.refine((text) => text.length > 0, 'required');

/** The way of a work into the library: draft, files, submission, review, publication, withdrawal. */
export class Deposits {
  constructor(private readonly parts: DepositParts) {}

  // The depositor

  /** Begins a work with what is known so far, be it nothing. */
  async create(visitor: Visitor, input: unknown): Promise<WorkingCopy> {
    if (visitor.role === null) throw new SignInNeeded();
    if (!mayDeposit(visitor)) throw new Forbidden();
    return this.transaction(async ({ works }) => {
      const id = await works.drafts.create(visitor.accountId, input);
      await works.record(id, 'create', visitor.accountId);
      return (await works.drafts.of(id))!;
    });
  }

  /** The copy being prepared, for those who prepare or check it. @throws NotFound, Forbidden */
  async copy(id: number, visitor: Visitor): Promise<WorkingCopy> {
    const facts = await this.parts.works.facts(id);
    const copy = await this.parts.works.drafts.of(id);
    if (!mayEdit(visitor, facts)) {
      if (facts.state === 'unpublished') throw new NotFound(); // what is being prepared is nobody's business
      throw visitor.role === null ? new SignInNeeded() : new Forbidden();
    }
    if (!copy) throw new NotFound();
    return copy;
  }

  /**
   * Keeps what was typed, right or wrong. The depositor may while it is his turn, staff until it is published.
   * @param expected the revision the writer saw; null not to ask. @throws Outdated, Conflict, Forbidden
   */
  async save(id: number, visitor: Visitor, input: unknown, expected: number | null): Promise<WorkingCopy> {
    const copy = await this.editable(id, visitor);
    return this.transaction(async ({ works }) => {
      await works.drafts.save(id, input, expected, visitor.accountId);
      if (copy.state === 'submitted') await works.record(id, 'edit', visitor.accountId);
      return (await works.drafts.of(id))!;
    });
  }

  /**
   * Adds a file that has arrived; with the role `page` its pages join the work's book. When it cannot be taken, its
   * bytes go. @throws Conflict, Forbidden, Invalid
   */
  async attach(id: number, visitor: Visitor, file: ArrivedFile, role: FileRole): Promise<WorkFile> {
    let added: WorkFile;
    try {
      const { files, input } = await this.editable(id, visitor);
      if (role === 'main' && isScannedBook(input)) role = await this.parts.books.roleInScan(file);
      if (role === 'page' && canBePages(file.mediaType) && (await this.parts.books.refusal(file)) === 'noDjvu') {
        role = files.some((other) => other.role === 'main') ? 'supplement' : 'main'; // kept, and offered as it is
      }
      added = await this.transaction(async ({ works, jobs }) => {
        const added = await works.files.add(id, {
          role,
          name: file.name,
          size: file.size,
          mediaType: file.mediaType,
          sha512: file.sha512,
          incoming: file.key,
        });
        await works.drafts.bump(id);
        await jobs.add('scan-file', added.id, { priority: 2 });
        await jobs.add('extract-text', added.id);
        await jobs.add('thumbnail', added.id, { priority: 1 });
        return added;
      });
    } catch (error) {
      await this.parts.incoming.remove(file.key);
      throw error;
    }
    if (role !== 'page') return added;
    try {
      await this.parts.books.follow(id);
      await this.parts.books.shareAccess(id);
    } catch (error) {
      await this.detach(id, visitor, added.id);
      throw error;
    }
    return added;
  }

  /** Takes a file out of the copy being prepared, and its pages out of the book. Versions that have it keep it. */
  async detach(id: number, visitor: Visitor, fileId: number): Promise<void> {
    await this.editable(id, visitor);
    let wasBook = false;
    let wasPage = false;
    const freed = await this.transaction(async ({ works }) => {
      const file = await works.files.inVersion(id, 0, fileId);
      wasBook = isBook(file);
      wasPage = file.role === 'page';
      const key = await works.files.removeFromCopy(id, fileId);
      await works.drafts.bump(id);
      return key;
    });
    if (freed) await this.parts.incoming.remove(freed);
    if (wasBook) await this.parts.books.dissolve(id);
    if (wasPage) await this.parts.books.follow(id);
  }

  /** Arranges the pages of the work's book. @param expected the digest of the book that was seen. @throws Outdated */
  async arrange(id: number, visitor: Visitor, expected: string, change: (book: Book) => Book): Promise<void> {
    const copy = await this.editable(id, visitor);
    await this.parts.books.arrange(id, expected, change);
    if (copy.state === 'submitted') await this.parts.works.record(id, 'edit', visitor.accountId);
  }

  /** Changes a file's role, access or place in the order. @throws Invalid */
  async changeFile(
    id: number,
    visitor: Visitor,
    fileId: number,
    change: { role?: unknown; access?: unknown; position?: number },
  ): Promise<void> {
    const { input } = await this.editable(id, visitor);
    let role = FILE_ROLES.find((known) => known === change.role);
    if (change.role !== undefined && !role) throw new Invalid([{ path: 'role', message: 'unknownValue' }]);
    const access = change.access
      ? validate(accessSchema, change.access, 'access')
      : change.access === null
        ? null
        : undefined;
    let before: WorkFile | null = null;
    if (role === 'main' && isScannedBook(input)) {
      const file = await this.parts.works.files.inVersion(id, 0, fileId);
      const { path } = await this.parts.findBytes(fileId);
      if (file.role !== 'main' && !isBook(file)) role = await this.parts.books.roleInScan({ ...file, path });
    }
    if (role === 'page') {
      const file = await this.parts.works.files.inVersion(id, 0, fileId);
      const { path } = await this.parts.findBytes(fileId);
      if (isBook(file)) throw new Invalid([{ path: 'role', message: 'unknownValue' }]);
      if (canBePages(file.mediaType) && (await this.parts.books.refusal({ ...file, path })) !== null) {
        throw new Invalid([{ path: 'file', message: 'pagesUnreadable', params: { name: file.name } }]);
      }
    }
    await this.transaction(async ({ works, jobs }) => {
      before = await works.files.inVersion(id, 0, fileId);
      await works.files.changeInCopy(id, fileId, { role, access, position: change.position });
      await works.drafts.bump(id);
      // Out of the book, it is to be read by itself.
      if (before.role === 'page' && role && role !== 'page') await jobs.add('extract-text', fileId);
    });
    const changed = before as WorkFile | null;
    if (role !== undefined && role !== changed?.role && [role, changed?.role].includes('page')) {
      await this.parts.books.follow(id);
    }
    if (access !== undefined || role === 'page') await this.parts.books.shareAccess(id);
  }

  /** Hands the copy to the librarians. @throws Invalid with all that is wrong or missing, Conflict */
  async submit(id: number, visitor: Visitor, options: { licenceAccepted: boolean }): Promise<WorkingCopy> {
    const copy = await this.editable(id, visitor);
    if (copy.state === 'submitted') throw wrongState(copy);
    if (!options.licenceAccepted)
      throw new Invalid([{ path: 'licenceAccepted', message: 'required' }], 'error.licenceNeeded');
    await this.checked(copy);
    return this.transaction(async (stores) => {
      await stores.works.drafts.setState(id, 'submitted', { comment: null, licenceAccepted: true });
      await stores.works.record(id, 'submit', visitor.accountId, { version: copy.version });
      const submitted = (await stores.works.drafts.of(id))!;
      await this.parts.notify(stores.tx, 'submit', submitted, visitor, null);
      return submitted;
    });
  }

  /** Throws a draft away, or the copy of a published work that was to become its next version. */
  async discard(id: number, visitor: Visitor): Promise<void> {
    const copy = await this.copy(id, visitor);
    if (copy.state === 'submitted' && !mayReview(visitor, copy)) throw wrongState(copy);
    const freed = await this.transaction(async ({ works }) => {
      const names = await works.drafts.discard(id);
      if (copy.publishedVersion !== null)
        await works.record(id, 'discard', visitor.accountId, { version: copy.version });
      return names;
    });
    for (const key of freed) await this.parts.incoming.remove(key);
  }

  /** Begins the next version of a published work. @throws Conflict when one is in hand */
  async revise(id: number, visitor: Visitor): Promise<WorkingCopy> {
    const work = await this.parts.works.published(id);
    if (visitor.role === null) throw new SignInNeeded();
    if (!mayEdit(visitor, work)) throw new Forbidden();
    if (work.state !== 'published') throw wrongState(work);
    return this.transaction(async ({ works }) => {
      await works.drafts.startRevision(id);
      await works.record(id, 'revise', visitor.accountId, { version: work.version + 1 });
      return (await works.drafts.of(id))!;
    });
  }

  // The librarian

  /**
   * Publishes what was submitted: its bytes into the archive as one more version, and with it, in one transaction,
   * the catalogue, the history and the jobs. Killed anywhere, either all of it has happened or none.
   */
  async accept(id: number, visitor: Visitor): Promise<Work> {
    const copy = await this.underReview(id, visitor);
    const metadata = await this.checked(copy);
    for (const file of copy.files) {
      if (file.scan === 'infected') throw new Conflict('error.infected', { name: file.name });
      if (this.parts.scans && file.scan === 'waiting') throw new Conflict('error.scanWaiting', { name: file.name });
    }
    const at = this.parts.clock.now().toISOString();
    const accept: WorkEvent = {
      at,
      accountId: visitor.accountId,
      accountName: visitor.name,
      act: 'accept',
      version: copy.version,
      comment: null,
    };
    const arriving: string[] = [];
    await this.parts.archive.addVersion(
      workObject(id),
      {
        files: await this.contents(copy, metadata, accept, arriving),
        message: `Version ${copy.version} published`,
        user: await this.archivist(visitor),
        created: at,
      },
      ({ version: archiveVersion }) =>
        this.transaction(async (stores) => {
          const now = await stores.works.drafts.of(id);
          if (now?.revision !== copy.revision || now.state !== 'submitted') throw new Conflict('error.outdated');
          await stores.works.publish(id, metadata, visitor.accountId, archiveVersion);
          await stores.works.record(id, 'accept', visitor.accountId, { version: copy.version });
          await this.promiseIndexing(stores.jobs, id);
          await stores.jobs.add('archive-corrections', id); // should some have come while the version was written
          await this.parts.notify(stores.tx, 'accept', copy, visitor, null);
        }),
    );
    for (const key of arriving) await this.parts.incoming.remove(key);
    return this.parts.works.published(id);
  }

  /** Gives the copy back to its depositor, to be mended as `comment` says. */
  async return(id: number, visitor: Visitor, comment: unknown): Promise<WorkingCopy> {
    return this.judge(id, visitor, 'return', 'returned', validate(neededComment, comment, 'comment'));
  }

  /** Says that the library will not publish it, and why. */
  async reject(id: number, visitor: Visitor, comment: unknown): Promise<WorkingCopy> {
    return this.judge(id, visitor, 'reject', 'rejected', validate(neededComment, comment, 'comment'));
  }

  /** Takes a published work from the world and leaves a tombstone that says why. Its bytes stay in the archive. */
  async withdraw(id: number, visitor: Visitor, reason: unknown): Promise<Work> {
    const work = await this.parts.works.published(id);
    if (visitor.role === null) throw new SignInNeeded();
    if (visitor.role !== 'reviewer' && visitor.role !== 'administrator') throw new Forbidden();
    if (work.state !== 'published') throw wrongState(work);
    const why = validate(neededComment, reason, 'reason');
    const at = this.parts.clock.now().toISOString();
    const event: WorkEvent = {
      at,
      accountId: visitor.accountId,
      accountName: visitor.name,
      act: 'withdraw',
      version: work.version,
      comment: why,
    };
    const accounts = await this.actors(work.ownerId, [...(await this.parts.works.history(id)), event]);
    const freed: string[] = [];
    await this.parts.archive.addVersion(
      workObject(id),
      {
        files: await withdrawnContent(this.parts.archive, workObject(id), { at, reason: why }, event, accounts),
        message: 'Withdrawn',
        user: await this.archivist(visitor),
        created: at,
      },
      ({ version: archiveVersion }) =>
        this.transaction(async (stores) => {
          freed.push(...(await stores.works.drafts.discard(id))); // a revision in hand ends with the work
          await stores.works.withdraw(id, why, archiveVersion);
          await stores.works.record(id, 'withdraw', visitor.accountId, { version: work.version, comment: why });
          await this.promiseIndexing(stores.jobs, id);
          await stores.jobs.add('archive-corrections', id);
          await this.parts.notify(stores.tx, 'withdraw', work, visitor, why);
        }),
    );
    for (const key of freed) await this.parts.incoming.remove(key);
    return this.parts.works.published(id);
  }

  // Within

  private transaction<T>(act: (stores: { tx: Database; works: WorkStore; jobs: JobQueue }) => Promise<T>): Promise<T> {
    return inTransaction(this.parts.db, (tx) =>
      act({ tx, works: this.parts.works.in(tx), jobs: this.parts.jobs.in(tx) }),
    );
  }

  /** What follows from every change that readers and harvesters see. */
  private async promiseIndexing(jobs: JobQueue, id: number): Promise<void> {
    await jobs.add('index-work', id, { priority: 3 });
    await jobs.add('renew-records', id, { priority: 3 });
  }

  private async editable(id: number, visitor: Visitor): Promise<WorkingCopy> {
    const copy = await this.copy(id, visitor);
    const turn =
      copy.state === 'draft' || copy.state === 'returned' || copy.state === 'rejected' || mayReview(visitor, copy);
    if (!turn) throw wrongState(copy);
    return copy;
  }

  private async underReview(id: number, visitor: Visitor): Promise<WorkingCopy> {
    const copy = await this.copy(id, visitor);
    if (visitor.role !== 'reviewer' && visitor.role !== 'administrator') throw new Forbidden();
    if (!mayReview(visitor, copy)) throw new Forbidden('error.ownWork');
    if (copy.state !== 'submitted') throw wrongState(copy);
    return copy;
  }

  private async judge(
    id: number,
    visitor: Visitor,
    act: 'return' | 'reject',
    state: 'returned' | 'rejected',
    comment: string,
  ): Promise<WorkingCopy> {
    await this.underReview(id, visitor);
    return this.transaction(async (stores) => {
      await stores.works.drafts.setState(id, state, { comment });
      await stores.works.record(id, act, visitor.accountId, { comment });
      const judged = (await stores.works.drafts.of(id))!;
      await this.parts.notify(stores.tx, act, judged, visitor, comment);
      return judged;
    });
  }

  /** The metadata, sure to be right and whole, its people and collections known. @throws Invalid */
  private async checked(copy: WorkingCopy): Promise<Metadata> {
    const result = metadataSchema.safeParse(copy.input);
    if (!result.success) throw new Invalid(issuesOf(result.error));
    const metadata = result.data;
    const issues = missingForSubmission(metadata);
    const people = await this.parts.people.many(metadata.contributors.flatMap((c) => c.personId ?? []));
    metadata.contributors.forEach((contributor, i) => {
      if (contributor.personId !== null && !people.has(contributor.personId)) {
        issues.push({ path: `contributors.${i}.personId`, message: 'unknownPerson' });
      }
    });
    const known = new Set((await this.parts.collections.all()).map((collection) => collection.slug));
    metadata.collections.forEach((slug, i) => {
      if (!known.has(slug)) issues.push({ path: `collections.${i}`, message: 'unknownCollection' });
    });
    for (const { id, name, role, mediaType } of copy.files) {
      const isUnread = isScannedBook(metadata) && role === 'main' && mediaType === ZIP; // the type came after the file
      if (isUnread) issues.push({ path: `files.${id}.role`, message: 'zipIsNoText', params: { name } });
    }
    // Asked here and not while it is arranged, screen by screen: there it may be on its way to another book.
    const scanned = copy.files.some(isBook) ? await this.parts.books.of(copy.id) : null;
    if (scanned && shownPages(scanned.book).length === 0)
      issues.push({ path: `files.${scanned.file.id}`, message: 'bookWithoutPages' });
    if (issues.length > 0) throw new Invalid(issues);
    return metadata;
  }

  /** All a version's archive object holds. `arriving` is told the names in `incoming/` that it will hold from then on. */
  private async contents(
    copy: WorkingCopy,
    metadata: Metadata,
    accept: WorkEvent,
    arriving: string[],
  ): Promise<NewVersion['files']> {
    const { works, incoming } = this.parts;
    const history = [...(await works.history(copy.id)), accept];
    const keys = new Map<number, string>();
    for (const file of copy.files) {
      const bytes = await works.files.bytesOf(file.id);
      if (bytes.incoming) keys.set(file.id, bytes.incoming);
    }
    arriving.push(...keys.values());
    const published = publishedContent({
      work: { ...copy, metadata },
      publishedAt: copy.publishedAt ?? accept.at,
      updatedAt: accept.at,
      history,
      accounts: await this.actors(copy.ownerId, history),
      licenceAcceptedAt: copy.licenceAcceptedAt,
      incomingPath: (file) => incoming.pathOf(keys.get(file.id) ?? ''),
    });
    return { ...published, ...(await this.parts.corrections.content(copy.id)) };
  }

  /** The accounts an archive object remembers: its owner's, and those of its history. */
  private async actors(ownerId: number | null, history: WorkEvent[]): Promise<Actor[]> {
    const ids = new Set([ownerId, ...history.map((event) => event.accountId)].filter((id) => id !== null));
    const accounts = await Promise.all([...ids].map((id) => this.parts.accounts.get(id)));
    return accounts.map(({ id, name, email }) => ({ id, name, email }));
  }

  /** Whom the archive names as the maker of a version. */
  private async archivist(visitor: Visitor): Promise<NewVersion['user']> {
    if (visitor.accountId === null) return { name: visitor.name ?? 'Achyk' };
    const { name, email } = await this.parts.accounts.get(visitor.accountId);
    return { name, address: email };
  }
}

/** By what has been typed so far, right or wrong. */
const isScannedBook = (input: unknown): boolean =>
  (input as { type?: unknown } | null | undefined)?.type === 'scanned-book';

const wrongState = (work: Pick<Work, 'state'>): Conflict => new Conflict('error.state', { state: work.state });
