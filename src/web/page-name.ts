import type { TextStore } from '../text/text-store';

/** What a page is called wherever we name it: as is printed on it, with its place in the file beside it where that differs. */
export interface PageName {
  /** Of a page with nothing printed on it its place, and that in brackets, `(14)`, where another page has it printed. */
  name: string;
  /** Ready to follow the name: ` (14)`, or nothing. */
  place: string;
  /** What to type to get there. */
  typed: string;
}

/** The names of some pages of a file. */
export async function pageNames(
  texts: Pick<TextStore, 'labels' | 'pageLabelled'>,
  fileId: number,
  numbers: readonly number[],
): Promise<(number: number) => PageName> {
  const asked = [...new Set(numbers)];
  const labels = await texts.labels(fileId, asked);
  const names = new Map<number, PageName>();
  for (const number of asked) {
    const printed = labels.get(number)?.trim() || null;
    const first = await texts.pageLabelled(fileId, printed ?? String(number));
    names.set(number, nameOf(number, printed, first));
  }
  return (number) => names.get(number) ?? nameOf(number, null, null);
}

/** @param first the first page with this label, or with this number for its label, as one who types it gets to */
function nameOf(number: number, printed: string | null, first: number | null): PageName {
  const inBrackets = `(${number})`;
  const isItsOwn = first === number;
  if (printed === null) {
    const name = first === null ? String(number) : inBrackets;
    return { name, place: '', typed: name };
  }
  const place = printed === String(number) && isItsOwn ? '' : ` ${inBrackets}`;
  return {
    name: printed,
    place,
    typed: isItsOwn && placeTyped(printed) === null ? printed : `${printed} ${inBrackets}`,
  };
}

/** The place in what is typed as we write it: `xii (14)` or `(14)`. */
export function placeTyped(text: string): number | null {
  const place = /\((\d{1,6})\)$/.exec(text)?.[1];
  return place === undefined ? null : Number(place);
}
