import type { RELATION_TYPES } from '../works/schema';

/** Which kind of identifier a relation's target is, in DataCite's terms. */
export function relatedIdentifierType(target: string): string {
  if (/^(https?:\/\/(dx\.)?doi\.org\/)?10\.\d{4,9}\//i.test(target)) return 'DOI';
  if (/^https?:\/\/hdl\.handle\.net\//i.test(target)) return 'Handle';
  if (/^urn:/i.test(target)) return 'URN';
  return 'URL';
}

/** `isVersionOf` → `IsVersionOf` */
export const relationType = (type: (typeof RELATION_TYPES)[number]): string => type[0]!.toUpperCase() + type.slice(1);
