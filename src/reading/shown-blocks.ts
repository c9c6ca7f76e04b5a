import { type Block, eachRun, type Run } from '../text/blocks';
import type { Range } from './find-words';

/** A stretch of a run, marked or not. */
export interface Stretch {
  text: string;
  hit: boolean;
  /** Of the hit that begins here: where a link to it leads. */
  id: string | null;
}

export type ShownRun = Omit<Run, 'text'> & { stretches: Stretch[] };

/** A block whose runs are ready to print. */
export type ShownBlock = Shown<Block>;
type Shown<T> = T extends Run
  ? ShownRun
  : T extends readonly (infer U)[]
    ? Shown<U>[]
    : T extends object
      ? { [K in keyof T]: Shown<T[K]> }
      : T;

/** The blocks with what was found in their text marked. `idOf` names a hit by its number on the page, from 0. */
export function shownBlocks(
  blocks: readonly Block[],
  hits: readonly Range[],
  idOf: (hit: number) => string,
): ShownBlock[] {
  const starts = new Map<Run, number>();
  eachRun(blocks, (run, start) => starts.set(run, start));
  const shown = (run: Run): ShownRun => {
    const { text, ...look } = run;
    return { ...look, stretches: stretchesOf(text, starts.get(run) ?? 0, hits, idOf) };
  };
  const inside = (list: readonly Block[]): ShownBlock[] =>
    list.map((block): ShownBlock => {
      switch (block.kind) {
        case 'rule':
          return block;
        case 'quote':
        case 'note':
          return { ...block, blocks: inside(block.blocks) };
        case 'list':
          return { ...block, items: block.items.map(inside) };
        case 'table': {
          const rows = block.rows.map((row) => row.map((cell) => ({ ...cell, blocks: inside(cell.blocks) })));
          return { ...block, rows };
        }
        default:
          return { ...block, runs: block.runs.map(shown) };
      }
    });
  return inside(blocks);
}

function stretchesOf(text: string, start: number, hits: readonly Range[], idOf: (hit: number) => string): Stretch[] {
  const stretches: Stretch[] = [];
  let at = 0;
  const say = (to: number, hit: number | null, begins = false) => {
    if (to > at) stretches.push({ text: text.slice(at, to), hit: hit !== null, id: begins ? idOf(hit!) : null });
    at = Math.max(at, to);
  };
  for (const [number, hit] of hits.entries()) {
    const [from, to] = [hit.start - start, hit.end - start];
    if (to <= 0 || from >= text.length) continue;
    say(Math.max(0, from), null);
    say(Math.min(text.length, to), number, from >= 0);
  }
  say(text.length, null);
  return stretches;
}
