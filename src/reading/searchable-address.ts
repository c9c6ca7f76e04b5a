import { safeName } from '../safe-name';
import type { Work } from '../works/work';

/** What the PDF made of a scanned book is called, after the book. */
export const searchableName = (work: Pick<Work, 'id' | 'metadata'>): string =>
  safeName(`${(work.metadata.titles[0]?.value ?? '').slice(0, 80).trim() || work.id}.pdf`);

/** Where it is, once it is made, for who may have the file it is made of. */
export const searchableAddress = (work: Pick<Work, 'id' | 'metadata'>, file: { id: number }): string =>
  `/works/${work.id}/files/${file.id}/searchable/${encodeURIComponent(searchableName(work))}`;
