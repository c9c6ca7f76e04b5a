import { create, type fragment } from 'xmlbuilder2';
import yazl from 'yazl';
import type { Block } from './blocks';
import type { SampleWork } from './library';
import { fullName, namesOf } from './pdf-sheet';
import { wordsIn } from './words';

/** The work as a web page of plain HTML. */
export function htmlOf(work: SampleWork): Buffer {
  const { metadata } = work;
  const title = metadata.titles[0]!.value;
  const page = create().ele('html', { lang: metadata.languages[0] ?? 'ky' });
  page.ele('head').ele('meta', { charset: 'utf-8' }).up().ele('title').txt(title);
  const body = page.ele('body');
  body.ele('h1').txt(title);
  body.ele('p').txt(namesOf(metadata, 'author').map(fullName).join(', '));
  body.ele('p').ele('em').txt(wordsIn(metadata.languages[0]).sample);
  let list: ReturnType<typeof body.ele> | null = null;
  for (const block of work.blocks) {
    if (block.kind !== 'item') list = null;
    switch (block.kind) {
      case 'heading':
        body.ele(`h${block.level + 1}`).txt(block.text);
        break;
      case 'paragraph':
      case 'formula':
        body.ele('p').txt(block.text);
        break;
      case 'quote':
        body.ele('blockquote').ele('p').txt(block.text);
        break;
      case 'item':
        list ??= body.ele(block.mark === '–' ? 'ul' : 'ol');
        list.ele('li').txt(block.text);
        break;
      case 'verse':
        for (const line of block.lines) body.ele('p').txt(line);
        break;
      case 'table': {
        const table = body.ele('table');
        for (const [r, row] of block.rows.entries()) {
          const tr = table.ele('tr');
          for (const cell of row) tr.ele(r === 0 ? 'th' : 'td').txt(cell);
        }
        break;
      }
    }
  }
  const markup = page.end({ headless: true, prettyPrint: true, allowEmptyTags: true });
  return Buffer.from(`<!DOCTYPE html>\n${markup}\n`);
}

const WORD = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org';

/** The work as a Word document (ISO/IEC 29500), the least that Word, LibreOffice and converters read. */
export async function docxOf(work: SampleWork): Promise<Buffer> {
  const zip = new yazl.ZipFile();
  const mtime = new Date('2024-09-02T06:00:00Z');
  const add = (name: string, xml: string) =>
    zip.addBuffer(Buffer.from(xml), name, { mtime, mode: 0o100644, compress: true });
  add('[Content_Types].xml', contentTypes());
  add(
    '_rels/.rels',
    relations('rId1', `${OFFICE}/officeDocument/2006/relationships/officeDocument`, 'word/document.xml'),
  );
  add(
    'word/_rels/document.xml.rels',
    relations('rId1', `${OFFICE}/officeDocument/2006/relationships/styles`, 'styles.xml'),
  );
  add('word/styles.xml', styles());
  add('word/document.xml', wordDocument(work));
  zip.end();
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function wordDocument(work: SampleWork): string {
  const document = create({ version: '1.0', encoding: 'UTF-8', standalone: true }).ele(WORD, 'w:document');
  const body = document.ele(WORD, 'w:body');
  const paragraph = (text: string, style?: string) => {
    const p = body.ele(WORD, 'w:p');
    if (style) p.ele(WORD, 'w:pPr').ele(WORD, 'w:pStyle').att(WORD, 'w:val', style);
    p.ele(WORD, 'w:r').ele(WORD, 'w:t').att('xml:space', 'preserve').txt(text);
  };
  paragraph(work.metadata.titles[0]!.value, 'Title');
  paragraph(namesOf(work.metadata, 'author').map(fullName).join(', '));
  paragraph(wordsIn(work.metadata.languages[0]).sample);
  for (const block of work.blocks) wordBlock(block, paragraph, body);
  return document.end();
}

function wordBlock(
  block: Block,
  paragraph: (text: string, style?: string) => void,
  body: ReturnType<typeof fragment>,
): void {
  if (block.kind === 'heading') paragraph(block.text, `Heading${block.level}`);
  else if (block.kind === 'item') paragraph(`${block.mark} ${block.text}`);
  else if (block.kind === 'verse') for (const line of block.lines) paragraph(line);
  else if (block.kind === 'table') {
    const table = body.ele(WORD, 'w:tbl');
    table.ele(WORD, 'w:tblPr').ele(WORD, 'w:tblW').att(WORD, 'w:w', '0').att(WORD, 'w:type', 'auto');
    const grid = table.ele(WORD, 'w:tblGrid');
    for (const _ of block.rows[0]!) grid.ele(WORD, 'w:gridCol').att(WORD, 'w:w', '3000');
    for (const row of block.rows) {
      const tr = table.ele(WORD, 'w:tr');
      for (const cell of row) {
        const p = tr.ele(WORD, 'w:tc').ele(WORD, 'w:p');
        p.ele(WORD, 'w:r').ele(WORD, 'w:t').att('xml:space', 'preserve').txt(cell);
      }
    }
    paragraph('');
  } else if ('text' in block) paragraph(block.text);
}

function contentTypes(): string {
  const types = create({ version: '1.0', encoding: 'UTF-8' }).ele(`${OFFICE}/package/2006/content-types`, 'Types');
  const main = 'application/vnd.openxmlformats-officedocument.wordprocessingml';
  types.ele('Default', { Extension: 'rels', ContentType: 'application/vnd.openxmlformats-package.relationships+xml' });
  types.ele('Default', { Extension: 'xml', ContentType: 'application/xml' });
  types.ele('Override', { PartName: '/word/document.xml', ContentType: `${main}.document.main+xml` });
  types.ele('Override', { PartName: '/word/styles.xml', ContentType: `${main}.styles+xml` });
  return types.end();
}

function relations(id: string, type: string, target: string): string {
  const root = create({ version: '1.0', encoding: 'UTF-8' }).ele(
    `${OFFICE}/package/2006/relationships`,
    'Relationships',
  );
  root.ele('Relationship', { Id: id, Type: type, Target: target });
  return root.end();
}

function styles(): string {
  const root = create({ version: '1.0', encoding: 'UTF-8' }).ele(WORD, 'w:styles');
  for (const [id, name, size] of [
    ['Title', 'Title', '40'],
    ['Heading1', 'heading 1', '32'],
    ['Heading2', 'heading 2', '28'],
    ['Heading3', 'heading 3', '24'],
  ]) {
    const style = root.ele(WORD, 'w:style').att(WORD, 'w:type', 'paragraph').att(WORD, 'w:styleId', id!);
    style.ele(WORD, 'w:name').att(WORD, 'w:val', name!);
    const run = style.ele(WORD, 'w:rPr');
    run.ele(WORD, 'w:b');
    run.ele(WORD, 'w:sz').att(WORD, 'w:val', size!);
  }
  return root.end();
}
