import type Database from 'better-sqlite3';
import { candidates, choose, type Support } from '../../language/kyrgyz/stemmer';
import type { Language } from '../../language/language-of';
import { bare } from '../../language/normalise';
import { stemOf } from '../../language/stem';
import { Numbers } from './numbers';
import { hashOf } from './page-sets';
import { SupportSketch } from './support-sketch';

/** The support the index counts, read from its file. */
export function supportIn(db: Database.Database, sketch: SupportSketch): Support {
  const holds = db.prepare<[string], number>("SELECT 1 FROM forms WHERE form = ? AND lang = 'ky'").pluck();
  return {
    forms: (stem) => sketch.forms(stem),
    holds: (form) => holds.get(form) !== undefined,
    get size() {
      return sketch.size;
    },
  };
}

/** The Kyrgyz stem of a form by the support the index counts; the stem of a form once met is kept until a rebuild. */
export function kyrgyzBy(support: Support): (form: string) => string {
  return (form) => choose(form, candidates(form), support);
}

/** '' for names, which have no stem but themselves. */
export type FormLanguage = Language | '';

/** The exact form has a key of its own on the page, beside its stem's. */
export const exactKey = (form: string): string => `=${form}`;

interface StemRow {
  id: number;
  stem: string;
  occurrences: number;
}

/** The number of a stem as the full-text index has it: short, so that a million pages are written and read the faster. */
export const tokenOf = (stemId: number): string => stemId.toString(36);

/** Longer «words» are broken OCR or data; a stem of them helps nobody and would bloat the vocabulary. */
export const LONGEST = 40;
/** Forms held in memory, all languages together: 400,000 take about 50 MB. */
const MOST_HELD = 400_000;

/**
 * The vocabulary as the writer grows it: form → stem, once and for all, and how many works hold it. Forms and stems held
 * in memory are numbers into flat arrays; a number is good until `flush` or `forget` says that all was forgotten.
 */
export class Vocabulary {
  /** Of every form held: the number of its stem, the hashes of the form as it is, the page it was last met on. */
  readonly stemOfForm = new Numbers(Int32Array);
  readonly firstHash = new Numbers(Uint32Array);
  readonly secondHash = new Numbers(Uint32Array);
  readonly lastPage = new Numbers(Int32Array);
  /** Of every stem held: its row in `stems`, its hashes, the page it was last met on. */
  readonly stemId = new Numbers(Int32Array);
  readonly stemFirstHash = new Numbers(Uint32Array);
  readonly stemSecondHash = new Numbers(Uint32Array);
  readonly stemLastPage = new Numbers(Int32Array);
  /** How often the stem was met in the text of works, as the file had it and since. */
  readonly occurrences = new Numbers(Float64Array);
  /** Words met in the text of works, in the file and since. */
  words = 0;

  private readonly textOfForm: string[] = [];
  private readonly langOfForm: FormLanguage[] = [];
  private readonly lastWork = new Numbers(Int32Array);
  /** Works met since they were last written, and the forms that have any. */
  private readonly works = new Numbers(Uint32Array);
  private counted: number[] = [];
  private readonly held = new Map<FormLanguage, Map<string, number>>();
  private readonly stems = new Map<string, number>();
  /** Stems met since their occurrences were last written. */
  private readonly stemsMet = new Set<number>();
  private readonly sketch;
  private readonly kyrgyz;
  private readonly statements;

  constructor(db: Database.Database) {
    this.sketch = new SupportSketch(db);
    const inFile = supportIn(db, this.sketch);
    const holds = (form: string) => this.held.get('ky')?.has(form) === true || inFile.holds(form);
    const { sketch } = this;
    this.kyrgyz = kyrgyzBy({
      ...inFile,
      holds,
      get size() {
        return sketch.size;
      },
    });
    this.statements = {
      get: db.prepare<[string, string], StemRow>(
        'SELECT id, stem, occurrences FROM forms JOIN stems ON stems.id = stem_id WHERE form = ? AND lang = ?',
      ),
      add: db.prepare('INSERT INTO forms (form, lang, stem_id, bare, works) VALUES (?, ?, ?, ?, 0)'),
      count: db.prepare('UPDATE forms SET works = works + ? WHERE form = ? AND lang = ?'),
      stem: db.prepare<[string], StemRow>('SELECT id, stem, occurrences FROM stems WHERE stem = ?'),
      addStem: db.prepare('INSERT INTO stems (stem, occurrences) VALUES (?, 0)'),
      meet: db.prepare('UPDATE stems SET occurrences = ? WHERE id = ?'),
      words: db.prepare<[], number>("SELECT value FROM meta WHERE key = 'words'").pluck(),
      keepWords: db.prepare("INSERT OR REPLACE INTO meta VALUES ('words', ?)"),
    };
    this.words = this.statements.words.get() ?? 0;
  }

  /** Forms held. */
  get size(): number {
    return this.stemOfForm.length;
  }

  /** The number of a folded form, met in a text of `lang`. */
  form(lang: FormLanguage, word: string): number {
    const form = word.length > LONGEST ? word.slice(0, LONGEST) : word;
    let forms = this.held.get(lang);
    if (!forms) {
      forms = new Map();
      this.held.set(lang, forms);
    }
    let number = forms.get(form);
    if (number === undefined) {
      const own = whole(form);
      const stem = this.stemFor(lang, own);
      const [first, second] = hashOf(exactKey(own));
      number = this.stemOfForm.add(stem);
      this.firstHash.add(first);
      this.secondHash.add(second);
      this.lastPage.add(-1);
      this.lastWork.add(-1);
      this.works.add(0);
      this.textOfForm.push(own);
      this.langOfForm.push(lang);
      forms.set(own, number);
    }
    return number;
  }

  /** Notes that work `workId` holds the form; once a work is enough. */
  count(form: number, workId: number): void {
    if (this.lastWork.values[form] === workId) return;
    this.lastWork.values[form] = workId;
    if (this.works.values[form] === 0) this.counted.push(form);
    this.works.values[form]! += 1;
  }

  /** Notes how often a work has each of some stems in its text. */
  meet(stem: number, times: number): void {
    this.occurrences.values[stem]! += times;
    this.words += times;
    this.stemsMet.add(stem);
  }

  private stemFor(lang: FormLanguage, form: string): number {
    const known = this.statements.get.get(form, lang);
    if (known) return this.hold(known);
    if (lang === 'ky' && /^[а-яөүң]+$/.test(form)) {
      this.sketch.add(candidates(form).map((candidate) => candidate.stem));
    }
    const stem = lang === '' ? form : stemOf(lang, form, this.kyrgyz);
    const number = this.stem(stem);
    const plain = bare(form);
    this.statements.add.run(form, lang, this.stemId.values[number], plain === form ? null : plain);
    return number;
  }

  private stem(stem: string): number {
    const held = this.stems.get(stem);
    if (held !== undefined) return held;
    const known = this.statements.stem.get(stem);
    return this.hold(known ?? { id: Number(this.statements.addStem.run(stem).lastInsertRowid), stem, occurrences: 0 });
  }

  private hold({ id, stem, occurrences }: StemRow): number {
    let number = this.stems.get(stem);
    if (number === undefined) {
      const [first, second] = hashOf(stem);
      number = this.stemId.add(id);
      this.stemFirstHash.add(first);
      this.stemSecondHash.add(second);
      this.stemLastPage.add(-1);
      this.occurrences.add(occurrences);
      this.stems.set(whole(stem), number);
    }
    return number;
  }

  /**
   * Writes what was learnt; to be called inside the writer's transaction, before it commits. Counts of works wait for
   * `all`, or until what is held is forgotten. @returns whether it forgot what it held.
   */
  flush(all = false): boolean {
    this.sketch.keep();
    const forgets = this.size > MOST_HELD;
    if (all || forgets) this.writeCounts();
    if (forgets) this.forget();
    return forgets;
  }

  private writeCounts(): void {
    const { textOfForm, langOfForm } = this;
    const works = this.works.values;
    // In the order of the table: each of its pages is touched once.
    this.counted.sort((a, b) => (textOfForm[a]! < textOfForm[b]! ? -1 : 1));
    for (const form of this.counted) {
      this.statements.count.run(works[form], textOfForm[form], langOfForm[form]);
      works[form] = 0;
    }
    this.counted = [];
    for (const stem of [...this.stemsMet].sort((a, b) => this.stemId.values[a]! - this.stemId.values[b]!))
      this.statements.meet.run(this.occurrences.values[stem], this.stemId.values[stem]);
    this.stemsMet.clear();
    this.statements.keepWords.run(this.words);
  }

  /** Drops what is held in memory: after a rollback it may say more than the file. */
  forget(): void {
    this.sketch.reload();
    this.held.clear();
    this.stems.clear();
    this.textOfForm.length = 0;
    this.langOfForm.length = 0;
    this.counted = [];
    this.stemsMet.clear();
    this.words = this.statements.words.get() ?? 0;
    for (const numbers of [
      ...[this.stemOfForm, this.firstHash, this.secondHash, this.lastPage, this.lastWork, this.works],
      ...[this.stemId, this.stemFirstHash, this.stemSecondHash, this.stemLastPage, this.occurrences],
    ])
      numbers.clear();
  }
}

/** The same word in memory of its own: a part cut from a page would keep the whole page. */
const whole = (word: string): string => Buffer.from(word, 'utf16le').toString('utf16le');
