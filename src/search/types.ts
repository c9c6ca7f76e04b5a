import type { Visitor } from '../accounts/visitor';
import type { Access, AccessLevel, Metadata, WorkType } from '../works/schema';
import type { Understood } from './query';

/** Who searches, as far as rights go: `accounts/` Visitor fits. */
export type Searcher = Pick<Visitor, 'accountId' | 'role' | 'onCampus'>;

/** A stretch of text to print; `hit` is what the reader looked for. */
export interface Segment {
  text: string;
  hit: boolean;
}

/** A place in a file, with a sentence of context. `page` counts from 1. */
export interface Passage {
  fileId: number;
  page: number;
  segments: Segment[];
}

export const SORTS = ['relevance', 'newest', 'year', 'oldest', 'title'] as const;
/** `newest` is by the day it was published here, `year` the latest imprint first, `oldest` the earliest first. */
export type Sort = (typeof SORTS)[number];

/** One question of a reader. Several values of one facet widen the result, several facets narrow it. */
export interface SearchParams {
  q: string;
  type: WorkType[];
  /** ISO 639. */
  language: string[];
  /** Slugs; a collection holds what its sub-collections hold. */
  collection: string[];
  /** Values of the facet: `person:12`, or a name as catalogued. */
  author: string[];
  /** A subject as catalogued; case and spelling variants are one. */
  subject: string[];
  /** Codes, as 07.00.02. */
  speciality: string[];
  access: AccessLevel[];
  /** Only works with a file (true), only those without (false), or all (null). */
  hasFile: boolean | null;
  /** Years of the imprint, both included. */
  from: number | null;
  until: number | null;
  sort: Sort;
  /** Counts from 1. */
  page: number;
  /** 1 to 100. */
  perPage: number;
}

export interface FacetValue {
  /** What to send back as the parameter. */
  value: string;
  /** A name to show where the value is not one (authors, specialities), else null. */
  label: string | null;
  /** Works of the whole result, under this reader's rights, that have it. */
  count: number;
  /** Chosen in this question. */
  chosen: boolean;
}

export const FACETS = [
  'type',
  'language',
  'year',
  'collection',
  'author',
  'subject',
  'speciality',
  'access',
  'hasFile',
] as const;
export type FacetName = (typeof FACETS)[number];
/** Most frequent first; years in their order. Long facets are cut at 50 values, chosen ones always kept. */
export type Facets = Record<FacetName, FacetValue[]>;

export interface SearchHit {
  workId: number;
  /** Comparable within one result only. */
  score: number;
  /** Titles and names in which something matched; those without a hit are not listed. */
  titles: { lang: string; segments: Segment[] }[];
  contributors: { segments: Segment[] }[];
  subjects: { segments: Segment[] }[];
  /** A sentence of an abstract around the hits, or null. */
  abstract: { lang: string; segments: Segment[] } | null;
  /** At most three, the best pages first. `more` says that other pages match as well. */
  passages: Passage[];
  morePassages: boolean;
}

export interface SearchResult {
  total: number;
  hits: SearchHit[];
  facets: Facets;
  /** What the query asked for besides text, understood (year:, -type:, …): shown as chips. */
  understood: Understood[];
  /** A whole query that finds more, spelt like words of the library, or null. */
  suggestion: string | null;
  tookMs: number;
  /** The time limit ended the search: what is here is right, and not all. */
  cut: boolean;
}

/** The pages of one work that match, for «more places in this work» and the search inside a book. */
export interface PassagesQuery {
  workId: number;
  q: string;
  /** Only this file, or null for all. */
  fileId: number | null;
  offset: number;
  /** At most 100. */
  limit: number;
}

export interface PassagesResult {
  /** Pages that match; an estimate from above where `exact` is false. */
  total: number;
  exact: boolean;
  passages: Passage[];
}

export type SuggestionKind = 'work' | 'person' | 'subject' | 'collection';

/** One line of what is offered while a reader types. */
export interface Suggestion {
  kind: SuggestionKind;
  /** Work id, person id, collection slug, or the subject itself. */
  id: string;
  text: string;
  segments: Segment[];
}

/** What can be offered while typing, other than works, which the index knows itself. */
export interface SuggestedEntry {
  kind: Exclude<SuggestionKind, 'work'>;
  id: string;
  /** All the ways it is written; the first is shown. */
  names: string[];
}

/** A file as the index takes it. */
export interface IndexedFile {
  id: number;
  /** The file's own access, else the work's. */
  access: Access;
}

/** A published work as the index takes it: everything a search may find or count. */
export interface IndexedWork {
  id: number;
  /** The account that deposited it: it reads what is its own. */
  ownerId: number | null;
  metadata: Metadata;
  /** Names of authority records the contributors are linked to, in all their writings, by person id. */
  personNames: Record<number, string[]>;
  /** Slugs of the collections and of all collections above them. */
  collections: string[];
  /** ISO 8601. */
  publishedAt: string;
  files: IndexedFile[];
  /** Tells one state of all this from another, and of each text how many pages it has, where they came from, and how often it was kept anew. */
  fingerprint: string;
  /** The library's day when it was gathered, YYYY-MM-DD: an embargo that ended by then is none. */
  day: string;
}

export interface SearchStats {
  engine: string;
  works: number;
  pages: number;
  /** Distinct written forms. */
  vocabulary: number;
  bytesOnDisk: number;
  /** Entries offered while typing, and what they take in memory. */
  suggestions: number;
  suggestionBytes: number;
}

/**
 * A search engine. Everything is asynchronous, so that one in another process or on another machine fits; any
 * implementation passes the contract in `test/support/search-engine-contract.ts`.
 */
export interface SearchEngine {
  /** Takes a work in, or anew, with the text of its pages from the text store. When the promise resolves, the next search finds it. Safe to repeat. */
  index(work: IndexedWork): Promise<void>;
  /** Takes a work out. Nothing happens where it is not in. */
  remove(workId: number): Promise<void>;
  /** `today` is the library's local day, YYYY-MM-DD: embargoes end by it. */
  search(searcher: Searcher, params: SearchParams, today: string): Promise<SearchResult>;
  passages(searcher: Searcher, query: PassagesQuery, today: string): Promise<PassagesResult>;
  suggest(text: string, limit: number): Promise<Suggestion[]>;
  /** Replaces one entry offered while typing (`entry`), or takes it out (null). */
  offer(kind: SuggestedEntry['kind'], id: string, entry: SuggestedEntry | null): Promise<void>;
  /** What was offered and not taken out since. */
  offers(): Promise<SuggestedEntry[]>;
  /** What the index holds: work id → fingerprint, for comparing with what it should hold. */
  fingerprints(): Promise<Map<number, string>>;
  stats(): Promise<SearchStats>;
  close(): Promise<void>;
}
