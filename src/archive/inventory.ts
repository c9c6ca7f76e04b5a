import { z } from 'zod';

/** OCFL 1.1 §3.5: what an object holds, version by version. */

const paths = z.record(z.string().regex(/^[0-9a-fA-F]{128}$/), z.array(z.string().min(1)));
export const inventorySchema = z.object({
  id: z.string().min(1),
  type: z.string().regex(/^https:\/\/ocfl\.io\/1\.[01]\/spec\/#inventory$/),
  digestAlgorithm: z.literal('sha512'),
  head: z.string().regex(/^v[1-9]\d*$/),
  contentDirectory: z.literal('content').default('content'),
  manifest: paths,
  versions: z.record(
    z.string().regex(/^v[1-9]\d*$/),
    z.object({
      created: z.string(),
      message: z.string().optional(),
      user: z.object({ name: z.string(), address: z.string().optional() }).optional(),
      /** Logical paths by digest. */
      state: paths,
    }),
  ),
});
export type Inventory = z.infer<typeof inventorySchema>;
export type InventoryVersion = Inventory['versions'][string];

export const INVENTORY_TYPE = 'https://ocfl.io/1.1/spec/#inventory';

export const numberOf = (versionName: string): number => Number(versionName.slice(1));
export const headOf = (inventory: Inventory | null): number => (inventory ? numberOf(inventory.head) : 0);

/** The digest behind a logical path in a version, or undefined. */
export function digestAt(inventory: Inventory, logicalPath: string, version = headOf(inventory)): string | undefined {
  const state = inventory.versions[`v${version}`]?.state ?? {};
  return Object.keys(state).find((digest) => state[digest]?.includes(logicalPath));
}

/** The logical paths of a version with their digests. */
export function stateOf(inventory: Inventory, version = headOf(inventory)): Map<string, string> {
  const state = inventory.versions[`v${version}`]?.state ?? {};
  return new Map(Object.entries(state).flatMap(([digest, names]) => names.map((name) => [name, digest] as const)));
}

/** The file's text: indented, for people open it too. */
export const inventoryText = (inventory: Inventory): string => `${JSON.stringify(inventory, null, 2)}\n`;
export const sidecarText = (digest: string): string => `${digest} inventory.json\n`;

/** May this be a logical path? (OCFL 1.1 E051–E053: no empty, `.` or `..` part, no slash at either end.) */
export const isLogicalPath = (value: string): boolean =>
  value.split('/').every((part) => part !== '' && part !== '.' && part !== '..') && !value.includes('\0');
