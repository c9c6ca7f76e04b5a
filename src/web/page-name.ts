import type { TextStore } from '../text/text-store';

/** What a page is called wherever we name it: as is printed on it, with its place in the file beside it where that differs. */
export interface PageName {
  name: string;
  /** Ready to follow the name: ` (14)`, or nothing. */
  place: string;
}

export function pageName(number: number, label: string | null | undefined): PageName {
  const printed = label?.trim() || String(number);
  return { name: printed, place: printed === String(number) ? '' : ` (${number})` };
}

/** The names of some pages of a file. */
export async function pageNames(
  texts: Pick<TextStore, 'labels'>,
  fileId: number,
  numbers: readonly number[],
): Promise<(number: number) => PageName> {
  const labels = await texts.labels(fileId, numbers);
  return (number) => pageName(number, labels.get(number));
}
