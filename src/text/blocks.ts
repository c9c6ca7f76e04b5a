/**
 * A document that was written and not printed (DOCX, HTML) as blocks: what its markup means, and nothing of the markup
 * itself. Pages are printed from blocks by our own views, so nothing that was uploaded can run.
 */

export const MARKS = ['strong', 'em', 'underline', 'strike', 'code', 'sup', 'sub'] as const;
export type Mark = (typeof MARKS)[number];

export interface Run {
  /** A line feed is a line break. */
  text: string;
  marks?: Mark[];
  /** http, https or mailto. */
  href?: string;
  /** The id of a block of the document that it leads to, and the page where that is. */
  to?: { id: string; page: number };
}

interface Named {
  /** Made by us, the same in the whole document: `b12`. Only where something leads to it. */
  id?: string;
}

export type Block =
  | (Named & { kind: 'heading'; level: number; runs: Run[] })
  | (Named & { kind: 'paragraph' | 'preformatted'; runs: Run[] })
  /** The document's picture of this number, counted from 1; the runs are its description. */
  | (Named & { kind: 'picture'; picture: number; runs: Run[] })
  | (Named & { kind: 'quote'; blocks: Block[] })
  | (Named & { kind: 'list'; ordered: boolean; start: number; items: Block[][] })
  | (Named & { kind: 'table'; rows: Cell[][] })
  | (Named & { kind: 'rule' })
  /** A footnote, at the end of the page that refers to it. */
  | (Named & { kind: 'note'; mark: string; back: string | null; blocks: Block[] });

export interface Cell {
  isHeader: boolean;
  across: number;
  down: number;
  blocks: Block[];
}

/** What divides two runs in the plain text: the strongest of those that come between them. */
const DIVIDERS = ['', '\t', '\n', '\n\n'];

/**
 * Calls `visit` for every run in reading order, with its place in the text that {@link textOf} gives. One walk makes the
 * text and finds its parts again, so that offsets in the one are offsets in the other.
 */
export function eachRun(blocks: readonly Block[], visit: (run: Run, start: number) => void): string {
  let text = '';
  let gap = '';
  const divide = (by: string) => {
    if (text !== '' && DIVIDERS.indexOf(by) > DIVIDERS.indexOf(gap)) gap = by;
  };
  const runs = (list: readonly Run[]) => {
    for (const run of list) {
      if (run.text === '') continue;
      text += gap;
      gap = '';
      visit(run, text.length);
      text += run.text;
    }
  };
  const walk = (list: readonly Block[], between: string) => {
    for (const block of list) {
      divide(between);
      switch (block.kind) {
        case 'heading':
        case 'paragraph':
        case 'preformatted':
        case 'picture':
          runs(block.runs);
          break;
        case 'quote':
        case 'note':
          walk(block.blocks, between);
          break;
        case 'list':
          for (const item of block.items) {
            divide('\n');
            walk(item, '\n');
          }
          break;
        case 'table':
          for (const row of block.rows) {
            divide('\n');
            for (const [i, cell] of row.entries()) {
              if (i > 0) divide('\t');
              walk(cell.blocks, '\t');
            }
          }
          break;
      }
      divide(between);
    }
  };
  walk(blocks, '\n\n');
  return text;
}

/** The plain text of blocks, as it is indexed: blocks apart by an empty line, items and rows by a line, cells by a tab. */
export const textOf = (blocks: readonly Block[]): string => eachRun(blocks, () => {});

export const plainRuns = (runs: readonly Run[]): string => runs.map((run) => run.text).join('');
