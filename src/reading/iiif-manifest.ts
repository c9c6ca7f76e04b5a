import { PDF } from '../text/book-text';
import type { OutlineEntry } from '../text/page';
import type { PageShape } from '../text/text-store';
import type { Work, WorkFile } from '../works/work';
import type { Box } from './reader';

/** Width of every canvas; its height follows from the page. */
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

const A4 = { width: 595, height: 842 };

/** A book as IIIF Presentation 3.0 tells of it: a canvas a page, its picture, its place in the contents. */
export function manifestOf(parts: ManifestParts): object {
  const { baseUrl, work, file, pages } = parts;
  const base = iiifBase(baseUrl, work.id, file.id);
  const { metadata } = work;
  const first = pages.find(isShown);
  // Only a PDF's pages are drawn as large as we like: how large a scan is, its own info.json tells.
  const isDrawn = file.mediaType === PDF;
  const pictureOf = (page: PageShape) => fullPicture(base, page, isDrawn);
  const smallOf = (page: PageShape) => thumbnailOf(base, page, isDrawn || page.width >= WIDE_ENOUGH);
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
    thumbnail: first ? [smallOf(first)] : [],
    items: pages.map((page) => ({
      id: `${base}/canvas/${page.number}`,
      type: 'Canvas',
      label: { none: [page.label ?? String(page.number)] },
      width: CANVAS_WIDTH,
      // One that cannot be shown keeps its place, so that left stays left and right stays right.
      height: canvasHeight(isShown(page) ? page : (first ?? A4)),
      ...(isShown(page) ? { thumbnail: [smallOf(page)] } : {}),
      items: [
        {
          id: `${base}/canvas/${page.number}/painting`,
          type: 'AnnotationPage',
          items: isShown(page)
            ? [
                {
                  id: `${base}/canvas/${page.number}/painting/1`,
                  type: 'Annotation',
                  motivation: 'painting',
                  body: pictureOf(page),
                  target: `${base}/canvas/${page.number}`,
                },
              ]
            : [],
        },
      ],
    })),
    ...(parts.outline.length > 0 ? { structures: rangesOf(base, parts.outline, '') } : {}),
  };
}

/** Can a picture of the page be made? One that could not be read has no size. */
export const isShown = (page: PageShape): boolean => page.width > 0 && page.height > 0;

const fullPicture = (base: string, page: PageShape, isSizeKnown: boolean) =>
  pictureAt(base, page, 'max', isSizeKnown ? { width: CANVAS_WIDTH, height: canvasHeight(page) } : {});

/** Points across of a page whose scan has at least 200 pixels across, for none is taken to have less than 50 an inch. */
const WIDE_ENOUGH = (200 / 50) * 72;

/** 200 pixels wide; where the scan may have fewer, as large as it is, and its size is left for it to tell. */
const thumbnailOf = (base: string, page: PageShape, isSizeKnown: boolean) => {
  const height = Math.max(1, Math.round((200 * page.height) / page.width));
  return isSizeKnown
    ? pictureAt(base, page, '200,', { width: 200, height })
    : pictureAt(base, page, `!200,${height + 1}`, {});
};

function pictureAt(base: string, page: PageShape, asked: string, size: { width?: number; height?: number }): object {
  const id = `${base}/pages/${page.number}`;
  return {
    id: `${id}/full/${asked}/0/default.jpg`,
    type: 'Image',
    format: 'image/jpeg',
    ...size,
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
