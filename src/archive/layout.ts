import { createHash } from 'node:crypto';
import path from 'node:path';
import { z } from 'zod';

/**
 * Where an object lies under the storage root: OCFL extension 0003. A hash spreads objects over folders, and the
 * folder itself bears the object's name, so that a person with a file manager finds work 17 as `achyk%3awork%3a17`.
 */
export const LAYOUT_NAME = '0003-hash-and-id-n-tuple-storage-layout';

export const layoutSchema = z
  .object({
    extensionName: z.literal(LAYOUT_NAME),
    digestAlgorithm: z.enum(['sha256', 'sha512']).default('sha256'),
    tupleSize: z.number().int().min(0).max(32).default(3),
    numberOfTuples: z.number().int().min(0).max(32).default(3),
  })
  .refine(
    ({ tupleSize, numberOfTuples }) => (tupleSize === 0) === (numberOfTuples === 0) && tupleSize * numberOfTuples <= 64,
  );
export type Layout = z.infer<typeof layoutSchema>;

/** 4,096 folders: five works in each at 20,000, two hundred and fifty at a million. */
export const DEFAULT_LAYOUT: Layout = {
  extensionName: LAYOUT_NAME,
  digestAlgorithm: 'sha256',
  tupleSize: 3,
  numberOfTuples: 1,
};

/** The folder of an object, relative to the storage root. */
export function objectFolder(layout: Layout, objectId: string): string {
  const digest = createHash(layout.digestAlgorithm).update(objectId, 'utf8').digest('hex');
  const tuples = Array.from({ length: layout.numberOfTuples }, (_, i) =>
    digest.slice(i * layout.tupleSize, (i + 1) * layout.tupleSize),
  );
  const encoded = Buffer.from(objectId, 'utf8').reduce((name, byte) => name + encodeByte(byte), '');
  return path.join(...tuples, encoded.length > 100 ? `${encoded.slice(0, 100)}-${digest}` : encoded);
}

const encodeByte = (byte: number): string => {
  const character = String.fromCharCode(byte);
  return /[A-Za-z0-9_-]/.test(character) ? character : `%${byte.toString(16).padStart(2, '0')}`;
};

/** The id that an object's folder bears, as far as it was not too long for a name. */
export function idBorneBy(folderName: string): string {
  try {
    return decodeURIComponent(folderName);
  } catch {
    return folderName;
  }
}
