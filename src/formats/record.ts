import type { FileRole, Metadata, TextIn } from '../works/schema';

/**
 * How far the public may go, as of the day the record was made. `metadata-only`: there is no file to read at all.
 */
export type AccessStatus = 'open' | 'embargoed' | 'restricted' | 'closed' | 'metadata-only';

/** A file of the published version, as the public may know of it. */
export interface RecordFile {
  id: number;
  role: FileRole;
  name: string;
  /** Bytes. */
  size: number;
  mediaType: string;
  /** Lower-case hexadecimal; null of the PDF made of a scanned book, which may be made anew at any time. */
  sha512: string | null;
  access: AccessStatus;
  /** Where anyone at all may fetch the bytes today, or null: not open, or to be read in the viewer only. */
  url: string | null;
}

/** What the authority file says of a contributor, whatever spelling the title page had. */
export interface Authority {
  /** The main form of the name. */
  name: string;
  orcid: string | null;
  /** Years, as they are known. */
  born: string | null;
  died: string | null;
  /** The author's page. */
  url: string;
}

/** Everything a crosswalk may ask about one published work, as of one day. Nothing in it is secret. */
export interface CatalogueRecord {
  id: number;
  /** As harvesters know it: `oai:REPOSITORY_ID:17`. */
  identifier: string;
  landingUrl: string;
  metadata: Metadata;
  /** The published version, from 1. */
  version: number;
  /** ISO 8601, UTC. */
  publishedAt: string;
  /** ISO 8601, UTC. */
  updatedAt: string;
  access: {
    status: AccessStatus;
    /** The day the embargo ends; only while it lasts. */
    openFrom: string | null;
    viewOnly: boolean;
  };
  files: RecordFile[];
  collections: { slug: string /** From the root to this one. */; path: string[]; titles: TextIn[] }[];
  repository: { name: string /** A domain name. */; id: string; baseUrl: string };
  /** By `personId` of the metadata's contributors. */
  authorities: ReadonlyMap<number, Authority>;
}
