import { Router } from 'express';
import { NotFound } from '../errors';
import type { House } from '../house';
import type { Collection } from '../works/collections';
import { treeIn } from './browse';
import { kept } from './kept';
import { addressOf, pageIn, pagerOf, paragraphsOf, textFor, workLines } from './lines';
import { render } from './view';

const WORKS_A_PAGE = 20;

export function collectionRoutes(house: House): Router {
  const router = Router();
  const bySlug = kept(house, async () => new Map((await house.collections.all()).map((found) => [found.slug, found])));

  router.get('/collections', (_req, res) => res.redirect('/browse/collections'));

  router.get('/collections/:slug', async (req, res) => {
    const all = await bySlug();
    const collection = all.get(req.params.slug);
    if (!collection) throw new NotFound();
    const { language } = req;
    const page = pageIn(req.query.page);
    const { total, ids } = await house.catalogue.worksBy(
      { collection: withThoseBelow(collection) },
      { limit: WORKS_A_PAGE, offset: (page - 1) * WORKS_A_PAGE },
    );
    const title = textFor(collection.titles, language)!;
    const description = textFor(collection.descriptions, language);
    const address = `/collections/${collection.slug}`;
    render(house, req, res, 'collection', {
      title: title.value,
      canonical: address,
      description: description?.value.slice(0, 300) ?? '',
      robots: page > 1 ? 'noindex, follow' : null,
      slug: collection.slug,
      heading: title,
      about: description && { lang: description.lang, paragraphs: paragraphsOf(description.value) },
      crumbs: [
        { href: '/browse/collections', text: req.t('layout.collections'), lang: language },
        ...collection.path.slice(0, -1).flatMap((slug) => {
          const above = textFor(all.get(slug)?.titles ?? [], language);
          return above ? [{ href: `/collections/${slug}`, text: above.value, lang: above.lang }] : [];
        }),
      ],
      tree: treeIn(collection.children, language),
      total,
      works: workLines(await house.works.publishedMany(ids), ids, req, house.today(), true),
      pager: pagerOf(page, WORKS_A_PAGE, total, (n) => addressOf(address, { page: n > 1 ? n : null })),
    });
  });
  return router;
}

const withThoseBelow = (collection: Collection): string[] => [
  collection.slug,
  ...collection.children.flatMap(withThoseBelow),
];
