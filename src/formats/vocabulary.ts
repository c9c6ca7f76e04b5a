import type { CONTRIBUTOR_ROLES, LICENCES, Metadata, WorkType } from '../works/schema';
import type { AccessStatus } from './record';

/** What outside vocabularies call our types of work, levels of access and licences. */
interface TypeTerms {
  /** `info:eu-repo/semantics/…` (OpenAIRE Guidelines 3, DRIVER). */
  euRepo: string;
  /** COAR resource type 3.1: its concept and its English label. */
  coar: [concept: string, label: string];
  /** DataCite resourceTypeGeneral. */
  datacite: string;
  /** For people who read English. */
  label: string;
  /** MARC 21 genre term (marcgt), or null. */
  genre: string | null;
  /** A part of a larger whole, catalogued on its own. */
  analytic: boolean;
}

const term = (
  euRepo: string,
  coar: [string, string],
  datacite: string,
  label: string,
  genre: string | null = null,
  analytic = false,
): TypeTerms => ({ euRepo, coar, datacite, label, genre, analytic });

const TYPES: Record<WorkType, TypeTerms> = {
  dissertation: term('doctoralThesis', ['c_db06', 'doctoral thesis'], 'Dissertation', 'Dissertation', 'thesis'),
  // The автореферат is a summary printed before the defence, not the thesis itself.
  'dissertation-abstract': term('other', ['c_18cf', 'text'], 'Text', 'Dissertation abstract', 'abstract or summary'),
  'master-thesis': term('masterThesis', ['c_bdcc', 'master thesis'], 'Dissertation', 'Master thesis', 'thesis'),
  'bachelor-thesis': term('bachelorThesis', ['c_7a1f', 'bachelor thesis'], 'Dissertation', 'Bachelor thesis', 'thesis'),
  article: term('article', ['c_6501', 'journal article'], 'JournalArticle', 'Article', 'article', true),
  'conference-paper': term(
    'conferenceObject',
    ['c_5794', 'conference paper'],
    'ConferencePaper',
    'Conference paper',
    'conference publication',
    true,
  ),
  monograph: term('book', ['c_2f33', 'book'], 'Book', 'Monograph', 'book'),
  'book-part': term('bookPart', ['c_3248', 'book part'], 'BookChapter', 'Part of a book', null, true),
  textbook: term('book', ['c_2f33', 'book'], 'Book', 'Textbook', 'programmed text'),
  'study-guide': term('other', ['c_e059', 'learning object'], 'Text', 'Study guide', 'instruction'),
  lecture: term('lecture', ['c_8544', 'lecture'], 'Text', 'Lecture', 'speech'),
  'journal-issue': term('other', ['c_0640', 'journal'], 'Journal', 'Journal issue', 'issue'),
  'scanned-book': term('book', ['c_2f33', 'book'], 'Book', 'Book', 'book'),
  report: term('report', ['c_93fc', 'report'], 'Report', 'Report', 'technical report'),
  patent: term('patent', ['c_15cd', 'patent'], 'Text', 'Patent', 'patent'),
  bibliography: term('other', ['c_86bc', 'bibliography'], 'Text', 'Bibliography', 'bibliography'),
  other: term('other', ['c_1843', 'other'], 'Other', 'Other'),
};

export const typeTerms = (type: WorkType): TypeTerms => TYPES[type];
export const coarUri = (concept: string): string => `http://purl.org/coar/resource_type/${concept}`;

const ACCESS: Record<AccessStatus, { euRepo: string; coar: [concept: string, label: string] }> = {
  open: { euRepo: 'openAccess', coar: ['c_abf2', 'open access'] },
  embargoed: { euRepo: 'embargoedAccess', coar: ['c_f1cf', 'embargoed access'] },
  restricted: { euRepo: 'restrictedAccess', coar: ['c_16ec', 'restricted access'] },
  closed: { euRepo: 'closedAccess', coar: ['c_14cb', 'metadata only access'] },
  'metadata-only': { euRepo: 'closedAccess', coar: ['c_14cb', 'metadata only access'] },
};

export const euRepoAccess = (status: AccessStatus): string => `info:eu-repo/semantics/${ACCESS[status].euRepo}`;
export const coarAccess = (status: AccessStatus): { uri: string; label: string } => ({
  uri: `http://purl.org/coar/access_right/${ACCESS[status].coar[0]}`,
  label: ACCESS[status].coar[1],
});

type Licence = (typeof LICENCES)[number];
const creativeCommons = (kind: string, name: string) => ({
  uri: `https://creativecommons.org/licenses/${kind}/4.0/`,
  label: `Creative Commons ${name} 4.0 International`,
  spdx: true,
});
const LICENCE_TERMS: Record<Licence, { uri: string; label: string; spdx: boolean }> = {
  'CC-BY-4.0': creativeCommons('by', 'Attribution'),
  'CC-BY-SA-4.0': creativeCommons('by-sa', 'Attribution-ShareAlike'),
  'CC-BY-NC-4.0': creativeCommons('by-nc', 'Attribution-NonCommercial'),
  'CC-BY-ND-4.0': creativeCommons('by-nd', 'Attribution-NoDerivatives'),
  'CC-BY-NC-SA-4.0': creativeCommons('by-nc-sa', 'Attribution-NonCommercial-ShareAlike'),
  'CC-BY-NC-ND-4.0': creativeCommons('by-nc-nd', 'Attribution-NonCommercial-NoDerivatives'),
  'CC0-1.0': { uri: 'https://creativecommons.org/publicdomain/zero/1.0/', label: 'CC0 1.0 Universal', spdx: true },
  'PDM-1.0': {
    uri: 'https://creativecommons.org/publicdomain/mark/1.0/',
    label: 'Public Domain Mark 1.0',
    spdx: false,
  },
  'in-copyright': { uri: 'http://rightsstatements.org/vocab/InC/1.0/', label: 'In Copyright', spdx: false },
};

/** The licence a work bears, with its address and name, or null. */
export function licenceOf(metadata: Metadata): { id: Licence; uri: string; label: string; spdx: boolean } | null {
  const id = metadata.rights.licence;
  return id ? { id, ...LICENCE_TERMS[id] } : null;
}

/** English names of the degrees, as ETD-MS and MARC 502 want them. */
export const DEGREE_NAMES = {
  bachelor: 'Bachelor',
  specialist: 'Specialist',
  master: 'Master',
  candidate: 'Candidate of Sciences',
  phd: 'Doctor of Philosophy',
  doctor: 'Doctor of Sciences',
} as const;

/** The degree a thesis is for: what was entered, else what its type says. */
export function degreeOf(metadata: Metadata): keyof typeof DEGREE_NAMES | null {
  if (metadata.thesis?.degree) return metadata.thesis.degree;
  if (metadata.type === 'master-thesis') return 'master';
  return metadata.type === 'bachelor-thesis' ? 'bachelor' : null;
}

/** What MARC calls the roles of contributors (relator codes). */
export const MARC_RELATORS: Record<(typeof CONTRIBUTOR_ROLES)[number], string> = {
  author: 'aut',
  supervisor: 'ths',
  opponent: 'opn',
  reviewer: 'rev',
  editor: 'edt',
  translator: 'trl',
  compiler: 'com',
  illustrator: 'ill',
  publisher: 'pbl',
  'corporate-author': 'aut',
};
