import type Database from 'better-sqlite3';
import type { Language } from '../../language/language-of';
import { harmonicSpellings } from '../../language/missing-letters';
import { bare } from '../../language/normalise';
import { stemOf } from '../../language/stem';
import { transliterate } from '../../language/transliterate';
import type { Query, Term } from '../query';
import { type Hash, hashOf } from './page-sets';
import type { MayFind, Rights } from './rights';
import { COLUMNS, type Column, NAME_SPAN, STANDS_OUT, STANDS_OUT_LESS } from './schema';
import type { Speller } from './speller';
import { SupportSketch } from './support-sketch';
import { exactKey, kyrgyzBy, LONGEST, supportIn, tokenOf } from './vocabulary';

/** A word of the query and everything it may be found by. */
export interface Word {
  word: string;
  prefix: boolean;
  /** Its stems in every language it may be of: tokens of the index. */
  stems: string[];
  /** Stems of likely meant words: without ө ү ң, in the other alphabet, mistyped. Found below `stems`. */
  loose: string[];
  /** Its stems' forms in the library, by which it is told in a text; of a prefix, which tells itself, those that begin otherwise. */
  forms: ReadonlySet<string>;
  /** How pages are asked whether it stands on them: as it is typed, by its stems, by the loose ones. */
  exactKey: Hash;
  pageKeys: PageKey[];
  loosePageKeys: PageKey[];
  /** Nothing that this reader may find is this word or shares its stem. */
  unknown: boolean;
  /** `loose` are words near to this one, for want of anything better. */
  guessed: boolean;
}

/** A page that holds the stem holds one of its forms too: asked for both, its set errs far more seldom. */
export interface PageKey {
  stem: Hash;
  /** null: so many that they tell nothing. None: the library has no form of it. */
  forms: Hash[] | null;
}

export interface ExpandedTerm {
  term: Term;
  words: Word[];
}
export interface ExpandedQuery {
  all: { any: ExpandedTerm[] }[];
  none: ExpandedTerm[];
}

type FindRights = Pick<Rights, 'mayFindRow' | 'mayFindAll'>;

// In the pages of every other language a word of this alphabet is stemmed as in one of these two.
const LANGUAGES_OF: Record<'cyrillic' | 'other', Language[]> = { cyrillic: ['ky', 'ru'], other: ['tr', 'en'] };
const MOST_PREFIXED = 200;
/** Forms that begin so, the commonest, by which works and pages are found. */
const MOST_PREFIXED_FORMS = 400;
/** Of those that begin so, to find as many that a reader may find. */
const MOST_LOOKED_THROUGH = 10_000;
/** A stem of more forms is asked for alone: with so many one of them seems to be on every page. */
const MOST_FORMS_ASKED = 60;
const MOST_LOOSE = 10;
const MOST_GUESSED = 6;
/** Words near to a misspelt one of which these are gathered. */
const MOST_NEAR = 8;
const MOST_REMEMBERED = 50_000;

/** Turns words into the tokens the index may hold them by, asking the index's own vocabulary. */
export class Expander {
  private readonly sketch;
  private readonly kyrgyz;
  /** The stem of a form in a language, by both. */
  private readonly remembered = new Map<string, string>();
  private readonly statements;

  constructor(
    db: Database.Database,
    private readonly speller: Speller,
  ) {
    this.sketch = new SupportSketch(db);
    this.kyrgyz = kyrgyzBy(supportIn(db, this.sketch));
    this.statements = {
      stem: db
        .prepare<[string, string], string>(
          'SELECT stem FROM forms JOIN stems ON stems.id = stem_id WHERE form = ? AND lang = ?',
        )
        .pluck(),
      formsOfStem: db
        .prepare<[string], string>('SELECT DISTINCT form FROM stems JOIN forms ON stem_id = stems.id WHERE stem = ?')
        .pluck(),
      stemId: db.prepare<[string], number>('SELECT id FROM stems WHERE stem = ?').pluck(),
      // The index itself says whether a stem is in it; unlike a list it forgets with what is taken out.
      holdsStem: db.prepare<[string], number>('SELECT rowid FROM ft WHERE ft MATCH ?').pluck(),
      bare: db.prepare<[string], { form: string; stem: string; works: number }>(
        'SELECT form, stem, works FROM forms JOIN stems ON stems.id = stem_id WHERE bare = ? ORDER BY works DESC LIMIT 40',
      ),
      prefix: db
        .prepare<[string, string, number], [string, string]>(
          'SELECT stem, form FROM (SELECT form, stem_id, works FROM forms WHERE form >= ? AND form < ? ORDER BY works DESC LIMIT ?) JOIN stems ON stems.id = stem_id ORDER BY works DESC',
        )
        .raw(),
      works: db.prepare<[string], number | null>('SELECT max(works) FROM forms WHERE form = ?').pluck(),
    };
  }

  /** Forgets what another writer has changed meanwhile. */
  refresh(): void {
    this.remembered.clear();
    this.sketch.reload();
    this.speller.refresh();
  }

  /** The stems a form may be indexed under, whatever the language of its page. */
  stemsOf(form: string): string[] {
    const languages = LANGUAGES_OF[/[а-яөүң]/.test(form) ? 'cyrillic' : 'other'];
    return [...new Set(languages.map((language) => this.stemIn(language, form)))];
  }

  /** How many works hold exactly this form, by the last count. */
  worksWith(form: string): number {
    return this.statements.works.get(form) ?? 0;
  }

  /** @param mayFind what the reader may not find does not help him either: it would tell that it is there. */
  query(query: Query, now: number, { mayFindRow, mayFindAll }: FindRights): ExpandedQuery {
    const term = (one: Term): ExpandedTerm => ({
      term: one,
      words: one.words.map((word, i) =>
        this.word(word, one.prefix && i === one.words.length - 1, now, mayFindRow, mayFindAll),
      ),
    });
    return { all: query.all.map(({ any }) => ({ any: any.map(term) })), none: query.none.map(term) };
  }

  /** The stem a form is indexed under on a page of this language. */
  stemIn(language: Language, form: string): string {
    const key = `${language} ${form}`;
    let stem = this.remembered.get(key);
    if (stem === undefined) {
      stem = this.statements.stem.get(form, language) ?? stemOf(language, form, this.kyrgyz);
      if (this.remembered.size >= MOST_REMEMBERED) this.remembered.clear();
      this.remembered.set(key, stem);
    }
    return stem;
  }

  private word(typed: string, prefix: boolean, now: number, mayFind: MayFind, mayFindAll: boolean): Word {
    const word = typed.slice(0, LONGEST);
    if (prefix) return this.prefixed(word, mayFindAll ? null : mayFind);
    const stems = [...new Set([word, ...this.stemsOf(word)])];
    const unknown = !stems.some((stem) => this.holds(stem, mayFind));
    let guessed = false;
    let loose = this.withMissingLetters(word, mayFind);
    for (const reading of transliterate(word))
      loose.push(...this.withMissingLetters(reading, mayFind), ...this.inVocabulary(reading, mayFind));
    loose = [...new Set(loose)].filter((stem) => !stems.includes(stem)).slice(0, MOST_LOOSE);
    if (unknown && loose.length === 0) {
      guessed = true;
      for (const { form } of this.speller.nearest(word, MOST_NEAR, now, (near) => this.isFindable(near, mayFind)))
        if (loose.length < MOST_GUESSED) loose.push(...this.inVocabulary(form, mayFind).slice(0, 2));
      loose = [...new Set(loose)];
    }
    const forms = new Set<string>();
    const keyOf = (stem: string): PageKey => {
      const own = this.statements.formsOfStem.all(stem);
      for (const form of own) forms.add(form);
      return pageKey(stem, own);
    };
    return {
      word,
      prefix: false,
      stems,
      loose,
      forms,
      exactKey: hashOf(exactKey(word)),
      pageKeys: stems.map(keyOf),
      loosePageKeys: loose.map(keyOf),
      unknown,
      guessed,
    };
  }

  /** @param mayFind null: all. */
  private prefixed(word: string, mayFind: MayFind | null): Word {
    const formsOf = new Map<string, string[]>();
    for (const [stem, form] of this.formsThatBegin(word, mayFind)) {
      const forms = formsOf.get(stem);
      if (forms) forms.push(form);
      else if (formsOf.size < MOST_PREFIXED) formsOf.set(stem, [form]);
    }
    // A beginning longer than a stem finds works by that stem, in whatever form they have it: these are shown, below the others.
    const shorter = [...formsOf.keys()].filter((stem) => !stem.startsWith(word));
    const otherForms = new Map(shorter.map((stem) => [stem, this.statements.formsOfStem.all(stem)]));
    return {
      word,
      prefix: true,
      stems: [...new Set([word, ...formsOf.keys()])],
      loose: [],
      forms: new Set([...otherForms.values()].flat()),
      exactKey: hashOf(exactKey(word)),
      pageKeys: [...formsOf].map(([stem, forms]) => pageKey(stem, forms)),
      loosePageKeys: [...otherForms].map(([stem, forms]) => pageKey(stem, forms)),
      unknown: false,
      guessed: false,
    };
  }

  /** The commonest, with their stems. Where not all are taken, those that this reader may not find take nobody's place. */
  private formsThatBegin(beginning: string, mayFind: MayFind | null): [string, string][] {
    const some = this.statements.prefix.all(beginning, beginning + LAST, MOST_PREFIXED_FORMS);
    if (mayFind === null || some.length < MOST_PREFIXED_FORMS) return some;
    const findable = new Map<string, boolean>();
    const found: [string, string][] = [];
    for (const pair of this.statements.prefix.all(beginning, beginning + LAST, MOST_LOOKED_THROUGH)) {
      const [stem] = pair;
      if (!findable.has(stem)) findable.set(stem, this.holds(stem, mayFind));
      if (findable.get(stem)) found.push(pair);
      if (found.length === MOST_PREFIXED_FORMS) break;
    }
    return found;
  }

  /** Does a text that this reader may find hold a form of the word? */
  isFindable(form: string, mayFind: MayFind): boolean {
    return this.stemsOf(form).some((stem) => this.holds(stem, mayFind));
  }

  /** Stems of the index's words that are `word` but for letters many keyboards lack: монгу → мөңгү, turkce → türkçe. */
  private withMissingLetters(word: string, mayFind: MayFind): string[] {
    const stems: string[] = [];
    for (const { form, stem } of this.statements.bare.all(bare(word)))
      if (form !== word && extendsLetters(word, form) && this.holds(stem, mayFind)) stems.push(stem);
    // The inflected form may be nowhere in the library while another form of the word is.
    for (const spelling of harmonicSpellings(word)) {
      if (spelling === word) continue;
      const stem = this.stemIn('ky', spelling);
      if (/[өүң]/.test(stem) && this.holds(stem, mayFind)) stems.push(stem);
    }
    for (const stem of turkishSpellings(this.stemIn('tr', word))) if (this.holds(stem, mayFind)) stems.push(stem);
    return stems;
  }

  /** The token of a stem in the full-text index, or null where no text ever held it. */
  tokenOf(stem: string): string | null {
    const id = this.statements.stemId.get(stem);
    return id === undefined ? null : tokenOf(id);
  }

  /** Rows of the index that have the stem and may be found, one after another. */
  *rowsWith(stem: string, mayFind: MayFind): Generator<number> {
    const token = this.tokenOf(stem);
    if (token === null) return;
    for (const row of this.statements.holdsStem.iterate(quoted([token]))) if (mayFind(row)) yield row;
  }

  private holds(stem: string, mayFind: MayFind): boolean {
    for (const _row of this.rowsWith(stem, mayFind)) return true;
    return false;
  }

  private inVocabulary(form: string, mayFind: MayFind): string[] {
    return this.stemsOf(form).filter((stem) => this.holds(stem, mayFind));
  }
}

const pageKey = (stem: string, forms: readonly string[]): PageKey => ({
  stem: hashOf(stem),
  forms: forms.length > MOST_FORMS_ASKED ? null : forms.map((form) => hashOf(exactKey(form))),
});

const LAST = '\u{10ffff}';

/** Is `form` the same word with more of its letters written in full? A letter written in full is never taken back. */
function extendsLetters(word: string, form: string): boolean {
  if (word.length !== form.length) return false;
  for (let i = 0; i < word.length; i += 1) {
    if (word[i] !== form[i] && word[i] !== bare(form[i]!)) return false;
  }
  return true;
}

const TURKISH: Record<string, string> = { c: 'ç', g: 'ğ', o: 'ö', s: 'ş', u: 'ü' };

/** Other ways to write a Turkish stem typed without ç ğ ö ş ü: five letters (decision 205), thirty-one ways at most. */
function turkishSpellings(stem: string): string[] {
  if (!/^[a-zçğöşü]{3,5}$/.test(stem)) return [];
  let spellings = [''];
  for (const letter of stem) {
    const other = TURKISH[letter];
    spellings = spellings.flatMap((start) => (other ? [start + letter, start + other] : [start + letter]));
  }
  return spellings.slice(1); // the first is as typed
}

/** Every token is quoted, and of our own making: what a reader types never becomes syntax. */
const quoted = (tokens: string[]): string => `"${tokens.join(' ')}"`;
/** A token that no text has. */
const NOTHING = '"__"';
const FIELD_COLUMN: Record<NonNullable<Term['field']>, Column> = {
  title: 'titles',
  author: 'names',
  subject: 'subjects',
};

/** What an expression needs of the index: the stems of a form, and the token of a stem. */
export type Tokens = Pick<Expander, 'stemsOf' | 'stemIn' | 'tokenOf'>;

/** The query as FTS5 writes it, or null where nothing is to be found by words. @param loosely also by the loose stems. */
export function ftsExpression(query: ExpandedQuery, loosely: boolean, tokens: Tokens): string | null {
  if (query.all.length === 0) return null;
  const term = (one: ExpandedTerm) => termExpression(one, optionsOf(one, loosely, tokens));
  const all = query.all.map(({ any }) => `(${any.map(term).join(' OR ')})`).join(' AND ');
  const none = noneExpression(query, tokens);
  return none === null ? all : `(${all}) NOT ${none}`;
}

/** What must not be found: words as they are typed, an author in the other alphabet too, but by no guess at his name. */
export function noneExpression({ none }: ExpandedQuery, tokens: Tokens): string | null {
  if (none.length === 0) return null;
  const expressions = none.map((one) => {
    if (one.term.field !== 'author') return termExpression(one, optionsOf(one, false, tokens));
    const words = one.words.map((word) => (word.guessed ? { ...word, loose: [] } : word));
    return termExpression(
      one,
      words.length > 1 ? names(words, true, tokens) : optionsOf({ ...one, words }, true, tokens),
    );
  });
  return `(${expressions.join(' OR ')})`;
}

function termExpression({ term, words }: ExpandedTerm, options: string[][]): string {
  const isName = term.field === 'author' && words.length > 1;
  const each = options.map(isName ? inOneName : quoted);
  const any = each.length > 1 ? `(${each.join(' OR ')})` : (each[0] ?? NOTHING);
  return term.field ? `({${FIELD_COLUMN[term.field]}} : ${any})` : any;
}

/** Tokens in any order, no farther from each other than two words of one name. */
const inOneName = (tokens: string[]): string =>
  tokens.length === 1
    ? quoted(tokens)
    : `NEAR(${tokens.map((token) => quoted([token])).join(' ')}, ${Math.max(NAME_SPAN, tokens.length - 2)})`;

/** Works in which a word of the query stands out. @param less also those where it does in an abstract. */
export function championExpression(query: ExpandedQuery, loosely: boolean, tokens: Tokens, less: boolean): string {
  const stems = new Set(query.all.flatMap(({ any }) => any.flatMap((term) => optionsOf(term, loosely, tokens).flat())));
  const marks = less ? [STANDS_OUT, STANDS_OUT_LESS] : [STANDS_OUT];
  const champions = [...stems].flatMap((stem) => marks.map((mark) => quoted([mark + stem])));
  return `(${champions.join(' OR ') || NOTHING})`;
}

/** Every run of tokens by which a term may be found. */
function optionsOf({ term, words }: ExpandedTerm, loosely: boolean, tokens: Tokens): string[][] {
  const [word] = words;
  if (term.field === 'author' && words.length > 1) return names(withoutInitials(words), loosely, tokens);
  const wanted =
    words.length === 1
      ? (loosely ? [...word!.stems, ...word!.loose] : word!.stems).map((stem) => [stem])
      : phrases(words, loosely, tokens);
  return wanted.flatMap((stems) => {
    const found = stems.map((stem) => tokens.tokenOf(stem));
    return found.includes(null) ? [] : [found as string[]];
  });
}

/** «Б.» of «Б. Асанов» is the beginning of a word, which the index cannot tell: the others say enough. */
function withoutInitials(words: Word[]): Word[] {
  const whole = words.filter(({ word }) => word.length > 1);
  return whole.length > 0 ? whole : words;
}

const MOST_NAMES = 64;

/** The words of a name, each in the ways it may be written: the likeliest together first. */
function names(words: Word[], loosely: boolean, tokens: Tokens): string[][] {
  let found: { name: string[]; doubt: number }[] = [{ name: [], doubt: 0 }];
  for (const { stems, loose } of words) {
    const ways = (loosely ? [...stems, ...loose] : stems).flatMap((stem) => tokens.tokenOf(stem) ?? []);
    found = found
      .flatMap(({ name, doubt }) => ways.map((token, rank) => ({ name: [...name, token], doubt: doubt + rank })))
      .sort((a, b) => a.doubt - b.doubt)
      .slice(0, MOST_NAMES);
  }
  return found.map(({ name }) => name);
}

const PAGE_LANGUAGES: readonly Language[] = ['ky', 'ru', 'tr', 'en'];

/** A phrase as a page of each language has it: the words of another alphabet («Windows системасын») have its stems there too. */
function phrases(words: Word[], loosely: boolean, tokens: Tokens): string[][] {
  const found = new Map<string, string[]>();
  const add = (phrase: string[]) => found.set(phrase.join(' '), phrase);
  for (const language of PAGE_LANGUAGES) add(words.map(({ word }) => tokens.stemIn(language, word)));
  add(words.map(({ word }) => word));
  if (words.length === 2)
    for (const a of tokens.stemsOf(words[0]!.word)) for (const b of tokens.stemsOf(words[1]!.word)) add([a, b]);
  if (loosely)
    for (const language of PAGE_LANGUAGES)
      add(words.map(({ word, loose }) => loose[0] ?? tokens.stemIn(language, word)));
  return [...found.values()];
}

export const BM25 = (weights: Record<Column, number>): string =>
  `bm25(ft, ${COLUMNS.map((column) => weights[column]).join(', ')})`;
