import { getHeapStatistics } from 'node:v8';
import type Database from 'better-sqlite3';
import { bare } from '../../language/normalise';
import { tokenise } from '../../language/tokenise';
import { transliterate } from '../../language/transliterate';
import { type Matcher, marked } from '../passage';
import type { SuggestedEntry, Suggestion, SuggestionKind } from '../types';
import { Beginnings, SHORT } from './beginnings';
import type { FacetsOf } from './columns';
import { OfferedWords, type Typed } from './offered-words';
import { openForReading } from './schema';
import type { Shown } from './taken-of-work';

interface Entry {
  /** In `words`. */
  number: number;
  kind: SuggestionKind;
  /** Of a subject its writings without their differences of case; it is asked for by the one shown. */
  id: string;
  /** All the ways it is written; the first is shown. */
  names: string[];
  /** Works that have it; for a work 1. An entry leaves with the last. */
  uses: number;
  /** Offered by the catalogue itself, whatever works have it. */
  offered: boolean;
  /** Of a subject, how works write it. */
  writings: Writing[];
}

/** «Экология», «экология». */
interface Writing {
  of: Entry;
  text: string;
  uses: number;
}

/** Of a title that is typed whole the last words are enough. */
const MOST_WORDS = 8;
/** What is near to what was typed stands so far below what has it. */
const MISTYPED = 0.3;
const ORDER: Record<SuggestionKind, number> = { person: 1.3, collection: 1.2, subject: 1.1, work: 1 };

/**
 * What is offered while a reader types: titles, people, subjects and collections in one list, all in memory, kept in
 * step with the index file. Titles and subjects of published works are public, so everyone is offered the same.
 */
export class Suggester {
  private readonly db: Database.Database;
  private readonly entries = new Map<string, Entry>();
  private readonly byNumber: (Entry | undefined)[] = [];
  private readonly words = new OfferedWords();
  private readonly beginnings = new Beginnings<Entry>(
    (entry) => entry.uses * ORDER[entry.kind],
    (entry) => [...this.words.of(entry.number)],
    () => this.entries.values(),
  );
  private readonly ofWork = new Map<number, (Entry | Writing)[]>();
  private readonly statements;
  /** Else each entry would be put among the beginnings anew with every work that has it. */
  private isFilled = false;
  private version = -1;
  private change = -1;

  constructor(file: string) {
    this.db = openForReading(file, 2);
    this.statements = {
      works: this.db.prepare<
        [number],
        { work_id: number; change: number; facets: string | null; titles: string | null }
      >('SELECT work_id, change, facets, titles FROM works WHERE change > ?'),
      offers: this.db.prepare<
        [number],
        { kind: SuggestedEntry['kind']; id: string; names: string | null; change: number }
      >('SELECT kind, id, names, change FROM offers WHERE change > ?'),
    };
    this.refresh();
    for (const entry of this.entries.values()) this.beginnings.put(entry);
    this.isFilled = true;
  }

  suggest(text: string, limit: number): Suggestion[] {
    this.refresh();
    const tokens = tokenise(text.slice(0, 200)).slice(-MOST_WORDS);
    const typed = tokens.map((token): Typed => {
      const word = bare(token.word);
      return { word, readings: transliterate(word) };
    });
    const last = typed.at(-1);
    if (!last) return [];
    const isShort = last.word.length <= SHORT;
    if (typed.length === 1 && isShort) {
      const ways = [last.word, ...last.readings].map((way) => this.beginnings.get(way));
      return [...new Set(ways.flat())].slice(0, limit).map((entry) => shownFor(entry, typed));
    }
    // So short a beginning stands in a third of all entries: it is looked for among those that have the words before it.
    const words = isShort ? typed.slice(0, -1) : typed;
    const scores = this.words.find(words, isShort ? last : null, 'typed', limit);
    if (scores.size < limit) {
      for (const [number, score] of this.words.find(words, isShort ? last : null, 'mistyped', limit))
        if (!scores.has(number)) scores.set(number, score * MISTYPED);
    }
    return [...scores]
      .map(([number, score]) => ({ entry: this.byNumber[number]!, score }))
      .sort((a, b) => b.score - a.score || b.entry.uses - a.entry.uses || b.entry.number - a.entry.number)
      .slice(0, limit)
      .map(({ entry }) => shownFor(entry, typed));
  }

  /** What the catalogue offers, as it stands in the file. */
  offers(): SuggestedEntry[] {
    return this.statements.offers
      .all(-1)
      .flatMap(({ kind, id, names }) => (names === null ? [] : [{ kind, id, names: JSON.parse(names) as string[] }]));
  }

  stats(): { entries: number; bytes: number } {
    return { entries: this.entries.size, bytes: getHeapStatistics().used_heap_size };
  }

  close(): void {
    this.db.close();
  }

  /** Takes in what the writer changed since. Both tables are read in one moment: they share the count of changes. */
  private refresh(): void {
    const version = this.db.pragma('data_version', { simple: true }) as number;
    if (version === this.version) return;
    this.db.exec('BEGIN');
    try {
      this.takeChanges();
    } finally {
      this.db.exec('COMMIT');
    }
    this.version = version;
  }

  private takeChanges(): void {
    let change = this.change;
    for (const row of this.statements.offers.all(this.change)) {
      this.offer(row.kind, row.id, row.names === null ? null : (JSON.parse(row.names) as string[]));
      change = Math.max(change, row.change);
    }
    for (const row of this.statements.works.iterate(this.change)) {
      const before = this.ofWork.get(row.work_id) ?? [];
      this.ofWork.delete(row.work_id);
      // First what it has now: what stays as it was then does not leave and come again.
      if (row.facets !== null && row.titles !== null)
        this.takeWork(row.work_id, JSON.parse(row.facets), JSON.parse(row.titles));
      for (const writing of before) this.release(writing);
      change = Math.max(change, row.change);
    }
    this.change = change;
  }

  private takeWork(workId: number, facets: FacetsOf, titles: Shown['titles']): void {
    const names = titles.map((title) => title.value);
    this.ofWork.set(workId, [
      this.use('work', String(workId), names),
      ...facets.authors.map(([value, label]) => this.use('person', value, [label])),
      ...facets.subjects.map(([folded, label]) => this.use('subject', folded, [label])),
    ]);
  }

  private use(kind: SuggestionKind, id: string, names: string[]): Entry | Writing {
    let entry = this.entries.get(`${kind} ${id}`);
    if (entry && kind === 'work' && entry.names.join('\n') !== names.join('\n')) {
      this.drop(entry);
      entry = undefined;
    }
    entry ??= this.put(kind, id, names);
    const writing = kind === 'subject' ? this.writing(entry, names[0]!) : null;
    if (writing) writing.uses += 1;
    this.count(entry, 1);
    return writing ?? entry;
  }

  private writing(entry: Entry, text: string): Writing {
    let writing = entry.writings.find((one) => one.text === text);
    if (!writing) {
      writing = { of: entry, text, uses: 0 };
      entry.writings = [...entry.writings, writing];
    }
    return writing;
  }

  private release(used: Entry | Writing): void {
    const entry = 'of' in used ? used.of : used;
    if ('of' in used) {
      used.uses -= 1;
      if (used.uses === 0) entry.writings = entry.writings.filter((one) => one !== used);
    }
    this.count(entry, -1);
    if (entry.uses <= 0 && !entry.offered && this.isHeld(entry)) this.drop(entry);
  }

  private count(entry: Entry, uses: number): void {
    entry.uses += uses;
    const [first, ...others] = entry.writings;
    if (first) entry.names = [others.reduce((most, one) => (one.uses > most.uses ? one : most), first).text];
    if (this.isHeld(entry)) this.weigh(entry);
  }

  private weigh(entry: Entry): void {
    this.words.setPrior(entry.number, ORDER[entry.kind] * (1 + Math.log10(Math.max(1, entry.uses))));
    if (this.isFilled) this.beginnings.put(entry);
  }

  private offer(kind: Entry['kind'], id: string, names: string[] | null): void {
    const known = this.entries.get(`${kind} ${id}`);
    if (names === null && !known) return;
    const entry = known ?? { number: -1, kind, id, names: [], uses: 0, offered: false, writings: NONE };
    if (known) this.drop(known);
    entry.offered = names !== null;
    entry.names = names ?? entry.names;
    if (entry.offered || entry.uses > 0) this.hold(entry);
  }

  private put(kind: SuggestionKind, id: string, names: string[]): Entry {
    const entry: Entry = { number: -1, kind, id, names, uses: 0, offered: false, writings: NONE };
    this.hold(entry);
    return entry;
  }

  private hold(entry: Entry): void {
    entry.number = this.words.add(entry.names.flatMap((name) => tokenise(name).map(({ word }) => bare(word))));
    this.entries.set(keyOf(entry), entry);
    this.byNumber[entry.number] = entry;
    this.weigh(entry);
  }

  private isHeld(entry: Entry): boolean {
    return this.byNumber[entry.number] === entry;
  }

  private drop(entry: Entry): void {
    this.entries.delete(keyOf(entry));
    this.beginnings.drop(entry);
    this.words.drop(entry.number);
    this.byNumber[entry.number] = undefined;
  }
}

const keyOf = ({ kind, id }: Entry): string => `${kind} ${id}`;
const NONE: Writing[] = [];

/** Marked where a word begins as typed, else as it may be meant. */
function shownFor({ kind, id, names }: Entry, typed: readonly Typed[]): Suggestion {
  const asTyped = beginningWith(typed.map(({ word }) => word));
  const asMeant = beginningWith(typed.flatMap(({ word, readings }) => [word, ...readings]));
  const shown = names.find((name) => marked(name, asTyped)) ?? names.find((name) => marked(name, asMeant)) ?? names[0]!;
  const segments = marked(shown, asMeant) ?? [{ text: shown, hit: false }];
  return { kind, id: kind === 'subject' ? shown : id, text: shown, segments };
}

/** @param words as they are compared. */
const beginningWith = (words: readonly string[]): Matcher => ({
  mayBegin: () => true,
  word: (raw) => {
    const folded = bare(tokenise(raw)[0]?.word ?? '');
    return words.findIndex((word) => folded.startsWith(word));
  },
});
