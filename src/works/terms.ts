/** The words the catalogue chooses from: apart from the schema, so that a search thread starts without it. */

export const WORK_TYPES = [
  'dissertation',
  'dissertation-abstract',
  'master-thesis',
  'bachelor-thesis',
  'article',
  'conference-paper',
  'monograph',
  'book-part',
  'textbook',
  'study-guide',
  'lecture',
  'journal-issue',
  'scanned-book',
  'report',
  'patent',
  'bibliography',
  'other',
] as const;
export type WorkType = (typeof WORK_TYPES)[number];

export const CONTRIBUTOR_ROLES = [
  'author',
  'supervisor',
  'opponent',
  'reviewer',
  'editor',
  'translator',
  'compiler',
  'illustrator',
  'publisher',
  'corporate-author',
] as const;
export type ContributorRole = (typeof CONTRIBUTOR_ROLES)[number];

export const SUBJECT_SCHEMES = ['keyword', 'udc', 'bbk', 'grnti', 'vak', 'lcc', 'ddc'] as const;
export const IDENTIFIER_SCHEMES = ['doi', 'handle', 'isbn', 'issn', 'url', 'urn', 'other'] as const;
export const ACCESS_LEVELS = ['open', 'registered', 'campus', 'closed'] as const;
export type AccessLevel = (typeof ACCESS_LEVELS)[number];

/** Degrees a thesis is defended for. `phd` is the three-cycle doctorate, `doctor` the доктор илим of the two-step system. */
export const DEGREES = ['bachelor', 'specialist', 'master', 'candidate', 'phd', 'doctor'] as const;
export const FILE_ROLES = ['main', 'abstract', 'supplement', 'cover', 'review', 'agreement', 'page', 'other'] as const;
export type FileRole = (typeof FILE_ROLES)[number];

/** Relation types of DataCite 4.6 in lower camel case. */
export const RELATION_TYPES = [
  'isVersionOf',
  'hasVersion',
  'isPartOf',
  'hasPart',
  'isReferencedBy',
  'references',
  'isTranslationOf',
  'hasTranslation',
  'isSupplementTo',
  'isSupplementedBy',
  'isReviewedBy',
  'isIdenticalTo',
  'isDerivedFrom',
] as const;

export const LICENCES = [
  'CC-BY-4.0',
  'CC-BY-SA-4.0',
  'CC-BY-NC-4.0',
  'CC-BY-ND-4.0',
  'CC-BY-NC-SA-4.0',
  'CC-BY-NC-ND-4.0',
  'CC0-1.0',
  'PDM-1.0',
  'in-copyright',
] as const;

export const AUTHORED_TYPES: readonly WorkType[] = [
  'dissertation',
  'dissertation-abstract',
  'master-thesis',
  'bachelor-thesis',
  'article',
  'conference-paper',
];
export const THESIS_TYPES: readonly WorkType[] = [
  'dissertation',
  'dissertation-abstract',
  'master-thesis',
  'bachelor-thesis',
];
