import type { Dirent } from 'node:fs';
import { mkdir, opendir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Busy, Conflict, NotFound } from '../errors';
import {
  codeOf,
  exists,
  hashFile,
  linkOrCopy,
  makeFolderDurably,
  namesIn,
  removeEmptyFolders,
  sha512Of,
  syncFolder,
  writeDurably,
} from './durable';
import {
  digestAt,
  headOf,
  INVENTORY_TYPE,
  type Inventory,
  inventorySchema,
  inventoryText,
  isLogicalPath,
  sidecarText,
  stateOf,
} from './inventory';
import { DEFAULT_LAYOUT, idBorneBy, LAYOUT_NAME, type Layout, layoutSchema, objectFolder } from './layout';
import { Operation } from './operation';
import { type FixityReport, verifyObject } from './verify';

export type { FixityReport } from './verify';

/** A file of a new version: its bytes, the file that holds them, or the digest of bytes the object has already. */
export type Content = { bytes: Buffer | string } | { from: string; sha512?: string } | { sha512: string };

export interface NewVersion {
  /** By logical path, as in `files/thesis.pdf`. What is not named here is not in the version. */
  files: Record<string, Content>;
  message: string;
  user: { name: string; address?: string | null };
  /** ISO 8601, UTC. */
  created: string;
  /** The number it must get; @throws Conflict when another version has it. Left out: the next one. */
  version?: number;
}

export interface AddedVersion {
  version: number;
  /** False when the newest version already held exactly these files, and nothing was written. */
  added: boolean;
  /** Where each logical path lies, relative to the object's folder. */
  contentPaths: Record<string, string>;
}

export interface ArchivedFile {
  /** Absolute. */
  path: string;
  /** Bytes. */
  size: number;
  sha512: string;
}

/**
 * The library's bytes: an OCFL 1.1 storage root, one object for each work, person and set of documents, readable with
 * no software but a file manager. A version is whole or it is not there: killed anywhere, `open` finds the object as
 * it was before or after.
 */
export class Archive {
  private readonly turns = new Map<string, Promise<unknown>>();
  private readonly known = new Map<string, { stamp: string; inventory: Inventory }>();

  private constructor(
    readonly folder: string,
    private readonly layout: Layout,
  ) {}

  /**
   * Opens the storage root in `folder`, making it where there is none, and clears up after processes that died.
   * @throws Error when the folder holds something else.
   */
  static async open(folder: string): Promise<Archive> {
    const root = path.resolve(folder);
    await makeFolderDurably(root);
    const archive = new Archive(root, await openRoot(root));
    await archive.repair();
    return archive;
  }

  /**
   * Adds a version: content on disk, the version's folder moved into place, the object's inventory replaced last.
   * `commit` makes the version count elsewhere too (the catalogue's transaction): if it throws, the version is taken
   * back; if the process dies before it returns, `settle` decides at the next start.
   * @throws Conflict when the version has a number that is taken, NotFound when a digest is not the object's, Busy when
   * the disk is full.
   */
  async addVersion(
    objectId: string,
    content: NewVersion,
    commit?: (added: AddedVersion) => Promise<unknown>,
  ): Promise<AddedVersion> {
    return this.inTurn(objectId, async () => {
      const before = await this.find(objectId);
      const version = headOf(before) + 1;
      if (content.version !== undefined && content.version !== version) {
        throw new Conflict('error.versionTaken', { version: content.version });
      }
      const operation = await Operation.begin(this.staging, { objectId, version, awaitsCommit: Boolean(commit) });
      try {
        const after = await stage(operation, before, objectId, content);
        const added = after !== before;
        if (added) await this.place(operation, after);
        const result = { version: headOf(after), added, contentPaths: contentPathsOf(after) };
        await commit?.(result);
        await operation.end();
        return result;
      } catch (error) {
        try {
          await this.takeBack(operation, objectId, version);
          await operation.end();
        } catch {
          // As when the disk is full or gone: the operation stays on disk, and the next `open` takes it back.
        }
        throw ['ENOSPC', 'EDQUOT'].includes(codeOf(error)) ? new Busy('error.diskFull', 3600) : error;
      }
    });
  }

  /**
   * Takes back the versions whose `commit` was cut off by the end of its process, unless `isKnown` (the catalogue)
   * says that it had come through. To be called at start, when the catalogue is open.
   */
  async settle(isKnown: (objectId: string, version: number) => Promise<boolean>): Promise<void> {
    for (const operation of await Operation.abandoned(this.staging)) {
      const { objectId, version } = operation.intent;
      if (!(await isKnown(objectId, version))) {
        await this.inTurn(objectId, () => this.takeBack(operation, objectId, version));
      }
      await operation.end();
    }
  }

  /** The bytes of a file, by logical path or digest, in a version (the newest, if none is named). */
  async read(objectId: string, file: string | { sha512: string }, version?: number): Promise<ArchivedFile> {
    const inventory = await this.inventory(objectId);
    const sha512 = typeof file === 'string' ? digestAt(inventory, file, version) : file.sha512;
    const contentPath = sha512 && inventory.manifest[sha512]?.[0];
    if (!contentPath || !isLogicalPath(contentPath)) throw new NotFound();
    const absolute = path.join(this.folderOf(objectId), contentPath);
    try {
      const { size } = await stat(absolute);
      return { path: absolute, size, sha512 };
    } catch (error) {
      throw new Error(`The archive has lost ${absolute}`, { cause: error });
    }
  }

  /** A small file's text, as `metadata.json`. */
  async readText(objectId: string, logicalPath: string, version?: number): Promise<string> {
    return readFile((await this.read(objectId, logicalPath, version)).path, 'utf8');
  }

  /** @throws NotFound */
  async inventory(objectId: string): Promise<Inventory> {
    const inventory = await this.find(objectId);
    if (!inventory) throw new NotFound();
    return inventory;
  }

  /** The newest version's number, 0 where there is no such object. */
  async head(objectId: string): Promise<number> {
    return headOf(await this.find(objectId));
  }

  /** The name of the OCFL extension by which objects are laid out. */
  get layoutName(): string {
    return this.layout.extensionName;
  }

  /** The ids of all objects, in the order of their folders; of one whose inventory is torn, the id its folder bears. */
  async *objects(): AsyncGenerator<string> {
    for await (const folder of objectFoldersUnder(this.folder)) {
      try {
        yield inventorySchema.parse(JSON.parse(await readFile(path.join(folder, 'inventory.json'), 'utf8'))).id;
      } catch {
        if (await exists(folder)) yield idBorneBy(path.basename(folder)); // else taken back this moment
      }
    }
  }

  /** Reads every byte of an object again and tells what is missing, changed or does not belong there. */
  async verify(objectId: string): Promise<FixityReport> {
    return verifyObject(this.folderOf(objectId), objectId);
  }

  /** The folder of an object, absolute, whether it exists or not. */
  folderOf(objectId: string): string {
    return path.join(this.folder, objectFolder(this.layout, objectId));
  }

  private get staging(): string {
    return path.join(this.folder, 'extensions', 'achyk-staging');
  }

  private async find(objectId: string): Promise<Inventory | null> {
    const file = path.join(this.folderOf(objectId), 'inventory.json');
    try {
      const { ino, mtimeMs, size } = await stat(file);
      const stamp = `${ino} ${mtimeMs} ${size}`;
      const known = this.known.get(objectId);
      this.known.delete(objectId);
      const inventory =
        known?.stamp === stamp ? known.inventory : inventorySchema.parse(JSON.parse(await readFile(file, 'utf8')));
      this.known.set(objectId, { stamp, inventory });
      if (this.known.size > MOST_KNOWN) this.known.delete(this.known.keys().next().value as string);
      return inventory;
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return null;
      throw new Error(`Cannot read ${file}`, { cause: error });
    }
  }

  /** Moves what is staged into its place: one rename makes the version appear, one makes it count. */
  private async place(operation: Operation, after: Inventory): Promise<void> {
    const folder = this.folderOf(after.id);
    if (after.head === 'v1') {
      await makeFolderDurably(path.dirname(folder));
      await moveIntoPlace(operation.inside('object'), folder);
      await syncFolder(path.dirname(folder));
      return;
    }
    await moveIntoPlace(operation.inside('object', after.head), path.join(folder, after.head));
    await syncFolder(folder);
    await rename(operation.inside('object', SIDECAR), path.join(folder, SIDECAR));
    await rename(operation.inside('object', 'inventory.json'), path.join(folder, 'inventory.json'));
    await syncFolder(folder);
  }

  /** Makes as if the operation had never been, as far as it got; safe to repeat. */
  private async takeBack(operation: Operation, objectId: string, version: number): Promise<void> {
    const folder = this.folderOf(objectId);
    const bin = operation.inside('taken-back');
    const head = headOf(await this.find(objectId));
    const isPlaced = !(await exists(operation.inside('object', `v${version}`)));
    if (isPlaced && head <= version) {
      await rm(bin, { recursive: true, force: true });
      if (version === 1) {
        if (head === 1) await rename(folder, bin);
      } else {
        await this.restoreInventory(operation, folder, version - 1);
        if (await exists(path.join(folder, `v${version}`))) await rename(path.join(folder, `v${version}`), bin);
        await syncFolder(folder);
      }
      this.known.delete(objectId);
      await rm(bin, { recursive: true, force: true });
    }
    if (version === 1) await removeEmptyFolders(path.dirname(folder), this.folder);
  }

  /** Puts the inventory that a version kept back at the object's root; copies, for a version's folder never changes. */
  private async restoreInventory(operation: Operation, folder: string, version: number): Promise<void> {
    for (const name of [SIDECAR, 'inventory.json']) {
      const copy = operation.inside(`restored-${name}`);
      await writeDurably(copy, await readFile(path.join(folder, `v${version}`, name)));
      await rename(copy, path.join(folder, name));
    }
    await syncFolder(folder);
  }

  private async repair(): Promise<void> {
    for (const operation of await Operation.abandoned(this.staging)) {
      const { objectId, version, awaitsCommit } = operation.intent;
      const counts = (await this.head(objectId)) >= version;
      if (counts && awaitsCommit) continue; // only the catalogue knows: `settle`
      if (!counts) await this.takeBack(operation, objectId, version);
      await operation.end();
    }
  }

  /** One change of an object at a time. */
  private async inTurn<T>(objectId: string, act: () => Promise<T>): Promise<T> {
    const before = this.turns.get(objectId);
    const mine = (async () => {
      await before?.catch(() => {});
      return act();
    })();
    this.turns.set(objectId, mine);
    try {
      return await mine;
    } finally {
      if (this.turns.get(objectId) === mine) this.turns.delete(objectId);
    }
  }
}

const SIDECAR = 'inventory.json.sha512';
const MOST_KNOWN = 200;
const ROOT_DECLARATION = '0=ocfl_1.1';
const OBJECT_DECLARATION = '0=ocfl_object_1.1';

const EXPLANATION = `This folder is an OCFL 1.1 storage root, kept by Achyk, a library's open-access repository.

Oxford Common File Layout (OCFL) Specification 1.1: https://ocfl.io/1.1/spec/
In short, and enough to read everything here without any software:

* Each folder with a file "${OBJECT_DECLARATION}" is one object. Its name is its id, with %3a for a colon:
  achyk%3awork%3a17 is the work that stands at /works/17 in the library, achyk%3aperson%3a12 an author.
* inventory.json says what every version (v1, v2, …) holds: "state" gives each file's name under the SHA-512 of its
  bytes, and "manifest" gives the place where those bytes lie. "head" is the newest version.
* v1/content/ and so on hold the bytes. Nothing in them is ever changed; what a version did not change lies in an
  earlier one.
* metadata.json in a work describes it: titles, authors, files, access, and who did what when.
`;

/** Makes the storage root, or reads how the one that stands here lays out its objects. */
async function openRoot(root: string): Promise<Layout> {
  const config = path.join(root, 'extensions', LAYOUT_NAME, 'config.json');
  if (await exists(path.join(root, ROOT_DECLARATION))) {
    try {
      return layoutSchema.parse(JSON.parse(await readFile(config, 'utf8')));
    } catch (error) {
      throw new Error(`${root} is an OCFL storage root of a layout other than ${LAYOUT_NAME}`, { cause: error });
    }
  }
  const foreign = (await namesIn(root)).filter(
    (name) => !['extensions', 'ocfl_1.1.txt', 'ocfl_layout.json'].includes(name),
  );
  if (foreign.length > 0) {
    throw new Error(
      `${root} is no OCFL 1.1 storage root and not empty either: it has ${foreign.slice(0, 3).join(', ')}`,
    );
  }
  const layout = DEFAULT_LAYOUT;
  const description = 'Hashed n-tuples, then a folder named after the percent-encoded id of the object.';
  await makeFolderDurably(path.dirname(config));
  await writeDurably(config, `${JSON.stringify(layout, null, 2)}\n`);
  await syncFolder(path.dirname(config));
  await writeDurably(
    path.join(root, 'ocfl_layout.json'),
    `${JSON.stringify({ extension: LAYOUT_NAME, description }, null, 2)}\n`,
  );
  await writeDurably(path.join(root, 'ocfl_1.1.txt'), EXPLANATION);
  await syncFolder(root);
  await writeDurably(path.join(root, ROOT_DECLARATION), 'ocfl_1.1\n'); // last: without it, it was never finished
  await syncFolder(root);
  return layout;
}

/** Lays the new version out in the operation's folder, all of it on disk. Gives `before` when nothing changed. */
async function stage(
  operation: Operation,
  before: Inventory | null,
  objectId: string,
  content: NewVersion,
): Promise<Inventory> {
  checkPaths(Object.keys(content.files));
  const name = `v${headOf(before) + 1}`;
  const object = operation.inside('object');
  const manifest: Inventory['manifest'] = { ...before?.manifest };
  const state: Inventory['manifest'] = {};
  for (const [logicalPath, file] of Object.entries(content.files)) {
    const contentPath = `${name}/content/${logicalPath}`;
    const sha512 = await stageFile(
      file,
      path.join(object, name),
      `content/${logicalPath}`,
      (digest) => digest in manifest,
    );
    manifest[sha512] ??= [contentPath];
    state[sha512] = [...(state[sha512] ?? []), logicalPath];
  }
  if (before && isSameState(stateOf(before), state)) return before;

  const after: Inventory = {
    id: objectId,
    type: INVENTORY_TYPE,
    digestAlgorithm: 'sha512',
    head: name,
    contentDirectory: 'content',
    manifest,
    versions: {
      ...before?.versions,
      [name]: { created: content.created, message: content.message, user: userOf(content.user), state },
    },
  };
  const text = inventoryText(after);
  for (const folder of [path.join(object, name), object]) {
    await writeDurably(path.join(folder, 'inventory.json'), text);
    await writeDurably(path.join(folder, SIDECAR), sidecarText(sha512Of(text)));
  }
  if (!before) {
    await writeDurably(path.join(object, OBJECT_DECLARATION), `${OBJECT_DECLARATION.slice(2)}\n`);
  }
  await syncTree(object);
  return after;
}

/** Gives the file's digest; its bytes are at `inside` the version's folder afterwards, unless the object has them already. */
async function stageFile(
  file: Content,
  versionFolder: string,
  inside: string,
  isHeld: (sha512: string) => boolean,
): Promise<string> {
  const target = path.join(versionFolder, inside);
  if ('bytes' in file) {
    const sha512 = sha512Of(file.bytes);
    if (isHeld(sha512)) return sha512;
    await mkdir(path.dirname(target), { recursive: true });
    await writeDurably(target, file.bytes);
    return sha512;
  }
  if (file.sha512 && isHeld(file.sha512)) return file.sha512;
  if (!('from' in file)) throw new NotFound();
  await mkdir(path.dirname(target), { recursive: true });
  await linkOrCopy(file.from, target);
  const { sha512 } = await hashFile(target); // the archive vouches only for bytes it has read itself
  if (file.sha512 && file.sha512 !== sha512) {
    throw new Error(`The bytes of ${file.from} have changed since they came: SHA-512 ${sha512}, not ${file.sha512}`);
  }
  if (isHeld(sha512)) {
    await rm(target);
    await removeEmptyFolders(path.dirname(target), versionFolder);
  }
  return sha512;
}

function checkPaths(logicalPaths: string[]): void {
  const folders = new Set(
    logicalPaths.flatMap((each) => each.split('/').map((_, i, parts) => parts.slice(0, i).join('/'))),
  );
  for (const each of logicalPaths) {
    if (!isLogicalPath(each) || folders.has(each))
      throw new Error(`Not a path a file can have: ${JSON.stringify(each)}`);
  }
}

const isSameState = (before: Map<string, string>, state: Inventory['manifest']): boolean => {
  const pairs = Object.entries(state).flatMap(([digest, names]) => names.map((name) => [name, digest] as const));
  return pairs.length === before.size && pairs.every(([name, digest]) => before.get(name) === digest);
};

const userOf = ({ name, address }: NewVersion['user']): { name: string; address?: string } =>
  address ? { name, address: /^[a-z][a-z0-9+.-]*:/i.test(address) ? address : `mailto:${address}` } : { name };

function contentPathsOf(inventory: Inventory): Record<string, string> {
  const places = [...stateOf(inventory)].map(([name, digest]) => [name, inventory.manifest[digest]?.[0] ?? '']);
  return Object.fromEntries(places);
}

async function syncTree(folder: string): Promise<void> {
  for await (const entry of await opendir(folder)) {
    if (entry.isDirectory()) await syncTree(path.join(folder, entry.name));
  }
  await syncFolder(folder);
}

/** @throws Conflict when another process has made this version meanwhile. */
async function moveIntoPlace(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST'].includes(codeOf(error))) throw error;
    throw new Conflict('error.versionTaken', { version: path.basename(to) }, { cause: error });
  }
}

async function* objectFoldersUnder(folder: string, depth = 0): AsyncGenerator<string> {
  const entries: Dirent[] = [];
  for await (const entry of await opendir(folder)) entries.push(entry);
  if (depth > 0 && entries.some((entry) => entry.name.startsWith('0=ocfl_object_'))) {
    yield folder;
    return;
  }
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    if (!entry.isDirectory() || (depth === 0 && entry.name === 'extensions')) continue;
    yield* objectFoldersUnder(path.join(folder, entry.name), depth + 1);
  }
}
