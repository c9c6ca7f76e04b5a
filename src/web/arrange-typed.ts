import { labelTyped } from '../deposit/arrange-book';
import { type Book, type BookPage, TURNS, type Turn } from '../works/book';

/** What a person may change of a page. */
interface PageFields {
  turn: Turn;
  label: string;
  leftOut: boolean;
}

export interface ArrangeRow extends PageFields {
  /** Where the page is stored, counted from 1. */
  place: number;
  /** What its card was like when it was shown: the form sends it back. */
  was: string;
  /** In the field for its place. */
  placeTyped: number;
  /** Fields in which another stored what this person typed otherwise. */
  stored: (keyof PageFields | 'place')[];
}

interface TypedPage extends PageFields {
  /** What the page was when it was shown to the person. */
  was: PageFields & { place: number };
  /** Which it was to be on the screen, counted from 0; null when the order was left as it was. */
  order: number | null;
  /** The place typed, when the page was to go there. */
  goesTo: number | null;
}

const FIELDS = ['turn', 'label', 'leftOut'] as const;

/** Tells a page from all others of its book, whatever was arranged or added meanwhile. */
const keyOf = (book: Book, page: BookPage): string => `${book.sources[page.source]!.sha512.slice(0, 32)}:${page.page}`;

export const wasOf = (book: Book, page: BookPage): string =>
  `${keyOf(book, page)}:${page.turn}:${page.leftOut ? 1 : 0}:${page.label ?? ''}`;

/** The places of the screen as dragging left them, or in their own order when the script sent none that makes sense. */
export function inOrder(sent: string, { from, to }: { from: number; to: number }): number[] {
  const places = Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
  const given = sent.split(',').map(Number);
  const isWhole = given.length === places.length && new Set(given).size === given.length;
  return isWhole && given.every((place) => place >= from && place <= to) ? given : places;
}

/** What was typed for each page, by its key. */
function typedPages(typed: Record<string, unknown>): Map<string, TypedPage> {
  const text = (name: string) => (typeof typed[name] === 'string' ? (typed[name] as string) : '');
  const shown = Object.keys(typed)
    .flatMap((name) => /^p\.([1-9]\d{0,3})\.was$/.exec(name)?.[1] ?? [])
    .map(Number);
  const [from, to] = [Math.min(...shown), Math.max(...shown)];
  const order = shown.length > 0 ? inOrder(text('order'), { from, to }) : [];
  const isMoved = order.some((place, i) => place !== from + i);
  const pages = new Map<string, TypedPage>();
  for (const place of shown) {
    const name = `p.${place}`;
    const [, key, turn, leftOut, label] = /^([0-9a-f]+:\d+):(\d+):([01]):(.*)$/s.exec(text(`${name}.was`)) ?? [];
    if (!key) continue;
    const at = order.indexOf(place);
    const goesTo = Number(text(`${name}.place`));
    const was = { place, turn: turnIn(turn), leftOut: leftOut === '1', label: label ?? '' };
    pages.set(key, {
      was,
      turn: turnIn(text(`${name}.turn`)),
      label: labelTyped(text(`${name}.label`)) ?? '',
      leftOut: text(`${name}.leftOut`) !== '',
      order: isMoved ? at : null,
      goesTo: Number.isSafeInteger(goesTo) && goesTo >= 1 && goesTo !== from + at ? goesTo : null,
    });
  }
  return pages;
}

const turnIn = (text: string | undefined): Turn => TURNS.find((turn) => String(turn) === text) ?? 0;

/**
 * The rows of a screen with what was typed on it and could not be saved. What the person left as it was is as stored
 * now; where both changed a page, the row names what the other stored.
 */
export function withTyped<R extends ArrangeRow>(rows: readonly R[], typed: Record<string, unknown>): R[] {
  const pages = typedPages(typed);
  const mine = (row: ArrangeRow) => pages.get(/^[0-9a-f]+:\d+/.exec(row.was)?.[0] ?? '');
  const moved = rows.filter((row) => (mine(row)?.order ?? null) !== null);
  const inTheirOrder = [...moved].sort((a, b) => mine(a)!.order! - mine(b)!.order!);
  const ordered = rows.map((row) => (moved.includes(row) ? inTheirOrder.shift()! : row));
  return ordered.map((row, i) => {
    const page = mine(row);
    const placeTyped = page?.goesTo ?? rows[i]!.place;
    if (!page) return { ...row, placeTyped };
    const changed = FIELDS.filter((field) => page[field] !== page.was[field]);
    const fields = Object.fromEntries(changed.map((field) => [field, page[field]]));
    const stored: ArrangeRow['stored'] = changed.filter(
      (field) => row[field] !== page.was[field] && row[field] !== page[field],
    );
    if (row.place !== page.was.place && placeTyped !== row.place) stored.push('place');
    return { ...row, ...fields, placeTyped, stored };
  });
}

/** What was typed for pages that stand outside `screen` now, where another has moved them. */
export function typedElsewhere(book: Book, screen: { from: number; to: number }, typed: Record<string, unknown>) {
  const pages = typedPages(typed);
  return book.pages.flatMap((stored, i) => {
    const page = pages.get(keyOf(book, stored));
    if (!page || (i + 1 >= screen.from && i + 1 <= screen.to)) return [];
    const now = { turn: stored.turn, label: stored.label ?? '', leftOut: stored.leftOut };
    const changed = FIELDS.filter((field) => page[field] !== page.was[field] && page[field] !== now[field]);
    if (changed.length === 0 && page.goesTo === null) return [];
    return [{ place: i + 1, page: stored, typed: page, changed, goesTo: page.goesTo }];
  });
}
