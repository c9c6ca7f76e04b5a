import { getHeapStatistics } from 'node:v8';
import type Database from 'better-sqlite3';
import MiniSearch from 'minisearch';
import { bare } from '../../language/normalise';
import { tokenise } from '../../language/tokenise';
import { transliterate } from '../../language/transliterate';
import { type Matcher, marked } from '../passage';
import type { Suggestion, SuggestionKind } from '../types';
import { Beginnings, SHORT } from './beginnings';
import type { FacetsOf } from './columns';
import type { Shown } from './index-writer';
import { openForReading } from './schema';

interface Entry {
  kind: SuggestionKind;
  id: string;
  names: string[];
  /** Works that have it; for a work 1. An entry leaves with the last. */
  uses: number;
  /** Offered by the catalogue itself, whatever works have it. */
  offered: boolean;
}

/** Of what the words before a short beginning find, the best so many are looked through for it. */
const MOST_LOOKED_THROUGH = 2000;
/** Of what one way of writing finds, so many are weighed. */
const MOST_SCORED = 60;
const ORDER: Record<SuggestionKind, number> = { person: 1.3, collection: 1.2, subject: 1.1, work: 1 };

/**
 * What is offered while a reader types: titles, people, subjects and collections in one list, all in memory, kept in
 * step with the index file. Titles and subjects of published works are public, so everyone is offered the same.
 */
export class Suggester {
  private readonly db: Database.Database;
  private readonly entries = new Map<string, Entry>();
  private readonly beginnings = new Beginnings<Entry>(
    (entry) => entry.uses * ORDER[entry.kind],
    wordsOf,
    () => this.entries.values(),
  );
  private readonly ofWork = new Map<number, string[]>();
  private readonly search = new MiniSearch<{ id: string; text: string }>({
    fields: ['text'],
    idField: 'id',
    tokenize: (text) => tokenise(text).map((token) => token.word),
    processTerm: (term) => bare(term),
  });
  private readonly statements;
  private version = -1;
  private change = -1;

  constructor(file: string) {
    this.db = openForReading(file, 2);
    this.statements = {
      works: this.db.prepare<
        [number],
        { work_id: number; change: number; facets: string | null; titles: string | null }
      >(
        "SELECT work_id, change, facets, metadata ->> '$.titles' AS titles FROM works LEFT JOIN shown USING (work_id) WHERE change > ?",
      ),
      offers: this.db.prepare<[number], { kind: Entry['kind']; id: string; names: string | null; change: number }>(
        'SELECT kind, id, names, change FROM offers WHERE change > ?',
      ),
    };
    this.refresh();
  }

  suggest(text: string, limit: number): Suggestion[] {
    this.refresh();
    const words = tokenise(text.slice(0, 200)).map((token) => bare(token.word));
    if (words.length === 0) return [];
    const queries = [words.join(' ')];
    const other = words.map((word) => transliterate(word));
    if (other.some((readings) => readings.length > 0)) {
      for (let n = 0; n < 2; n += 1)
        queries.push(words.map((word, i) => other[i]![n] ?? other[i]![0] ?? word).join(' '));
    }
    const [only] = words;
    if (words.length === 1 && only!.length <= SHORT) {
      const entries = new Set([...new Set(queries)].flatMap((query) => this.beginnings.get(query)));
      return [...entries].slice(0, limit).map((entry) => shownFor(entry, words));
    }
    const scores = new Map<string, number>();
    for (const [rank, query] of [...new Set(queries)].entries()) {
      this.find(query, false, scores, rank === 0 ? 1 : 0.8);
    }
    if (scores.size < limit) this.find(queries[0]!, true, scores, 0.3);
    return [...scores]
      .map(([key, score]) => ({ entry: this.entries.get(key)!, score }))
      .map(({ entry, score }) => ({ entry, score: score * ORDER[entry.kind] }))
      .sort((a, b) => b.score - a.score || b.entry.uses - a.entry.uses)
      .slice(0, limit)
      .map(({ entry }) => shownFor(entry, words));
  }

  stats(): { entries: number; bytes: number } {
    return { entries: this.entries.size, bytes: getHeapStatistics().used_heap_size };
  }

  close(): void {
    this.db.close();
  }

  private find(query: string, mistyped: boolean, scores: Map<string, number>, weight: number): void {
    const words = query.split(' ');
    const last = words.at(-1)!;
    // A short beginning after other words is looked for among what these found: alone it would find a third of everything.
    const isShort = words.length > 1 && last.length <= SHORT;
    const asked = isShort ? words.slice(0, -1).join(' ') : query;
    const results = this.search.search(asked, {
      combineWith: 'AND',
      prefix: (_, i, terms) => !isShort && i === terms.length - 1,
      fuzzy: mistyped ? (term) => (term.length > 7 ? 2 : term.length > 3 ? 1 : false) : false,
      weights: { fuzzy: 0.3, prefix: 0.7 },
    });
    let taken = 0;
    for (const { id, score } of isShort ? results.slice(0, MOST_LOOKED_THROUGH) : results) {
      if (isShort && !this.holds(id, last, words)) continue;
      scores.set(id, Math.max(scores.get(id) ?? 0, score * weight));
      taken += 1;
      if (taken === MOST_SCORED) break;
    }
  }

  /** Has the entry a word, other than those typed before, that begins so? */
  private holds(key: string, beginning: string, typed: readonly string[]): boolean {
    const before = new Set(typed.slice(0, -1));
    return wordsOf(this.entries.get(key)!).some((word) => word.startsWith(beginning) && !before.has(word));
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
      for (const key of this.ofWork.get(row.work_id) ?? []) this.release(key);
      this.ofWork.delete(row.work_id);
      if (row.facets !== null && row.titles !== null)
        this.takeWork(row.work_id, JSON.parse(row.facets), JSON.parse(row.titles));
      change = Math.max(change, row.change);
    }
    this.change = change;
  }

  private takeWork(workId: number, facets: FacetsOf, titles: Shown['titles']): void {
    const keys = [
      this.use(
        'work',
        String(workId),
        titles.map((title) => title.value),
      ),
    ];
    for (const [value, label] of facets.authors) keys.push(this.use('person', value, [label]));
    for (const [, label] of facets.subjects) keys.push(this.use('subject', label, [label]));
    this.ofWork.set(workId, keys);
  }

  private use(kind: SuggestionKind, id: string, names: string[]): string {
    const key = `${kind} ${id}`;
    const known = this.entries.get(key);
    if (known) {
      known.uses += 1;
      this.beginnings.put(known);
      return key;
    }
    this.put(key, { kind, id, names, uses: 1, offered: false });
    return key;
  }

  private release(key: string): void {
    const entry = this.entries.get(key);
    if (!entry) return;
    entry.uses -= 1;
    if (entry.uses <= 0 && !entry.offered) this.drop(key);
  }

  private offer(kind: Entry['kind'], id: string, names: string[] | null): void {
    const key = `${kind} ${id}`;
    const uses = this.entries.get(key)?.uses ?? 0;
    const before = this.entries.get(key)?.names ?? [];
    this.drop(key);
    if (names !== null) this.put(key, { kind, id, names, uses, offered: true });
    else if (uses > 0) this.put(key, { kind, id, names: before, uses, offered: false });
  }

  private put(key: string, entry: Entry): void {
    this.entries.set(key, entry);
    this.beginnings.put(entry);
    this.search.add({ id: key, text: entry.names.join(' | ') });
  }

  private drop(key: string): void {
    const entry = this.entries.get(key);
    if (!entry) return;
    this.entries.delete(key);
    this.beginnings.drop(entry);
    this.search.discard(key);
  }
}

const wordsOf = (entry: Entry): string[] => entry.names.flatMap((name) => tokenise(name).map(({ word }) => bare(word)));

/** @param words as typed, as they are compared. */
function shownFor({ kind, id, names }: Entry, words: readonly string[]): Suggestion {
  const begins: Matcher = {
    mayBegin: () => true,
    word: (raw) => {
      const folded = bare(tokenise(raw)[0]?.word ?? '');
      return words.findIndex((word) => folded.startsWith(word));
    },
  };
  const shown = names.find((name) => marked(name, begins)) ?? names[0]!;
  return { kind, id, text: shown, segments: marked(shown, begins) ?? [{ text: shown, hit: false }] };
}
