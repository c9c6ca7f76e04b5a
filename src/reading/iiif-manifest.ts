import type { OutlineEntry } from '../text/page';
import type { PageShape } from '../text/text-store';
import type { Work, WorkFile } from '../works/work';
import type { Box } from './reader';

/** Width of every canvas; its height follows from the page. The full picture of a page is as wide. */
export const CANVAS_WIDTH = 2_000;

export interface ManifestParts {
  baseUrl: string;
  repositoryName: string;
  work: Work;
  file: WorkFile;
  pages: readonly PageShape[];
  outline: readonly OutlineEntry[];
  /** What this visitor may download of it: address, name, media type. */
  download: { address: string; name: string; mediaType: string } | null;
  labels: { author: string; issued: string; publisher: string };
}

export const iiifBase = (baseUrl: string, workId: number, fileId: number): string =>
  `${baseUrl}/iiif/works/${workId}/files/${fileId}`;

export const canvasHeight = (page: Pick<PageShape, 'width' | 'height'>): number =>
  Math.max(1, Math.round((CANVAS_WIDTH * page.height) / page.width));

/** A book as IIIF Presentation 3.0 tells of it: a canvas a page, its picture, its place in the contents. */
export function manifestOf(parts: ManifestParts): object {
  const { baseUrl, work, file, pages } = parts;
  const base = iiifBase(baseUrl, work.id, file.id);
  const { metadata } = work;
  return {
    '@context': 'http://iiif.io/api/presentation/3/context.json',
    id: `${base}/manifest.json`,
    type: 'Manifest',
    label: byLanguage(metadata.titles),
    metadata: [
      entry(
        parts.labels.author,
        metadata.contributors.filter((c) => c.role.endsWith('author')).map((c) => c.name),
      ),
      entry(parts.labels.issued, metadata.issued ? [metadata.issued] : []),
      entry(parts.labels.publisher, metadata.publisher ? [metadata.publisher] : []),
    ].filter((pair) => pair !== null),
    ...(metadata.abstracts.length > 0 ? { summary: byLanguage(metadata.abstracts) } : {}),
    ...(rightsAddress(metadata.rights.licence) ? { rights: rightsAddress(metadata.rights.licence) } : {}),
    requiredStatement: entry(parts.repositoryName, [metadata.rights.holder ?? parts.repositoryName]),
    homepage: [
      { id: `${baseUrl}/works/${work.id}`, type: 'Text', label: byLanguage(metadata.titles), format: 'text/html' },
    ],
    ...(parts.download
      ? {
          rendering: [
            {
              id: `${baseUrl}${parts.download.address}`,
              type: 'Text',
              label: { none: [parts.download.name] },
              format: parts.download.mediaType,
            },
          ],
        }
      : {}),
    behavior: ['paged'],
    service: [{ '@context': 'http://iiif.io/api/search/2/context.json', id: `${base}/search`, type: 'SearchService2' }],
    thumbnail: pages.slice(0, 1).map((page) => pictureOf(base, page, 200)),
    items: pages.map((page) => ({
      id: `${base}/canvas/${page.number}`,
      type: 'Canvas',
      label: { none: [page.label ?? String(page.number)] },
      width: CANVAS_WIDTH,
      height: canvasHeight(page),
      thumbnail: [pictureOf(base, page, 200)],
      items: [
        {
          id: `${base}/canvas/${page.number}/painting`,
          type: 'AnnotationPage',
          items: [
            {
              id: `${base}/canvas/${page.number}/painting/1`,
              type: 'Annotation',
              motivation: 'painting',
              body: pictureOf(base, page, CANVAS_WIDTH),
              target: `${base}/canvas/${page.number}`,
            },
          ],
        },
      ],
    })),
    ...(parts.outline.length > 0 ? { structures: rangesOf(base, parts.outline, '') } : {}),
  };
}

function pictureOf(base: string, page: PageShape, width: number): object {
  const id = `${base}/pages/${page.number}`;
  return {
    id: `${id}/full/${width === CANVAS_WIDTH ? 'max' : `${width},`}/0/default.jpg`,
    type: 'Image',
    format: 'image/jpeg',
    width,
    height: Math.max(1, Math.round((width * page.height) / page.width)),
    service: [{ id, type: 'ImageService3', profile: 'level1' }],
  };
}

/** A range must hold something: an entry that leads nowhere and holds nothing is left out. */
function rangesOf(base: string, entries: readonly OutlineEntry[], path: string): object[] {
  return entries.flatMap((outline, i) => {
    const id = `${path}${i + 1}`;
    const items = [
      ...(outline.page === null ? [] : [{ id: `${base}/canvas/${outline.page}`, type: 'Canvas' }]),
      ...rangesOf(base, outline.children, `${id}-`),
    ];
    if (items.length === 0) return [];
    return [{ id: `${base}/range/${id}`, type: 'Range', label: { none: [outline.title || '–'] }, items }];
  });
}

const entry = (label: string, values: string[]) =>
  values.length === 0 ? null : { label: { none: [label] }, value: { none: values } };

function byLanguage(texts: readonly { value: string; lang: string }[]): Record<string, string[]> {
  const grouped: Record<string, string[]> = {};
  for (const { value, lang } of texts) grouped[lang] = [...(grouped[lang] ?? []), value];
  return grouped;
}

/** The standard asks for one of these addresses exactly. */
function rightsAddress(licence: string | null): string | null {
  if (licence === null) return null;
  if (licence === 'in-copyright') return 'http://rightsstatements.org/vocab/InC/1.0/';
  if (licence === 'CC0-1.0') return 'http://creativecommons.org/publicdomain/zero/1.0/';
  if (licence === 'PDM-1.0') return 'http://creativecommons.org/publicdomain/mark/1.0/';
  return `http://creativecommons.org/licenses/${licence.slice(3, -4).toLowerCase()}/4.0/`;
}

/** The answer of IIIF Content Search 2.0: each hit with its text and its place on the canvas. */
export function searchAnswer(
  address: string,
  base: string,
  hits: readonly { page: number; text: string; box: Box }[],
): object {
  return {
    '@context': 'http://iiif.io/api/search/2/context.json',
    id: address,
    type: 'AnnotationPage',
    items: hits.map(({ page, text, box }, i) => ({
      id: `${address}#${i + 1}`,
      type: 'Annotation',
      motivation: 'highlighting',
      body: { type: 'TextualBody', value: text, format: 'text/plain' },
      target: `${base}/canvas/${page}#xywh=${[box.left, box.top, box.width, box.height].map(Math.round).join(',')}`,
    })),
  };
}
