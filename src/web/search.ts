import { type Request, Router } from 'express';
import type { House } from '../house';
import { searchParamsOf, searchQueryOf } from '../http/search-params';
import { asksNothing, type Understood } from '../search/query';
import type { ReadableHit } from '../search/readable';
import {
  FACETS,
  type FacetName,
  type Facets,
  type FacetValue,
  type Passage,
  type SearchParams,
  type Segment,
  SORTS,
} from '../search/types';
import { kept } from './kept';
import { addressOf, pagerOf, textFor, workLine } from './lines';
import { pageNames } from './page-name';
import { languageName, MarkedText, render } from './view';

const PER_PAGE = 10;
/** Values of a facet that are shown at once; the rest unfolds. */
const SHOWN_AT_ONCE = 6;

export function searchRoutes(house: House): Router {
  const router = Router();
  const collectionTitles = kept(
    house,
    async () => new Map([...(await house.collections.paths()).values()].map((path) => [path.slug, path.titles])),
  );

  router.get('/search', async (req, res) => {
    const params = searchParamsOf(req.query, PER_PAGE);
    const hasQuery = params.q.trim() !== '';
    // Without words there is nothing to be relevant to: then the newest come first.
    const asked: SearchParams = hasQuery || params.sort !== 'relevance' ? params : { ...params, sort: 'newest' };
    const [result, titles] = await Promise.all([house.search.query(req.visitor, asked), collectionTitles()]);
    const hits = await Promise.all(result.hits.map((hit) => hitOf(house, hit, req, params.q)));

    const hrefOf = (change: Partial<SearchParams>): string => {
      const query = searchQueryOf({ ...params, page: 1, ...change }, PER_PAGE);
      return query ? `/search?${query}` : '/search';
    };
    const labelOf = (facet: FacetName, value: string, label: string | null): string =>
      label ?? facetLabel(req, facet, value, titles);
    const facets = facetsOf(result.facets, params, hrefOf, labelOf, req);
    const chips = chipsOf(params, result.facets, hrefOf, labelOf, req);
    const { t } = req;
    res.locals.isIncomplete = result.cut;
    render(house, req, res, 'search', {
      title: hasQuery ? t('search.headingFor', { q: params.q }) : t('search.heading'),
      robots: 'noindex, follow',
      ownSearch: true,
      q: params.q,
      keep: hiddenOf({ ...params, q: '', page: 1 }),
      params,
      total: result.total,
      hits,
      suggestion: result.suggestion && { text: result.suggestion, href: hrefOf({ q: result.suggestion }) },
      said: result.understood.map((part) => saidOf(part, req)),
      cut: result.cut,
      asksNothing: asksNothing(params.q),
      unreadYears: (['from', 'until'] as const)
        .filter((name) => params[name] === null)
        .flatMap((name) => String(req.query[name] ?? '').trim() || []),
      chips,
      clearHref: chips.length > 0 ? addressOf('/search', { q: params.q }) : null,
      sorts: (hasQuery ? SORTS : SORTS.filter((sort) => sort !== 'relevance')).map((sort) => ({
        label: t.tell(`search.sort.${sort}`),
        href: hrefOf({ sort }),
        isChosen: sort === asked.sort,
      })),
      facets,
      years: yearsOf(result.facets.year, params, hrefOf),
      keepForYears: hiddenOf({ ...params, from: null, until: null, page: 1 }),
      takeAlong: [
        ['BibTeX', '/search/export.bib'],
        ['RIS', '/search/export.ris'],
        ['CSV', '/search/export.csv'],
        ['Atom', '/feed.atom'],
      ].map(([label, path]) => ({ label, href: hrefOf({}).replace('/search', path!) })),
      pager: pagerOf(params.page, params.perPage, result.indexed, (page) => hrefOf({ page })),
    });
  });

  return router;
}

/** What a form must carry along, as names and values. */
const hiddenOf = (params: SearchParams): [string, string][] => [
  ...new URLSearchParams(searchQueryOf(params, PER_PAGE)),
];

/** A hit as the page prints it: marked where something matched, plain elsewhere. */
async function hitOf(house: House, hit: ReadableHit, req: Request, q: string) {
  const { work } = hit;
  const line = workLine(work, req, house.today());
  const marked = hit.titles.find((title) => title.lang === line.title.lang);
  const query = (passage: Passage) =>
    `/works/${work.id}/files/${passage.fileId}/read?${new URLSearchParams({ page: String(passage.page), q })}`;
  const first = hit.passages[0];
  const passages = hit.passages.map(async (passage) => ({
    href: query(passage),
    page: (await pageNames(house.texts, passage.fileId, [passage.page]))(passage.page),
    marked: new MarkedText(passage.segments),
  }));
  return {
    ...line,
    titleMarked: new MarkedText(marked?.segments ?? [{ text: line.title.value, hit: false }]),
    otherTitles: hit.titles
      .filter((title) => title.lang !== line.title.lang)
      .map((title) => ({ lang: title.lang, marked: new MarkedText(title.segments) })),
    people: joined(hit.contributors.map((contributor) => contributor.segments)),
    subjects: joined(hit.subjects.map((subject) => subject.segments)),
    abstract: hit.abstract && { lang: hit.abstract.lang, marked: new MarkedText(hit.abstract.segments) },
    passages: await Promise.all(passages),
    moreHref: hit.morePassages && first ? query(first) : null,
  };
}

/** Several marked texts as one line; null where there is none. */
const joined = (texts: readonly Segment[][]): MarkedText | null =>
  texts.length === 0
    ? null
    : new MarkedText(texts.flatMap((segments, i) => (i > 0 ? [{ text: '; ', hit: false }, ...segments] : segments)));

function facetLabel(
  req: Request,
  facet: FacetName,
  value: string,
  titles: ReadonlyMap<string, { value: string; lang: string }[]>,
): string {
  switch (facet) {
    case 'type':
    case 'access':
      return req.t.tell(`${facet}.${value}`);
    case 'hasFile':
      return req.t.tell(`search.hasFile.${value}`);
    case 'language':
      return languageName(value, req.language);
    case 'collection':
      return textFor(titles.get(value) ?? [], req.language)?.value ?? value;
    default:
      return value;
  }
}

/** A filter of the query in words: «Түрү: Макала». */
function saidOf({ field, value, excluded }: Understood, req: Request): string {
  const { t } = req;
  const isScheme = field === 'udc' || field === 'bbk';
  return t(excluded ? 'search.saidNot' : 'search.said', {
    field: t.tell(isScheme ? `scheme.${field}` : `search.facet.${field}`),
    value: field === 'year' ? value.replace('..', '–') : isScheme ? value : facetLabel(req, field, value, new Map()),
  });
}

type HrefOf = (change: Partial<SearchParams>) => string;
type LabelOf = (facet: FacetName, value: string, label: string | null) => string;
type ListFacet = Exclude<FacetName, 'year' | 'hasFile'>;

/** The address with a value of a facet added, or taken away where it is chosen. */
function toggled(params: SearchParams, facet: ListFacet | 'hasFile', value: string, hrefOf: HrefOf): string {
  if (facet === 'hasFile') return hrefOf({ hasFile: String(params.hasFile) === value ? null : value === 'true' });
  const values = params[facet] as string[];
  const next = values.includes(value) ? values.filter((other) => other !== value) : [...values, value];
  return hrefOf({ [facet]: next });
}

function facetsOf(found: Facets, params: SearchParams, hrefOf: HrefOf, labelOf: LabelOf, req: Request) {
  return FACETS.flatMap((facet) => {
    if (facet === 'year') return [];
    const values = found[facet].map((value: FacetValue) => ({
      label: labelOf(facet, value.value, value.label),
      count: value.count,
      chosen: value.chosen,
      href: toggled(params, facet, value.value, hrefOf),
    }));
    // A facet with one value that everything has divides nothing.
    if (values.length < 2 && !values.some((value) => value.chosen)) return [];
    return [
      {
        name: facet,
        heading: req.t.tell(`search.facet.${facet}`),
        shown: values.slice(0, SHOWN_AT_ONCE),
        folded: values.slice(SHOWN_AT_ONCE),
      },
    ];
  });
}

function chipsOf(params: SearchParams, found: Facets, hrefOf: HrefOf, labelOf: LabelOf, req: Request) {
  const chips: { label: string; facet: string; href: string }[] = [];
  for (const facet of FACETS) {
    if (facet === 'year') continue;
    const values = facet === 'hasFile' ? (params.hasFile === null ? [] : [String(params.hasFile)]) : params[facet];
    for (const value of values) {
      const known = found[facet].find((candidate) => candidate.value === value);
      chips.push({
        facet: req.t.tell(`search.facet.${facet}`),
        label: labelOf(facet, value, known?.label ?? null),
        href: toggled(params, facet, value, hrefOf),
      });
    }
  }
  const year = req.t('search.facet.year');
  if (params.from !== null) {
    const label = req.t('search.yearFromChip', { year: String(params.from) });
    chips.push({ facet: year, label, href: hrefOf({ from: null }) });
  }
  if (params.until !== null) {
    const label = req.t('search.yearUntilChip', { year: String(params.until) });
    chips.push({ facet: year, label, href: hrefOf({ until: null }) });
  }
  return chips;
}

const HISTOGRAM = { width: 240, height: 56, gap: 1 };
const MOST_BARS = 48;

/** The years of the result as bars, several years a bar where there are many; null where one year says it all. */
function yearsOf(values: readonly FacetValue[], params: SearchParams, hrefOf: HrefOf) {
  const years = values
    .map(({ value, count }) => ({ year: Number(value), count }))
    .filter(({ year }) => Number.isInteger(year))
    .sort((a, b) => a.year - b.year);
  const first = years[0]?.year;
  const last = years.at(-1)?.year;
  if (first === undefined || last === undefined || (first === last && params.from === null && params.until === null)) {
    return null;
  }
  const span = Math.max(1, Math.ceil((last - first + 1) / MOST_BARS));
  const bars = Array.from({ length: Math.ceil((last - first + 1) / span) }, (_, i) => {
    const from = first + i * span;
    const until = Math.min(last, from + span - 1);
    const count = years.reduce((sum, { year, count: n }) => sum + (year >= from && year <= until ? n : 0), 0);
    return { from, until, count };
  });
  const highest = Math.max(1, ...bars.map((bar) => bar.count));
  const width = HISTOGRAM.width / bars.length;
  return {
    first,
    last,
    width: HISTOGRAM.width,
    height: HISTOGRAM.height,
    bars: bars
      .filter((bar) => bar.count > 0)
      .map((bar) => {
        const height = Math.max(3, Math.round((bar.count / highest) * HISTOGRAM.height));
        return {
          x: round(((bar.from - first) / span) * width),
          y: HISTOGRAM.height - height,
          width: round(Math.max(1, Math.min(18, width - HISTOGRAM.gap))),
          height,
          label: `${bar.from === bar.until ? bar.from : `${bar.from}–${bar.until}`}: ${bar.count}`,
          href: hrefOf({ from: bar.from, until: bar.until }),
        };
      }),
  };
}

const round = (value: number): number => Math.round(value * 100) / 100;
