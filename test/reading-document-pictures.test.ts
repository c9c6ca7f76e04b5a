import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { loadImage } from '@napi-rs/canvas';
import { picturesInDocument } from '../src/text/document-pictures';
import { openTestApp, type TestApp } from './support/app';
import { darkness, pagePicture } from './support/book';
import { docx, drawing, paragraph, run } from './support/docx';

let app: TestApp;
let png: Buffer;
beforeAll(async () => {
  app = await openTestApp();
  png = await pagePicture('', { width: 300, height: 400, kind: 'png', mark: false });
});

const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
const data = (bytes: Buffer | string, type = 'image/png') =>
  `data:${type};base64,${Buffer.from(bytes).toString('base64')}`;
const SVG = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';

async function readerOf(content: Buffer | string, mediaType: string, rest = {}) {
  const name = mediaType === DOCX ? 'a.docx' : 'a.html';
  const work = await app.published({ files: [{ name, mediaType, content: Buffer.from(content) }], ...rest });
  const base = `/works/${work.id}/files/${work.files[0]!.id}`;
  const { text } = await app.browse().get(`${base}/read`).query({ q: 'карта', lang: 'en' }).expect(200);
  return { base, text, shown: [...text.matchAll(/<figure[^>]*><img src="([^"]+)"/g)].map((match) => match[1]!) };
}
const bytesOf = async (address: string) => {
  const answer = await app.browse().get(address.replaceAll('&amp;', '&')).buffer(true).expect(200);
  expect(answer.headers['content-type']).toBe('image/jpeg');
  return answer.body as Buffer;
};

test('a picture in a Word file is shown where it stands, drawn anew, with what its author wrote for the blind', async () => {
  const large = await pagePicture('Карта', { width: 1_800, height: 2_400, kind: 'png' });
  const body =
    paragraph(run('Алдында.')) +
    paragraph(drawing(1, 'Көлдүн картасы')) +
    paragraph(drawing(2)) +
    paragraph(drawing(3, 'Чийме')) +
    paragraph(run('Кийин.'));
  const pictures = [
    { ending: 'png', content: png },
    { ending: 'svg', content: Buffer.from(SVG) },
    { ending: 'png', content: large },
  ];
  const { text, shown } = await readerOf(await docx(body, { pictures }), DOCX);
  expect(shown).toHaveLength(2); // a drawing is a program, and no picture
  expect(text).toMatch(
    /Алдында\.[\s\S]*<figcaption>Көлдүн <mark[^>]*>картасы<\/mark><\/figcaption>[\s\S]*Чийме[\s\S]*Кийин\./,
  );
  const first = await loadImage(await bytesOf(shown[0]!));
  expect([first.width, first.height]).toEqual([300, 400]);
  const second = await bytesOf(shown[1]!);
  expect((await loadImage(second)).width).toBe(1_400); // no wider than is read
  expect(second.includes(large.subarray(100, 200))).toBe(false);
  expect(await darkness(second, [0.045, 0.42, 0.15, 0.45])).toBeGreaterThan(0.5); // the mark of the large one, not another's
});

test('a picture inside an HTML file is shown; what lies elsewhere, or is no picture, is only named', async () => {
  const html = `<h1>Көл <img src="${data(png)}" alt="белги"></h1><p>Бир <img src="${data(png)}" alt="Карта"> эки
    <img src="https://evil.test/x.png" alt="Алыскы"> <img src="${data(SVG, 'image/svg+xml')}" alt="Чийме">
    <img src="javascript:alert(1)" alt="Буйрук"><img src="docx:1" alt="Жасалма"></p>`;
  const { text, shown, base } = await readerOf(html, 'text/html');
  expect(shown).toHaveLength(1);
  expect(text).toContain('[белги]');
  for (const only of ['[Алыскы]', '[Чийме]', '[Буйрук]', '[Жасалма]']) expect(text).toContain(only);
  for (const bad of ['evil.test', 'svg+xml', 'javascript:', 'data:image']) expect(text).not.toContain(bad);
  expect((await loadImage(await bytesOf(shown[0]!))).width).toBe(300);
  await app.browse().get(`${base}/pictures/9.jpg`).expect(404);
  await app.browse().get(`${base}/pictures/0.jpg`).expect(404);
});

test('in place of a picture that cannot be decoded, or unpacks to gigabytes, stands that it cannot be shown', async () => {
  const giant = Buffer.from(png);
  giant.writeUInt32BE(60_000, 16);
  giant.writeUInt32BE(60_000, 20);
  const html = `<p>Бир</p><img src="${data(giant)}"><img src="${data(SVG)}"><img src="${data('x'.repeat(200))}"><p>Карта</p>`;
  const { text, shown } = await readerOf(html, 'text/html');
  expect(text).toContain('<mark');
  expect(shown).toHaveLength(3);
  const said = {
    ky: 'Бул жердеги сүрөт көрсөтүлбөйт',
    ru: 'Рисунок, который стоит здесь',
    tr: 'Buradaki resim gösterilemiyor',
    en: 'The picture that stands here',
  };
  for (const address of shown) {
    for (const [language, sentence] of Object.entries(said)) {
      const asked = app.browse().get(address.replaceAll('&amp;', '&')).set('Accept-Language', language);
      const answer = await asked.buffer(true).expect(422);
      expect(answer.headers['content-type']).toContain('image/svg+xml');
      const words = answer.body
        .toString()
        .replaceAll(/<[^>]*>/g, ' ')
        .replaceAll(/\s+/g, ' ');
      expect(words).toContain(sentence);
    }
  }
});

test('the pictures of a document have a limit together, of HTML as of Word', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'achyk-pictures-'));
  const [html, word] = [path.join(folder, 'a.html'), path.join(folder, 'a.docx')];
  writeFileSync(html, `<img src="${data(png)}"><p>Бир</p><img src="${data(png)}">`);
  const both = [1, 2].map(() => ({ ending: 'png', content: png }));
  writeFileSync(word, await docx(paragraph(drawing(1)) + paragraph(drawing(2)), { pictures: both }));
  for (const [file, mediaType] of [
    [html, 'text/html'],
    [word, DOCX],
  ] as const) {
    expect(await picturesInDocument(file, mediaType, 2 * png.length + 4)).toEqual([png, png]);
    expect(await picturesInDocument(file, mediaType, 2 * png.length - 4)).toEqual([png, null]);
  }
  rmSync(folder, { recursive: true });
});

test('pictures of what may be read and not copied are not given, and obey the access of their file', async () => {
  const html = `<p>Карта</p><img src="${data(png)}" alt="Карта">`;
  const access = { level: 'open', openFrom: null, viewOnly: true };
  const guarded = await readerOf(html, 'text/html', { access });
  expect(guarded.shown).toEqual([]);
  await app.browse().get(`${guarded.base}/pictures/1.jpg`).expect(403);
  const work = await app.published({
    files: [{ name: 'a.html', mediaType: 'text/html', content: Buffer.from(html) }],
    access: { level: 'registered', openFrom: null, viewOnly: false },
  });
  const address = `/works/${work.id}/files/${work.files[0]!.id}/pictures/1.jpg`;
  await app.browse().get(address).expect(303); // to sign in
  await (await app.as('reader')).get(address).expect(200);
});

test('no picture is searched for in what has none', async () => {
  const { base } = await readerOf('<p>Карта</p>', 'text/html');
  await app.browse().get(`${base}/pictures/1.jpg`).expect(404);
  const pdf = await app.published({ pages: ['Карта'] });
  await app.browse().get(`/works/${pdf.id}/files/${pdf.files[0]!.id}/pictures/1.jpg`).expect(404);
});
