import { type CitedName, inverted } from './names';
import { editorsOf, type Reference } from './reference';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** A BibTeX entry in UTF-8, with the fields that biblatex adds (doi, url, urldate) under their usual names. */
export function bibtex(reference: Reference): string {
  const { kind, thesis, thesisKind, others } = reference;
  const entry = entryOf(reference);
  const [year, month] = reference.issued?.split('-') ?? [];
  const within = kind === 'article' || kind === 'part';
  const fields: [string, string | null | undefined][] = [
    ['author', names(reference.authors)],
    ['editor', names(reference.authors.length > 0 ? others.editor : editorsOf(reference))],
    ['title', `{${escaped(reference.title)}}`],
    [kind === 'article' ? 'journal' : 'booktitle', within ? escaped(reference.container) : null],
    ['school', entry.endsWith('thesis') ? escaped(reference.institution ?? reference.publisher) : null],
    ['institution', entry === 'techreport' ? escaped(reference.publisher ?? reference.institution) : null],
    ['publisher', entry.endsWith('thesis') || entry === 'techreport' ? null : escaped(reference.publisher)],
    ['type', entry === 'phdthesis' && thesisKind === 'Doctoral dissertation' ? null : escaped(thesisKind)],
    ['address', escaped(reference.place)],
    ['year', year],
    ['month', month && MONTHS[Number(month) - 1]],
    ['volume', escaped(reference.volume)],
    ['number', escaped(reference.issue)],
    ['pages', escaped(reference.pages)?.replaceAll('–', '--')],
    ['isbn', escaped(reference.isbn)],
    ['issn', escaped(reference.issn)],
    ['doi', verbatim(reference.doi)],
    ['url', verbatim(reference.url)],
    ['urldate', reference.accessedOn],
    ['language', reference.languages[0]],
    ['keywords', reference.keywords.map((word) => escaped(word)).join(', ')],
    ['note', thesis?.specialityCode ? escaped(thesis.specialityCode) : null],
  ];
  const lines = fields
    .filter(([, value]) => value)
    .map(([name, value]) => `  ${name} = ${name === 'month' ? value : `{${value}}`},`);
  return `@${entry}{${keyOf(reference)},\n${lines.join('\n')}\n}\n`;
}

function entryOf({ type, kind }: Reference): string {
  switch (type) {
    case 'conference-paper':
      return 'inproceedings';
    case 'book-part':
      return 'incollection';
    case 'master-thesis':
    case 'bachelor-thesis':
      return 'mastersthesis';
    case 'report':
      return 'techreport';
    default:
      return {
        article: 'article',
        thesis: 'phdthesis',
        book: 'book',
        issue: 'book',
        part: 'incollection',
        other: 'misc',
      }[kind];
  }
}

const names = (all: readonly CitedName[]): string =>
  all.map((name) => (name.given ? escaped(inverted(name)) : `{${escaped(name.family)}}`)).join(' and ');

const SIGNS: Record<string, string> = {
  '\\': '\\textbackslash{}',
  // Not \{ and \}: BibTeX counts those too, and a lone one would swallow the rest of the file.
  '{': '\\textbraceleft{}',
  '}': '\\textbraceright{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
};

function escaped(text: string): string;
function escaped(text: string | null): string | null;
function escaped(text: string | null): string | null {
  return text?.replace(/[\\{}~^&%$#_]/g, (sign) => SIGNS[sign] ?? `\\${sign}`) ?? null;
}

/** Addresses are read as they stand; only what would end the field is written otherwise. */
const verbatim = (address: string | null): string | null =>
  address?.replace(/[{}\\\s]/g, (sign) => encodeURIComponent(sign)) ?? null;

/** `asanov2021-17`: the number keeps two works of one author and year apart. */
function keyOf({ authors, others, year, id }: Reference): string {
  const first = authors[0] ?? others.editor[0] ?? others.compiler[0];
  return `${(first && latin(first.family)) || 'work'}${year ?? ''}-${id}`;
}

const LETTERS: Record<string, string> = Object.fromEntries(
  [
    'а a б b в v г g д d е e ё yo ж j з z и i й y к k л l м m н n ң ng о o ө o п p р r с s т t у u ү u ф f',
    'х kh ц ts ч ch ш sh щ shch ъ _ ы y ь _ э e ю yu я ya ı i ø o ł l ß ss',
  ]
    .join(' ')
    .split(' ')
    .reduce<[string, string][]>((pairs, part, i, all) => {
      if (i % 2 === 0) pairs.push([part, all[i + 1] === '_' ? '' : all[i + 1]!]);
      return pairs;
    }, []),
);

/** Plain Latin letters for a key: the Kyrgyz letters by sound, accents dropped. */
const latin = (text: string): string =>
  [...text.toLowerCase().normalize('NFC')]
    .map((letter) => LETTERS[letter] ?? letter.normalize('NFD').replace(/\p{M}/gu, ''))
    .join('')
    .replace(/[^a-z0-9]/g, '')
    .slice(0, 40);
