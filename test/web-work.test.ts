import { openTestApp, type TestApp } from './support/app';

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp({ CAMPUS_NETWORKS: '10.1.0.0/16' });
});

const fileOf = (work: { id: number; files: { id: number; name: string }[] }, n = 0) =>
  `/works/${work.id}/files/${work.files[n]!.id}/${encodeURIComponent(work.files[n]!.name)}`;
const textFile = (name: string, mediaType: string, content: string) => ({
  name,
  mediaType,
  content: Buffer.from(content),
});

describe('the landing page', () => {
  test('shows the work in the reader’s language, and its other languages beside it', async () => {
    const work = await app.published({
      titles: [
        { value: 'Мөңгүлөрдүн чегиниши', lang: 'ky' },
        { value: 'Отступление ледников', lang: 'ru' },
      ],
      abstracts: [
        { value: 'Кыргызча аннотация.', lang: 'ky' },
        { value: 'Русская аннотация.', lang: 'ru' },
      ],
    });
    const ky = (await app.browse().get(`/works/${work.id}?lang=ky`).expect(200)).text;
    expect(ky).toContain('<html lang="ky">');
    expect(ky).toContain('<h1 lang="ky">Мөңгүлөрдүн чегиниши</h1>');
    const ru = (await app.browse().get(`/works/${work.id}?lang=ru`).expect(200)).text;
    expect(ru).toContain('<h1 lang="ru">Отступление ледников</h1>');
    expect(ru).toContain('<p class="other-title" lang="ky">Мөңгүлөрдүн чегиниши</p>');
    expect(ru.indexOf('Русская аннотация.')).toBeLessThan(ru.indexOf('Кыргызча аннотация.</p></div></details>'));
    const en = (await app.browse().get(`/works/${work.id}?lang=en`).expect(200)).text;
    expect(en).toContain('<h1 lang="ky">Мөңгүлөрдүн чегиниши</h1>');
  });

  test('carries what Google Scholar, schema.org and reference managers read', async () => {
    const work = await app.published({
      pages: ['Бир барак.'],
      type: 'article',
      titles: [{ value: 'Суу жана тоо', lang: 'ky' }],
      contributors: [
        { role: 'author', name: 'Асанов, Усен', personId: null, affiliation: null, orcid: null },
        { role: 'opponent', name: 'Башка, Киши', personId: null, affiliation: null, orcid: null },
      ],
      issued: '2021-03-24',
      source: { title: 'Жарчы', volume: '3', issue: '2', pages: '14-21', issn: null },
      identifiers: [{ scheme: 'doi', value: '10.5072/abc' }],
    });
    const { text } = await app.browse().get(`/works/${work.id}`).expect(200);
    const tag = (name: string) =>
      [...text.matchAll(new RegExp(`<meta name="citation_${name}" content="([^"]*)">`, 'g'))].map((m) => m[1]);
    expect(tag('title')).toEqual(['Суу жана тоо']);
    expect(tag('author')).toEqual(['Асанов, Усен']);
    expect(tag('publication_date')).toEqual(['2021/03/24']);
    expect([tag('journal_title'), tag('volume'), tag('issue'), tag('firstpage'), tag('lastpage'), tag('doi')]).toEqual([
      ['Жарчы'],
      ['3'],
      ['2'],
      ['14'],
      ['21'],
      ['10.5072/abc'],
    ]);
    expect(tag('pdf_url')).toEqual([`http://library.test${fileOf(work)}`]);
    expect(text).toContain(`<link rel="canonical" href="http://library.test/works/${work.id}">`);
    expect(text).toContain(`hreflang="tr" href="http://library.test/works/${work.id}?lang=tr"`);
    const json = JSON.parse(/<script type="application\/ld\+json">(.*?)<\/script>/s.exec(text)![1]!);
    expect(json).toMatchObject({ '@type': 'ScholarlyArticle', name: 'Суу жана тоо', isAccessibleForFree: true });
    expect(json.author).toEqual([{ '@type': 'Person', name: 'Асанов, Усен' }]);
  });

  test('prints hostile metadata as text, wherever it stands', async () => {
    const bad = '"><script>alert(1)</script><img src=x onerror=alert(1)>';
    const person = await app.house.people.create({ names: [{ value: bad, lang: 'ky', kind: 'main' }] });
    await app.house.collections.create({ slug: 'hostile', titles: [{ value: bad, lang: 'ky' }] });
    const work = await app.published({
      pages: ['Текст.'],
      titles: [{ value: `${bad}</title></script><!--`, lang: 'ky' }],
      contributors: [
        { role: 'author', name: bad, personId: person.id, affiliation: bad, orcid: null },
        { role: 'editor', name: `javascript:${bad}`, personId: null, affiliation: null, orcid: null },
      ],
      abstracts: [{ value: bad, lang: 'ky' }],
      subjects: [{ scheme: 'keyword', value: bad, lang: 'ky' }],
      publisher: bad,
      relations: [
        { type: 'references', target: bad },
        { type: 'references', target: 'javascript:alert(1)' },
      ],
      identifiers: [{ scheme: 'other', value: bad }],
      rights: { licence: null, holder: bad, statement: bad },
      collections: ['hostile'],
    });
    for (const path of [
      `/works/${work.id}`,
      '/',
      '/browse/titles',
      '/browse/authors',
      '/browse/subjects',
      `/browse/authors?author=${encodeURIComponent(`javascript:${bad}`)}`,
      '/browse/collections',
      '/collections/hostile',
      '/people',
      `/people/${person.id}`,
      `/search?q=${encodeURIComponent(bad)}`,
      '/search?q=alert&author=%22%3E%3Cscript%3E',
    ]) {
      const { text } = await app.browse().get(path).expect(200);
      expect([path, text.match(/<script>alert|<img src=x|href="javascript:|<!--/)]).toEqual([path, null]);
      const scripts = [...text.matchAll(/<script\b[^>]*>(.*?)<\/script>/gs)];
      for (const [, inside] of scripts) expect(inside === '' || JSON.parse(inside!)['@context']).toBeTruthy();
    }
  });

  test('leads both ways between related works, though only one of them says so', async () => {
    const book = await app.published({ titles: [{ value: 'Журналдын саны', lang: 'ky' }], type: 'journal-issue' });
    const part = await app.published({
      titles: [{ value: 'Сандагы макала', lang: 'ky' }],
      relations: [{ type: 'isPartOf', target: `http://library.test/works/${book.id}` }],
    });
    const ofPart = (await app.browse().get(`/works/${part.id}?lang=en`)).text;
    expect(ofPart).toMatch(new RegExp(`Part of</h3>[^]*href="/works/${book.id}"`));
    const ofBook = (await app.browse().get(`/works/${book.id}?lang=en`)).text;
    expect(ofBook).toMatch(new RegExp(`Contains</h3>[^]*href="/works/${part.id}"`));
  });

  test('is not there for a draft, a number that is none, or a work that never was', async () => {
    const { id } = await app.draft({ titles: [{ value: 'Бүтө элек', lang: 'ky' }] });
    for (const path of [
      `/works/${id}`,
      '/works/999999',
      '/works/abc',
      '/works/1e3',
      '/works/-1',
      '/works/1/versions/0',
    ]) {
      const { text } = await app.browse().get(path).expect(404);
      expect(text).not.toContain('Бүтө элек');
    }
  });
});

describe('versions and withdrawal', () => {
  test('an older version says that it is one, and leads to the newest', async () => {
    const work = await app.published({ titles: [{ value: 'Биринчи аталыш', lang: 'ky' }] });
    const [depositor, reviewer] = [await app.visitor('depositor'), await app.visitor('reviewer')];
    await app.house.deposits.revise(work.id, depositor);
    const changed = { ...work.metadata, titles: [{ value: 'Экинчи аталыш', lang: 'ky' }] };
    await app.house.deposits.save(work.id, depositor, changed, null);
    await app.house.deposits.submit(work.id, depositor, { licenceAccepted: true });
    await app.house.deposits.accept(work.id, reviewer);

    const old = (await app.browse().get(`/works/${work.id}/versions/1?lang=en`).expect(200)).text;
    expect(old).toContain('Биринчи аталыш');
    expect(old).toContain('This is an older version');
    expect(old).toContain('<meta name="robots" content="noindex">');
    const newest = (await app.browse().get(`/works/${work.id}?lang=en`).expect(200)).text;
    expect(newest).toContain('Экинчи аталыш');
    expect(newest).toContain(`href="/works/${work.id}/versions/1"`);
    await app.browse().get(`/works/${work.id}/versions/3`).expect(404);
  });

  test('a withdrawn work keeps its address: 410, what it was called and why it went, and no file', async () => {
    const work = await app.published({
      pages: ['Жашыруун сөз.'],
      titles: [{ value: 'Алынган эмгек', lang: 'ky' }],
      abstracts: [{ value: 'Көрүнбөчү аннотация.', lang: 'ky' }],
    });
    await app.house.deposits.withdraw(work.id, await app.visitor('administrator'), 'Көчүрүлгөн экен.');
    for (const path of [`/works/${work.id}`, `/works/${work.id}/versions/1`]) {
      const { text } = await app.browse().get(`${path}?lang=en`).expect(410);
      expect(text).toContain('Алынган эмгек');
      expect(text).toContain('Көчүрүлгөн экен.');
      expect(text).not.toContain('Көрүнбөчү аннотация.');
      expect(text).not.toContain('citation_title');
    }
    await app.browse().get(fileOf(work)).expect(410);
    for (const end of ['cite?style=apa', 'cite?style=bibtex', 'export/oai_dc', 'export/marcxml']) {
      const { text } = await app.browse().get(`/works/${work.id}/${end}`).expect(410);
      expect(text).not.toContain('Алынган эмгек');
    }
    expect((await app.browse().get('/browse/titles')).text).not.toContain('Алынган эмгек');
  });
});

describe('the bytes of a file', () => {
  test('a PDF shows itself, in ranges, by HEAD, and not again when it has not changed', async () => {
    const work = await app.published({ pages: ['Бир.', 'Эки.'] });
    const whole = await app.browse().get(fileOf(work)).buffer().expect(200);
    expect(whole.headers['content-type']).toBe('application/pdf');
    expect(whole.headers['content-disposition']).toMatch(/^inline; filename="text\.pdf"/);
    expect(whole.headers['cache-control']).not.toContain('immutable');
    expect(Number(whole.headers['content-length'])).toBe(work.files[0]!.size);

    const part = await app.browse().get(fileOf(work)).set('Range', 'bytes=0-4').buffer().expect(206);
    expect(part.body.toString()).toBe('%PDF-');
    expect(part.headers['content-range']).toBe(`bytes 0-4/${work.files[0]!.size}`);
    const beyond = await app.browse().get(fileOf(work)).set('Range', 'bytes=999999999-').expect(416);
    expect(beyond.headers['content-range']).toBe(`bytes */${work.files[0]!.size}`);

    const head = await app.browse().head(fileOf(work)).expect(200);
    expect(head.headers['content-length']).toBe(whole.headers['content-length']);
    await app.browse().get(fileOf(work)).set('If-None-Match', whole.headers.etag!).expect(304);
  });

  test('whatever could run is saved and never shown, under any name', async () => {
    const work = await app.published({
      files: [
        textFile('page.html', 'text/html', '<script>alert(1)</script>'),
        textFile('сүрөт.svg', 'image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'),
        textFile('text.pdf.xml', 'application/xml', '<a/>'),
      ],
    });
    const addresses = work.files.flatMap((file, n) => [
      fileOf(work, n),
      `${fileOf(work, n)}?download`,
      `/works/${work.id}/files/${file.id}/another.pdf`,
      `/api/v1/works/${work.id}/files/${file.id}/content`,
    ]);
    for (const address of addresses) {
      const { headers } = await app.browse().get(address).expect(200);
      expect(headers['content-disposition']).toMatch(/^attachment;/);
      expect(headers['content-security-policy']).toContain('sandbox');
      expect(headers['x-content-type-options']).toBe('nosniff');
    }
    expect((await app.browse().get(fileOf(work, 1))).headers['content-disposition']).toContain(
      "filename*=UTF-8''%D1%81%D2%AF%D1%80%D3%A9%D1%82.svg",
    );
  });

  test('obeys the access of the work today: signed in, on campus, staff, embargo, view-only', async () => {
    const closed = await app.published({ pages: ['а'], access: { level: 'closed', openFrom: null, viewOnly: false } });
    await app.browse().get(fileOf(closed)).expect(403);
    await (await app.as('reader')).get(fileOf(closed)).expect(403);
    await (await app.as('reviewer')).get(fileOf(closed)).expect(200);
    expect((await app.browse().get(`/works/${closed.id}`)).text).not.toContain('citation_pdf_url');

    const registered = await app.published({
      pages: ['б'],
      access: { level: 'registered', openFrom: null, viewOnly: false },
    });
    const toSignIn = await app.browse().get(fileOf(registered)).expect(303);
    expect(toSignIn.headers.location).toBe(`/sign-in?next=${encodeURIComponent(fileOf(registered))}`);
    await (await app.as('reader')).get(fileOf(registered)).expect(200);

    const campus = await app.published({ pages: ['в'], access: { level: 'campus', openFrom: null, viewOnly: false } });
    await (await app.as('reader')).get(fileOf(campus)).expect(403);
    await app.browse().get(fileOf(campus)).set('X-Forwarded-For', '10.1.2.3').expect(200);

    const embargoed = await app.published({
      pages: ['г'],
      access: { level: 'open', openFrom: '2026-03-12', viewOnly: false },
    });
    await app.browse().get(fileOf(embargoed)).expect(403);
    expect((await app.browse().get(`/works/${embargoed.id}?lang=en`)).text).toContain(
      'This file opens on 12 March 2026.',
    );
    app.wait({ days: 2 });
    await app.browse().get(fileOf(embargoed)).expect(200);

    const viewOnly = await app.published({ pages: ['д'], access: { level: 'open', openFrom: null, viewOnly: true } });
    await app.browse().get(fileOf(viewOnly)).expect(403);
    await app.browse().head(fileOf(viewOnly)).expect(403);
    await app.browse().get(fileOf(viewOnly)).set('Range', 'bytes=0-4').expect(403);
    const { text } = await app.browse().get(`/works/${viewOnly.id}`);
    expect(text).not.toContain('citation_pdf_url');
    expect(text).not.toContain(fileOf(viewOnly));
    expect(text).not.toContain('/thumbnail');
  });

  test.each([
    ['as the work', null],
    ['of its own', { level: 'open', openFrom: null, viewOnly: false }],
  ])('closing a work closes a file of its older versions too, with access %s', async (_whose, access) => {
    const [depositor, reviewer] = [await app.visitor('depositor'), await app.visitor('reviewer')];
    const { id } = await app.draft({ pages: ['Эски версия.'] });
    const [file] = (await app.house.deposits.copy(id, depositor)).files;
    await app.house.deposits.changeFile(id, depositor, file!.id, { access });
    await app.house.deposits.submit(id, depositor, { licenceAccepted: true });
    const work = await app.house.deposits.accept(id, reviewer);
    await app.runner.drain();
    await app.browse().get(fileOf(work)).expect(200);
    await app.house.deposits.revise(work.id, depositor);
    await app.house.deposits.detach(work.id, depositor, work.files[0]!.id);
    const closed = { ...work.metadata, access: { level: 'closed', openFrom: null, viewOnly: false } };
    await app.house.deposits.save(work.id, depositor, closed, null);
    await app.house.deposits.submit(work.id, depositor, { licenceAccepted: true });
    await app.house.deposits.accept(work.id, reviewer);
    await app.browse().get(fileOf(work)).expect(403);
    const read = await app.browse().get(`/works/${work.id}/files/${file!.id}/read`);
    expect(read.status).not.toBe(200);
    await (await app.as('reviewer')).get(fileOf(work)).expect(200);
  });
});

test('a citation comes in seven styles, as text or as a file for a reference manager', async () => {
  const work = await app.published({ titles: [{ value: 'Цитата', lang: 'ky' }] });
  const gost = await app.browse().get(`/works/${work.id}/cite?style=gost`).expect(200);
  expect(gost.headers['content-type']).toBe('text/plain; charset=utf-8');
  expect(gost.text).toContain('Цитата');
  const ris = await app.browse().get(`/works/${work.id}/cite?style=ris`).buffer().expect(200);
  expect(ris.headers['content-disposition']).toContain(`attachment; filename="work-${work.id}.ris"`);
  await app.browse().get(`/works/${work.id}/cite?style=vancouver`).expect(404);
});

test('programs are told of the files and records in the header, the first time and every time', async () => {
  const work = await app.published({ pages: ['Шилтеме.'] });
  const first = await app.browse().get(`/works/${work.id}`).expect(200);
  expect(first.headers.link).toContain('rel="item"');
  const again = await app.browse().get(`/works/${work.id}`).expect(200);
  expect(again.headers.link).toBe(first.headers.link);
});

test('the page and its header call a work the same in schema.org', async () => {
  for (const type of ['study-guide', 'dissertation-abstract', 'bibliography', 'patent'] as const) {
    const { id } = await app.published({ type });
    const { text, headers } = await app.browse().get(`/works/${id}`).expect(200);
    const inPage = /"@context":"https:\/\/schema.org","@type":"(\w+)"/.exec(text)![1];
    expect(headers.link).toContain(`<https://schema.org/${inPage}>; rel="type"`);
  }
});

test('the record is given in every format harvesters get', async () => {
  const work = await app.published({ titles: [{ value: 'Экспорт', lang: 'ky' }] });
  const { text } = await app.browse().get(`/works/${work.id}`);
  const links = [...text.matchAll(/href="(\/works\/\d+\/export\/[a-z_]+)"/g)].map((match) => match[1]!);
  expect(links).toHaveLength(app.house.records.formats.length);
  for (const link of links) {
    const answer = await app.browse().get(link).buffer().expect(200);
    expect(answer.headers['content-type']).toBe('application/xml; charset=utf-8');
    expect(answer.text).toContain('Экспорт');
  }
  await app.browse().get(`/works/${work.id}/export/nothing`).expect(404);
});
