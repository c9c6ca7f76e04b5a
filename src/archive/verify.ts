import { opendir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { codeOf, hashFile, sha512Of } from './durable';
import { headOf, type Inventory, inventorySchema } from './inventory';

export interface FixityProblem {
  /** A file is gone; its bytes are others; it does not belong there; the inventory cannot be trusted. */
  kind: 'missing' | 'changed' | 'unexpected' | 'inventory';
  /** Relative to the object's folder. */
  path: string;
  detail: string;
}

export interface FixityReport {
  objectId: string;
  versions: number;
  /** Content files whose every byte was read. */
  files: number;
  bytes: number;
  problems: FixityProblem[];
}

/** Checks an object against OCFL 1.1 and its own inventory, reading all content. */
export async function verifyObject(folder: string, objectId: string): Promise<FixityReport> {
  const report: FixityReport = { objectId, versions: 0, files: 0, bytes: 0, problems: [] };
  const wrong = (kind: FixityProblem['kind'], file: string, detail: string) =>
    report.problems.push({ kind, path: file, detail });

  const root = await readInventory(folder, '', wrong);
  if (!root) return report;
  const { inventory } = root;
  report.versions = headOf(inventory);
  if (inventory.id !== objectId) wrong('inventory', 'inventory.json', `is the inventory of ${inventory.id}`);
  const declared = await readFile(path.join(folder, '0=ocfl_object_1.1'), 'utf8').catch(() => null);
  if (declared !== 'ocfl_object_1.1\n') wrong('missing', '0=ocfl_object_1.1', 'the object does not declare itself');

  for (let number = 1; number <= report.versions; number++) {
    const name = `v${number}`;
    const own = await readInventory(folder, name, wrong);
    const told = JSON.stringify(inventory.versions[name]?.state);
    if (!told) wrong('inventory', 'inventory.json', `does not tell of ${name}`);
    if (own && headOf(own.inventory) !== number) wrong('inventory', `${name}/inventory.json`, `is not of ${name}`);
    if (own && number === report.versions && own.text !== root.text) {
      wrong('inventory', `${name}/inventory.json`, 'differs from the inventory of the object');
    }
    for (const digest of Object.keys(inventory.versions[name]?.state ?? {})) {
      if (!inventory.manifest[digest]) wrong('inventory', 'inventory.json', `${name} has bytes the manifest does not`);
    }
  }
  await checkContent(folder, inventory, report, wrong);
  return report;
}

type Wrong = (kind: FixityProblem['kind'], file: string, detail: string) => void;

async function readInventory(
  folder: string,
  version: string,
  wrong: Wrong,
): Promise<{ inventory: Inventory; text: string } | null> {
  const name = path.join(version, 'inventory.json');
  try {
    const text = await readFile(path.join(folder, name), 'utf8');
    const sidecar = await readFile(path.join(folder, `${name}.sha512`), 'utf8').catch(() => '');
    if (sidecar.split(/\s/)[0] !== sha512Of(text))
      wrong('inventory', name, 'does not have the SHA-512 its sidecar tells');
    return { inventory: inventorySchema.parse(JSON.parse(text)), text };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') wrong('missing', name, 'is not there');
    else wrong('inventory', name, `cannot be read: ${(error as Error).message.slice(0, 200)}`);
    return null;
  }
}

async function checkContent(folder: string, inventory: Inventory, report: FixityReport, wrong: Wrong): Promise<void> {
  const promised = new Map(
    Object.entries(inventory.manifest).flatMap(([digest, files]) => files.map((file) => [file, digest] as const)),
  );
  const own = new Set(['0=ocfl_object_1.1', 'inventory.json', 'inventory.json.sha512']);
  for (let number = 1; number <= report.versions; number++) {
    own.add(`v${number}/inventory.json`).add(`v${number}/inventory.json.sha512`);
  }
  for await (const file of filesUnder(folder)) {
    const digest = promised.get(file);
    if (!digest) {
      if (!own.has(file)) wrong('unexpected', file, 'belongs to no version');
      continue;
    }
    promised.delete(file);
    try {
      const { sha512, size } = await hashFile(path.join(folder, file));
      report.files++;
      report.bytes += size;
      if (sha512 !== digest.toLowerCase())
        wrong('changed', file, `has the SHA-512 ${sha512.slice(0, 16)}…, not ${digest.slice(0, 16)}…`);
    } catch (error) {
      wrong('changed', file, `cannot be read: ${(error as Error).message}`);
    }
  }
  for (const file of promised.keys()) wrong('missing', file, 'is not there');
}

/** Every file under `folder`, relative and with forward slashes, as inventories write them. */
async function* filesUnder(folder: string, inside = ''): AsyncGenerator<string> {
  for await (const entry of await opendir(path.join(folder, inside))) {
    const name = inside ? `${inside}/${entry.name}` : entry.name;
    if (entry.isDirectory()) yield* filesUnder(folder, name);
    else yield name;
  }
}
