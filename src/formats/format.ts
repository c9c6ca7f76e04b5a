import type { CatalogueRecord } from './record';

/** One way to write a record down: a crosswalk from the catalogue to somebody's schema. */
export interface MetadataFormat {
  /** What harvesters and export links call it. */
  prefix: string;
  /** What librarians call it. */
  name: string;
  /** Where the crosswalk itself is written: always `__filename`. */
  file: string;
  /** The address of its XML schema. */
  schema: string;
  namespace: string;
  /** The record as one XML element that declares its own namespaces and schema location. */
  serialise(record: CatalogueRecord): string;
}
