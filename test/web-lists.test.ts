import { openTestApp, type TestApp } from './support/app';

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});

/** The titles of the works a page lists, in order. */
const titlesIn = (text: string): string[] =>
  [...text.matchAll(/class="work-title"><a href="[^"]*" lang="[^"]*">([^<]*)</g)].map((match) => match[1]!);

test('the home page shows the newest works, the collections and how much there is', async () => {
  await app.house.collections.create({ slug: 'history', titles: [{ value: 'Тарых', lang: 'ky' }] });
  await app.house.collections.create({ slug: 'theses', parent: 'history', titles: [{ value: 'Иштер', lang: 'ky' }] });
  await app.published({ titles: [{ value: 'Эски', lang: 'ky' }], collections: ['theses'] });
  app.wait({ days: 1 });
  await app.published({ titles: [{ value: 'Жаңы', lang: 'ky' }] });
  const { text } = await app.browse().get('/?lang=ky').expect(200);
  expect(titlesIn(text)).toEqual(['Жаңы', 'Эски']);
  expect(text).toMatch(/href="\/collections\/history"[^>]*>Тарых<\/a> <span class="count">1</);
  expect(text).toContain('<strong>2</strong> эмгек');
  await app.published({ titles: [{ value: 'Эң жаңы', lang: 'ky' }] });
  expect(titlesIn((await app.browse().get('/?lang=ky')).text)[0]).toBe('Эң жаңы');
});

test('titles stand in the order of the Kyrgyz alphabet, under its letters', async () => {
  const own = await openTestApp();
  for (const value of ['Үрөн', 'Уран', 'Өрүк', 'Орок', 'Нан', '«Ңуң»', 'Тоо', 'Ёлка', 'Елка', 'Ant']) {
    await own.published({ titles: [{ value, lang: 'ky' }] });
  }
  const { text } = await own.browse().get('/browse/titles?lang=ky').expect(200);
  expect(titlesIn(text)).toEqual(['Елка', 'Ёлка', 'Нан', '«Ңуң»', 'Орок', 'Өрүк', 'Тоо', 'Уран', 'Үрөн', 'Ant']);
  const letters = [...text.matchAll(/letter=([^"]+)"/g)].map((match) => decodeURIComponent(match[1]!));
  expect(letters).toEqual(['Е', 'Ё', 'Н', 'Ң', 'О', 'Ө', 'Т', 'У', 'Ү', 'A']);
  const one = await own
    .browse()
    .get(`/browse/titles?letter=${encodeURIComponent('Ө')}`)
    .expect(200);
  expect(titlesIn(one.text)).toEqual(['Өрүк']);
  await own.close();
});

test('a list in the order of titles shows the title it is sorted by, and the reader’s beside it', async () => {
  await app.published({
    titles: [
      { value: 'Ледники', lang: 'ru' },
      { value: 'Мөңгүлөр', lang: 'ky' },
    ],
    issued: '1999',
  });
  const { text } = await app.browse().get('/browse/years?year=1999&lang=ky').expect(200);
  expect(titlesIn(text)).toEqual(['Ледники']);
  expect(text).toContain('<p class="work-text" lang="ky">Мөңгүлөр</p>');
});

test('authors, subjects, years and types lead to their works', async () => {
  const person = await app.house.people.create({ names: [{ value: 'Токтосунов, Жаныбек', lang: 'ky', kind: 'main' }] });
  await app.published({
    titles: [{ value: 'Тизмедеги эмгек', lang: 'ky' }],
    type: 'textbook',
    issued: '1987',
    contributors: [
      { role: 'author', name: 'Токтосунов, Жаныбек', personId: person.id, affiliation: null, orcid: null },
      { role: 'editor', name: 'Өмүрова, Айша', personId: null, affiliation: null, orcid: null },
    ],
    subjects: [{ scheme: 'keyword', value: 'дарыя & суу', lang: 'ky' }],
  });
  const authors = (await app.browse().get('/browse/authors').expect(200)).text;
  expect(authors).toContain(`<a href="/people/${person.id}">Токтосунов, Жаныбек</a>`);
  const byName = '/browse/authors?author=%D3%A8%D0%BC%D2%AF%D1%80%D0%BE%D0%B2%D0%B0%2C+%D0%90%D0%B9%D1%88%D0%B0';
  expect(authors).toContain(`<a href="${byName}">Өмүрова, Айша</a>`);
  for (const path of [
    byName,
    `/browse/subjects?subject=${encodeURIComponent('дарыя & суу')}`,
    '/browse/years?year=1987',
    '/browse/types?type=textbook',
    `/people/${person.id}`,
  ]) {
    expect([path, titlesIn((await app.browse().get(path).expect(200)).text)]).toEqual([path, ['Тизмедеги эмгек']]);
  }
  await app.browse().get('/browse/types?type=nonsense').expect(404);
  await app.browse().get('/browse/years?year=1%27').expect(404);
  await app.browse().get('/browse/authors?author=Nobody').expect(404);
  await app.browse().get('/browse/nothing').expect(404);
});

test('a collection shows its path, what is within it, and the works of all of it', async () => {
  await app.published({ titles: [{ value: 'Ички эмгек', lang: 'ky' }], collections: ['theses'] });
  const above = (await app.browse().get('/collections/history?lang=ky').expect(200)).text;
  expect(titlesIn(above)).toContain('Ички эмгек');
  expect(above).toContain('href="/collections/theses"');
  const below = (await app.browse().get('/collections/theses?lang=ky').expect(200)).text;
  expect(below).toMatch(/<a href="\/collections\/history" lang="ky">Тарых<\/a>/);
  await app.browse().get('/collections/none').expect(404);
});

test('an author’s page tells the life in the reader’s language first, and every name', async () => {
  const person = await app.house.people.create({
    names: [
      { value: 'Асанова, Айгүл', lang: 'ky', kind: 'main' },
      { value: 'Asanova, Aigul', lang: 'en', kind: 'variant' },
    ],
    born: '1951',
    died: '2022-05-01',
    biographies: [
      { value: 'Кыргызча өмүр баяны.\n\nЭкинчи абзац.', lang: 'ky' },
      { value: 'A life in English.', lang: 'en' },
    ],
    links: [{ title: 'Сайт', url: 'https://example.org/a' }],
  });
  const en = (await app.browse().get(`/people/${person.id}?lang=en`).expect(200)).text;
  expect(en.indexOf('A life in English.')).toBeLessThan(en.indexOf('<p>Экинчи абзац.</p>'));
  expect(en).toContain('1951–2022');
  expect(en).toContain('Asanova, Aigul');
  await app.browse().get(`/people/${person.id}/portrait`).expect(404);
  await app.browse().get('/people/0').expect(404);
});

test('every page of a long list is reached, each work once', async () => {
  const own = await openTestApp();
  for (let n = 1; n <= 45; n += 1) await own.published({ titles: [{ value: `Эмгек ${n}`, lang: 'ky' }] });
  const seen: string[] = [];
  let next: string | undefined = '/browse/titles';
  while (next) {
    const { text }: { text: string } = await own.browse().get(next).expect(200);
    seen.push(...titlesIn(text));
    next = /<a href="([^"]+)" rel="next">/.exec(text)?.[1];
  }
  expect(seen).toEqual(Array.from({ length: 45 }, (_, i) => `Эмгек ${i + 1}`));
  await own.close();
});

test('every page is there in four languages, marked as such, and remembers the choice', async () => {
  for (const lang of ['ky', 'ru', 'tr', 'en']) {
    for (const path of ['/', '/search', '/browse/titles', '/browse/collections', '/people', '/about']) {
      const { text } = await app.browse().get(`${path}?lang=${lang}`).expect(200);
      expect(text).toContain(`<html lang="${lang}">`);
      // A key that no language has would be printed as it is.
      expect(text.replace(/<script.*?<\/script>/gs, '')).not.toMatch(/>\s*[a-z]+\.[a-zA-Z.]+\s*</);
    }
  }
  const reader = app.browse();
  await reader.get('/about?lang=tr');
  expect((await reader.get('/about')).text).toContain('<html lang="tr">');
});

test('a page kept for one reader is never shown to another, nor after a change', async () => {
  const own = await openTestApp();
  const work = await own.published({
    titles: [{ value: 'Ачыла турган эмгек', lang: 'ky' }],
    pages: ['Текст.'],
    access: { level: 'open', openFrom: '2026-03-12', viewOnly: false },
  });
  const landing = `/works/${work.id}?lang=en`;
  const address = `/works/${work.id}/files/${work.files[0]!.id}/text.pdf`;
  const before = (await own.browse().get(landing)).text;
  expect((await own.browse().get(landing)).text).toBe(before);
  expect(before).not.toContain(address);

  // Staff see what is theirs, and leave nothing of it behind.
  const asStaff = (await (await own.as('administrator')).get(landing)).text;
  expect(asStaff).toContain(address);
  expect(asStaff).toContain('/sign-out');
  expect((await own.browse().get(landing)).text).toBe(before);
  expect((await own.browse().get(`/works/${work.id}?lang=ky`)).text).toContain('<html lang="ky">');

  // The day an embargo ends, without anything being written.
  own.wait({ days: 2 });
  expect((await own.browse().get(landing)).text).toContain(address);

  // A change, at once.
  await own.house.deposits.withdraw(work.id, await own.visitor('administrator'), 'Себеп.');
  await own.browse().get(landing).expect(410);

  // With and without compression it is the same page.
  await own.browse().get('/about?lang=en');
  const packed = await own.browse().get('/about?lang=en').set('Accept-Encoding', 'gzip').expect(200);
  const plain = await own.browse().get('/about?lang=en').set('Accept-Encoding', 'identity').expect(200);
  expect(packed.headers['content-encoding']).toBe('gzip');
  expect(plain.headers['content-encoding']).toBeUndefined();
  expect(packed.text).toBe(plain.text);
  await own.close();
});
