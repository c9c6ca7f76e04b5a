import type Database from 'better-sqlite3';
import { candidates, choose, type Support } from '../../language/kyrgyz/stemmer';
import type { Language } from '../../language/language-of';
import { bare } from '../../language/normalise';
import { stemOf } from '../../language/stem';
import { hashOf } from './page-sets';

/** The Kyrgyz stem of a form by the support the index counts; the stem of a form once met is kept until a rebuild. */
export function kyrgyzBy(db: Database.Database): (form: string) => string {
  const forms = db.prepare<[string], number>('SELECT forms FROM support WHERE stem = ?').pluck();
  const holds = db.prepare<[string], number>("SELECT 1 FROM forms WHERE form = ? AND lang = 'ky'").pluck();
  const support: Support = {
    forms: (stem) => forms.get(stem) ?? 0,
    holds: (form) => holds.get(form) !== undefined,
  };
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
/** Forms held in memory between flushes, all languages together. */
const MOST_HELD = 400_000;

/** The vocabulary as the writer grows it: form → stem, once and for all, and how many works hold it. */
export class Vocabulary {
  private readonly held = new Map<FormLanguage, Map<string, Form>>();
  private readonly stems = new Map<string, Key>();
  private dirty: { lang: FormLanguage; form: Form }[] = [];
  private size = 0;
  private readonly kyrgyz;
  private readonly statements;

  constructor(db: Database.Database) {
    this.kyrgyz = kyrgyzBy(db);
    this.statements = {
      get: db.prepare<[string, string], string>('SELECT stem FROM forms WHERE form = ? AND lang = ?').pluck(),
      add: db.prepare('INSERT INTO forms (form, lang, stem, bare, works) VALUES (?, ?, ?, ?, 0)'),
      count: db.prepare('UPDATE forms SET works = works + ? WHERE form = ? AND lang = ?'),
      support: db.prepare('INSERT INTO support VALUES (?, 1) ON CONFLICT (stem) DO UPDATE SET forms = forms + 1'),
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
      for (const { stem } of candidates(form)) this.statements.support.run(stem);
    }
    const stem = lang === '' ? form : stemOf(lang, form, this.kyrgyz);
    this.statements.add.run(form, lang, stem, bare(form));
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

  /** Writes the counts; to be called inside the writer's transaction, before it commits. @returns whether it forgot. */
  flush(): boolean {
    for (const { lang, form } of this.dirty) {
      this.statements.count.run(form.works, form.form, lang);
      form.works = 0;
    }
    this.dirty = [];
    if (this.size <= MOST_HELD) return false;
    this.forget();
    return true;
  }

  /** Drops what is held in memory: after a rollback it may say more than the file. */
  forget(): void {
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
