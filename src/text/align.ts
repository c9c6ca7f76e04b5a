import { type PlacedWord, placedWords, type TextLine, type TextPage, type WordBox } from './page';

/** Beyond it words are laid line by line, without comparing them: nobody corrects a page of so many. */
const MOST_COMPARISONS = 6_000_000;

/**
 * The places of the words of `text`, another reading of the page: a word that both have keeps its place; what was read
 * otherwise shares the room between its neighbours, though it has more or fewer words or its lines are divided
 * elsewhere. One line for each line of `text` that has words.
 */
export function placesFor(page: Pick<TextPage, 'text' | 'lines'>, text: string): TextLine[] {
  const before = placedWords(page);
  const lines = text.split('\n').flatMap((line) => {
    const words = line.match(/\S+/g);
    return words ? [words] : [];
  });
  const after = lines.flat();
  if (before.length === 0 || after.length === 0 || before.length * after.length > MOST_COMPARISONS) return page.lines;
  const places: Place[] = [];
  let [b, a] = [0, 0];
  const between = (toBefore: number, toAfter: number) => {
    places.push(...shared(before, b, toBefore, after.slice(a, toAfter)));
    [b, a] = [toBefore, toAfter];
  };
  for (const [i, j] of inCommon(before, after)) {
    between(i, j);
    places.push(before[i]!);
    [b, a] = [i + 1, j + 1];
  }
  between(before.length, after.length);

  let at = 0;
  return lines.map((words): TextLine => {
    const mine = places.slice(at, at + words.length);
    at += words.length;
    const home = page.lines[most(mine.map((place) => place.line))]!;
    return { ...home, words: mine.map(({ left, width }) => ({ left, width })) };
  });
}

interface Place extends WordBox {
  /** The number of the line. */
  line: number;
}

/** Pairs of places of words that both have, in order: a longest common sequence. */
function inCommon(before: readonly PlacedWord[], after: readonly string[]): [number, number][] {
  const one = before.map((word) => bareOf(word.text));
  const two = after.map(bareOf);
  const width = two.length + 1;
  const lengths = new Uint16Array((one.length + 1) * width);
  for (let i = one.length - 1; i >= 0; i--) {
    for (let j = two.length - 1; j >= 0; j--) {
      lengths[i * width + j] =
        one[i] === two[j]
          ? lengths[(i + 1) * width + j + 1]! + 1
          : Math.max(lengths[(i + 1) * width + j]!, lengths[i * width + j + 1]!);
    }
  }
  const pairs: [number, number][] = [];
  for (let i = 0, j = 0; i < one.length && j < two.length; ) {
    if (one[i] === two[j]) pairs.push([i++, j++]);
    else if (lengths[(i + 1) * width + j]! >= lengths[i * width + j + 1]!) i += 1;
    else j += 1;
  }
  return pairs;
}

/** Signs and capitals are what is corrected most, and move no word. */
const bareOf = (word: string): string => word.toLowerCase().replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '') || word;

/** Gives `words` the room of the words `from` to `to`, by the number of their letters; where that is none, the gap. */
function shared(before: readonly PlacedWord[], from: number, to: number, words: readonly string[]): Place[] {
  if (words.length === 0) return [];
  const room = before.slice(from, to);
  if (room.length === words.length) return room;
  if (room.length === 0) {
    const [left, right] = [before[from - 1], before[from]];
    const line = (left ?? right)!.line;
    const start = left ? left.left + left.width : 0;
    const end = right && right.line === line ? Math.max(start + 1, right.left) : start + 1;
    const each = Math.max(1, Math.floor((end - start) / words.length));
    return words.map((_, i) => ({ line, left: start + i * each, width: each }));
  }
  const letters = words.reduce((sum, word) => sum + word.length, 0);
  const space = room.reduce((sum, word) => sum + word.width, 0);
  let done = 0;
  return words.map((word) => {
    const start = pointIn(room, (done / letters) * space);
    done += word.length;
    const end = pointIn(room, (done / letters) * space, true);
    // A word that would begin on one line and end on the next is where the greater part of it is.
    if (start.line === end.line) return { line: start.line, left: start.at, width: Math.max(1, end.at - start.at) };
    const first = room.findLast((box) => box.line === start.line)!;
    return { line: start.line, left: start.at, width: Math.max(1, first.left + first.width - start.at) };
  });
}

/** The place that lies `way` along the words of `room`. @param isEnd of two that touch, the first one's end */
function pointIn(room: readonly PlacedWord[], way: number, isEnd = false): { line: number; at: number } {
  let rest = way;
  for (const [i, word] of room.entries()) {
    const isLast = i === room.length - 1;
    if (rest < word.width || (isEnd && rest <= word.width + 0.001) || isLast) {
      return { line: word.line, at: Math.round(word.left + Math.min(rest, word.width)) };
    }
    rest -= word.width;
  }
  return { line: 0, at: 0 };
}

function most(numbers: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const number of numbers) counts.set(number, (counts.get(number) ?? 0) + 1);
  return [...counts].sort((one, other) => other[1] - one[1])[0]![0];
}
