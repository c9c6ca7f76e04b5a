import { createCanvas, loadImage } from '@napi-rs/canvas';
import { openTestApp, type TestApp } from './support/app';
import { samplePdf } from './support/sample-pdf';

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});

const bookOf = async (content: Buffer, name = 'book.pdf', mediaType = 'application/pdf', rest = {}) => {
  const work = await app.published({ files: [{ name, mediaType, content }], ...rest });
  const file = work.files[0]!;
  return { work, file, base: `/works/${work.id}/files/${file.id}` };
};

describe('text of deposited files', () => {
  test('a published PDF has its text by page, and says so', async () => {
    const { file } = await bookOf(await samplePdf(['Өрөөн кургак.', 'Мөңгүлөр жайкысын чегинет.']));
    expect(file.text).toMatchObject({ state: 'done', pages: 2, reason: null });
    expect(await app.house.texts.page(file.id, 2)).toMatchObject({ text: 'Мөңгүлөр жайкысын чегинет.' });
  });

  test('a work whose text cannot be read is published all the same, tells why, and can be tried again', async () => {
    const { work, file, base } = await bookOf(await samplePdf(['Сыр'], { password: 'achkych' }));
    expect(work.state).toBe('published');
    expect(file.text).toMatchObject({ state: 'failed', reason: 'text.reason.encrypted' });
    const { text } = await app.browse().get(`${base}/read`).query({ lang: 'ru' }).expect(200);
    expect(text).toContain('Файл защищён паролем.');
    await app.house.jobs.add('extract-text', file.id);
    await app.runner.drain();
    expect((await app.house.works.published(work.id)).files[0]!.text.state).toBe('failed');
  });

  test('a spreadsheet has no text and needs none', async () => {
    const { file, base } = await bookOf(Buffer.from('PK'), 'data.xlsx', 'application/zip');
    expect(file.text.state).toBe('none');
    await app.browse().get(`${base}/read`).expect(404);
  });
});

describe('the reader', () => {
  let base: string;
  let id: number;
  let fileId: number;
  beforeAll(async () => {
    const pages = [
      'Бет бир. Өрөөн кургак.',
      [
        { text: 'Мөңгүлөр жайкысын чегинет.', at: [100, 200] as [number, number], size: 20 },
        { text: '<script>alert("мөңгү")</script>', at: [100, 400] as [number, number] },
      ],
      'Бет үч.',
      'Мөңгүнүн суусу дарыяга куят.',
    ];
    const book = await bookOf(
      await samplePdf(pages, {
        outline: [
          ['Кириш сөз', 1],
          ['Мөңгүлөр', 2],
        ],
      }),
    );
    ({ base } = book);
    id = book.work.id;
    fileId = book.file.id;
  });

  test('shows a page with its words over the picture, and its text for those who hear it', async () => {
    const { text } = await app.browse().get(`${base}/read?page=2`).expect(200);
    expect(text).toContain(`${base}/pages/2.jpg?w=1400`);
    expect(text).toMatch(/<text x="100[.\d]*" y="2\d\d[.\d]*"[^>]*>Мөңгүлөр жайкысын чегинет\.<\/text>/);
    expect(text).toMatch(/<p>Мөңгүлөр жайкысын чегинет\.<\/p>/);
    expect(text).toContain('href="?page=1"');
    expect(text).toContain('href="?page=3"');
    expect(text).toContain(`href="/works/${id}"`);
    expect(text).not.toContain('<script>alert');
  });

  test('marks a word searched for in its place on the page, in any of its forms, and leads from hit to hit', async () => {
    const { text } = await app.browse().get(`${base}/read`).query({ page: 2, q: 'мөңгүлөр' }).expect(200);
    const hit = /<rect class="hit" id="hit-2-1" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"/.exec(
      text,
    );
    const [x, y, width, height] = hit!.slice(1).map(Number) as [number, number, number, number];
    expect(x).toBeGreaterThan(98);
    expect(x).toBeLessThan(103);
    expect(y).toBeGreaterThan(190);
    expect(y + height).toBeLessThan(230);
    expect(width).toBeGreaterThan(90);
    expect(width).toBeLessThan(150);
    expect(text).toContain('<mark>Мөңгүлөр</mark> жайкысын');
    expect(text).toContain('&lt;script&gt;');
    expect(text).toMatch(/data-act="next-hit" href="\?page=4&amp;q=[^"]+#hit-4-1"/);
    expect(text).not.toContain('data-act="previous-hit"');
    const last = await app.browse().get(`${base}/read`).query({ page: 4, q: 'мөңгүлөр' }).expect(200);
    expect(last.text).toContain('<mark>Мөңгүнүн</mark>');
    expect(last.text).toMatch(/data-act="previous-hit" href="\?page=2&amp;q=/);
  });

  test('lists the pages with hits, and says when there are none', async () => {
    const { text } = await app.browse().get(`${base}/read`).query({ q: 'мөңгү', lang: 'en' }).expect(200);
    expect(text).toContain('3 matches, pages: 2');
    const none = await app.browse().get(`${base}/read`).query({ q: 'жер титирөө', lang: 'en' }).expect(200);
    expect(none.text).toContain('Nothing found for “жер титирөө”');
  });

  test('shows the contents, takes odd page numbers kindly, and shows two pages at once', async () => {
    const first = await app.browse().get(`${base}/read?page=0`).expect(200);
    expect(first.text).toContain('data-page="1"');
    expect(first.text).toMatch(/href="\?page=2">Мөңгүлөр <small>2<\/small>/);
    expect((await app.browse().get(`${base}/read?page=99`).expect(200)).text).toContain('data-page="4"');
    expect((await app.browse().get(`${base}/read?page=abc`).expect(200)).text).toContain('data-page="1"');
    const two = await app.browse().get(`${base}/read?page=2&view=two`).expect(200);
    expect(two.text.match(/<article class="leaf/g)).toHaveLength(2);
    expect(two.text).toContain('href="?page=4&amp;view=two"');
  });

  test('gives the picture of a page in the widths there are, and of no page there is not', async () => {
    const { body, headers } = await app.browse().get(`${base}/pages/2.jpg?w=900`).expect(200);
    expect(headers['content-type']).toBe('image/jpeg');
    expect(headers['cache-control']).toMatch(/private/);
    const picture = await loadImage(body);
    expect(picture.width).toBe(900);
    expect(Math.round((picture.height / picture.width) * 100)).toBe(141);
    // The words stand where the text layer says: ink at 100–240 points across, 200–225 down, none in the margin.
    const canvas = createCanvas(picture.width, picture.height);
    const context = canvas.getContext('2d');
    context.drawImage(picture, 0, 0);
    const dark = (left: number, top: number, width: number, height: number) => {
      const scale = 900 / 595.28;
      const { data } = context.getImageData(left * scale, top * scale, width * scale, height * scale);
      return data.filter((value, i) => i % 4 === 0 && value < 100).length;
    };
    expect(dark(100, 200, 120, 24)).toBeGreaterThan(300);
    expect(dark(10, 200, 80, 24)).toBe(0);
    await app.browse().get(`${base}/pages/9.jpg?w=900`).expect(404);
    await app.browse().get(`${base}/pages/0.jpg`).expect(404);
    await app.browse().get(`${base}/pages/x.jpg`).expect(404);
    await app.browse().get(`${base}/thumbnail`).expect(200);
  });

  test('a librarian corrects a page, the correction is found and outlives a new extraction; others may not', async () => {
    const page = `${base}/pages/3/text`;
    await app.browse().post(page).type('form').send({ text: 'x' }).expect(403);
    await (await app.as('depositor')).post(page).type('form').send({ text: 'x' }).expect(403);
    const librarian = await app.as('reviewer');
    await librarian.post(page).type('form').send({ text: 'Бет үч. Оңдолду.' }).expect(303);
    await app.house.jobs.add('extract-text', fileId);
    await app.runner.drain();
    const { text } = await app.browse().get(`${base}/read`).query({ page: 3, q: 'оңдолду' }).expect(200);
    expect(text).toContain('<mark>Оңдолду</mark>');
    expect(text).toContain('<rect class="hit"');
    expect(text).not.toContain('class="correction"');
    expect((await librarian.get(`${base}/read?page=3`).expect(200)).text).toContain('class="correction"');
  });
});

describe('who may read', () => {
  const closed = (level: string, rest = {}) => ({
    access: { level, openFrom: null, viewOnly: false, ...rest } as never,
  });

  test.each([
    ['closed', 403, 403, 403, 200],
    ['registered', 303, 401, 200, 200],
    ['campus', 403, 403, 403, 200],
  ])(
    '%s: a stranger (the page, its pictures), a reader, a librarian',
    async (level, page, picture, reader, librarian) => {
      const { base } = await bookOf(await samplePdf(['Жабык']), 'a.pdf', 'application/pdf', closed(level));
      for (const address of [`${base}/read`, `${base}/pages/1.jpg`, `${base}/thumbnail`]) {
        const answer = await app.browse().get(address);
        expect(answer.status).toBe(address.endsWith('/read') ? page : picture);
        await (await app.as('reader')).get(address).expect(reader);
        const { headers } = await (await app.as('reviewer')).get(address).expect(librarian);
        expect(headers['cache-control']).toBe('private, no-cache');
      }
      // The bytes are refused by the same rule.
      await app.browse().get(`${base}/a.pdf`).expect(page);
    },
  );

  test.each(['open', 'registered'])('an embargo on what will be %s keeps readers out until its day', async (level) => {
    const embargo = closed(level, { openFrom: '2099-01-01' });
    const { base } = await bookOf(await samplePdf(['Кийин']), 'a.pdf', 'application/pdf', embargo);
    for (const end of ['read', 'pages/1.jpg', 'thumbnail', 'a.pdf']) {
      await app.browse().get(`${base}/${end}`).expect(403);
      await (await app.as('reader')).get(`${base}/${end}`).expect(403);
    }
  });

  test("another work's file is not to be had through this one", async () => {
    const { file } = await bookOf(await samplePdf(['Жабык']), 'a.pdf', 'application/pdf', closed('closed'));
    const open = await bookOf(await samplePdf(['Ачык']));
    await app.browse().get(`/works/${open.work.id}/files/${file.id}/read`).expect(404);
    await app.browse().get(`/works/${open.work.id}/files/${file.id}/pages/1.jpg`).expect(404);
  });

  test('a work that was withdrawn is read by its keepers alone', async () => {
    const { work, base } = await bookOf(await samplePdf(['Кайтарылган']));
    await app.house.deposits.withdraw(work.id, await app.visitor('administrator'), 'mistake');
    for (const end of ['read', 'pages/1.jpg', 'thumbnail', 'book.pdf']) {
      await app.browse().get(`${base}/${end}`).expect(410);
      await (await app.as('reader')).get(`${base}/${end}`).expect(410);
    }
    await (await app.as('reviewer')).get(`${base}/read`).expect(200);
  });
});

describe('view-only', () => {
  let base: string;
  beforeAll(async () => {
    const book = await bookOf(await samplePdf(['Көчүрүүгө болбойт. Мөңгүлөр.', 'Экинчи']), 'a.pdf', 'application/pdf', {
      access: { level: 'open', openFrom: null, viewOnly: true } as never,
    });
    base = book.base;
  });

  test('pages are pictures alone: no text, no download, honest words', async () => {
    const { text } = await app.browse().get(`${base}/read`).query({ q: 'мөңгү', lang: 'en' }).expect(200);
    expect(text).toContain('it cannot prevent a photograph');
    expect(text).not.toContain('<text');
    expect(text).not.toContain('page-text');
    expect(text).not.toContain('a.pdf');
    expect(text).toContain('<rect class="hit"');
  });

  test('a picture is had only by its ticket, only in its session, only for a while, and is stamped', async () => {
    const reader = app.browse();
    const { text } = await reader.get(`${base}/read`).expect(200);
    const address = /src="([^"]+ticket=[^"]+)"/.exec(text)![1]!.replaceAll('&amp;', '&');
    const stamped = await reader.get(address).expect(200);
    expect(stamped.headers['cache-control']).toBe('no-store');
    const plain = await (await app.as('reviewer')).get(`${base}/pages/1.jpg?w=1400`).expect(200);
    expect(Buffer.compare(stamped.body, plain.body)).not.toBe(0);
    expect((await loadImage(stamped.body)).width).toBe(1400);
    await reader.get(address.replace('/1.jpg', '/2.jpg')).expect(403);
    await reader.get(address.replace(/ticket=.*/, '')).expect(403);
    await app.browse().set('User-Agent', 'other').get(address).expect(403);
    await reader.get(`${base}/thumbnail`).expect(403);
    app.wait({ seconds: 121 });
    await reader.get(address).expect(403);
  });
});
