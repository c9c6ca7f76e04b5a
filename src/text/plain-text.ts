import { cleanText, plainPage, type TextPage } from './page';

/** About what a printed page holds; a text without page breaks is cut at a paragraph near it. */
export const CHARACTERS_A_PAGE = 3_000;

/** Text of unknown encoding: UTF-8 or UTF-16 where it says so or is valid, else the windows-1251 of old office files. */
export function decodeText(bytes: Uint8Array, isHtml = false): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  if (isHtml) {
    const declared = /<meta[^>]+charset\s*=\s*["']?([\w-]+)/i.exec(
      Buffer.from(bytes.subarray(0, 2_048)).toString('latin1'),
    );
    if (declared) {
      try {
        return new TextDecoder(declared[1]).decode(bytes);
      } catch {
        // an encoding nobody knows: judge by the bytes
      }
    }
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1251').decode(bytes);
  }
}

/** Pages at form feeds, else at the end of a paragraph when a page is full. */
export function pagesOfPlainText(text: string): TextPage[] {
  const pieces = text.includes('\f') ? text.split('\f') : cutAtParagraphs(text);
  return pieces.map((piece, i) => plainPage(i + 1, tidy(piece)));
}

export function cutAtParagraphs(text: string): string[] {
  const pieces: string[] = [];
  let rest = text;
  while (rest.length > CHARACTERS_A_PAGE * 1.3) {
    const window = rest.slice(0, Math.floor(CHARACTERS_A_PAGE * 1.3));
    const end = lastAfter(window, '\n\n') ?? lastAfter(window, '\n') ?? lastAfter(window, ' ') ?? CHARACTERS_A_PAGE;
    pieces.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  pieces.push(rest);
  return pieces;
}

function lastAfter(window: string, mark: string): number | null {
  const at = window.lastIndexOf(mark);
  return at > CHARACTERS_A_PAGE * 0.5 ? at + mark.length : null;
}

/** Spaces at the ends of lines and runs of empty lines carry nothing. */
export const tidy = (text: string): string =>
  cleanText(text)
    .replace(/[ \t\u00a0]+$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
