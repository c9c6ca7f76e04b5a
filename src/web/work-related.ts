import type { Request } from 'express';
import type { House } from '../house';
import type { Work } from '../works/work';
import { workLine } from './lines';

const INVERSE: Record<string, string> = {
  isVersionOf: 'hasVersion',
  hasVersion: 'isVersionOf',
  isPartOf: 'hasPart',
  hasPart: 'isPartOf',
  isReferencedBy: 'references',
  references: 'isReferencedBy',
  isTranslationOf: 'hasTranslation',
  hasTranslation: 'isTranslationOf',
  isSupplementTo: 'isSupplementedBy',
  isSupplementedBy: 'isSupplementTo',
  isReviewedBy: 'reviews',
  isIdenticalTo: 'isIdenticalTo',
  isDerivedFrom: 'isSourceOf',
};

/** Works that this one names and works that name it, by how they are related; targets elsewhere as plain links. */
export async function relatedTo(house: House, req: Request, work: Work) {
  const { baseUrl, repositoryId } = house.config;
  const ours = new RegExp(
    `^(?:${escapeRegExp(baseUrl)})?/works/([1-9]\\d{0,14})/?$|^oai:${escapeRegExp(repositoryId)}:([1-9]\\d{0,14})$`,
  );
  const names = [
    `${baseUrl}/works/${work.id}`,
    `/works/${work.id}`,
    `oai:${repositoryId}:${work.id}`,
    ...work.metadata.identifiers.flatMap(({ scheme, value }) =>
      scheme === 'doi' ? [value, `https://doi.org/${value}`, `doi:${value}`] : [value],
    ),
  ];
  const links: { type: string; workId: number | null; target: string }[] = work.metadata.relations.map(
    ({ type, target }) => {
      const match = ours.exec(target);
      return { type, workId: match ? Number(match[1] ?? match[2]) : null, target };
    },
  );
  for (const { workId, type } of await house.works.relatedTo(names)) {
    const inverse = INVERSE[type]!;
    const isKnown = links.some((link) => link.workId === workId && link.type === inverse);
    if (!isKnown && workId !== work.id) links.push({ type: inverse, workId, target: '' });
  }
  const works = await house.works.publishedMany([...new Set(links.flatMap((link) => link.workId ?? []))]);
  const groups = new Map<
    string,
    { label: string; works: ReturnType<typeof workLine>[]; links: { text: string; href: string | null }[] }
  >();
  for (const { type, workId, target } of links) {
    const other = workId === null ? undefined : works.get(workId);
    if (workId !== null && other?.state !== 'published') continue;
    const group = groups.get(type) ?? { label: req.t.tell(`relation.${type}`), works: [], links: [] };
    if (other) group.works.push(workLine(other, req, house.today()));
    else group.links.push({ text: target, href: hrefOfTarget(target) });
    groups.set(type, group);
  }
  return [...groups.values()];
}

const escapeRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** A link for what a cataloguer wrote: only addresses of the web and DOIs become one. */
function hrefOfTarget(target: string): string | null {
  if (/^https?:\/\//i.test(target)) return target;
  const doi = /^(?:doi:\s*)?(10\.\d{4,9}\/\S+)$/i.exec(target)?.[1];
  return doi ? `https://doi.org/${encodeURI(doi)}` : null;
}
