import { type CitedName, familyFirst, initialsFirst } from './names';
import type { Reference } from './reference';

/** The words of a description. The standard is Russian; Kyrgyz libraries have their own for Kyrgyz lists. */
const WORDS = {
  ru: {
    volume: 'Т. ',
    issue: '№ ',
    pages: 'С. ',
    others: '[и др.]',
    noYear: '[б. г.]',
    text: 'Текст : электронный',
    seen: 'дата обращения',
    roles: {
      supervisor: 'науч. рук.',
      compiler: 'сост.',
      editor: 'ред.',
      translator: 'пер.',
      illustrator: 'худож.',
    },
    patent: 'патент',
  },
  ky: {
    volume: 'Т. ',
    issue: '№ ',
    pages: 'Б. ',
    others: '[ж. б.]',
    noYear: '[ж. к.]',
    text: 'Текст : электрондук',
    seen: 'кайрылган күнү',
    roles: {
      supervisor: 'илим. жет.',
      compiler: 'түз.',
      editor: 'ред.',
      translator: 'котор.',
      illustrator: 'сүрөтчү',
    },
    patent: 'патент',
  },
} as const;

type Words = (typeof WORDS)[keyof typeof WORDS];

/** ГОСТ Р 7.0.100-2018, with the access area of an electronic resource. */
export function gost(reference: Reference): string {
  const words = reference.language === 'ky' ? WORDS.ky : WORDS.ru;
  const areas = [`${heading(reference)}${reference.title}${thesisNote(reference)} ${responsibility(reference, words)}`];
  const seen = `URL: ${reference.url} (${words.seen}: ${day(reference.accessedOn)})`;
  const doi = reference.doi ? `DOI ${reference.doi}` : null;
  if (reference.kind === 'article' || reference.kind === 'part') {
    areas.push(words.text);
    const host = [hostTitle(reference), ...hostAreas(reference, words), doi, seen];
    return `${joinAreas(areas)} // ${joinAreas(host)}.`;
  }
  areas.push(
    reference.kind === 'issue' ? numbering(reference, words) : '',
    imprint(reference, words),
    reference.extent ?? '',
    reference.isbn ? `ISBN ${reference.isbn}` : '',
    reference.kind === 'issue' && reference.issn ? `ISSN ${reference.issn}` : '',
  );
  return `${joinAreas([...areas, doi, seen, words.text])}.`;
}

/** The first of at most three authors leads the description; four and more stand after the title alone. */
const heading = ({ authors }: Reference): string => {
  const first = authors[0];
  if (!first || authors.length > 3) return '';
  const text = familyFirst(first);
  return `${text.endsWith('.') ? text : `${text}.`} `;
};

function responsibility(reference: Reference, words: Words): string {
  const { authors, others, kind, institution } = reference;
  const parts = [group(authors, words)];
  for (const [role, word] of Object.entries(words.roles) as [keyof Words['roles'], string][]) {
    if (others[role].length > 0) parts.push(`${word} ${group(others[role], words)}`);
  }
  if (kind === 'thesis' && institution) parts.push(institution);
  const said = parts.filter(Boolean).join(' ; ');
  return said ? `/ ${said}` : '';
}

/** Up to four names; of five and more the first three (7.0.100, 5.2.6.7). */
const group = (names: readonly CitedName[], words: Words): string =>
  names.length > 4
    ? `${names.slice(0, 3).map(initialsFirst).join(', ')} ${words.others}`
    : names.map(initialsFirst).join(', ');

/** Branches of science by the first two digits of a speciality of the ВАК: «канд. ист. наук». */
const BRANCHES: Record<string, [ru: string, ky: string]> = {
  '01': ['физ.-мат. наук', 'физ.-мат. илим.'],
  '02': ['хим. наук', 'хим. илим.'],
  '03': ['биол. наук', 'биол. илим.'],
  '04': ['геол.-минерал. наук', 'геол.-минерал. илим.'],
  '05': ['техн. наук', 'техн. илим.'],
  '06': ['с.-х. наук', 'а.-ч. илим.'],
  '07': ['ист. наук', 'тарых илим.'],
  '08': ['экон. наук', 'экон. илим.'],
  '09': ['филос. наук', 'филос. илим.'],
  '10': ['филол. наук', 'филол. илим.'],
  '11': ['геогр. наук', 'геогр. илим.'],
  '12': ['юрид. наук', 'юрид. илим.'],
  '13': ['пед. наук', 'пед. илим.'],
  '14': ['мед. наук', 'мед. илим.'],
  '15': ['фармацевт. наук', 'фармацевт. илим.'],
  '16': ['ветеринар. наук', 'ветеринар. илим.'],
  '17': ['искусствоведения', 'искусствотаануу'],
  '18': ['архитектуры', 'архитектура'],
  '19': ['психол. наук', 'психол. илим.'],
  '22': ['социол. наук', 'социол. илим.'],
  '23': ['полит. наук', 'саясий илим.'],
  '24': ['культурологии', 'маданият таануу'],
};

/** « : дис. … канд. ист. наук : 07.00.02» */
function thesisNote({ kind, type, thesis, language }: Reference): string {
  if (kind !== 'thesis') return type === 'patent' ? ` : ${WORDS.ru.patent}` : '';
  const kyrgyz = language === 'ky';
  const code = thesis?.specialityCode ? ` : ${thesis.specialityCode}` : '';
  const branch = BRANCHES[/^(\d\d)\.\d\d\.\d\d/.exec(thesis?.specialityCode ?? '')?.[1] ?? ''];
  const degree =
    thesis?.degree ?? (type === 'master-thesis' ? 'master' : type === 'bachelor-thesis' ? 'bachelor' : null);
  const level = {
    candidate: kyrgyz ? `${branch?.[1] ?? 'илим.'} канд.` : `канд. ${branch?.[0] ?? 'наук'}`,
    doctor: kyrgyz ? `${branch?.[1] ?? 'илим.'} д-ру` : `д-ра ${branch?.[0] ?? 'наук'}`,
    phd: kyrgyz ? 'филос. д-ру (PhD)' : 'д-ра философии (PhD)',
    master: 'магистр',
    specialist: kyrgyz ? 'адис' : 'специалист',
    bachelor: 'бакалавр',
  };
  if (degree === 'master') return ` : ${kyrgyz ? 'магистрдик дис.' : 'магистерская дис.'}${code}`;
  if (degree === 'bachelor' || degree === 'specialist') {
    return ` : ${kyrgyz ? 'бүтүрүү квалификациялык иши' : 'выпускная квалификационная работа'} (${level[degree]})${code}`;
  }
  const abstract = type === 'dissertation-abstract';
  const named = degree ? ` … ${level[degree]}` : '';
  if (kyrgyz) return ` : ${degree ? `${level[degree]} … ` : ''}дис.${abstract ? ' автореф.' : ''}${code}`;
  return ` : ${abstract ? 'автореф. ' : ''}дис.${named}${code}`;
}

const hostTitle = ({ container, publisher }: Reference): string => container ?? publisher ?? '';

/** A journal goes by year and number, a book by its imprint. */
function hostAreas(reference: Reference, words: Words): string[] {
  const { kind, year, pages } = reference;
  const where = pages ? `${words.pages}${pages}` : '';
  return kind === 'article'
    ? [year ?? words.noYear, numbering(reference, words), where]
    : [imprint(reference, words), numbering(reference, words), where];
}

const numbering = ({ volume, issue }: Reference, words: Words): string =>
  [volume && `${words.volume}${volume}`, issue && `${words.issue}${issue}`].filter(Boolean).join(', ');

function imprint({ place, publisher, year, kind, container }: Reference, words: Words): string {
  // A thesis has no publisher; in place of a nameless host the publisher was told already.
  const by = kind === 'thesis' || (kind === 'part' && !container) ? null : publisher;
  const where = [place, by].filter(Boolean).join(' : ');
  return [where, year ?? words.noYear].filter(Boolean).join(', ');
}

const day = (date: string): string => date.split('-').reverse().join('.');

/** Areas are divided by a stop, a space and a dash; an area that ends in a stop has it already. */
const joinAreas = (areas: readonly (string | null)[]): string =>
  areas
    .filter((area): area is string => Boolean(area?.trim()))
    .map((area) => area.trim())
    .reduce((before, area) => (before.endsWith('.') ? `${before} – ${area}` : `${before}. – ${area}`));
