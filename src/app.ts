import { mkdirSync } from 'node:fs';
import path from 'node:path';
import compression from 'compression';
import express, { type Express } from 'express';
import { Accounts } from './accounts/accounts';
import { api } from './api/api';
import { problems } from './api/problem';
import { Archive } from './archive/archive';
import { AuthorityArchive } from './archive/authorities';
import { CorrectionArchive } from './archive/correction-archive';
import { numberIn } from './archive/documents';
import { Incoming } from './archive/incoming';
import { openScanner } from './archive/scan';
import { type Clock, dayOf, localDay, systemClock } from './clock';
import type { Config } from './config';
import { type Database, inTransaction, migrate, openDatabase } from './database/database';
import { keptSecret } from './database/kept-secret';
import { Books } from './deposit/books';
import { Deposits } from './deposit/deposit';
import { Duplicates } from './deposit/duplicates';
import { Letters } from './deposit/letters';
import { pathOfFile, scanFile } from './deposit/scan-file';
import { Suggestions } from './deposit/suggestions';
import { feeds } from './feeds/feeds';
import { FORMATS } from './formats';
import { KeptRecords } from './formats/kept-records';
import { RecordStore } from './formats/records';
import type { House } from './house';
import { Metrics } from './http/metrics';
import { logRequests } from './http/request-log';
import { refuseForeignForms, securityHeaders } from './http/security';
import { knowVisitor } from './http/visitor';
import { JobQueue } from './jobs/jobs';
import { type JobHandler, JobRunner } from './jobs/runner';
import { letterOf, sortKey } from './language/sort-key';
import { stemsOfQuery } from './language/stem';
import { type Log, openLog } from './log';
import { openMail } from './mail/mail';
import { oai } from './oai/oai';
import { adminEmails, Provider } from './oai/provider';
import { SETS_FILE, setsOf } from './oai/sets-of-works';
import { inProject } from './paths';
import { PeopleStore } from './people/people';
import { findWords } from './reading/find-words';
import { PageImages } from './reading/page-images';
import { Reader } from './reading/reader';
import { ReadingRoom } from './reading/reading-room';
import { Recognition } from './reading/recognition';
import { Renderer } from './reading/renderer';
import { SearchablePdfs } from './reading/searchable-pdfs';
import { Tickets } from './reading/tickets';
import { Search } from './search/search';
import { BookPages } from './text/book-pages';
import { BookText } from './text/book-text';
import { Extractor } from './text/extract-pages';
import { Launcher } from './text/launcher';
import { TesseractJs, TesseractProgram } from './text/recogniser';
import { TextReading } from './text/text-reading';
import { TextStore } from './text/text-store';
import { checksOf, operations } from './web/operations';
import { errorPage, web } from './web/web';
import { Catalogue } from './works/catalogue';
import { ChangeLog, touch } from './works/changes';
import { CollectionStore } from './works/collections';
import { CorrectionStore } from './works/corrections';
import { WorkStore } from './works/work-store';

export interface App {
  house: House;
  server: Express;
  /** Runs the jobs; `serve` starts it, a test drains it. */
  runner: JobRunner;
  close(): Promise<void>;
}

const HOUR_MS = 3_600_000;

/** Opens the library in `config.dataDir`, brings its database up to date, and joins the parts. */
export async function openApp(config: Config, options: { clock?: Clock; log?: Log } = {}): Promise<App> {
  const clock = options.clock ?? systemClock;
  const log = options.log ?? openLog(config.logLevel);
  const keys = { sortKey, letterOf };
  const inData = (name: string) => path.join(config.dataDir, name);

  const database = openDatabase(config.databaseFile);
  migrate(database.sqlite, inProject('migrations/sqlite'));
  const { db } = database;

  const accounts = new Accounts(db, clock);
  const works = new WorkStore(db, clock, keys);
  const jobs = new JobQueue(db, clock);
  /** What follows when the record of a published work changes for readers and harvesters. */
  const promiseIndexing = async (tx: Database, workIds: readonly number[]) => {
    for (const id of workIds) {
      await jobs.in(tx).add('index-work', id, { priority: 3 });
      await jobs.in(tx).add('renew-records', id, { priority: 3 });
    }
  };
  const people = new PeopleStore(db, clock, keys, async (tx, id) => {
    const ofPerson = await works.in(tx).idsOfPerson(id);
    await touch(tx, clock, ofPerson);
    await promiseIndexing(tx, ofPerson);
    await jobs.in(tx).add('archive-person', id);
    await jobs.in(tx).add('index-person', id, { priority: 3 });
  });
  const collections = new CollectionStore(db, clock, keys, async (tx, slug, changed) => {
    await promiseIndexing(tx, changed);
    await jobs.in(tx).add('archive-collections', 'all');
    await jobs.in(tx).add('index-collection', slug, { priority: 3 });
  });
  const archive = await Archive.open(inData('archive'));
  const authorities = new AuthorityArchive({ db, clock, archive, people, collections });
  await archive.settle(async (objectId, version) => {
    const work = numberIn(objectId, 'work');
    if (work !== null) return ((await works.archiveVersions(work)).get(work) ?? 0) >= version;
    const person = numberIn(objectId, 'person');
    return person === null || ((await people.many([person])).get(person)?.archivedIn ?? 0) >= version;
  });
  const corrections = new CorrectionStore(db, clock);
  const correctionArchive = new CorrectionArchive({ db, clock, archive, accounts, works, corrections });
  const incoming = await Incoming.open(inData('incoming'));
  const scanner = openScanner(config.clamd ?? null);
  const library = { name: config.repositoryName, address: config.baseUrl };
  const mail = openMail(config.smtpUrl, { name: library.name, address: config.mailFrom });
  const letters = new Letters({ accounts, jobs, mail, library });
  const derived = inData('derived');
  mkdirSync(derived, { recursive: true });
  const texts = new TextStore(path.join(derived, 'text.sqlite'));
  const extractor = new Extractor();
  const findBytes = (fileId: number) => pathOfFile({ files: works.files, archive, incoming }, fileId);
  const bookPages = new BookPages(findBytes, (workId, sha512) => works.files.withDigest(workId, sha512));
  const bookText = new BookText(bookPages, extractor);
  const books = new Books({ db, works, jobs, incoming, corrections, findBytes, pages: bookPages, text: bookText });
  const deposits = new Deposits({
    db,
    clock,
    accounts,
    works,
    people,
    collections,
    jobs,
    archive,
    corrections: correctionArchive,
    incoming,
    books,
    findBytes,
    scans: scanner.isConfigured,
    notify: (...told) => letters.notify(...told),
  });

  const today = () => localDay(clock, config.timeZone);
  const changes = new ChangeLog(
    db,
    clock,
    setsOf({ works, collections }, (instant) => (instant ? dayOf(new Date(instant), config.timeZone) : today())),
    today,
  );
  const repository = { name: config.repositoryName, id: config.repositoryId, baseUrl: config.baseUrl };
  const keptRecords = new KeptRecords(path.join(derived, 'records.sqlite'));
  const records = new RecordStore({
    db,
    clock,
    log,
    works,
    people,
    collections,
    changes,
    kept: keptRecords,
    formats: FORMATS,
    headersFrom: SETS_FILE,
    repository,
    today,
    searchable: (fileId) => searchablePdfs.of(fileId),
  });
  const provider = new Provider({
    db,
    clock,
    changes,
    records,
    collections,
    repository: { ...repository, language: config.defaultLanguage },
    adminEmails: () => adminEmails(accounts, config),
    pageSize: config.oaiPageSize,
    friends: config.oaiFriends,
  });

  const launcher = new Launcher();
  const renderer = new Renderer({ run: launcher.run });
  const reader = new Reader(texts, (question, loose) => findWords(question, (word) => stemsOfQuery(word), loose));
  const reading = new ReadingRoom({
    db,
    clock,
    jobs,
    texts,
    corrections,
    renderer,
    images: new PageImages(path.join(derived, 'pages'), renderer, path.join(derived, 'page-images.sqlite')),
    reader,
    tickets: new Tickets(clock, await keptSecret(db, 'page-tickets')),
    bookPages,
  });
  const textReading = new TextReading({
    db,
    works,
    jobs,
    texts,
    extractor,
    findBytes,
    books: { pages: bookPages, text: bookText },
    corrections: (fileId) => corrections.of(fileId),
  });

  const metrics = new Metrics(jobs);
  const search = await Search.open({
    folder: derived,
    textFile: path.join(derived, 'text.sqlite'),
    works,
    people,
    collections,
    texts,
    today,
    notIndexed: (workIds) => jobs.openFor('index-work', workIds),
    onSearch: (milliseconds) => metrics.searchTook(milliseconds),
  });
  if (await search.isEmptyByMistake()) await jobs.add('reindex', 'all');

  const recogniser =
    (await TesseractProgram.find(undefined, launcher.run)) ?? new TesseractJs(path.join(derived, 'ocr-models'));
  const recognition = new Recognition({
    db,
    works,
    jobs,
    texts,
    corrections,
    renderer,
    recogniser,
    reader,
    findBytes,
    bookPages,
    scratch: path.join(derived, 'unfinished'),
  });

  const searchablePdfs = new SearchablePdfs({
    works,
    jobs,
    texts,
    pages: bookPages,
    renderer,
    folder: path.join(derived, 'searchable'),
    list: path.join(derived, 'searchable.sqlite'),
    made: (workId) =>
      inTransaction(db, async (tx) => {
        await touch(tx, clock, [workId]);
        await jobs.in(tx).add('renew-records', workId, { priority: -1 });
      }),
  });

  const house: House = {
    config,
    log,
    clock,
    database,
    accounts,
    people,
    works,
    collections,
    catalogue: new Catalogue(db),
    archive,
    authorities,
    incoming,
    scanner,
    deposits,
    books,
    letters,
    duplicates: new Duplicates(db, keys),
    suggestions: new Suggestions(extractor),
    renderer,
    jobs,
    records,
    extractor,
    texts,
    reading,
    searchablePdfs,
    search,
    today,
  };

  const handlers: Record<string, JobHandler> = {
    'archive-collections': () => authorities.keepCollections(),
    'archive-corrections': (job) => correctionArchive.keep(Number(job.key)),
    'archive-person': (job) => authorities.keepPerson(Number(job.key)),
    'index-collection': (job) => search.indexCollection(job.key),
    'index-person': (job) => search.indexPerson(Number(job.key)),
    'bind-pdf': (job) => searchablePdfs.bind(Number(job.key), job.payload),
    'index-work': async (job) => {
      await search.indexWork(Number(job.key));
      await searchablePdfs.consider(Number(job.key)); // asked for by all that changes a work or its text
    },
    reindex: async () => {
      await search.reindex();
      for (const id of (await works.archiveVersions()).keys()) await searchablePdfs.consider(id);
    },
    'renew-records': (job) => records.renew(Number(job.key)),
    'send-mail': (job) => letters.send(job),
    'extract-text': (job) => textReading.extract(Number(job.key)),
    'recognise-text': (job) => recognition.recognise(Number(job.key)),
    thumbnail: (job) => reading.makeThumbnail(Number(job.key)),
    'sweep-incoming': async () => {
      const removed = await incoming.sweep((key) => works.files.isIncoming(key));
      if (removed > 0) log.info({ removed }, 'uploads of no draft removed');
      await jobs.add('sweep-incoming', 'all', {
        runAfter: new Date(clock.now().getTime() + 24 * HOUR_MS),
        priority: -2,
      });
    },
    'scan-file': scanFile({ files: works.files, archive, incoming, scanner, jobs }),
  };
  const runner = new JobRunner(jobs, handlers, log, { single: ['recognise-text'] });
  await jobs.add('sweep-incoming', 'all', { runAfter: new Date(clock.now().getTime() + HOUR_MS), priority: -2 });

  const server = express();
  server.disable('x-powered-by');
  server.set('trust proxy', config.trustProxy);
  server.set('query parser', 'simple');
  server.set('etag', false);
  server.use(metrics.measure());
  server.use(logRequests(log));
  server.use(securityHeaders(config.baseUrl));
  server.use(operations(house, metrics, checksOf(house))); // before all that needs a database
  server.use('/oai', oai(provider, log, config)); // compresses its own answers and has no visitors, only harvesters
  server.use(compression({ level: 1 }));
  server.use(knowVisitor(accounts, config));
  server.use(refuseForeignForms(config.baseUrl));
  server.use('/api/v1', api(house));
  server.use(feeds(house));
  server.use(web(house));
  server.use('/api/v1', problems(log));
  server.use(errorPage(house)); // what goes wrong before a door is reached

  return {
    house,
    server,
    runner,
    close: async () => {
      await runner.stop();
      mail.close();
      await searchablePdfs.close();
      await recogniser.close();
      await reading.close();
      await launcher.close();
      await extractor.close();
      await search.close();
      texts.close();
      keptRecords.close();
      await database.close();
    },
  };
}
