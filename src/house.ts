import type { Accounts } from './accounts/accounts';
import type { Archive } from './archive/archive';
import type { AuthorityArchive } from './archive/authorities';
import type { Incoming } from './archive/incoming';
import type { Scanner } from './archive/scan';
import type { Clock } from './clock';
import type { Config } from './config';
import type { OpenDatabase } from './database/database';
import type { Books } from './deposit/books';
import type { Deposits } from './deposit/deposit';
import type { Duplicates } from './deposit/duplicates';
import type { Letters } from './deposit/letters';
import type { Suggestions } from './deposit/suggestions';
import type { RecordStore } from './formats/records';
import type { JobQueue } from './jobs/jobs';
import type { Log } from './log';
import type { PeopleStore } from './people/people';
import type { ReadingRoom } from './reading/reading-room';
import type { Renderer } from './reading/renderer';
import type { SearchablePdfs } from './reading/searchable-pdfs';
import type { Search } from './search/search';
import type { Extractor } from './text/extract-pages';
import type { TextStore } from './text/text-store';
import type { Catalogue } from './works/catalogue';
import type { CollectionStore } from './works/collections';
import type { WorkStore } from './works/work-store';

/** The features a door may ask, joined in `app.ts`. */
export interface House {
  config: Config;
  log: Log;
  clock: Clock;
  database: OpenDatabase;
  accounts: Accounts;
  people: PeopleStore;
  works: WorkStore;
  collections: CollectionStore;
  catalogue: Catalogue;
  archive: Archive;
  authorities: AuthorityArchive;
  incoming: Incoming;
  scanner: Scanner;
  deposits: Deposits;
  /** Scanned books being put together. */
  books: Books;
  letters: Letters;
  duplicates: Duplicates;
  suggestions: Suggestions;
  /** Draws pages, and pictures anew. */
  renderer: Renderer;
  jobs: JobQueue;
  /** What portals and export links are given. */
  records: RecordStore;
  /** Pages out of files: what `extract-text` uses, and the deposit form for its proposals. */
  extractor: Extractor;
  /** The text of every page. */
  texts: TextStore;
  /** The page viewer's pictures, words and hits. */
  reading: ReadingRoom;
  /** PDFs made of scanned books. */
  searchablePdfs: SearchablePdfs;
  search: Search;
  /** The library's local day, YYYY-MM-DD: embargoes end by it. */
  today(): string;
}
