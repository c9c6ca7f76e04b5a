import type Database from 'better-sqlite3';
import { candidates, choose, type Support } from '../../language/kyrgyz/stemmer';
import type { Language } from '../../language/language-of';
import { bare } from '../../language/normalise';
import { stemOf } from '../../language/stem';
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

/** A word of the page sets: its hashes, and the last page it was put down for. */
export interface Key {
  text: string;
  first: number;
  second: number;
  lastPage: number;
}

export interface Form {
  form: string;
  stem: Key;
  exact: Key;
  /** Works met since the last flush. */
  works: number;
  /** The last work it was counted for. */
  lastWork: number;
}

/** '' for names, which have no stem but themselves. */
export type FormLanguage = Language | '';

/** The exact form has a key of its own on the page, beside its stem's. */
export const exactKey = (form: string): string => `=${form}`;

/** Longer «words» are broken OCR or data; a stem of them helps nobody and would bloat the vocabulary. */
const LONGEST = 40;
/** Forms held in memory, all languages together. */
const MOST_HELD = 400_000;
/** Counts of works are written when so many forms wait, or nothing else is to be done: they need not be exact. */
const MOST_COUNTS = 250_000;

/** The vocabulary as the writer grows it: form → stem, once and for all, and how many works hold it. */
export class Vocabulary {
  private readonly held = new Map<FormLanguage, Map<string, Form>>();
  private readonly stems = new Map<string, Key>();
  private dirty: { lang: FormLanguage; form: Form }[] = [];
  private size = 0;
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
      get: db.prepare<[string, string], string>('SELECT stem FROM forms WHERE form = ? AND lang = ?').pluck(),
      add: db.prepare('INSERT INTO forms (form, lang, stem, bare, works) VALUES (?, ?, ?, ?, 0)'),
      count: db.prepare('UPDATE forms SET works = works + ? WHERE form = ? AND lang = ?'),
    };
  }

  /** The entry of a folded form, met in a text of `lang`. */
  form(lang: FormLanguage, word: string): Form {
    const form = word.length > LONGEST ? word.slice(0, LONGEST) : word;
    let forms = this.held.get(lang);
    if (!forms) {
      forms = new Map();
      this.held.set(lang, forms);
    }
    let entry = forms.get(form);
    if (!entry) {
      entry = { form, stem: this.key(this.stemFor(lang, form)), exact: newKey(exactKey(form)), works: 0, lastWork: -1 };
      forms.set(form, entry);
      this.size += 1;
    }
    return entry;
  }

  /** Notes that work `workId` holds the form; once a work is enough. */
  count(lang: FormLanguage, entry: Form, workId: number): void {
    if (entry.lastWork === workId) return;
    entry.lastWork = workId;
    if (entry.works === 0) this.dirty.push({ lang, form: entry });
    entry.works += 1;
  }

  private stemFor(lang: FormLanguage, form: string): string {
    const known = this.statements.get.get(form, lang);
    if (known !== undefined) return known;
    if (lang === 'ky' && /^[а-яөүң]+$/.test(form)) {
      this.sketch.add(candidates(form).map((candidate) => candidate.stem));
    }
    const stem = lang === '' ? form : stemOf(lang, form, this.kyrgyz);
    const plain = bare(form);
    this.statements.add.run(form, lang, stem, plain === form ? null : plain);
    return stem;
  }

  private key(stem: string): Key {
    let key = this.stems.get(stem);
    if (!key) {
      key = newKey(stem);
      this.stems.set(stem, key);
    }
    return key;
  }

  /**
   * Writes what was learnt; to be called inside the writer's transaction, before it commits. Counts of works wait for
   * `all`, or until they are many. @returns whether it forgot what it held.
   */
  flush(all = false): boolean {
    this.sketch.keep();
    const forgets = this.size > MOST_HELD;
    if (all || forgets || this.dirty.length > MOST_COUNTS) {
      for (const { lang, form } of this.dirty) {
        this.statements.count.run(form.works, form.form, lang);
        form.works = 0;
      }
      this.dirty = [];
    }
    if (forgets) this.forget();
    return forgets;
  }

  /** Drops what is held in memory: after a rollback it may say more than the file. */
  forget(): void {
    this.sketch.reload();
    this.held.clear();
    this.stems.clear();
    this.dirty = [];
    this.size = 0;
  }
}

function newKey(text: string): Key {
  const [first, second] = hashOf(text);
  return { text, first, second, lastPage: -1 };
}
