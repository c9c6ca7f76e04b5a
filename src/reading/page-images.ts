import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { DiskCache, sizeOf } from './disk-cache';
import type { PageRenderer, PageToRender } from './renderer';
import { RenderFailed } from './renderer';
import { Turns, type Urgency } from './turns';
import { withoutLeftovers } from './unfinished';

/** The widths pictures are made in, in pixels: a thumbnail, a small screen, a page to read, one to look at closely. */
export const WIDTHS = [200, 900, 1400, 2000] as const;
export type Width = (typeof WIDTHS)[number];
export const THUMBNAIL: Width = 200;

export interface PageImagesOptions {
  /** Bytes kept on disk before the least recently used go. */
  limitBytes?: number;
  /** Pictures made at the same time, and waiting to be made. */
  atOnce?: number;
  waiting?: number;
}

/**
 * Pictures of pages: made when first asked for, kept on disk within a limit, the least recently used dropped first.
 * Who asks for what is being made waits for that one; too many askers are told to come back. A page that someone
 * looks at goes before one fetched ahead, and both before a small picture.
 */
export class PageImages {
  private readonly kept: DiskCache;
  private readonly turns: Turns;
  private readonly making = new Map<string, { picture: Promise<string>; turn: symbol }>();
  /** Pages that could not be drawn: tried again after a while, not at every request. */
  private readonly failed = new Map<string, { error: RenderFailed; until: number }>();
  private readonly unfinished: string;
  private readonly ready: Promise<unknown>;

  constructor(
    private readonly folder: string,
    private readonly renderer: PageRenderer,
    listPath: string,
    options: PageImagesOptions = {},
  ) {
    this.turns = new Turns(options.atOnce ?? 2, options.waiting ?? 300);
    this.unfinished = path.join(folder, 'unfinished');
    this.kept = new DiskCache(folder, listPath, options.limitBytes ?? 4_000_000_000);
    this.ready = this.tidy();
    this.ready.catch(() => {}); // whoever asks first hears of it
  }

  /** The path of the JPEG of a page in `width`. @throws RenderFailed, Busy */
  async image(file: PageToRender & { sha512: string }, width: Width, urgency: Urgency = 'shown'): Promise<string> {
    const turned = file.turn ? `r${file.turn}` : '';
    const key = `${file.sha512.slice(0, 2)}/${file.sha512.slice(2, 34)}/${file.page}${turned}-${width}.jpg`;
    const target = path.join(this.folder, key);
    await this.ready;
    if ((await this.kept.use(key)) !== null) return target;
    const known = this.failed.get(key);
    if (known && known.until > Date.now()) throw known.error;
    const wanted = width === THUMBNAIL ? 'small' : urgency;
    const making = this.making.get(key);
    if (making) {
      this.turns.hurry(making.turn, wanted);
      return making.picture;
    }
    const turn = Symbol(key);
    const picture = this.turns
      .take(turn, wanted, () => this.make(key, target, file, width))
      .finally(() => this.making.delete(key));
    this.making.set(key, { picture, turn });
    return picture;
  }

  /** Waiting and under way. */
  get load(): number {
    return this.turns.load;
  }

  close(): void {
    this.kept.close();
  }

  private async make(key: string, target: string, page: PageToRender, width: Width): Promise<string> {
    const unfinished = path.join(this.unfinished, `${randomUUID()}.jpg`);
    try {
      await this.renderer.render(page, width, unfinished);
      const [{ size }] = await Promise.all([stat(unfinished), mkdir(path.dirname(target), { recursive: true })]);
      await rename(unfinished, target);
      this.kept.keep(key, size);
    } catch (error) {
      await rm(unfinished, { force: true });
      // A file that went elsewhere meanwhile says nothing of its page.
      if (error instanceof RenderFailed && (await sizeOf(page.path)) !== null) this.remember(key, error);
      throw error;
    }
    return target;
  }

  /** Without its list nobody knows what is oldest: then all pictures go. */
  private async tidy(): Promise<void> {
    if (this.kept.isUnknown) await rm(this.folder, { recursive: true, force: true });
    await withoutLeftovers(this.unfinished);
  }

  private remember(key: string, error: RenderFailed): void {
    if (this.failed.size > 10_000) this.failed.clear();
    this.failed.set(key, { error, until: Date.now() + 10 * 60_000 });
  }
}
