import type { House } from '../house';

/** The most addresses a sitemap may have (sitemaps.org). Parts go by number, so that none ever shifts into the next. */
export const PART_SIZE = 50_000;

const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n';
const NAMESPACE = 'http://www.sitemaps.org/schemas/sitemap/0.9';

type Asked = Pick<House, 'config' | 'catalogue' | 'people' | 'collections'>;
interface Address {
  path: string;
  /** ISO 8601. */
  changedAt?: string;
}

/** `/sitemap.xml`: where the parts are and when each last changed. */
export async function sitemapIndex({ config, catalogue, people, collections }: Asked): Promise<string> {
  const works = await catalogue.partsByNumber(PART_SIZE);
  const persons = await people.partsByNumber(PART_SIZE);
  const tree = (await collections.all()).map((collection) => collection.updatedAt).sort();
  const parts: Address[] = [
    { path: '/sitemaps/pages.xml', changedAt: tree.at(-1) },
    ...[...works].map(([part, changedAt]) => ({ path: `/sitemaps/works-${part + 1}.xml`, changedAt })),
    ...[...persons].map(([part, changedAt]) => ({ path: `/sitemaps/people-${part + 1}.xml`, changedAt })),
  ];
  return list('sitemapindex', 'sitemap', parts, config.baseUrl);
}

/** One part, by its name in the index; null when there is no such part. */
export async function sitemapPart(asked: Asked, name: string): Promise<string | null> {
  const { config, catalogue, people, collections } = asked;
  if (name === 'pages') {
    const pages: Address[] = ['/', '/browse/titles', '/browse/authors', '/browse/subjects', '/people'].map((path) => ({
      path,
    }));
    const all = await collections.all();
    pages.push(...all.map(({ slug, updatedAt }) => ({ path: `/collections/${slug}`, changedAt: updatedAt })));
    return list('urlset', 'url', pages.slice(0, PART_SIZE), config.baseUrl);
  }
  const [, kind, number] = /^(works|people)-([1-9]\d{0,5})$/.exec(name) ?? [];
  if (!kind) return null;
  const marks = await (kind === 'works' ? catalogue : people).changedInPart(Number(number) - 1, PART_SIZE);
  if (marks.length === 0) return null;
  const addresses = marks.map(({ id, changedAt }) => ({ path: `/${kind}/${id}`, changedAt }));
  return list('urlset', 'url', addresses, config.baseUrl);
}

/** Written by hand: a tree of 50,000 entries would take a second and 100 MB, and all that is in it is ours. */
function list(root: string, item: string, addresses: readonly Address[], baseUrl: string): string {
  const lines = addresses.map(({ path, changedAt }) => {
    const changed = changedAt ? `<lastmod>${changedAt}</lastmod>` : '';
    return `<${item}><loc>${escaped(baseUrl + path)}</loc>${changed}</${item}>\n`;
  });
  return `${HEAD}<${root} xmlns="${NAMESPACE}">\n${lines.join('')}</${root}>\n`;
}

const escaped = (address: string): string => address.replace(/&/g, '&amp;').replace(/</g, '&lt;');
