import type Database from 'better-sqlite3';
import { type Language, languageOf } from '../../language/language-of';
import { scanBounds, tokenise, wordOf } from '../../language/tokenise';
import type { TextStore } from '../../text/text-store';
import type { IndexedFile, IndexedWork } from '../types';
import { Champions } from './champions';
import { Columns } from './columns';
import { PageSetsBuilder } from './page-sets';
import {
  COLUMNS,
  type Column,
  NAME_SPAN,
  openForWriting,
  ROW_SPAN,
  SET_SPAN,
  STANDS_OUT,
  STANDS_OUT_LESS,
} from './schema';
import { byAccess, facetsOf, shownOf } from './taken-of-work';
import { TextOfTokens } from './text-of-tokens';
import { type FormLanguage, tokenOf, Vocabulary } from './vocabulary';
import { WordTable } from './word-table';

/** Pages kept in one row of page_sets: a look into a long book reads only what it needs. */
const PAGES_A_SET = 256;
/** Stands between two values of one column, so that no phrase is found across them. */
const GAP = '_';
/** And between two names, so that words near each other are of one. */
const NAME_GAP = new Array(NAME_SPAN + 1).fill(GAP).join(' ');
/** Judging the language of a page by so many letters costs little and errs seldom. */
const SAMPLE = 900;

/** The one writer of an index file. Every method leaves the file whole: a killed writer has done all of a work or none. */
export class IndexWriter {
  private readonly db: Database.Database;
  private readonly vocabulary: Vocabulary;
  private readonly statements;
  private readonly seen = new Map<FormLanguage, WordTable>();
  private readonly body = new TextOfTokens();
  private readonly champions = new Champions();
  private pageSerial = 0;
  private open = 0;
  private hashes = new Uint32Array(1 << 14);

  constructor(
    file: string,
    private readonly texts: TextStore,
  ) {
    this.db = openForWriting(file);
    this.vocabulary = new Vocabulary(this.db);
    this.statements = {
      rows: this.db.prepare<[number, number], number>('SELECT id FROM ft_rows WHERE id BETWEEN ? AND ?').pluck(),
      removeText: this.db.prepare('DELETE FROM ft WHERE rowid = ?'),
      removeSets: this.db.prepare('DELETE FROM page_sets WHERE id BETWEEN ? AND ?'),
      removeRow: this.db.prepare('DELETE FROM ft_rows WHERE id = ?'),
      addRow: this.db.prepare('INSERT INTO ft_rows VALUES (?, ?, ?, ?)'),
      addText: this.db.prepare(
        `INSERT INTO ft (rowid, ${COLUMNS.join(', ')}) VALUES (?, ${COLUMNS.map((column) => `@${column}`).join(', ')})`,
      ),
      addSet: this.db.prepare('INSERT INTO page_sets VALUES (?, ?, ?, ?, ?, ?)'),
      putWork: this.db.prepare('INSERT OR REPLACE INTO works VALUES (?, ?, ?, ?, ?)'),
      lastChange: this.db
        .prepare<[], number>(
          'SELECT coalesce(max(change), 0) FROM (SELECT max(change) AS change FROM works UNION ALL SELECT max(change) FROM offers)',
        )
        .pluck(),
      offer: this.db.prepare('INSERT OR REPLACE INTO offers VALUES (?, ?, ?, ?)'),
      keepColumns: this.db.prepare("INSERT OR REPLACE INTO blobs VALUES ('columns', ?)"),
      columnsKeptAt: this.db.prepare<[], number>("SELECT value FROM meta WHERE key = 'columns'").pluck(),
      keptColumnsAt: this.db.prepare("INSERT OR REPLACE INTO meta VALUES ('columns', ?)"),
      works: this.db.prepare<[], number>('SELECT count(*) FROM works').pluck(),
      merge: this.db.prepare("INSERT INTO ft (ft, rank) VALUES ('merge', ?)"),
      changes: this.db.prepare<[], number>('SELECT total_changes()').pluck(),
      fingerprint: this.db.prepare<[number], string | null>('SELECT fingerprint FROM works WHERE work_id = ?').pluck(),
    };
  }

  /** @param lasting false: the commit may wait for others, as in a rebuild; `commit` must follow. */
  async index(work: IndexedWork, lasting = true): Promise<void> {
    this.begin();
    try {
      this.takeOut(work.id);
      await this.takeIn(work);
      this.open += 1;
    } catch (error) {
      this.rollback();
      throw error;
    }
    if (lasting || this.open >= WORKS_A_COMMIT) this.commit(lasting);
  }

  async remove(workId: number): Promise<void> {
    this.begin();
    this.takeOut(workId);
    if (this.statements.fingerprint.get(workId) != null)
      this.statements.putWork.run(workId, this.nextChange(), null, null, null);
    this.commit();
  }

  async offer(kind: string, id: string, names: string[] | null): Promise<void> {
    this.begin();
    this.statements.offer.run(kind, id, names === null ? null : JSON.stringify(names), this.nextChange());
    this.commit();
  }

  /** @param all false: counts of works that hold a form may wait for a later commit. */
  commit(all = true): void {
    if (!this.db.inTransaction) {
      if (!all) return;
      this.begin();
    }
    if (this.vocabulary.flush(all)) this.forgetForms();
    this.db.exec('COMMIT');
    this.open = 0;
  }

  /** One small step of putting index segments together. @returns whether there was anything to do. */
  merge(pages = 200): boolean {
    const before = this.statements.changes.get() ?? 0;
    this.statements.merge.run(pages);
    return (this.statements.changes.get() ?? 0) - before > 1;
  }

  /** Gives back the memory of what was learnt: all of it is in the file. To be called when there is nothing to do. */
  rest(): void {
    if (this.db.inTransaction) return;
    const changed = this.nextChange() - (this.statements.columnsKeptAt.get() ?? 0);
    if (changed > Math.max(MANY_CHANGES, (this.statements.works.get() ?? 0) / 20)) this.keepColumns();
    this.vocabulary.forget();
    this.forgetForms();
  }

  /** For threads that start. */
  private keepColumns(): void {
    const columns = new Columns(this.db);
    columns.refresh();
    this.begin();
    this.statements.keepColumns.run(columns.kept());
    this.statements.keptColumnsAt.run(this.nextChange() - 1);
    this.db.exec('COMMIT');
  }

  /** Puts the file in order when it has been built, before others open it. */
  optimise(): void {
    this.keepColumns();
    this.db.exec("INSERT INTO ft (ft) VALUES ('optimize'); ANALYZE");
    try {
      // What grew in turns lies in pieces all over the file: side by side it is read from the disk in two thirds of the time.
      this.db.pragma('journal_mode = DELETE');
      this.db.exec('VACUUM');
    } catch (error) {
      // By its code: the class is made once for a process, which may have loaded the module twice.
      if (!/^SQLITE_(FULL|BUSY|LOCKED)/.test(String((error as { code?: unknown } | null)?.code))) throw error;
    } finally {
      this.db.pragma('journal_mode = WAL');
    }
  }

  /** @throws when the full-text index contradicts itself, or its parts do not fit together. */
  check(): void {
    this.db.exec("INSERT INTO ft (ft) VALUES ('integrity-check')");
    for (const [fault, query] of Object.entries(FAULTS)) {
      const found = this.db.prepare<[], number>(query).pluck().get() ?? 0;
      if (found > 0) throw new Error(`The search index has ${found} ${fault}; achyk reindex makes it anew`);
    }
  }

  close(): void {
    if (this.db.inTransaction) this.commit();
    this.db.close();
  }

  private begin(): void {
    if (!this.db.inTransaction) this.db.exec('BEGIN IMMEDIATE');
  }

  private rollback(): void {
    if (this.db.inTransaction) this.db.exec('ROLLBACK');
    this.champions.clear();
    this.vocabulary.forget();
    this.forgetForms();
    this.open = 0;
  }

  private forgetForms(): void {
    this.seen.clear();
  }

  private nextChange(): number {
    return (this.statements.lastChange.get() ?? 0) + 1;
  }

  private takeOut(workId: number): void {
    for (const row of this.statements.rows.all(workId * ROW_SPAN, workId * ROW_SPAN + ROW_SPAN - 1)) {
      this.statements.removeText.run(row);
      this.statements.removeSets.run(row * SET_SPAN, (row + 1) * SET_SPAN - 1);
      this.statements.removeRow.run(row);
    }
  }

  private async takeIn(work: IndexedWork): Promise<void> {
    const { metadata } = work;
    const columns = this.metadataColumns(work);
    const isNew = this.statements.fingerprint.get(work.id) == null;
    let row = work.id * ROW_SPAN;
    let shown: string | null = JSON.stringify(shownOf(work));
    let everyones: Buffer | null = null;
    for (const [key, files] of byAccess(work)) {
      const [level, openFrom] = JSON.parse(key) as [string, string | null];
      this.body.clear();
      if (everyones) this.body.addBytes(everyones);
      let pages = 0;
      let set = row * SET_SPAN;
      for (const file of files) {
        for await (const sets of this.setsOf(work, file)) {
          pages += sets.count;
          this.statements.addSet.run(set, file.id, file.access.viewOnly ? 1 : 0, sets.count, shown, sets.finish());
          shown = null;
          set += 1;
        }
      }
      if (shown !== null) this.statements.addSet.run(set, 0, 0, 0, shown, NO_PAGES);
      shown = null;
      this.statements.addRow.run(row, level, openFrom, pages);
      const champions = this.champions
        .finish(this.vocabulary, isNew)
        .map((stem) => tokenOf(this.vocabulary.stemId.values[stem]!));
      const outstanding = standingOut(columns, champions);
      this.statements.addText.run(row, { ...columns, outstanding, body: this.body.bytes() });
      everyones ??= Buffer.from(this.body.bytes());
      row += 1;
    }
    this.statements.putWork.run(
      work.id,
      this.nextChange(),
      work.fingerprint,
      JSON.stringify(facetsOf(work)),
      JSON.stringify(metadata.titles),
    );
  }

  /** Takes in the pages of a file, and gives the sets of so many at a time. */
  private async *setsOf(work: IndexedWork, file: IndexedFile): AsyncGenerator<PageSetsBuilder> {
    const fallback = fallbackLanguage(work);
    let sets = new PageSetsBuilder();
    for await (const { number, text } of this.texts.texts(file.id)) {
      this.takePage(work.id, number, text, fallback, sets);
      if (sets.count < PAGES_A_SET) continue;
      yield sets;
      sets = new PageSetsBuilder();
    }
    if (sets.count > 0) yield sets;
  }

  private takePage(workId: number, number: number, text: string, fallback: Language, sets: PageSetsBuilder): void {
    const lang = (text.length > 40 ? languageOf(text.slice(0, SAMPLE)) : null) ?? fallback;
    const seen = this.seenIn(lang);
    const { body, champions, vocabulary } = this;
    const { stemOfForm, lastPage, firstHash, secondHash } = vocabulary;
    const { stemId, stemLastPage, stemFirstHash, stemSecondHash } = vocabulary;
    this.pageSerial += 1;
    const serial = this.pageSerial;
    // Two keys of two hashes each for every word there can be.
    if (this.hashes.length < text.length * 2 + 4) this.hashes = new Uint32Array(text.length * 2 + 4);
    const { hashes } = this;
    let used = 0;
    scanBounds(text, (start, end) => {
      let form = seen.get(text, start, end);
      if (form < 0) {
        if (form === NO_WORD) return;
        const word = wordOf(text.slice(start, end));
        form = word ? vocabulary.form(lang, word) : NO_WORD;
        seen.add(end - start, form);
        if (form === NO_WORD) return;
      }
      const stem = stemOfForm.values[form]!;
      body.add(stemId.values[stem]!);
      champions.add(stem);
      if (lastPage.values[form] === serial) return;
      lastPage.values[form] = serial;
      vocabulary.count(form, workId);
      hashes[used] = firstHash.values[form]!;
      hashes[used + 1] = secondHash.values[form]!;
      used += 2;
      if (stemLastPage.values[stem] === serial) return;
      stemLastPage.values[stem] = serial;
      hashes[used] = stemFirstHash.values[stem]!;
      hashes[used + 1] = stemSecondHash.values[stem]!;
      used += 2;
    });
    sets.add(number, hashes, used);
  }

  private seenIn(lang: FormLanguage): WordTable {
    let seen = this.seen.get(lang);
    if (!seen || seen.size > MOST_SEEN) {
      seen = new WordTable();
      this.seen.set(lang, seen);
    }
    return seen;
  }

  private metadataColumns(work: IndexedWork): MetadataColumns {
    const { metadata } = work;
    const names = new Set<string>();
    for (const contributor of metadata.contributors) {
      names.add(contributor.name);
      for (const name of (contributor.personId !== null && work.personNames[contributor.personId]) || [])
        names.add(name);
    }
    const tokens = (values: Iterable<{ value: string; lang: string | null }>) =>
      [...values].map(({ value, lang }) => this.tokens(work.id, value, languageOfField(value, lang))).join(` ${GAP} `);
    const plain = (values: Iterable<string | null | undefined>, gap = GAP) =>
      [...values].flatMap((value) => (value ? [this.tokens(work.id, value, '')] : [])).join(` ${gap} `);
    const other = [
      metadata.source?.title,
      metadata.publisher,
      metadata.thesis?.institution,
      metadata.thesis?.department,
      metadata.thesis?.specialityName,
    ].flatMap((value) => (value ? [{ value, lang: null }] : []));
    const codes = [
      metadata.thesis?.specialityCode,
      metadata.thesis?.council,
      metadata.source?.issn,
      metadata.place,
      ...metadata.identifiers.map((identifier) => identifier.value),
      ...metadata.subjects.filter((subject) => subject.scheme !== 'keyword').map((subject) => subject.value),
      ...metadata.contributors.map((contributor) => contributor.orcid),
    ];
    return {
      titles: tokens(metadata.titles),
      names: plain(names, NAME_GAP),
      subjects: tokens(metadata.subjects.map(({ value, lang }) => ({ value, lang }))),
      abstracts: tokens(metadata.abstracts),
      other: [tokens(other), plain(codes)].filter(Boolean).join(` ${GAP} `),
    };
  }

  private tokens(workId: number, text: string, lang: FormLanguage): string {
    const tokens: string[] = [];
    for (const { word } of tokenise(text)) {
      const form = this.vocabulary.form(lang, word);
      this.vocabulary.count(form, workId);
      tokens.push(tokenOf(this.vocabulary.stemId.values[this.vocabulary.stemOfForm.values[form]!]!));
    }
    return tokens.join(' ');
  }
}

type MetadataColumns = Record<Exclude<Column, 'outstanding' | 'body'>, string>;

/** The tokens by which a work is told to be about something. */
function standingOut({ titles, names, subjects, abstracts, other }: MetadataColumns, champions: string[]): string {
  const tokensOf = (columns: string[]) =>
    columns.flatMap((column) => column.split(' ')).filter((token) => token !== '' && token !== GAP);
  const most = new Set([...tokensOf([titles, names, subjects]), ...champions]);
  const less = new Set(tokensOf([abstracts, other]).filter((token) => !most.has(token)));
  return [...[...most].map((token) => STANDS_OUT + token), ...[...less].map((token) => STANDS_OUT_LESS + token)].join(
    ' ',
  );
}

/** What cannot be in an index that is whole, and how it is counted. */
const FAULTS: Record<string, string> = {
  'works without their words': `SELECT count(*) FROM works WHERE fingerprint IS NOT NULL AND (work_id * ${ROW_SPAN} NOT IN (SELECT id FROM ft_rows) OR work_id * ${ROW_SPAN} NOT IN (SELECT id FROM ft_docsize))`,
  'works without what is shown of them': `SELECT count(*) FROM works WHERE fingerprint IS NOT NULL AND NOT EXISTS (SELECT 1 FROM page_sets WHERE id = work_id * ${ROW_SPAN} * ${SET_SPAN} AND shown IS NOT NULL)`,
  'texts without all their pages': `SELECT count(*) FROM ft_rows WHERE pages <> (SELECT coalesce(sum(count), 0) FROM page_sets WHERE page_sets.id BETWEEN ft_rows.id * ${SET_SPAN} AND (ft_rows.id + 1) * ${SET_SPAN} - 1)`,
  'stems without a form of them': 'SELECT count(*) FROM stems WHERE id NOT IN (SELECT stem_id FROM forms)',
};

const NO_PAGES = Buffer.alloc(0);
const WORKS_A_COMMIT = 200;
/** After so many changes, and a twentieth of the works, what threads start from is kept anew. */
const MANY_CHANGES = 500;
/** Words as written, of one language, held in memory: sixteen bytes each. */
const MOST_SEEN = 800_000;
/** In a WordTable: what folds to nothing. */
const NO_WORD = -1;

const isHouseLanguage = (lang: string): lang is Language => ['ky', 'ru', 'tr', 'en'].includes(lang);
const languageOfField = (value: string, lang: string | null): Language =>
  lang !== null && isHouseLanguage(lang) ? lang : (languageOf(value) ?? 'ky');
const fallbackLanguage = (work: IndexedWork): Language => work.metadata.languages.find(isHouseLanguage) ?? 'ky';
