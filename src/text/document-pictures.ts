import { readFile } from 'node:fs/promises';
import mammoth from 'mammoth';
import { DOCX } from './document-types';
import { blocksOfHtml } from './html-blocks';
import { decodeText } from './plain-text';

/** Of one document, all its pictures together, as they come. */
const MOST_BYTES = 300_000_000;
/** What we decode and draw anew. A drawing (SVG, EMF, WMF) is a program and no picture. */
const DRAWABLE = /^image\/(png|jpe?g|tiff|webp)$/i;
const DATA_ADDRESS = /^data:(image\/[a-z]+);base64,/i;

/** What Word's own styles mean, beside what its converter knows. */
const WORD_STYLES = [
  "p[style-name='Title'] => h1:fresh",
  "p[style-name='Subtitle'] => p > em:fresh",
  "p[style-name='Quote'] => blockquote > p:fresh",
  "p[style-name='Intense Quote'] => blockquote > p:fresh",
  'u => u',
];

/** Can a picture with this address be shown? Only one that the document itself holds. */
export const isShown = {
  word: (address: string) => /^docx:\d+$/.test(address),
  html: (address: string) => DRAWABLE.test(DATA_ADDRESS.exec(address.slice(0, 100))?.[1] ?? ''),
};

/**
 * A DOCX as HTML whose pictures have the addresses `docx:1`, `docx:2`…: as data they would be megabytes that nobody
 * searches. @param keep is given those pictures' bytes, `mostBytes` at most
 */
export async function htmlOfWord(
  path: string,
  keep?: Map<string, Buffer>,
  mostBytes: number = MOST_BYTES,
): Promise<string> {
  let pictures = 0;
  let bytes = 0;
  const convertImage = mammoth.images.imgElement(async (image) => {
    if (!DRAWABLE.test(image.contentType)) return { src: '' };
    const src = `docx:${++pictures}`;
    if (keep && bytes <= mostBytes) {
      const read = await image.readAsBuffer();
      bytes += read.length;
      if (bytes <= mostBytes) keep.set(src, read);
    }
    return { src };
  });
  return (await mammoth.convertToHtml({ path }, { convertImage, styleMap: WORD_STYLES })).value;
}

/**
 * The pictures that a document holds and that are shown, in the order of their numbers from 1; null in place of those
 * with which they would have more than `mostBytes` together.
 */
export async function picturesInDocument(
  path: string,
  mediaType: string,
  mostBytes = MOST_BYTES,
): Promise<(Buffer | null)[]> {
  if (mediaType !== DOCX) {
    const { pictures } = blocksOfHtml(decodeText(await readFile(path), true), isShown.html);
    let bytes = 0;
    return pictures.map((address) => {
      const encoded = address.replace(DATA_ADDRESS, '');
      bytes += Math.floor((encoded.length * 3) / 4); // known before it is decoded
      return bytes <= mostBytes ? Buffer.from(encoded, 'base64') : null;
    });
  }
  const kept = new Map<string, Buffer>();
  const { pictures } = blocksOfHtml(await htmlOfWord(path, kept, mostBytes), isShown.word);
  return pictures.map((address) => kept.get(address) ?? null);
}
