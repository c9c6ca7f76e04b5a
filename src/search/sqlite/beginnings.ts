/** Beginnings so short stand in thousands of entries, and finding the best of them takes too long for each key pressed. */
export const SHORT = 3;
/** Entries kept for each, as many as are ever shown. */
const KEPT = 50;
/** Where entries were taken back and so few are left of many, the list is gathered anew. */
const FEW = 30;

interface List<T> {
  entries: T[];
  /** More begin so than are kept. */
  isCut: boolean;
}

/** For the first letters of a word, the entries that are used most, in their order. */
export class Beginnings<T> {
  private readonly lists = new Map<string, List<T>>();

  /**
   * @param rank of an entry; the greater, the earlier.
   * @param wordsOf an entry, as they are compared.
   * @param all entries there are, asked for where a list has run short.
   */
  constructor(
    private readonly rank: (entry: T) => number,
    private readonly wordsOf: (entry: T) => readonly string[],
    private readonly all: () => Iterable<T>,
  ) {}

  /** Takes in an entry, or moves up one whose rank has grown. */
  put(entry: T): void {
    for (const beginning of beginningsOf(this.wordsOf(entry))) {
      let list = this.lists.get(beginning);
      if (!list) {
        list = { entries: [], isCut: false };
        this.lists.set(beginning, list);
      }
      this.insert(list, entry);
    }
  }

  drop(entry: T): void {
    for (const beginning of beginningsOf(this.wordsOf(entry))) {
      const entries = this.lists.get(beginning)?.entries;
      const place = entries?.indexOf(entry) ?? -1;
      if (place >= 0) entries!.splice(place, 1);
    }
  }

  get(beginning: string): readonly T[] {
    const list = this.lists.get(beginning);
    if (!list) return [];
    if (list.isCut && list.entries.length < FEW) {
      list.entries = [];
      list.isCut = false;
      for (const entry of this.all())
        if (this.wordsOf(entry).some((word) => word.startsWith(beginning))) this.insert(list, entry);
    }
    return list.entries;
  }

  private insert(list: List<T>, entry: T): void {
    const { entries } = list;
    const rank = this.rank(entry);
    const place = entries.indexOf(entry);
    if (place >= 0) entries.splice(place, 1);
    else if (entries.length === KEPT && this.rank(entries[KEPT - 1]!) >= rank) {
      list.isCut = true;
      return;
    }
    let at = entries.length;
    while (at > 0 && this.rank(entries[at - 1]!) < rank) at -= 1;
    entries.splice(at, 0, entry);
    if (entries.length > KEPT) {
      entries.pop();
      list.isCut = true;
    }
  }
}

function beginningsOf(words: readonly string[]): Set<string> {
  const beginnings = new Set<string>();
  for (const word of words) for (let length = 1; length <= SHORT; length += 1) beginnings.add(word.slice(0, length));
  return beginnings;
}
