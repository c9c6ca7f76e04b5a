import sanitizeHtml from 'sanitize-html';
import type { Block, Cell, Mark, Run } from './blocks';
import { cleanText } from './page';

/** A block that names of the source lead to, and links by those names, until it is known where each block stands. */
export interface ReadDocument {
  blocks: Block[];
  /** The block's own id for each name in the source (`id`, `name`) that stands in it. */
  names: ReadonlyMap<string, string>;
  /** Addresses of the pictures that blocks show, in the order of their numbers. */
  pictures: readonly string[];
}

/** A run whose link leads into the document, by the source's name of the place. */
export type LinkedRun = Run & { name?: string };

/** What stands in these is for programs, or to be filled in. */
const NOT_TO_READ = new Set('script style template noscript textarea select svg object iframe title'.split(' '));

const MARK_OF: Record<string, Mark> = {
  b: 'strong',
  strong: 'strong',
  i: 'em',
  em: 'em',
  cite: 'em',
  dfn: 'em',
  var: 'em',
  u: 'underline',
  ins: 'underline',
  s: 'strike',
  strike: 'strike',
  del: 'strike',
  code: 'code',
  kbd: 'code',
  samp: 'code',
  tt: 'code',
  sup: 'sup',
  sub: 'sub',
};

const BLOCKS = new Set(
  'address article aside body caption center dd details div dl dt fieldset figcaption figure footer form header html legend main nav p section summary'.split(
    ' ',
  ),
);

/** Shown of one document; more are a sheet of stamps, or meant to keep somebody busy. */
const MOST_PICTURES = 500;

/** Nobody writes lists in lists so deep; who does wants to see a stack overflow. */
const DEEPEST = 24;

type Frame =
  | { tag: 'root' | 'blockquote' | 'li' | 'td'; blocks: Block[] }
  | { tag: 'list'; list: Extract<Block, { kind: 'list' }> }
  | { tag: 'table'; table: Extract<Block, { kind: 'table' }> };

/**
 * What the markup of an HTML document means: headings, paragraphs, lists, tables, emphasis, links, notes and pictures.
 * @param isShown can a picture with this address be shown? Of all others only their description stays.
 */
export function blocksOfHtml(html: string, isShown: (address: string) => boolean = () => false): ReadDocument {
  const builder = new Builder(isShown);
  sanitizeHtml(html, {
    allowedTags: false,
    allowedAttributes: {},
    allowVulnerableTags: true, // nothing of the result is used but what is handed to the callbacks below
    onOpenTag: (name, attributes) => builder.open(name, attributes),
    onCloseTag: (name) => builder.close(name),
    textFilter: (escaped) => {
      builder.text(unescapeHtml(escaped));
      return '';
    },
  });
  return builder.end();
}

class Builder {
  private readonly root: Block[] = [];
  private readonly frames: Frame[] = [{ tag: 'root', blocks: this.root }];
  private readonly names = new Map<string, string>();
  private readonly pictures: string[] = [];
  private readonly marks: { tag: string; mark: Mark }[] = [];
  private readonly links: Pick<LinkedRun, 'href' | 'name'>[] = [];
  /** Names met since the last block, which the next one gets. */
  private waitingNames: string[] = [];
  private current: Extract<Block, { runs: Run[] }> | null = null;
  private preformatted = 0;
  /** How deep in what is not to be read. */
  private hidden = 0;
  private ids = 0;
  /** Frames that were too deep to be made: closed by counting. */
  private skipped = 0;

  constructor(private readonly isShown: (address: string) => boolean) {}

  open(tag: string, attributes: Record<string, string>): void {
    if (NOT_TO_READ.has(tag)) this.hidden += 1;
    if (tag === 'body') this.hidden = 0;
    if (this.hidden > 0) return;
    const name = attributes.id ?? (tag === 'a' ? attributes.name : undefined);
    if (name) {
      if (this.current && !isBlock(tag)) this.give(this.current, name);
      else this.waitingNames.push(name);
    }
    const heading = /^h([1-6])$/.exec(tag);
    if (heading) this.named(this.begin({ kind: 'heading', level: Number(heading[1]), runs: [] }));
    else if (MARK_OF[tag]) this.marks.push({ tag, mark: MARK_OF[tag]! });
    else if (tag === 'a') this.links.push(linkOf(attributes.href));
    else if (tag === 'br') this.text('\n', true);
    else if (tag === 'img') this.picture(attributes.alt, attributes.src);
    else if (tag === 'hr') this.add({ kind: 'rule' });
    else if (tag === 'pre') {
      this.preformatted += 1;
      this.begin({ kind: 'preformatted', runs: [] });
    } else if (tag === 'ul' || tag === 'ol') {
      const start = Number.parseInt(attributes.start ?? '1', 10);
      const list = {
        kind: 'list' as const,
        ordered: tag === 'ol',
        start: Number.isSafeInteger(start) ? start : 1,
        items: [],
      };
      this.push(list, { tag: 'list', list });
    } else if (tag === 'blockquote') {
      const quote = { kind: 'quote' as const, blocks: [] };
      this.push(quote, { tag: 'blockquote', blocks: quote.blocks });
    } else if (tag === 'table') {
      const table = { kind: 'table' as const, rows: [] };
      this.push(table, { tag: 'table', table });
    } else if (tag === 'li') this.item();
    else if (tag === 'tr') this.row();
    else if (tag === 'td' || tag === 'th') this.cell(tag, attributes);
    else if (BLOCKS.has(tag)) this.flush();
  }

  close(tag: string): void {
    if (NOT_TO_READ.has(tag)) this.hidden = Math.max(0, this.hidden - 1);
    if (this.hidden > 0) return;
    if (MARK_OF[tag]) {
      const at = this.marks.findLastIndex((mark) => mark.tag === tag);
      if (at >= 0) this.marks.splice(at, 1);
    } else if (tag === 'a') this.links.pop();
    else if (tag === 'pre') {
      this.preformatted = Math.max(0, this.preformatted - 1);
      this.flush();
    } else if (tag === 'ul' || tag === 'ol') this.pop('list');
    else if (tag === 'table' || tag === 'blockquote' || tag === 'li') this.pop(tag);
    else if (tag === 'td' || tag === 'th') this.pop('td');
    else if (BLOCKS.has(tag) || /^h[1-6]$/.test(tag)) this.flush();
  }

  /** @param isBreak a line break of the document's, and not one of its source */
  text(raw: string, isBreak = false): void {
    if (this.hidden > 0) return;
    const clean = cleanText(raw);
    let text = isBreak || this.preformatted > 0 ? clean : clean.replace(/[ \t\n\r\f]+/g, ' ');
    const runs = this.current?.runs;
    const last = runs?.at(-1)?.text;
    // Space at the beginning of a line, or after space, is of the source.
    if (this.preformatted === 0 && !isBreak && (last === undefined || /[ \n]$/.test(last)))
      text = text.replace(/^ /, '');
    if (text === '' || (!this.current && text.trim() === '')) return;
    this.current ??= this.begin({ kind: 'paragraph', runs: [] });
    const marks = [...new Set(this.marks.map(({ mark }) => mark))];
    const run: LinkedRun = { text, ...(marks.length > 0 ? { marks } : {}), ...this.links.at(-1) };
    const before = this.current.runs.at(-1);
    if (before && sameLook(before, run)) before.text += text;
    else this.current.runs.push(run);
  }

  end(): ReadDocument {
    this.flush();
    return { blocks: withoutEmpty(this.root), names: this.names, pictures: this.pictures };
  }

  /** A picture stands by itself; in a heading, or where it cannot be shown, what its author wrote for the blind. */
  private picture(alt: string | undefined, address: string | undefined): void {
    const told = cleanText(alt ?? '')
      .replace(/\s+/g, ' ')
      .trim();
    if (address && this.isShown(address) && this.current?.kind !== 'heading' && this.pictures.length < MOST_PICTURES) {
      this.pictures.push(address);
      this.begin({ kind: 'picture', picture: this.pictures.length, runs: told ? [{ text: told }] : [] });
      this.flush();
    } else if (told) this.text(` [${told}] `);
  }

  private begin<B extends Extract<Block, { runs: Run[] }>>(block: B): B {
    this.flush();
    this.add(block);
    this.current = block;
    return block;
  }

  /** Ends the paragraph in hand. */
  private flush(): void {
    const last = this.current?.runs.at(-1);
    if (last && this.current!.kind !== 'preformatted') last.text = last.text.replace(/[ \n]+$/, '');
    this.current = null;
  }

  private add(block: Block): void {
    this.flush();
    for (const name of this.waitingNames.splice(0)) this.give(block, name);
    const frame = this.frames.findLast((each) => 'blocks' in each)!;
    const top = this.frames.at(-1)!;
    // Text between a list's items or a table's cells belongs before the list.
    if (top !== frame && 'blocks' in frame) {
      const holder = top.tag === 'list' ? top.list : (top as Extract<Frame, { tag: 'table' }>).table;
      const at = (frame as { blocks: Block[] }).blocks.indexOf(holder);
      (frame as { blocks: Block[] }).blocks.splice(Math.max(0, at), 0, block);
      return;
    }
    (frame as { blocks: Block[] }).blocks.push(block);
  }

  private push(block: Block, frame: Frame): void {
    if (this.frames.length >= DEEPEST) {
      this.skipped += 1;
      this.flush();
      return;
    }
    this.add(block);
    this.frames.push(frame);
  }

  private item(): void {
    this.pop('li', 'list');
    this.flush();
    const top = this.frames.at(-1)!;
    if (top.tag !== 'list' || this.frames.length >= DEEPEST) return;
    const blocks: Block[] = [];
    top.list.items.push(blocks);
    this.frames.push({ tag: 'li', blocks });
  }

  private row(): void {
    this.pop('td', 'table');
    this.flush();
    const top = this.frames.at(-1)!;
    if (top.tag === 'table') top.table.rows.push([]);
  }

  private cell(tag: 'td' | 'th', attributes: Record<string, string>): void {
    this.pop('td', 'table');
    this.flush();
    const top = this.frames.at(-1)!;
    if (top.tag !== 'table' || this.frames.length >= DEEPEST) return;
    const span = (given: string | undefined) => Math.min(100, Math.max(1, Number.parseInt(given ?? '1', 10) || 1));
    const cell: Cell = {
      isHeader: tag === 'th',
      across: span(attributes.colspan),
      down: span(attributes.rowspan),
      blocks: [],
    };
    if (top.table.rows.length === 0) top.table.rows.push([]);
    top.table.rows.at(-1)!.push(cell);
    this.frames.push({ tag: 'td', blocks: cell.blocks });
  }

  /** Closes the nearest frame of this kind and what was left open in it; none beyond one of the kind `within`. */
  private pop(tag: Frame['tag'], within?: Frame['tag']): void {
    const isOuter = tag === 'list' || tag === 'table' || tag === 'blockquote';
    if (isOuter && this.skipped > 0) {
      this.skipped -= 1;
      this.flush();
      return;
    }
    const at = this.frames.findLastIndex((frame) => frame.tag === tag);
    const wall = within ? this.frames.findLastIndex((frame) => frame.tag === within) : 0;
    if (at <= 0 || at < wall) return;
    this.flush();
    this.frames.length = at;
  }

  private named(block: Block): string {
    if (!block.id) {
      this.ids += 1;
      block.id = `b${this.ids}`;
    }
    return block.id;
  }

  private give(block: Block, name: string): void {
    const id = this.named(block);
    if (!this.names.has(name)) this.names.set(name, id);
  }
}

const isBlock = (tag: string): boolean =>
  BLOCKS.has(tag) || /^(h[1-6]|ul|ol|li|table|tr|td|th|pre|blockquote|hr)$/.test(tag);

/** Where a link may lead: into the document, or out by an address that opens a page or a letter. */
function linkOf(href: string | undefined): Pick<LinkedRun, 'href' | 'name'> {
  const given = (href ?? '').trim();
  if (given.startsWith('#') && given.length > 1) {
    try {
      return { name: decodeURIComponent(given.slice(1)) };
    } catch {
      return { name: given.slice(1) };
    }
  }
  if (!/^(https?|mailto):/i.test(given) || !URL.canParse(given)) return {};
  return { href: new URL(given).href };
}

const sameLook = (one: LinkedRun, other: LinkedRun): boolean =>
  one.href === other.href && one.name === other.name && (one.marks?.join() ?? '') === (other.marks?.join() ?? '');

/** Blocks that say nothing are gone, and lists and tables that are left without anything. */
function withoutEmpty(blocks: Block[]): Block[] {
  return blocks.flatMap((block): Block[] => {
    switch (block.kind) {
      case 'rule':
      case 'picture':
        return [block];
      case 'quote':
      case 'note': {
        const inside = withoutEmpty(block.blocks);
        return inside.length > 0 ? [{ ...block, blocks: inside }] : [];
      }
      case 'list': {
        const items = block.items.map(withoutEmpty).filter((item) => item.length > 0);
        return items.length > 0 ? [{ ...block, items }] : [];
      }
      case 'table': {
        const rows = block.rows
          .map((row) => row.map((cell) => ({ ...cell, blocks: withoutEmpty(cell.blocks) })))
          .filter((row) => row.length > 0);
        return rows.some((row) => row.some((cell) => cell.blocks.length > 0)) ? [{ ...block, rows }] : [];
      }
      default:
        return block.runs.some((run) => run.text.trim() !== '') ? [block] : [];
    }
  });
}

const unescapeHtml = (text: string) =>
  text.replace(
    /&(amp|lt|gt|quot|#39);/g,
    (_, name: string) => ({ amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" })[name]!,
  );
