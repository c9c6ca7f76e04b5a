import type { PrintedLine } from './pdfium';
import type { PdfFrontMatter } from './text-process';

/** What the deposit form offers for a person to confirm; every part may be missing. */
export interface Description {
  title: string | null;
  /** «Family, Given Patronymic» where the order can be told. */
  authors: string[];
  year: number | null;
  abstract: string | null;
  keywords: string[];
  udc: string | null;
}

/** Reads title, authors, year, abstract, keywords and УДК off the first pages as a cataloguer would. */
export function describeFrontMatter(front: PdfFrontMatter): Description {
  const [first = [], ...others] = front.pages.map(readable);
  const all = [first, ...others].flat();
  const authors = authorsOn(first);
  return {
    title: titleOn(first) ?? usableInfo(front.title),
    authors: authors.length > 0 ? authors : usableNames(front.author),
    year: yearOn(first) ?? yearOn(others[0] ?? []) ?? yearOfInfo(front.created),
    ...abstractIn(all),
    udc: udcIn(all),
  };
}

const readable = (page: PrintedLine[]): PrintedLine[] =>
  page
    .map((line) => ({ ...line, text: line.text.replace(/\s+/g, ' ').trim() }))
    .filter((line) => /[\p{L}\p{N}]/u.test(line.text));

/** A file's own title is often that of the template, or a name of a file. */
function usableInfo(title: string): string | null {
  const text = title.trim();
  const useless = /^(untitled|без имени|без названия|документ|document|microsoft word|презентация|слайд)\b/i;
  if (text.length < 6 || useless.test(text) || /\.(docx?|pdf|tex|indd|rtf|odt|cdr|qxd)$/i.test(text)) return null;
  return text;
}

function usableNames(author: string): string[] {
  return author
    .split(/\s*[;&]\s*|,\s+(?=\p{Lu}\p{Ll}+ \p{Lu})/u)
    .map((name) => name.trim())
    .filter(
      (name) =>
        /^\p{Lu}[\p{L}.'’-]+([ ,]+\p{Lu}[\p{L}.'’-]*)+$/u.test(name) && !/(windows|user|admin|microsoft)/i.test(name),
    )
    .map(inverted);
}

const WORD = "\\p{Lu}[\\p{Ll}'’]+(?:-\\p{Lu}\\p{Ll}+)?";
const CAPITALS = "\\p{Lu}[\\p{Lu}'’]+(?:-\\p{Lu}+)?";
const PATRONYMIC =
  '(?:\\p{Lu}\\p{L}+(?:ович|евич|ич|овна|евна|ична|ОВИЧ|ЕВИЧ|ОВНА|ЕВНА)|\\p{Lu}\\p{L}+ ?[-–]?(?:уулу|кызы|УУЛУ|КЫЗЫ|оглы|ОГЛЫ))';
const FULL_NAME = new RegExp(`^(${WORD}|${CAPITALS}) (${WORD}|${CAPITALS}) (${PATRONYMIC})$`, 'u');
const GIVEN_FIRST = new RegExp(`^(${WORD}) (${PATRONYMIC}) (${WORD}|${CAPITALS})$`, 'u');
const INITIALS_FIRST = new RegExp(`^((?:\\p{Lu}\\. ?){1,3})(${WORD}|${CAPITALS})$`, 'u');
const INITIALS_LAST = new RegExp(`^(${WORD}|${CAPITALS}),? ((?:\\p{Lu}\\. ?){1,3})$`, 'u');
const KYRGYZ_NAME = new RegExp(`^(${WORD}|${CAPITALS}) (${WORD}|${CAPITALS})(?: ?[-–]? ?)(уулу|кызы|УУЛУ|КЫЗЫ)$`, 'u');
const WESTERN = /^(?:\p{Lu}\p{Ll}+(?:-\p{Lu}\p{Ll}+)? ){1,2}(?:\p{Lu}\p{Ll}+|\p{Lu}{3,})$/u;
const SUPERVISION =
  /жетекчи|руковод|консультант|оппонент|supervisor|advisor|danışman|рецензент|кеңешчи|редактор|editor|кафедра|профессор|доцент|доктору?\b|д\.\s?\p{L}+\.\s?н\.|к\.\s?\p{L}+\.\s?н\./iu;

function authorsOn(page: PrintedLine[]): string[] {
  const names: string[] = [];
  for (const [i, line] of page.entries()) {
    if (/жетекчи|руководител|supervisor|danışman|рецензент|оппонент/i.test(line.text)) break; // those below are not authors
    if (SUPERVISION.test(line.text)) continue;
    const marked =
      /^(?:автор(?:ы|лору|у)?|author[s]?|yazar(?:lar)?|түзүүчү|составитель|даярдаган|выполнил[а]?|аткарган|hazırlayan|by)\s*[:.]?\s+(.+)$/iu.exec(
        line.text,
      );
    const text = (marked?.[1] ?? line.text).replace(/[*†‡¹²³⁰-⁹]+|\d(?=[,\s]|$)/gu, '').trim();
    const found = namesIn(text, marked !== null || (i < page.length && isArticleByline(page, i)));
    names.push(...found);
    if (names.length > 0 && found.length === 0 && names.length > 0) break;
  }
  return [...new Set(names)].slice(0, 20);
}

/** Western names look like any two capitalised words; only just under a title in larger letters do they count. */
function isArticleByline(page: PrintedLine[], at: number): boolean {
  const above = page.slice(0, at);
  const tallest = Math.max(0, ...above.map((line) => line.size));
  return above.length > 0 && above.length <= 8 && tallest > page[at]!.size * 1.15;
}

function namesIn(text: string, western: boolean): string[] {
  const whole = nameFrom(text, western);
  if (whole) return [whole];
  const parts = text.split(/\s*(?:[,;]| and | ve | жана | и )\s*/u).filter((part) => part !== '');
  if (parts.length < 2) return [];
  const names = parts.map((part) => nameFrom(part, western));
  return names.every((name) => name !== null) ? (names as string[]) : [];
}

function nameFrom(text: string, western: boolean): string | null {
  const given = (first: string, rest: string) => `${capitalised(first)}, ${rest.split(' ').map(capitalised).join(' ')}`;
  let match = FULL_NAME.exec(text);
  if (match) return given(match[1]!, `${match[2]} ${match[3]}`);
  match = KYRGYZ_NAME.exec(text);
  if (match) return given(match[1]!, `${match[2]} ${match[3]!.toLowerCase()}`);
  match = GIVEN_FIRST.exec(text);
  if (match) return given(match[3]!, `${match[1]} ${match[2]}`);
  match = INITIALS_FIRST.exec(text);
  if (match) return `${capitalised(match[2]!)}, ${spaced(match[1]!)}`;
  match = INITIALS_LAST.exec(text);
  if (match) return `${capitalised(match[1]!)}, ${spaced(match[2]!)}`;
  if (western && WESTERN.test(text)) return inverted(text);
  return null;
}

const spaced = (initials: string) => initials.replace(/\s+/g, '').replace(/\.(?=\p{Lu})/gu, '. ');

function inverted(name: string): string {
  if (name.includes(',')) return name;
  const words = name.split(' ');
  const russian = nameFrom(name, false);
  if (russian) return russian;
  return `${capitalised(words.at(-1)!)}, ${words.slice(0, -1).map(capitalised).join(' ')}`;
}

/** АСАНОВ → Асанов; a name already in mixed letters stays. */
function capitalised(name: string): string {
  if (name.length < 2 || name !== name.toUpperCase() || /\./.test(name)) return name;
  return name
    .split('-')
    .map((part) => part.charAt(0) + part.slice(1).toLowerCase())
    .join('-');
}

const NOT_TITLE =
  /министрлиг|министерств|университет|university|üniversitesi|институт|institute|academy|академи|кафедра|факультет|faculty|fakültesi|кол жазма|рукопис|удк|udc|ббк|isbn|issn|doi|https?:|@|диссертация$|автореферат|диссертациялык|даражасын алуу|соискание|адистиг|специальность|bishkek|бишкек\b|ош шаар|©|\bтом\b|\bvol\b|жарчысы|вестник|известия|журнал|journal|жылдын|илимдер|наук(и|\b)|enstitüsü|бекит|утвержда|рекоменд|түзүүчү|составител|том \d/iu;

/** The lines in the largest letters, if the page has letters of several sizes; else the block in capitals. */
function titleOn(page: PrintedLine[]): string | null {
  const candidates = page
    .map((line, index) => ({ ...line, index }))
    .filter(
      (line) =>
        line.down < 0.8 &&
        !NOT_TITLE.test(line.text) &&
        namesIn(line.text, false).length === 0 &&
        (line.text.match(/\p{L}/gu)?.length ?? 0) >= 3 &&
        !/^[\d.\s–-]+/.test(line.text),
    );
  if (candidates.length === 0) return null;
  const sizes = page.map((line) => line.size).sort((a, b) => a - b);
  const usual = sizes[Math.floor(sizes.length / 2)]!;
  const largest = Math.max(...candidates.map((line) => line.size));
  const capitals = (line: PrintedLine) => line.text === line.text.toUpperCase();
  const isTitle =
    largest > usual * 1.12 ? (line: PrintedLine) => line.size >= largest * 0.95 : (line: PrintedLine) => capitals(line);
  const start = candidates.findIndex((line) => isTitle(line));
  if (start < 0) return null;
  const lines: string[] = [];
  for (let i = start; i < candidates.length && lines.length < 6; i++) {
    const line = candidates[i]!;
    if (!isTitle(line) || (i > start && line.index !== candidates[i - 1]!.index + 1)) break;
    lines.push(line.text);
  }
  const title = joined(lines).replace(/^[«"“„]\s*(.+?)\s*[»"”]\.?$/u, '$1');
  if (title.length < 6 || title.length > 600) return null;
  return title === title.toUpperCase() ? sentenceCase(title) : title;
}

const joined = (lines: string[]) =>
  lines.reduce((text, line) => (/\p{L}-$/u.test(text) ? text.slice(0, -1) + line : `${text} ${line}`), '').trim();

/** THE WHOLE IN CAPITALS reads better as a sentence; what was a name in it, a person puts right. */
function sentenceCase(text: string): string {
  const lower = /[ıİŞşĞğ]/.test(text) ? text.toLocaleLowerCase('tr') : text.toLowerCase();
  const upper = /[ıİŞşĞğ]/.test(text) ? lower.charAt(0).toLocaleUpperCase('tr') : lower.charAt(0).toUpperCase();
  return upper + lower.slice(1);
}

function yearOn(page: PrintedLine[]): number | null {
  const now = new Date().getFullYear();
  const place =
    /(бишкек|ош|фрунзе|каракол|нарын|талас|жалал-абад|баткен|москва|алматы|ташкент|ankara|istanbul|bishkek|osh)/i;
  const years = page
    .flatMap((line, i) =>
      [...line.text.matchAll(/(?<![\d.,/-])(1[89]\d\d|20\d\d)(?![\d,/]|\.\d)/g)].map((match) => ({
        year: Number(match[1]),
        weight: (place.test(line.text) ? 4 : 0) + (line.down > 0.75 ? 2 : 0) + (i >= page.length - 3 ? 1 : 0),
      })),
    )
    .filter(({ year }) => year >= 1800 && year <= now + 1)
    .sort((a, b) => b.weight - a.weight);
  return years[0]?.year ?? null;
}

function yearOfInfo(created: string): number | null {
  const year = Number(/^D:(\d{4})/.exec(created)?.[1]);
  return year >= 1990 && year <= new Date().getFullYear() ? year : null;
}

const ABSTRACT_HEAD =
  /^(?:аннотация(?:сы)?|кыскача мазмуну?|корутунду|резюме|реферат|abstract|summary|öz(?:et)?)\s*[.:—–-]?\s*/iu;
const KEYWORDS_HEAD =
  /^(?:ачкыч сөздөр|негизги сөздөр|өзөктүү сөздөр|түйүндүү сөздөр|ключевые слова|key\s?words|anahtar (?:kelimeler|sözcükler))\s*[.:—–-]?\s*/iu;
const NEXT_HEAD =
  /^(?:киришүү|введение|introduction|giriş|мазмуну|оглавление|содержание|contents|içindekiler|\d\.?\s+\p{Lu}|I\.\s)/iu;

function abstractIn(lines: PrintedLine[]): Pick<Description, 'abstract' | 'keywords'> {
  const start = lines.findIndex((line) => ABSTRACT_HEAD.test(line.text));
  const words = lines.findIndex((line) => KEYWORDS_HEAD.test(line.text));
  return {
    abstract: start < 0 ? null : abstractFrom(lines, start),
    keywords: words < 0 ? [] : keywordsFrom(lines, words),
  };
}

function abstractFrom(lines: PrintedLine[], start: number): string | null {
  const parts = [lines[start]!.text.replace(ABSTRACT_HEAD, '')];
  for (const line of lines.slice(start + 1, start + 60)) {
    if (KEYWORDS_HEAD.test(line.text) || ABSTRACT_HEAD.test(line.text) || NEXT_HEAD.test(line.text)) break;
    parts.push(line.text);
  }
  const text = joined(parts.filter((part) => part !== ''));
  return text.length >= 60 && text.length <= 10_000 ? text : null;
}

function keywordsFrom(lines: PrintedLine[], start: number): string[] {
  let text = lines[start]!.text.replace(KEYWORDS_HEAD, '');
  for (const line of lines.slice(start + 1, start + 5)) {
    if (!/[,;-]$/.test(text) && text !== '') break;
    if (NEXT_HEAD.test(line.text) || ABSTRACT_HEAD.test(line.text)) break;
    text = joined([text, line.text]);
  }
  return text
    .replace(/\.$/, '')
    .split(/\s*[,;]\s*/)
    .map((word) => word.trim())
    .filter((word) => word.length > 1 && word.length <= 100)
    .slice(0, 20);
}

function udcIn(lines: PrintedLine[]): string | null {
  for (const line of lines) {
    const match = /(?:УДК|UDC)\s*:?\s*([\d.:()"'+/=-]+(?:\s?\([\d.]+\))?)/u.exec(line.text);
    if (match) return match[1]!.replace(/[.:]$/, '');
  }
  return null;
}
