import { type Request, type Response, Router } from 'express';
import { NotFound } from '../errors';
import type { House } from '../house';
import { WORK_TYPES } from '../works/schema';
import { kept } from './kept';
import { addressOf, pageIn, pagerOf, textFor, workLines } from './lines';
import { render } from './view';

const WORKS_A_PAGE = 20;
const ENTRIES_A_PAGE = 100;
const LISTS = ['titles', 'authors', 'subjects', 'years', 'types', 'collections'] as const;
type List = (typeof LISTS)[number];

/** The lists of the catalogue, in the order of the Kyrgyz alphabet. */
export function browseRoutes(house: House): Router {
  const router = Router();
  const letters = {
    titles: kept(house, () => house.catalogue.letters('titles')),
    authors: kept(house, () => house.catalogue.letters('authors')),
    subjects: kept(house, () => house.catalogue.letters('subjects')),
  };
  const groups = {
    years: kept(house, () => house.catalogue.groups('year')),
    types: kept(house, () => house.catalogue.groups('type')),
  };
  const collections = kept(house, () => house.collections.tree());

  router.get('/browse', (_req, res) => res.redirect('/browse/titles'));

  router.get('/browse/titles', async (req, res) => {
    const page = pageIn(req.query.page);
    const bar = await letters.titles();
    const letter = letterIn(req, bar);
    const { total, ids } = await house.catalogue.titles({
      letter: letter ?? undefined,
      limit: WORKS_A_PAGE,
      offset: (page - 1) * WORKS_A_PAGE,
    });
    show(req, res, 'titles', {
      letters: bar,
      letter,
      works: await lines(req, ids),
      total,
      pager: pagerOf(page, WORKS_A_PAGE, total, (n) => addressOf('/browse/titles', { letter, page: n > 1 ? n : null })),
    });
  });

  for (const list of ['authors', 'subjects'] as const) {
    const parameter = list === 'authors' ? 'author' : 'subject';
    const hrefOf = (value: string) => addressOf(`/browse/${list}`, { [parameter]: value });
    router.get(`/browse/${list}`, async (req, res) => {
      const value = textIn(req.query[parameter]);
      if (value) {
        return showWorks(
          req,
          res,
          list,
          value,
          hrefOf(value),
          list === 'authors' ? { name: value } : { subject: value },
        );
      }
      const page = pageIn(req.query.page);
      const bar = await letters[list]();
      const letter = letterIn(req, bar);
      const { total, entries } = await house.catalogue[list]({
        letter: letter ?? undefined,
        limit: ENTRIES_A_PAGE,
        offset: (page - 1) * ENTRIES_A_PAGE,
      });
      show(req, res, list, {
        letters: bar,
        letter,
        total,
        entries: entries.map((entry) => ({
          label: entry.value,
          href: entry.personId === null ? hrefOf(entry.value) : `/people/${entry.personId}`,
          works: entry.works,
        })),
        pager: pagerOf(page, ENTRIES_A_PAGE, total, (n) =>
          addressOf(`/browse/${list}`, { letter, page: n > 1 ? n : null }),
        ),
      });
    });
  }

  router.get('/browse/years', async (req, res) => {
    const year = textIn(req.query.year);
    if (year && !/^\d{1,4}$/.test(year)) throw new NotFound();
    if (year) return showWorks(req, res, 'years', year, `/browse/years?year=${year}`, { year: Number(year) });
    const entries = (await groups.years()).map(({ value, works }) => ({
      label: value,
      href: `/browse/years?year=${value}`,
      works,
    }));
    show(req, res, 'years', { entries, total: entries.length });
  });

  router.get('/browse/types', async (req, res) => {
    const type = textIn(req.query.type);
    if (type && !(WORK_TYPES as readonly string[]).includes(type)) throw new NotFound();
    if (type) return showWorks(req, res, 'types', req.t.tell(`type.${type}`), `/browse/types?type=${type}`, { type });
    const order: readonly string[] = WORK_TYPES;
    const entries = [...(await groups.types())]
      .sort((a, b) => order.indexOf(a.value) - order.indexOf(b.value))
      .map(({ value, works }) => ({
        label: req.t.tell(`type.${value}`),
        href: `/browse/types?type=${value}`,
        works,
      }));
    show(req, res, 'types', { entries, total: entries.length });
  });

  router.get('/browse/collections', async (req, res) => {
    const tree = await collections();
    show(req, res, 'collections', { tree: treeIn(tree, req.language), total: tree.length });
  });

  const lines = async (req: Request, ids: number[]) =>
    workLines(await house.works.publishedMany(ids), ids, req, house.today(), true);

  /** The works of one line of a list. */
  const showWorks = async (
    req: Request,
    res: Response,
    list: List,
    heading: string,
    address: string,
    of: Parameters<House['catalogue']['worksBy']>[0],
  ): Promise<void> => {
    const page = pageIn(req.query.page);
    const { total, ids } = await house.catalogue.worksBy(of, {
      limit: WORKS_A_PAGE,
      offset: (page - 1) * WORKS_A_PAGE,
    });
    if (total === 0) throw new NotFound();
    show(req, res, list, {
      heading,
      address,
      total,
      works: await lines(req, ids),
      pager: pagerOf(page, WORKS_A_PAGE, total, (n) => (n > 1 ? `${address}&page=${n}` : address)),
    });
  };

  const show = (
    req: Request,
    res: Response,
    list: List,
    values: { heading?: string; address?: string } & Record<string, unknown>,
  ): void => {
    const heading = values.heading ?? req.t.tell(`browse.${list}.heading`);
    render(house, req, res, 'browse', {
      list,
      lists: LISTS,
      letters: [],
      letter: null,
      works: null,
      entries: null,
      tree: null,
      pager: null,
      // A list of one letter or page is no place for a search engine to send people to; its works are.
      canonical: values.address ?? `/browse/${list}`,
      robots: req.query.page || req.query.letter ? 'noindex, follow' : null,
      isPart: values.heading !== undefined,
      hrefOfLetter: (letter: string | null) => addressOf(`/browse/${list}`, { letter }),
      ...values,
      title: heading,
      heading,
    });
  };

  return router;
}

interface Shelf {
  href: string;
  title: { value: string; lang: string };
  description: { value: string; lang: string } | null;
  works: number;
  children: Shelf[];
}

/** The tree of collections in the reader's language. */
export const treeIn = (tree: Awaited<ReturnType<House['collections']['tree']>>, language: string): Shelf[] =>
  tree.map((collection) => ({
    href: `/collections/${collection.slug}`,
    title: textFor(collection.titles, language)!,
    description: textFor(collection.descriptions, language),
    works: collection.works,
    children: treeIn(collection.children, language),
  }));

const textIn = (value: unknown): string | null => (typeof value === 'string' && value ? value.slice(0, 500) : null);

/** The letter asked for, where the bar has it. */
function letterIn(req: Request, bar: readonly { letter: string }[]): string | null {
  const { letter } = req.query;
  return bar.find((entry) => entry.letter === letter)?.letter ?? null;
}
