import { open } from 'node:fs/promises';
import path from 'node:path';
import { filetypeinfo } from 'magic-bytes.js';
import yauzl from 'yauzl';
import { Invalid } from '../errors';

/** What an archive may hold before it is taken for an attack. */
export const ZIP_LIMITS = { entries: 20_000, bytes: 4_000_000_000, ratio: 200, ratioMattersFromBytes: 50_000_000 };

const OFFICE = 'application/vnd.openxmlformats-officedocument';
const DOCX = `${OFFICE}.wordprocessingml.document`;

/** Types judged by content, and the endings a file of this type may carry. */
const ENDINGS: Record<string, readonly string[]> = {
  'application/pdf': ['pdf'],
  [DOCX]: ['docx'],
  [`${OFFICE}.spreadsheetml.sheet`]: ['xlsx'],
  [`${OFFICE}.presentationml.presentation`]: ['pptx'],
  'application/vnd.oasis.opendocument.text': ['odt'],
  'application/vnd.oasis.opendocument.spreadsheet': ['ods'],
  'application/epub+zip': ['epub'],
  'application/zip': ['zip'],
  'application/msword': ['doc', 'xls', 'ppt', 'msi'],
  'application/rtf': ['rtf'],
  'image/jpeg': ['jpg', 'jpeg'],
  'image/png': ['png'],
  'image/tiff': ['tif', 'tiff'],
  'image/webp': ['webp'],
  'image/gif': ['gif'],
  'image/svg+xml': ['svg'],
  'image/vnd.djvu': ['djvu', 'djv'],
  'text/html': ['html', 'htm', 'xhtml'],
  'text/plain': ['txt', 'text', 'md', 'csv', 'tsv', 'log', 'tex', 'bib', 'ris', 'json', 'xml', 'srt', 'yaml', 'yml'],
};

const typeOfEnding = new Map(Object.entries(ENDINGS).flatMap(([type, endings]) => endings.map((e) => [e, type])));

/**
 * What the file at `filePath` is, judged by its content; its name only has to agree. What nobody here can open is
 * `application/octet-stream`. @throws Invalid at path `file`: `fileEmpty`, `fileMismatch`, `fileProgram`, `zipBomb`,
 * `zipDamaged`
 */
export async function mediaTypeOf(filePath: string, name: string): Promise<string> {
  const head = await firstBytes(filePath, 4_096);
  if (head.length === 0) throw refused('fileEmpty');
  if (isProgram(head)) throw refused('fileProgram');
  const judged = await judge(filePath, head);
  const claimed = typeOfEnding.get(path.extname(name).slice(1).toLowerCase());
  if (claimed && claimed !== judged && !agrees(claimed, judged)) throw refused('fileMismatch', { claimed, judged });
  return judged;
}

/** The ending a file of this type is given when it is offered for download; '' where any will do. */
export const endingOf = (mediaType: string): string => ENDINGS[mediaType]?.[0] ?? '';

function agrees(claimed: string, judged: string): boolean {
  // An ending may claim less than the content shows (`.txt` that begins with `<html`), never another thing.
  return claimed === 'text/plain' && (judged === 'text/html' || judged === 'image/svg+xml');
}

const refused = (message: string, params?: Record<string, string>) =>
  new Invalid([{ path: 'file', message, ...(params ? { params } : {}) }], 'error.fileRefused');

async function firstBytes(filePath: string, count: number): Promise<Buffer> {
  const file = await open(filePath, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(count), 0, count, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Windows, Linux and macOS programs, and scripts that a shell would start. */
function isProgram(head: Buffer): boolean {
  const start = head.toString('latin1', 0, 4);
  return (
    start.startsWith('MZ') ||
    start === '\x7fELF' ||
    ['feedface', 'feedfacf', 'cefaedfe', 'cffaedfe', 'cafebabe'].includes(head.toString('hex', 0, 4)) ||
    start.startsWith('#!')
  );
}

async function judge(filePath: string, head: Buffer): Promise<string> {
  const ascii = head.toString('latin1');
  // Readers accept a PDF whose header stands anywhere in the first kilobyte.
  if (ascii.slice(0, 1_024).includes('%PDF-')) return 'application/pdf';
  if (ascii.startsWith('AT&TFORM')) return 'image/vnd.djvu';
  if (ascii.startsWith('{\\rtf')) return 'application/rtf';
  if (head.toString('hex', 0, 8) === 'd0cf11e0a1b11ae1') return 'application/msword';
  if (ascii.startsWith('PK')) return insideZip(filePath);
  const known = filetypeinfo(head)
    .map((guess) => guess.mime)
    .find((mime) => mime?.startsWith('image/') && mime in ENDINGS);
  if (known) return known;
  if (looksLikeText(head)) {
    const text = decoded(head)
      .replace(/^\ufeff/, '')
      .trimStart()
      .slice(0, 1_000)
      .toLowerCase();
    if (/^(<\?xml[^>]*>\s*)?(<!--[\s\S]*?-->\s*)*(<!doctype svg[^>]*>\s*)?<svg[\s>]/.test(text)) return 'image/svg+xml';
    if (/^(<\?xml[^>]*>\s*)?(<!--[\s\S]*?-->\s*)*<(!doctype html|html|head|body)[\s>]/.test(text)) return 'text/html';
    return 'text/plain';
  }
  return 'application/octet-stream';
}

function decoded(head: Buffer): string {
  if (head[0] === 0xff && head[1] === 0xfe) return head.toString('utf16le');
  return head.toString('utf8');
}

/** No zero bytes and hardly any controls, or UTF-16 that says so. */
function looksLikeText(head: Buffer): boolean {
  const mark = head.toString('hex', 0, 2);
  if (mark === 'fffe' || mark === 'feff') return true;
  let controls = 0;
  for (const byte of head) {
    if (byte === 0) return false;
    if (byte < 9 || (byte > 13 && byte < 32 && byte !== 27)) controls++;
  }
  return controls <= head.length / 200;
}

/** What kind of archive it is, by the names inside. @throws Invalid for one that cannot be what it says. */
async function insideZip(filePath: string): Promise<string> {
  const entries = await listZip(filePath);
  const names = new Set(entries.map((entry) => entry.name));
  if (names.has('[Content_Types].xml')) {
    if (names.has('word/document.xml')) return DOCX;
    if (names.has('xl/workbook.xml')) return `${OFFICE}.spreadsheetml.sheet`;
    if (names.has('ppt/presentation.xml')) return `${OFFICE}.presentationml.presentation`;
  }
  if (names.has('mimetype') && names.has('META-INF/container.xml')) return 'application/epub+zip';
  if (names.has('mimetype') && names.has('content.xml')) {
    return [...names].some((entry) => entry.startsWith('Object ')) || !names.has('styles.xml')
      ? 'application/zip'
      : 'application/vnd.oasis.opendocument.text';
  }
  return 'application/zip';
}

export interface ZipEntry {
  name: string;
  compressedBytes: number;
  bytes: number;
}

/**
 * What a ZIP says it holds. Sizes are what its directory claims; whoever unpacks an entry must still count.
 * @throws Invalid `zipBomb` past {@link ZIP_LIMITS}, `zipDamaged`
 */
export function listZip(filePath: string): Promise<ZipEntry[]> {
  return new Promise((resolve, reject) => {
    yauzl.open(filePath, { lazyEntries: true, autoClose: true }, (openError, zip) => {
      if (openError) return reject(refused('zipDamaged'));
      const entries: ZipEntry[] = [];
      let [packed, unpacked] = [0, 0];
      const stop = (message: string) => {
        zip.close();
        reject(refused(message));
      };
      if (zip.entryCount > ZIP_LIMITS.entries) return stop('zipBomb');
      zip.on('error', () => reject(refused('zipDamaged')));
      zip.on('end', () => resolve(entries));
      zip.on('entry', (entry: yauzl.Entry) => {
        packed += entry.compressedSize;
        unpacked += entry.uncompressedSize;
        if (unpacked > ZIP_LIMITS.bytes) return stop('zipBomb');
        if (unpacked > ZIP_LIMITS.ratioMattersFromBytes && unpacked / Math.max(1, packed) > ZIP_LIMITS.ratio) {
          return stop('zipBomb');
        }
        entries.push({ name: entry.fileName, compressedBytes: entry.compressedSize, bytes: entry.uncompressedSize });
        zip.readEntry();
      });
      zip.readEntry();
    });
  });
}
