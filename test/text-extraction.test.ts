import { createWriteStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ZipFile } from 'yazl';
import { type ExtractionLimits, Extractor, TEXT_MEDIA_TYPES } from '../src/text/extract-pages';
import { ExtractionFailed } from '../src/text/extraction-failed';
import { findProgram } from '../src/text/outside-program';
import { placedWords, type TextPage } from '../src/text/page';
import { pdfOfManyPages, rawPdf, samplePdf, writeSamplePdf } from './support/sample-pdf';

const folder = mkdtempSync(path.join(os.tmpdir(), 'achyk-text-'));
const file = (name: string) => path.join(folder, name);
const open: Extractor[] = [];
const poppler = findProgram('pdftotext');
if (!poppler) console.log('pdftotext is not installed: its half of these tests is skipped');

function extractor(engine: 'pdftotext' | 'pdfium', limits: Partial<ExtractionLimits> = {}): Extractor {
  const made = new Extractor({ limits, pdftotext: engine === 'pdfium' ? null : poppler });
  open.push(made);
  return made;
}

async function pagesOf(from: Extractor, filePath: string, mediaType: string = TEXT_MEDIA_TYPES.pdf) {
  const extraction = await from.extractPages(filePath, mediaType);
  const pages: TextPage[] = [];
  for await (const page of extraction.pages) pages.push(page);
  return { ...extraction, pages };
}

async function reasonOf(from: Extractor, filePath: string, mediaType?: string): Promise<string> {
  try {
    const { pages } = await pagesOf(from, filePath, mediaType);
    return `read ${pages.length} pages`;
  } catch (error) {
    if (!(error instanceof ExtractionFailed)) throw error;
    return error.reason;
  }
}

afterAll(async () => {
  await Promise.all(open.map((each) => each.close()));
  rmSync(folder, { recursive: true, force: true });
});

const engines = (['pdftotext', 'pdfium'] as const).filter((engine) => engine === 'pdfium' || poppler);

describe.each(engines)('a PDF read by %s', (engine) => {
  const reader = extractor(engine);

  test('gives each page, its Kyrgyz letters whole and its words in their places', async () => {
    const pdf = await writeSamplePdf(file(`${engine}.pdf`), [
      'Өрөөн кургак.',
      [{ text: 'Мөңгүлөр жайкысын чегинет.', at: [100, 200], size: 20 }],
    ]);
    const { pages, source } = await pagesOf(reader, pdf);
    expect(source).toBe(engine);
    expect(pages.map((page) => page.text)).toEqual(['Өрөөн кургак.', 'Мөңгүлөр жайкысын чегинет.']);
    expect(pages[1]).toMatchObject({ number: 2, problem: null });
    expect(pages[1]!.width).toBeCloseTo(595.28, 1);
    expect(pages[1]!.height).toBeCloseTo(841.89, 1);
    const [first, second] = placedWords(pages[1]!);
    expect((first!.left / 10_000) * 595.28).toBeCloseTo(100, -0.5);
    expect(Math.abs((first!.top / 10_000) * 841.89 - 200)).toBeLessThan(6);
    expect((first!.height / 10_000) * 841.89).toBeGreaterThan(14);
    expect(second!.left).toBeGreaterThan(first!.left + first!.width);
  });

  test('keeps places right on a page that is cropped and turned', async () => {
    const content = 'BT /F 20 Tf 150 300 Td (Turned) Tj ET';
    const turned = rawPdf([
      '<< /Type /Catalog /Pages 2 0 R >>',
      '<< /Type /Pages /Count 1 /Kids [3 0 R] /MediaBox [0 0 400 600] /CropBox [100 200 400 600] /Rotate 90 /Resources << /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>',
      '<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>',
      `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    ]);
    writeFileSync(file(`${engine}-turned.pdf`), turned);
    const { pages } = await pagesOf(reader, file(`${engine}-turned.pdf`));
    // The crop leaves 300 × 400 points, shown as 400 × 300: the word, 50 right of the crop and 100 above its foot,
    // now runs down from 50 below the top, its feet 100 from the left edge.
    expect(pages[0]!).toMatchObject({ width: 400, height: 300, text: 'Turned' });
    const [word] = placedWords(pages[0]!);
    expect(Math.abs((word!.top / 10_000) * 300 - 50)).toBeLessThan(4);
    expect(Math.abs((word!.left / 10_000) * 400 - 96)).toBeLessThan(6);
    expect((word!.height / 10_000) * 300).toBeGreaterThan(50);
  });

  test('reads a long book whole, each page once', async () => {
    const count = 75;
    const book = await writeSamplePdf(
      file(`${engine}-book.pdf`),
      Array.from({ length: count }, (_, i) => `Барак ${i + 1}`),
    );
    const { pages } = await pagesOf(reader, book);
    const inOrder = [...pages].sort((a, b) => a.number - b.number);
    expect(inOrder.map((page) => page.text)).toEqual(Array.from({ length: count }, (_, i) => `Барак ${i + 1}`));
  });

  test('gives the outline and the printed labels', async () => {
    const labelled = rawPdf([
      '<< /Type /Catalog /Pages 2 0 R /PageLabels << /Nums [0 << /S /r >> 2 << /S /D /St 1 >>] >> /Outlines 6 0 R >>',
      '<< /Type /Pages /Count 3 /Kids [3 0 R 4 0 R 5 0 R] /MediaBox [0 0 200 300] >>',
      '<< /Type /Page /Parent 2 0 R >>',
      '<< /Type /Page /Parent 2 0 R >>',
      '<< /Type /Page /Parent 2 0 R >>',
      '<< /Type /Outlines /First 7 0 R /Last 7 0 R /Count 1 >>',
      '<< /Title <FEFF041A0438044004380448> /Parent 6 0 R /Dest [5 0 R /Fit] /First 8 0 R /Last 8 0 R /Count 1 >>',
      '<< /Title (Loop) /Parent 7 0 R /Next 8 0 R /Dest [3 0 R /Fit] >>',
    ]);
    writeFileSync(file(`${engine}-labels.pdf`), labelled);
    const { pages, outline } = await pagesOf(reader, file(`${engine}-labels.pdf`));
    expect(pages.map((page) => page.label)).toEqual(['i', 'ii', '1'].map((l, i) => (l === String(i + 1) ? null : l)));
    expect(outline[0]).toMatchObject({ title: 'Кириш', page: 3 });
    expect(outline[0]!.children.length).toBeLessThanOrEqual(5_000); // a ring in the file ends
  });

  test('a corrupt page in the middle leaves the rest readable', async () => {
    const pdf = rawPdf([
      '<< /Type /Catalog /Pages 2 0 R >>',
      '<< /Type /Pages /Count 3 /Kids [3 0 R 4 0 R 5 0 R] /MediaBox [0 0 200 300] /Resources << /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>',
      '<< /Type /Page /Parent 2 0 R /Contents 6 0 R >>',
      '<< /Type /Page /Parent 2 0 R /Contents 7 0 R >>',
      '<< /Type /Page /Parent 2 0 R /Contents 6 0 R >>',
      '<< /Length 41 >>\nstream\nBT /F 12 Tf 20 200 Td (First words) Tj ET\nendstream',
      '<< /Length 30 /Filter /FlateDecode >>\nstream\nthis was never deflated at all\nendstream',
    ]);
    writeFileSync(file(`${engine}-hole.pdf`), pdf);
    const { pages } = await pagesOf(reader, file(`${engine}-hole.pdf`));
    expect(pages[0]!.text).toBe('First words');
    expect(pages.map((page) => page.number)).toEqual([1, 2, 3]);
    expect(pages[1]!.text).toBe('');
    expect(pages[2]!.text).toBe('First words');
  });

  test('an encrypted, a truncated, an empty and a false PDF each get their reason', async () => {
    const whole = await samplePdf(['Сыр']);
    writeFileSync(file('locked.pdf'), await samplePdf(['Сыр'], { password: 'achkych' }));
    writeFileSync(file('cut.pdf'), whole.subarray(0, 700));
    writeFileSync(file('empty.pdf'), '');
    writeFileSync(file('false.pdf'), 'This is no PDF at all. '.repeat(1_000));
    writeFileSync(
      file('pageless.pdf'),
      rawPdf(['<< /Type /Catalog /Pages 2 0 R >>', '<< /Type /Pages /Count 0 /Kids [] >>']),
    );
    expect(await reasonOf(reader, file('locked.pdf'))).toBe('encrypted');
    expect(await reasonOf(reader, file('cut.pdf'))).toBe('damaged');
    expect(await reasonOf(reader, file('empty.pdf'))).toBe('damaged');
    expect(await reasonOf(reader, file('false.pdf'))).toBe('damaged');
    expect(['noPages', 'damaged']).toContain(await reasonOf(reader, file('pageless.pdf')));
  });

  test('a PDF of 100,000 pages is refused at once', async () => {
    writeFileSync(file('many.pdf'), pdfOfManyPages(100_000));
    const startedAt = Date.now();
    expect(await reasonOf(reader, file('many.pdf'))).toBe('tooManyPages');
    expect(Date.now() - startedAt).toBeLessThan(5_000);
  });

  test('a page that never ends is stopped by the clock or by its size, and the next file is read', async () => {
    const words = Array.from(
      { length: 150_000 },
      (_, i) => `BT /F 9 Tf ${(i * 7) % 1901} ${(i * 13) % 2903} Td (a${i.toString(36)} b) Tj ET`,
    ).join('\n');
    const endless = `<< /Length ${words.length} >>\nstream\n${words}\nendstream`;
    const pdf = rawPdf([
      '<< /Type /Catalog /Pages 2 0 R >>',
      '<< /Type /Pages /Count 1 /Kids [3 0 R] /MediaBox [0 0 200 300] /Resources << /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>',
      '<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>',
      endless,
    ]);
    writeFileSync(file('endless.pdf'), pdf);
    const impatient = extractor(engine, { timeoutMs: 5_000, pageCharacters: 2_000 });
    expect(['tookTooLong', 'tooMuchText']).toContain(await reasonOf(impatient, file('endless.pdf')));
    const good = await writeSamplePdf(file('after.pdf'), ['Кийинки']);
    expect((await pagesOf(impatient, good)).pages[0]!.text).toBe('Кийинки');
  });
});

test('a reader that stops early leaves the extractor ready for the next file', async () => {
  const reader = extractor('pdfium');
  const long = await writeSamplePdf(
    file('long.pdf'),
    Array.from({ length: 60 }, (_, i) => `Барак ${i + 1}`),
  );
  for await (const page of (await reader.extractPages(long, TEXT_MEDIA_TYPES.pdf)).pages) if (page.number === 3) break;
  expect((await pagesOf(reader, long)).pages).toHaveLength(60);
});

test('memory past the limit ends the helper, not the server', async () => {
  const reader = extractor('pdfium', { memoryBytes: 40_000_000 });
  const pdf = await writeSamplePdf(
    file('heavy.pdf'),
    Array.from({ length: 2_000 }, (_, i) => `Барак ${i + 1}`),
  );
  expect(await reasonOf(reader, pdf)).toBe('tooMuchMemory');
});

describe('other papers', () => {
  const reader = extractor('pdfium');

  test('DOCX: paragraphs and tables as text', async () => {
    const docx = file('work.docx');
    await zip(docx, {
      '[Content_Types].xml':
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
      '_rels/.rels':
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
      'word/document.xml':
        '<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>Биринчи сап</w:t></w:r></w:p><w:p><w:r><w:t>Экинчи &lt;сап&gt;</w:t></w:r></w:p></w:body></w:document>',
    });
    const { pages, source } = await pagesOf(reader, docx, TEXT_MEDIA_TYPES.docx);
    expect(source).toBe('mammoth');
    expect(pages.map((page) => page.text)).toEqual(['Биринчи сап\n\nЭкинчи <сап>']);
    expect(await reasonOf(reader, file('after.pdf'), TEXT_MEDIA_TYPES.docx)).toBe('damaged');
  });

  test('HTML: what a person would read, and no script', async () => {
    writeFileSync(
      file('page.html'),
      '<!doctype html><html><head><title>Т</title><style>p{}</style></head><body><h1>Баш</h1><p>Бир &amp; эки<br>үч</p><script>alert("x")</script><table><tr><td>1</td><td>2</td></tr></table><p onclick="x">Аягы</p></body></html>',
    );
    const { pages } = await pagesOf(reader, file('page.html'), TEXT_MEDIA_TYPES.html);
    expect(pages[0]!.text).toBe('Баш\n\nБир & эки\nүч\n\n1\t2\n\nАягы');
  });

  test('plain text: old windows-1251 is recognised, long texts get pages', async () => {
    writeFileSync(file('old.txt'), Buffer.from([0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2]));
    expect((await pagesOf(reader, file('old.txt'), TEXT_MEDIA_TYPES.text)).pages[0]!.text).toBe('Привет');
    const paragraphs = Array.from({ length: 100 }, (_, i) => `Абзац ${i}. ${'сөз '.repeat(60)}`);
    writeFileSync(file('long.txt'), paragraphs.join('\n\n'));
    const { pages } = await pagesOf(reader, file('long.txt'), TEXT_MEDIA_TYPES.text);
    expect(pages.length).toBeGreaterThan(5);
    expect(pages.map((page) => page.text).join('\n\n')).toBe(paragraphs.map((p) => p.trim()).join('\n\n'));
    writeFileSync(file('feeds.txt'), 'бир\feки\fүч');
    expect((await pagesOf(reader, file('feeds.txt'), TEXT_MEDIA_TYPES.text)).pages).toHaveLength(3);
  });

  test('a picture is one page without text, in the size it is printed', async () => {
    writeFileSync(file('a.png'), pngHead(1_240, 1_754));
    const { pages } = await pagesOf(reader, file('a.png'), 'image/png');
    expect(pages).toHaveLength(1);
    expect(pages[0]!).toMatchObject({ number: 1, text: '' });
    expect(pages[0]!.width).toBeCloseTo(595.2);
    expect(await reasonOf(reader, file('a.png'), 'application/zip')).toBe('notReadable');
  });

  test('a picture of 60,000 × 60,000 pixels is refused unopened', async () => {
    writeFileSync(file('vast.png'), pngHead(60_000, 60_000));
    expect(await reasonOf(reader, file('vast.png'), 'image/png')).toBe('tooLarge');
    writeFileSync(file('stub.png'), pngHead(60_000, 60_000).subarray(0, 18));
    expect(await reasonOf(reader, file('stub.png'), 'image/png')).toBe('damaged');
  });
});

function pngHead(width: number, height: number): Buffer {
  const head = Buffer.from('89504e470d0a1a0a0000000d494844520000000000000000080000000000000000', 'hex');
  head.writeUInt32BE(width, 16);
  head.writeUInt32BE(height, 20);
  return head;
}

async function zip(to: string, entries: Record<string, string>): Promise<void> {
  const archive = new ZipFile();
  for (const [name, text] of Object.entries(entries)) archive.addBuffer(Buffer.from(text), name);
  archive.end();
  await new Promise<void>((resolve) => archive.outputStream.pipe(createWriteStream(to)).on('close', () => resolve()));
}
