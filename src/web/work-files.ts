import type { Request } from 'express';
import { accessOf, isEmbargoed, isForReaders, mayDownload, mayEdit, mayReadFile } from '../access/access';
import type { House } from '../house';
import { formatPartialDate } from '../i18n';
import { ReadingRoom } from '../reading/reading-room';
import { Renderer } from '../reading/renderer';
import { searchableAddress } from '../reading/searchable-address';
import type { SearchablePdf } from '../reading/searchable-pdfs';
import { isBook } from '../works/book';
import type { Work, WorkFile } from '../works/work';
import { accessBadge } from './lines';
import { downloadAddress, fileAddress } from './readable-file';

export type FileRow = ReturnType<typeof fileRow>;

/** The files of a work as its page lists them; the pages of a scanned book apart, behind the book. */
export async function fileRows(
  house: House,
  req: Request,
  work: Work,
): Promise<{ files: FileRow[]; pages: FileRow[] }> {
  const files = work.files.filter((file) => isForReaders(file) || mayEdit(req.visitor, work));
  const hasBook = files.some(isBook);
  const rows = { files: [] as FileRow[], pages: [] as FileRow[] };
  for (const file of files) {
    const isPage = hasBook && file.role === 'page';
    const row = fileRow(house, req, work, file, isPage ? null : await house.searchablePdfs.of(file.id));
    rows[isPage ? 'pages' : 'files'].push(row);
  }
  return rows;
}

function fileRow(house: House, req: Request, work: Work, file: WorkFile, pdf: SearchablePdf | null) {
  const { t } = req;
  const today = house.today();
  const access = accessOf(work, file);
  const base = `/works/${work.id}/files/${file.id}`;
  const mayRead = mayReadFile(req.visitor, work, file, today);
  const mayHave = mayDownload(req.visitor, work, file, today);
  // A book is a list of pages: what one downloads of it is the PDF made of them.
  const book = isBook(file);
  const searchable = mayHave && pdf ? searchableAddress(work, file) : null;
  const closedBecause = (): string => {
    if (file.scan === 'infected') return t('work.closed.infected');
    if (access.level !== 'closed' && isEmbargoed(access, today)) {
      return t('work.closed.embargo', { date: formatPartialDate(access.openFrom!, req.language) });
    }
    return access.level === 'open' ? t('work.closed.closed') : t.tell(`work.closed.${access.level}`);
  };
  return {
    id: file.id,
    role: file.role,
    name: book ? t('book.name') : file.name,
    roleName: t.tell(`fileRole.${file.role}`),
    kind: book
      ? t('book.searchable')
      : (KINDS[file.mediaType] ?? file.name.split('.').pop()?.slice(0, 5).toUpperCase() ?? ''),
    /** Bytes; null of a book of which no PDF is made yet. */
    size: book ? (searchable ? pdf!.size : null) : file.size,
    pages: file.text.pages,
    badge: accessBadge(access, today, t),
    href: !mayHave ? null : book ? searchable && `${searchable}?download` : downloadAddress(work, file),
    openHref: book ? searchable : mayHave && file.mediaType === 'application/pdf' ? fileAddress(work, file) : null,
    /** Beside the scan that it was made of. */
    searchable: !book && searchable ? { href: `${searchable}?download`, size: pdf!.size } : null,
    readHref: mayRead && ReadingRoom.opens(file) ? `${base}/read` : null,
    preview: mayHave && Renderer.renders(file.mediaType) && file.text.state !== 'failed' ? `${base}/thumbnail` : null,
    note: mayRead ? (mayHave ? null : t('work.closed.viewOnly')) : closedBecause(),
    signInHelps: !mayRead && req.visitor.role === null && access.level === 'registered' && !isEmbargoed(access, today),
  };
}

const KINDS: Record<string, string> = {
  'application/pdf': 'PDF',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'DOCX',
  'application/epub+zip': 'EPUB',
  'application/zip': 'ZIP',
  'image/vnd.djvu': 'DjVu',
  'text/html': 'HTML',
  'text/plain': 'TXT',
  'image/jpeg': 'JPEG',
  'image/png': 'PNG',
  'image/tiff': 'TIFF',
};
