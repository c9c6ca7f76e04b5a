import type { Turn } from '../works/book';
import { type TextLine, type TextPage, UNITS } from './page';

/** A page's text and the places of its words as they are once the page is turned clockwise. */
export function turnedPage<T extends TextPage>(page: T, turn: Turn): T {
  if (turn === 0) return page;
  const sideways = turn !== 180;
  return {
    ...page,
    width: sideways ? page.height : page.width,
    height: sideways ? page.width : page.height,
    lines: page.lines.map((line) => (sideways ? sidewaysLine(line, turn) : upsideDown(line))),
  };
}

const upsideDown = ({ words, top, height, slope }: TextLine): TextLine => ({
  top: UNITS - top - height - (slope ?? 0),
  height,
  ...(slope ? { slope } : {}),
  words: words.map(({ left, width }) => ({ left: UNITS - left - width, width })),
});

/** One box for the line: of upright words in a column nobody noted how far down each stands, so they share its length. */
function sidewaysLine(line: TextLine, turn: Turn): TextLine {
  const left = Math.min(...line.words.map((word) => word.left));
  const right = Math.max(...line.words.map((word) => word.left + word.width));
  return {
    top: turn === 90 ? left : UNITS - right,
    height: Math.max(1, right - left),
    words: [{ left: turn === 90 ? UNITS - line.top - line.height : line.top, width: line.height }],
  };
}
