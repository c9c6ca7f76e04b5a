import type { Block, Cell, Run } from './blocks';
import { plainRuns, textOf } from './blocks';
import type { LinkedRun, ReadDocument } from './html-blocks';
import { type OutlineEntry, plainPage, type TextPage } from './page';
import { CHARACTERS_A_PAGE } from './plain-text';

/** A page that may grow so far beyond its size before it is cut. */
const FULL = CHARACTERS_A_PAGE * 1.3;
/** As much of a page as so many letters a picture takes. */
const PICTURE = CHARACTERS_A_PAGE / 4;

/**
 * A document in pages of about the size of printed ones, cut between blocks: a heading stays with what follows it, and
 * each note stands on the page that refers to it.
 */
export function pagesOfDocument(document: ReadDocument): TextPage[] {
  const { blocks, notes } = withoutNotes(document);
  const pages = cut(blocks).map((page) => [...page, ...notesOf(page, notes)]);
  const pageOf = new Map<string, number>();
  pages.forEach((page, i) => {
    for (const id of idsIn(page)) if (!pageOf.has(id)) pageOf.set(id, i + 1);
  });
  return (pages.length > 0 ? pages : [[]]).map((page, i) => {
    const linked = page.map((block) => eachRunIn(block, (run) => resolved(run, document.names, pageOf)));
    return { ...plainPage(i + 1, textOf(linked)), blocks: linked };
  });
}

// ── Notes ──

type Note = Extract<Block, { kind: 'note' }>;
const MARK = /^[[(]?(\d{1,4}|[*†‡§]{1,3}|[a-zа-я]|[ivx]{1,5})[\])]?$/iu;
const BACK = /^\s*[↑↩^⏎]\uFE0E?\s*$|^\s*[[(]?\d{1,4}[\])]?\s*$/u;

/**
 * Takes the footnotes out of the lists they stand in at the end. A note is an item, or a paragraph, that a short mark
 * further up leads to and that leads back: Word's converter and most word processors write them so.
 */
function withoutNotes({ blocks, names }: ReadDocument): { blocks: Block[]; notes: Map<string, Note> } {
  /** By the block's id: the mark that leads there, and the block where that mark stands. */
  const marked = new Map<string, { mark: string; from: string | null }>();
  const scan = (list: readonly Block[]) => {
    for (const block of list) {
      if ('runs' in block) {
        for (const run of block.runs as LinkedRun[]) {
          const target = run.name === undefined ? undefined : names.get(run.name);
          const mark = run.text.trim();
          if (!target || target === block.id || !MARK.test(mark) || marked.has(target)) continue;
          marked.set(target, { mark: mark.replace(/^[[(]|[\])]$/g, ''), from: block.id ?? null });
        }
      } else for (const inner of insidesOf(block)) scan(inner);
    }
  };
  scan(blocks);
  const notes = new Map<string, Note>();
  const noteOf = (content: Block[]): Note | null => {
    const first = content[0];
    const reference = first?.id ? marked.get(first.id) : undefined;
    if (!first?.id || !reference) return null;
    let leadsBack = false;
    const stripped = content.map((block) =>
      eachRunIn(block, (run: LinkedRun) => {
        if (run.name === undefined || !BACK.test(run.text)) return run;
        leadsBack = true;
        return null;
      }),
    );
    if (!leadsBack) return null;
    const last = stripped.at(-1)!;
    if ('runs' in last && last.runs.length > 0) last.runs.at(-1)!.text = last.runs.at(-1)!.text.trimEnd();
    const { id, ...rest } = stripped[0]!;
    return {
      kind: 'note',
      id: id!,
      mark: reference.mark,
      back: reference.from,
      blocks: [rest as Block, ...stripped.slice(1)],
    };
  };
  const taken = (content: Block[]): boolean => {
    const note = noteOf(content);
    if (note) notes.set(note.id!, note);
    return note !== null;
  };
  const kept = blocks.flatMap((block): Block[] => {
    if (block.kind === 'list') {
      const items = block.items.filter((item) => !taken(item));
      return items.length > 0 ? [{ ...block, items }] : [];
    }
    return block.kind === 'paragraph' && taken([block]) ? [] : [block];
  });
  return { blocks: kept, notes: notesWithNames(notes, names) };
}

/** By every name of the source that leads to it. */
function notesWithNames(notes: Map<string, Note>, names: ReadonlyMap<string, string>): Map<string, Note> {
  const byName = new Map<string, Note>();
  for (const [name, id] of names) {
    const note = notes.get(id);
    if (note) byName.set(name, note);
  }
  return byName;
}

/** The notes that a page refers to, in the order of its references; a note is on the first page that does. */
function notesOf(page: readonly Block[], notes: Map<string, Note>): Note[] {
  const found: Note[] = [];
  for (const block of page) {
    eachRunIn(block, (run: LinkedRun) => {
      const note = run.name === undefined ? undefined : notes.get(run.name);
      if (note) {
        found.push(note);
        for (const [name, other] of notes) if (other === note) notes.delete(name);
      }
      return run;
    });
  }
  return found;
}

// ── Pages ──

function cut(blocks: readonly Block[]): Block[][] {
  const pages: Block[][] = [];
  let page: Block[] = [];
  let size = 0;
  const end = () => {
    // A heading at the foot of a page belongs to the next.
    let keep = page.length;
    while (keep > 1 && page[keep - 1]!.kind === 'heading') keep -= 1;
    const over = page.splice(keep);
    if (page.length > 0) pages.push(page);
    page = over;
    size = textOf(over).length;
  };
  for (const block of blocks.flatMap((each) => pieces(each))) {
    const length = textOf([block]).length + (block.kind === 'picture' ? PICTURE : 0);
    const isChapter = block.kind === 'heading' && block.level <= 2;
    if (size > 0 && (size + length > FULL || (isChapter && size > CHARACTERS_A_PAGE * 0.6))) end();
    page.push(block);
    size += length;
  }
  end();
  if (page.length > 0) pages.push(page);
  return pages;
}

/** A block as it is, or, where it is longer than a page, in parts that are not. */
function pieces(block: Block): Block[] {
  if (textOf([block]).length <= FULL) return [block];
  switch (block.kind) {
    case 'list': {
      let start = block.start;
      return grouped(block.items, (item) => textOf(item).length).map((items, i): Block => {
        const piece = { ...block, items, start, ...(i > 0 ? { id: undefined } : {}) };
        start += items.length;
        return piece;
      });
    }
    case 'table': {
      const length = (row: Cell[]) => row.reduce((sum, cell) => sum + textOf(cell.blocks).length, 0);
      return grouped(block.rows, length).map((rows) => ({ ...block, rows }));
    }
    case 'quote':
      return grouped(
        block.blocks.flatMap((inner) => pieces(inner)),
        (inner) => textOf([inner]).length,
      ).map((blocks) => ({ ...block, blocks }));
    case 'paragraph':
    case 'preformatted':
      return grouped(
        block.runs.flatMap((run) => cutRun(run)),
        (run) => run.text.length,
      ).map((runs) => ({ ...block, runs }));
    default:
      return [block];
  }
}

/** Neighbours together as long as they fit on a page. */
function grouped<T>(parts: readonly T[], length: (part: T) => number): T[][] {
  const groups: T[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const part of parts) {
    const own = length(part);
    if (size + own > CHARACTERS_A_PAGE) {
      groups.push([]);
      size = 0;
    }
    groups.at(-1)!.push(part);
    size += own;
  }
  return groups;
}

/** A run cut after sentences, else words, so that no part is longer than half a page. */
function cutRun(run: Run): Run[] {
  const parts: Run[] = [];
  let rest = run.text;
  while (rest.length > CHARACTERS_A_PAGE / 2) {
    const window = rest.slice(0, CHARACTERS_A_PAGE / 2);
    const sentence = window.search(/[.!?…]\s(?!.*[.!?…]\s)/su);
    const space = window.lastIndexOf(' ');
    const at = sentence > window.length / 3 ? sentence + 2 : space > 0 ? space + 1 : window.length;
    parts.push({ ...run, text: rest.slice(0, at) });
    rest = rest.slice(at);
  }
  return [...parts, { ...run, text: rest }];
}

// ── Places ──

function resolved(run: LinkedRun, names: ReadonlyMap<string, string>, pageOf: ReadonlyMap<string, number>): Run {
  const { name, ...rest } = run;
  const id = name === undefined ? undefined : names.get(name);
  const page = id === undefined ? undefined : pageOf.get(id);
  return id !== undefined && page !== undefined ? { ...rest, to: { id, page } } : rest;
}

function insidesOf(block: Block): Block[][] {
  switch (block.kind) {
    case 'quote':
    case 'note':
      return [block.blocks];
    case 'list':
      return block.items;
    case 'table':
      return block.rows.flat().map((cell) => cell.blocks);
    default:
      return [];
  }
}

function idsIn(blocks: readonly Block[]): string[] {
  return blocks.flatMap((block) => [
    ...(block.id ? [block.id] : []),
    ...insidesOf(block).flatMap((inner) => idsIn(inner)),
  ]);
}

/** The block with each of its runs as `change` gives it; null takes the run out. */
function eachRunIn(block: Block, change: (run: Run) => Run | null): Block {
  const all = (blocks: Block[]) => blocks.map((inner) => eachRunIn(inner, change));
  switch (block.kind) {
    case 'rule':
      return block;
    case 'quote':
    case 'note':
      return { ...block, blocks: all(block.blocks) };
    case 'list':
      return { ...block, items: block.items.map(all) };
    case 'table':
      return { ...block, rows: block.rows.map((row) => row.map((cell) => ({ ...cell, blocks: all(cell.blocks) }))) };
    default:
      return { ...block, runs: block.runs.flatMap((run) => change(run) ?? []) };
  }
}

// ── Contents ──

const MOST_ENTRIES = 2_000;

/** The table of contents that a document's headings make, filled while its pages come. */
export class Contents {
  readonly entries: OutlineEntry[] = [];
  private readonly open: { level: number; children: OutlineEntry[] }[] = [];
  private count = 0;

  add(page: TextPage): void {
    for (const block of page.blocks ?? []) {
      if (block.kind !== 'heading' || this.count >= MOST_ENTRIES) continue;
      const title = plainRuns(block.runs).replace(/\s+/g, ' ').trim().slice(0, 300);
      if (title === '') continue;
      this.count += 1;
      while (this.open.length > 0 && this.open.at(-1)!.level >= block.level) this.open.pop();
      const entry: OutlineEntry = { title, page: page.number, children: [], ...(block.id ? { anchor: block.id } : {}) };
      (this.open.at(-1)?.children ?? this.entries).push(entry);
      this.open.push({ level: block.level, children: entry.children });
    }
  }
}
