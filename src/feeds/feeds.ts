import { createHash } from 'node:crypto';
import { type Request, type Response, Router } from 'express';
import { Gone, NotFound } from '../errors';
import { group, print, text } from '../formats/xml';
import type { House } from '../house';
import { searchParamsOf, searchQueryOf } from '../http/search-params';
import { limitRate } from '../http/security';
import { linkset } from '../http/signposting';
import type { Work } from '../works/work';
import { atomFeed } from './atom';
import { EXPORTS, type ExportKind, exportSearch } from './search-export';
import { sitemapIndex, sitemapPart } from './sitemap';

const ENTRIES = 50;

/** What programs read of the library without being asked: sitemaps, feeds, how to search here, links of a work. */
export function feeds(house: House): Router {
  const router = Router();
  const { config } = house;

  router.get('/robots.txt', (req, res) => {
    send(req, res, 'text/plain', robots(config.baseUrl), 'public, max-age=3600');
  });

  router.get('/sitemap.xml', async (req, res) => {
    send(req, res, 'application/xml', await sitemapIndex(house), 'public, max-age=3600');
  });

  router.get('/sitemaps/:name.xml', async (req, res) => {
    const part = await sitemapPart(house, String(req.params.name));
    if (part === null) throw new NotFound();
    send(req, res, 'application/xml', part, 'public, max-age=3600');
  });

  router.get('/opensearch.xml', (req, res) => {
    send(req, res, 'application/opensearchdescription+xml', openSearch(house, req), 'private, max-age=3600');
  });

  router.get('/feed.atom', async (req, res) => {
    const params = searchParamsOf(req.query);
    const asked = searchQueryOf({ ...params, sort: 'relevance', page: 1, perPage: 20 });
    const isSearch = asked !== '';
    // A feed tells what is new, whatever the order on the page was.
    const works = isSearch
      ? (await house.search.query(req.visitor, { ...params, sort: 'newest', page: 1, perPage: ENTRIES })).hits.map(
          (hit) => hit.work,
        )
      : await newest(house);
    const feed = atomFeed(
      house,
      {
        title: isSearch
          ? req.t('feed.ofSearch', { repository: config.repositoryName, query: params.q || asked })
          : req.t('feed.newest', { repository: config.repositoryName }),
        self: `${config.baseUrl}/feed.atom${isSearch ? `?${asked}` : ''}`,
        page: isSearch ? `${config.baseUrl}/search?${asked}` : `${config.baseUrl}/`,
        works,
      },
      req.t,
    );
    res.setHeader('Content-Language', req.language);
    send(req, res, 'application/atom+xml', feed, 'private, no-cache');
  });

  router.get('/search/export.:kind', limitRate(30, 60), async (req, res) => {
    const kind = String(req.params.kind);
    if (!Object.hasOwn(EXPORTS, kind)) throw new NotFound();
    const known = kind as ExportKind;
    const body = await exportSearch(house, req.visitor, searchParamsOf(req.query), known, req.language);
    res.setHeader('Content-Disposition', `attachment; filename="search.${kind}"`);
    send(req, res, EXPORTS[known], body, 'private, no-cache');
  });

  router.get('/works/:id/linkset.json', async (req, res) => {
    const id = /^[1-9]\d{0,14}$/.exec(String(req.params.id));
    if (!id) throw new NotFound();
    const work = await house.works.published(Number(id[0]));
    if (work.state === 'withdrawn') throw new Gone('error.withdrawn');
    send(req, res, 'application/linkset+json', JSON.stringify(linkset(house, work)), 'public, no-cache');
  });

  return router;
}

async function newest({ catalogue, works }: House): Promise<Work[]> {
  const ids = await catalogue.newest(ENTRIES);
  const found = await works.publishedMany(ids);
  return ids.flatMap((id) => found.get(id) ?? []).filter((work) => work.state === 'published');
}

/** With a tag, so that who asks again is told in one line that nothing is new. */
function send(req: Request, res: Response, type: string, body: string, cacheControl: string): void {
  res.setHeader('Content-Type', `${type}; charset=utf-8`);
  res.setHeader('Cache-Control', cacheControl);
  res.setHeader('ETag', `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`);
  res.vary('Accept-Language').vary('Cookie');
  if (req.fresh) res.status(304).end();
  else res.send(body);
}

/** Robots may have every work and its files, but not what has no end (searches) or is drawn for one reader. */
const robots = (baseUrl: string): string =>
  [
    'User-agent: *',
    ...['/api/', '/search', '/deposit', '/review', '/account', '/admin', '/sign-in'].map((path) => `Disallow: ${path}`),
    'Disallow: /works/*/files/*/read',
    'Disallow: /works/*/files/*/pages/',
    'Disallow: /works/*/files/*/pictures/',
    'Allow: /',
    '',
    `Sitemap: ${baseUrl}/sitemap.xml`,
    '',
  ].join('\n');

/** Lets a browser search here from its address bar (OpenSearch 1.1). */
function openSearch({ config }: House, req: Request): string {
  const url = (type: string, path: string) =>
    group('Url', { type, template: `${config.baseUrl}${path}?q={searchTerms}` });
  const element = group(
    'OpenSearchDescription',
    { xmlns: 'http://a9.com/-/spec/opensearch/1.1/' },
    // The standard wants at most 16 characters.
    text('ShortName', [...config.repositoryName].slice(0, 16).join('').trim()),
    text('LongName', [...config.repositoryName].slice(0, 48).join('').trim()),
    text('Description', req.t('feed.searchHere', { repository: config.repositoryName })),
    url('text/html', '/search'),
    url('application/atom+xml', '/feed.atom'),
    text('Language', '*'),
    text('InputEncoding', 'UTF-8'),
    text('OutputEncoding', 'UTF-8'),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${print(element)}\n`;
}
