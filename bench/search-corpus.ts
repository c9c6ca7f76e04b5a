import type { IndexedWork } from '../src/search/types';
import type { TextStore } from '../src/text/text-store';
import { metadataSchema } from '../src/works/schema';

/** A generated library: the same for the same numbers, so that two engines and two days can be compared. */

export const PAGES_A_WORK = 50;
const WORDS_A_PAGE = 350;
const FORMS = 300_000;

/** mulberry32: small, fast, the same everywhere. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** 300,000 Cyrillic forms, about eight to a stem as in Kyrgyz, by falling frequency (Zipf, exponent 1). */
export class Vocabulary {
  readonly forms: string[];
  private readonly cumulative: Float64Array;

  constructor() {
    const next = random(17);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!;
    const onsets = [...'бвгджзклмнпрстчш', '', 'кр', 'ст', 'тр'];
    const classes = [
      { vowels: [...'аы'], endings: ['', 'лар', 'нын', 'га', 'да', 'дан', 'сы', 'ларын', 'дагы', 'сынын', 'ларга'] },
      { vowels: [...'еи'], endings: ['', 'лер', 'нин', 'ге', 'де', 'ден', 'си', 'лерин', 'деги', 'синин', 'лерге'] },
      { vowels: [...'өү'], endings: ['', 'лөр', 'нүн', 'гө', 'дө', 'дөн', 'сү', 'лөрүн', 'дөгү', 'сүнүн', 'лөргө'] },
      { vowels: [...'оу'], endings: ['', 'лор', 'нун', 'го', 'до', 'дон', 'су', 'лорун', 'догу', 'сунун', 'лорго'] },
    ];
    const forms = new Set<string>();
    while (forms.size < FORMS) {
      const { vowels, endings } = pick(classes);
      let stem = '';
      const syllables = 1 + Math.floor(next() * 3);
      for (let i = 0; i < syllables; i += 1)
        stem += pick(onsets) + pick(vowels) + (next() < 0.35 ? pick([...'лмнрктшз']) : '');
      if (stem.length < 2) continue;
      if (!/[аыеиөүоу]$/.test(stem) && next() < 0.7) stem += pick(vowels);
      for (const ending of endings) if (next() < 0.7) forms.add(stem + ending);
    }
    this.forms = [...forms].slice(0, FORMS);
    for (let i = this.forms.length - 1; i > 0; i -= 1) {
      const j = Math.floor(next() * (i + 1));
      [this.forms[i], this.forms[j]] = [this.forms[j]!, this.forms[i]!];
    }
    this.cumulative = new Float64Array(FORMS);
    let sum = 0;
    for (let i = 0; i < FORMS; i += 1) {
      sum += 1 / (i + 2.7);
      this.cumulative[i] = sum;
    }
  }

  /** A word as often as its rank says. */
  draw(next: () => number): string {
    const at = next() * this.cumulative[FORMS - 1]!;
    let low = 0;
    let high = FORMS - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.cumulative[middle]! < at) low = middle + 1;
      else high = middle;
    }
    return this.forms[low]!;
  }
}

/** Work `id` and the text of its pages; everything about it follows from its number. */
export function generated(vocabulary: Vocabulary, id: number): { work: IndexedWork; pages: string[] } {
  const next = random(id * 7919);
  const words = (count: number) => Array.from({ length: count }, () => vocabulary.draw(next));
  const rare = () => vocabulary.forms[Math.floor(next() * 40_000)]!;
  const pages = Array.from({ length: PAGES_A_WORK }, () => {
    const list = words(WORDS_A_PAGE);
    // A work has its subject: some rarer words of it come again and again, two of them side by side.
    return list.map((word, i) => (i % 12 === 11 ? `${word}.\n` : `${word} `)).join('');
  });
  const subjects = [rare(), rare(), rare()];
  for (let page = 0; page < pages.length; page += 1) {
    if (next() < 0.4) pages[page] += ` ${subjects[0]} ${subjects[1]} ${subjects[2]}`;
  }
  const metadata = metadataSchema.parse({
    type: (['article', 'dissertation', 'textbook', 'monograph'] as const)[id % 4],
    languages: ['ky'],
    titles: [{ value: [...words(3), ...subjects].join(' '), lang: 'ky' }],
    contributors: [{ role: 'author', name: `${rare()}, ${rare()}` }],
    abstracts: [{ value: words(80).join(' '), lang: 'ky' }],
    subjects: subjects.map((value) => ({ scheme: 'keyword', value, lang: 'ky' })),
    issued: String(1960 + (id % 65)),
    collections: [`collection-${id % 40}`],
  });
  const work: IndexedWork = {
    id,
    ownerId: null,
    metadata,
    personNames: {},
    collections: metadata.collections,
    publishedAt: new Date(Date.UTC(2020, 0, 1) + id * 60_000).toISOString(),
    files: [{ id, access: metadata.access }],
    fingerprint: String(id),
    day: '2026-01-01',
  };
  return { work, pages };
}

/** A work without text: what is offered while typing needs no more. */
export function withoutText(vocabulary: Vocabulary, id: number): IndexedWork {
  const next = random(id * 104_003 + 7);
  const rare = () => vocabulary.forms[Math.floor(next() * 40_000)]!;
  const metadata = metadataSchema.parse({
    type: 'article',
    languages: ['ky'],
    titles: [{ value: Array.from({ length: 7 }, () => vocabulary.draw(next)).join(' '), lang: 'ky' }],
    contributors: [{ role: 'author', name: `${rare()}, ${rare()}` }],
    subjects: Array.from({ length: 3 }, () => ({ scheme: 'keyword', value: rare(), lang: 'ky' })),
    issued: '2020',
    collections: [],
  });
  return {
    id,
    ownerId: null,
    metadata,
    personNames: {},
    collections: [],
    publishedAt: '2020-01-01T00:00:00Z',
    files: [],
    fingerprint: String(id),
    day: '2026-01-01',
  };
}

export async function storeText(texts: TextStore, fileId: number, pages: string[]): Promise<void> {
  await texts.replace(fileId, { source: 'generated', outline: [] }, numbered(pages));
}

async function* numbered(pages: string[]) {
  for (const [i, text] of pages.entries()) {
    yield { number: i + 1, label: null, width: 595, height: 842, text, lines: [], problem: null };
  }
}

export type QueryKind = 'one word' | 'two words' | 'phrase' | 'prefix' | 'mistyped word' | 'word on nearly every page';

/** Queries of each kind, drawn from the corpus as readers draw them from what they know is there. */
export function queriesOf(vocabulary: Vocabulary, kind: QueryKind, count: number, works: number): string[] {
  const next = random(kind.length * 104_729 + 3);
  const mid = () => vocabulary.forms[50 + Math.floor(next() ** 2 * 20_000)]!;
  const query = (n: number): string => {
    switch (kind) {
      case 'one word':
        return mid();
      case 'two words':
        return `${mid()} ${mid()}`;
      case 'phrase': {
        const { work } = generated(vocabulary, 1 + Math.floor(next() * works));
        const [a, b] = work.metadata.subjects;
        return `"${a!.value} ${b!.value}"`;
      }
      case 'prefix': {
        const form = mid();
        return `${form.slice(0, Math.max(3, Math.min(5, form.length - 1)))}*`;
      }
      case 'mistyped word': {
        let form = mid();
        while (form.length < 6) form = mid();
        const at = 2 + Math.floor(next() * (form.length - 3));
        return form.slice(0, at) + form[at + 1] + form[at] + form.slice(at + 2);
      }
      case 'word on nearly every page':
        return vocabulary.forms[n % 10]!;
    }
  };
  return Array.from({ length: count }, (_, n) => query(n));
}
