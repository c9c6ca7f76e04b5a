import type { Access, FileRole, Metadata } from './schema';

/** What a person may do next depends on this. `published` with a revision in hand is the revision's state. */
export const WORK_STATES = ['draft', 'submitted', 'returned', 'rejected', 'published', 'withdrawn'] as const;
export type WorkState = (typeof WORK_STATES)[number];

export type ScanState = 'waiting' | 'clean' | 'infected' | 'unscanned' | 'failed';
export type TextState = 'waiting' | 'done' | 'failed' | 'none';

/** One file of a work. Its bytes are told by `sha512`; where they lie is the archive's affair. */
export interface WorkFile {
  id: number;
  workId: number;
  role: FileRole;
  /** As the depositor named it, made safe for any file system. */
  name: string;
  /** Bytes. */
  size: number;
  /** Judged by content, not by name. */
  mediaType: string;
  /** Lower-case hexadecimal. */
  sha512: string;
  scan: ScanState;
  text: {
    state: TextState;
    /** Pages found, or null before extraction. */
    pages: number | null;
    /** What read it: `pdftotext`, `pdfium`, `mammoth`, `html`, `text`, `image`, `tesseract`, … */
    source: string | null;
    /** Why there is none: a key of `i18n/`. */
    reason: string | null;
  };
  /** An access of the file's own, or null: the work's. */
  access: Access | null;
  /** The version whose OCFL object holds the bytes; null while they are in `incoming/`. */
  archivedIn: number | null;
  createdAt: string;
}

/** A work as one visitor may see it: the published version, or the copy being prepared. */
export interface Work {
  id: number;
  ownerId: number | null;
  state: WorkState;
  /** The version shown: 0 before the first publication; in a revision, the number it will have. */
  version: number;
  /** The newest published version, or null. */
  publishedVersion: number | null;
  createdAt: string;
  updatedAt: string;
  /** The day of the first publication here (ISO 8601, UTC), or null. */
  publishedAt: string | null;
  withdrawn: { at: string; reason: string } | null;
  metadata: Metadata;
  files: WorkFile[];
  /** Grows with every change of this copy; the ETag is made of it. */
  revision: number;
}

/** The title a list shows: in `language` where there is one, else the work's own first title. */
export function titleIn(metadata: Pick<Metadata, 'titles'>, language: string): string {
  return (metadata.titles.find((title) => title.lang === language) ?? metadata.titles[0])?.value ?? '';
}

/** The abstract in `language`, else the first one, or null. */
export function abstractIn(
  metadata: Pick<Metadata, 'abstracts'>,
  language: string,
): Metadata['abstracts'][number] | null {
  return metadata.abstracts.find((abstract) => abstract.lang === language) ?? metadata.abstracts[0] ?? null;
}

export const yearOf = (metadata: Pick<Metadata, 'issued'>): number | null =>
  metadata.issued ? Number(metadata.issued.slice(0, 4)) : null;

/** An identifier in one writing, by which two of the same are told: an ISBN-10 is the ISBN-13 it became. */
export function identifierKey(scheme: string, value: string): string {
  const plain = value.toLowerCase().replace(/[\s-]/g, '');
  if (scheme !== 'isbn' || !/^\d{9}[\dx]$/.test(plain)) return plain;
  const twelve = `978${plain.slice(0, 9)}`;
  const sum = [...twelve].reduce((total, digit, i) => total + (i % 2 ? 3 : 1) * Number(digit), 0);
  return `${twelve}${(10 - (sum % 10)) % 10}`;
}
