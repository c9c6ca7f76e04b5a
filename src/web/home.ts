import { Router } from 'express';
import type { House } from '../house';
import { kept } from './kept';
import { textFor, workLines } from './lines';
import { render, ScriptJson } from './view';

const NEWEST = 8;
const MOST_TYPES = 8;

export function homeRoutes(house: House): Router {
  const router = Router();
  const shown = kept(house, async () => {
    const ids = await house.catalogue.newest(NEWEST);
    return {
      ids,
      works: await house.works.publishedMany(ids),
      collections: await house.collections.tree(),
      numbers: await house.catalogue.numbers(),
      types: (await house.catalogue.groups('type')).sort((a, b) => b.works - a.works),
    };
  });

  router.get('/', async (req, res) => {
    const { ids, works, collections, numbers, types } = await shown();
    const { repositoryName, baseUrl } = house.config;
    render(house, req, res, 'home', {
      title: repositoryName,
      canonical: '/',
      ownSearch: true,
      description: req.t('home.lead'),
      head: [
        { name: 'og:type', content: 'website' },
        { name: 'og:title', content: repositoryName },
        { name: 'og:description', content: req.t('home.lead') },
        { name: 'og:url', content: `${baseUrl}/` },
      ],
      jsonLd: new ScriptJson({
        '@context': 'https://schema.org',
        '@type': 'WebSite',
        name: repositoryName,
        url: `${baseUrl}/`,
        potentialAction: {
          '@type': 'SearchAction',
          target: `${baseUrl}/search?q={search_term_string}`,
          'query-input': 'required name=search_term_string',
        },
      }),
      newest: workLines(works, ids, req, house.today()),
      collections: collections.map((collection) => ({
        href: `/collections/${collection.slug}`,
        title: textFor(collection.titles, req.language)!,
        description: textFor(collection.descriptions, req.language),
        works: collection.works,
        children: collection.children.map((child) => ({
          href: `/collections/${child.slug}`,
          title: textFor(child.titles, req.language)!,
        })),
      })),
      types: types.slice(0, MOST_TYPES).map(({ value, works: count }) => ({
        href: `/browse/types?type=${value}`,
        label: req.t.tell(`type.${value}`),
        count,
      })),
      numbers,
    });
  });
  return router;
}
