import * as all from './all';
import type { MetadataFormat } from './format';

export { fingerprint } from './fingerprint';
export type { MetadataFormat } from './format';
export type { AccessStatus, Authority, CatalogueRecord, RecordFile } from './record';

/** Dublin Core first, which every provider must speak, then by name. */
export const FORMATS: readonly MetadataFormat[] = Object.values(all).sort((a, b) =>
  a === all.oaiDc ? -1 : b === all.oaiDc ? 1 : a.prefix < b.prefix ? -1 : 1,
);
