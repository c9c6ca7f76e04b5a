import { apa } from './citation/apa';
import { bibtex } from './citation/bibtex';
import { chicago } from './citation/chicago';
import { cslJson } from './citation/csl-json';
import { gost } from './citation/gost';
import { mla } from './citation/mla';
import { type CiteOptions, type Reference, referenceOf, withEnglishColons } from './citation/reference';
import { ris } from './citation/ris';
import type { Work } from './work';

export type { CiteOptions } from './citation/reference';

/** Styles for people come first, then those for reference managers. */
export const CITATION_STYLES = ['gost', 'apa', 'mla', 'chicago', 'bibtex', 'ris', 'csl-json'] as const;
export type CitationStyle = (typeof CITATION_STYLES)[number];
/** Those whose text is read by people; the others are files. */
export const READ_STYLES: readonly CitationStyle[] = ['gost', 'apa', 'mla', 'chicago'];

const STYLES: Record<CitationStyle, { write: (reference: Reference) => string; mediaType: string; ending: string }> = {
  gost: { write: gost, mediaType: 'text/plain', ending: 'txt' },
  apa: { write: (reference) => apa(withEnglishColons(reference)), mediaType: 'text/plain', ending: 'txt' },
  mla: { write: (reference) => mla(withEnglishColons(reference)), mediaType: 'text/plain', ending: 'txt' },
  chicago: { write: (reference) => chicago(withEnglishColons(reference)), mediaType: 'text/plain', ending: 'txt' },
  bibtex: { write: bibtex, mediaType: 'application/x-bibtex', ending: 'bib' },
  ris: { write: ris, mediaType: 'application/x-research-info-systems', ending: 'ris' },
  'csl-json': { write: cslJson, mediaType: 'application/vnd.citationstyles.csl+json', ending: 'json' },
};

export const isCitationStyle = (value: unknown): value is CitationStyle =>
  (CITATION_STYLES as readonly unknown[]).includes(value);

/** The work as `style` cites it: one line of plain text, or the whole file for a reference manager. */
export const cite = (work: Pick<Work, 'id' | 'metadata'>, style: CitationStyle, options: CiteOptions): string =>
  STYLES[style].write(referenceOf(work, options));

/** Without the charset, which is always UTF-8. */
export const citationMediaType = (style: CitationStyle): string => STYLES[style].mediaType;

/** `work-17.bib` */
export const citationFileName = (workId: number, style: CitationStyle): string =>
  `work-${workId}.${STYLES[style].ending}`;
