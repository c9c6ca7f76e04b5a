import type { Visitor } from '../accounts/visitor';
import type { House } from '../house';
import { DEEPEST } from '../search/search';
import type { SearchParams } from '../search/types';
import { cite } from '../works/citation';
import { titleIn, type Work, yearOf } from '../works/work';

/** As many works as one list for a reference manager or a table may hold. */
export const MOST_EXPORTED = 500;

export const EXPORTS = {
  bib: 'application/x-bibtex',
  ris: 'application/x-research-info-systems',
  csv: 'text/csv',
} as const;
export type ExportKind = keyof typeof EXPORTS;

/** What a search finds, in its order, as a file: the first works of it, under the rights of whoever asks. */
export async function exportSearch(
  house: House,
  visitor: Visitor,
  params: SearchParams,
  kind: ExportKind,
  language: string,
): Promise<string> {
  const found: Work[] = [];
  const perPage = 100;
  for (let page = 1; found.length < MOST_EXPORTED; page++) {
    const { hits, indexed } = await house.search.query(visitor, { ...params, page, perPage });
    found.push(...hits.map((hit) => hit.work));
    if (page * perPage >= Math.min(indexed, DEEPEST)) break;
  }
  const works = found.slice(0, MOST_EXPORTED);
  if (kind === 'csv') return table(works, house.config.baseUrl, language);
  const style = kind === 'bib' ? 'bibtex' : 'ris';
  const accessedOn = house.today();
  return works
    .map((work) => cite(work, style, { url: `${house.config.baseUrl}/works/${work.id}`, language, accessedOn }))
    .join(kind === 'bib' ? '\n' : '');
}

function table(works: readonly Work[], baseUrl: string, language: string): string {
  const names = ['id', 'address', 'type', 'title', 'authors', 'year', 'place', 'publisher', 'source', 'doi', 'isbn'];
  const rows = works.map(({ id, metadata }) => {
    const identifier = (scheme: string) => metadata.identifiers.find((known) => known.scheme === scheme)?.value;
    const authors = metadata.contributors.filter(({ role }) => role === 'author' || role === 'corporate-author');
    return [
      id,
      `${baseUrl}/works/${id}`,
      metadata.type,
      titleIn(metadata, language),
      authors.map(({ name }) => name).join('; '),
      yearOf(metadata),
      metadata.place,
      metadata.publisher,
      metadata.source?.title,
      identifier('doi'),
      identifier('isbn'),
    ];
  });
  // The mark at the start tells spreadsheets that this is UTF-8.
  return `\ufeff${[names, ...rows].map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;
}

/** A cell (RFC 4180). What a spreadsheet would run as a formula is led by an apostrophe. */
function cell(value: string | number | null | undefined): string {
  const text = String(value ?? '').replace(/^[=+\-@\t\r]/, "'$&");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
