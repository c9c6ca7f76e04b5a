import type { RELATION_TYPES } from '../works/schema';
import type { CatalogueRecord } from './record';

/** A relation as the world outside can follow it. */
export interface Related {
  type: (typeof RELATION_TYPES)[number];
  /** An address in full, an identifier, or the words of the cataloguer. */
  target: string;
  /** Which kind of identifier it is, in DataCite's terms; null for words, and for what only we would understand. */
  kind: 'DOI' | 'Handle' | 'URN' | 'URL' | null;
}

/** The relations of a work. One to a work of ours, however it was entered, leads to that work's page. */
export function relationsOf(record: CatalogueRecord): Related[] {
  return record.metadata.relations.map(({ type, target }) => {
    const followed = inFull(target.trim(), record.repository);
    return { type, target: followed, kind: kindOf(followed) };
  });
}

function inFull(target: string, { id, baseUrl }: CatalogueRecord['repository']): string {
  const ours = target.startsWith(`oai:${id}:`) ? `/works/${target.slice(id.length + 5)}` : target;
  if (/^\/works\/[1-9]\d*(?:[/?#]\S*)?$/.test(ours)) return `${baseUrl}${ours}`;
  return target;
}

function kindOf(target: string): Related['kind'] {
  if (/^(?:https?:\/\/(?:dx\.)?doi\.org\/|doi:\s*)?10\.\d{4,9}\/\S+$/i.test(target)) return 'DOI';
  if (/^https?:\/\/hdl\.handle\.net\/\S+$/i.test(target)) return 'Handle';
  if (/^urn:[a-z0-9][a-z0-9-]*:\S+$/i.test(target)) return 'URN';
  return /^https?:\/\/\S+$/i.test(target) ? 'URL' : null;
}
