import type { TextPage } from './page';

/** Letters that fonts without a map give: private use, replacement, and controls that were cleaned away to nothing. */
const RUBBISH = /[\ue000-\uf8ff\ufffd\u{f0000}-\u{10fffd}]/gu;

/**
 * Should the page be read from its picture? When it is a picture or a PDF page with next to no text, or when more
 * than a tenth of its signs, or less than half of them letters and digits, say that its font lies.
 */
export function needsRecognition(page: Pick<TextPage, 'text' | 'width' | 'problem'>): boolean {
  if (page.width <= 0 || page.problem !== null) return false;
  const signs = page.text.replace(/\s+/g, '');
  if (signs.length < 16) return true;
  const rubbish = signs.match(RUBBISH)?.length ?? 0;
  const letters = signs.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
  return rubbish / signs.length > 0.1 || letters / signs.length < 0.5;
}
