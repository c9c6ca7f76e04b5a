/** Beginnings so short stand in thousands of entries, and finding the best of them takes too long for each key pressed. */
export const SHORT = 2;
/** Entries kept for each: more than are ever shown, since some may be taken back. */
const KEPT = 24;

/** For every one or two letters a word can begin with, the entries that are used most, in their order. */
export class Beginnings<T> {
  private readonly lists = new Map<string, T[]>();

  /** @param rank of an entry; the greater, the earlier. */
  constructor(private readonly rank: (entry: T) => number) {}

  /** Takes in an entry, or moves up one whose rank has grown. @param words of it, as they are compared. */
  put(entry: T, words: readonly string[]): void {
    const rank = this.rank(entry);
    for (const beginning of beginningsOf(words)) {
      let list = this.lists.get(beginning);
      if (!list) {
        list = [];
        this.lists.set(beginning, list);
      }
      const place = list.indexOf(entry);
      if (place >= 0) list.splice(place, 1);
      else if (list.length === KEPT && this.rank(list[KEPT - 1]!) >= rank) continue;
      let at = list.length;
      while (at > 0 && this.rank(list[at - 1]!) < rank) at -= 1;
      list.splice(at, 0, entry);
      if (list.length > KEPT) list.pop();
    }
  }

  drop(entry: T, words: readonly string[]): void {
    for (const beginning of beginningsOf(words)) {
      const list = this.lists.get(beginning);
      const place = list?.indexOf(entry) ?? -1;
      if (place >= 0) list!.splice(place, 1);
    }
  }

  get(beginning: string): readonly T[] {
    return this.lists.get(beginning) ?? [];
  }
}

function beginningsOf(words: readonly string[]): Set<string> {
  const beginnings = new Set<string>();
  for (const word of words) for (let length = 1; length <= SHORT; length += 1) beginnings.add(word.slice(0, length));
  return beginnings;
}
