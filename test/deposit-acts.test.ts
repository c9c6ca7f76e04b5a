import { existsSync } from 'node:fs';
import { openTestApp, type TestApp } from './support/app';

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});

test('a work goes from draft to publication, its bytes in the archive and its history told', async () => {
  const work = await app.published({ pages: ['Мөңгүлөр жайкысын чегинет.'] });
  expect(work).toMatchObject({ state: 'published', version: 1, publishedVersion: 1 });
  const { archive, works } = app.house;
  const bytes = await archive.read(`achyk:work:${work.id}`, { sha512: work.files[0]!.sha512 });
  expect(bytes.size).toBe(work.files[0]!.size);
  expect((await works.history(work.id)).map((event) => event.act)).toEqual(['create', 'submit', 'accept']);
  const document = JSON.parse(await archive.readText(`achyk:work:${work.id}`, 'metadata.json'));
  expect(document.metadata.titles[0].value).toBe('Мөңгүлөр жана суу');
});

test('a revision changes nothing for readers until it is accepted, then becomes the next version', async () => {
  const { deposits, works } = app.house;
  const work = await app.published({ pages: ['Биринчи.'] });
  const [depositor, reviewer] = [await app.visitor('depositor'), await app.visitor('reviewer')];
  const copy = await deposits.revise(work.id, depositor);
  await deposits.save(work.id, depositor, { ...work.metadata, issued: '2025' }, copy.revision);
  expect((await works.published(work.id)).metadata.issued).toBe('2024');
  await deposits.submit(work.id, depositor, { licenceAccepted: true });
  const second = await deposits.accept(work.id, reviewer);
  expect(second).toMatchObject({ version: 2, metadata: { issued: '2025' } });
  expect(second.files.map((file) => file.id)).toEqual(work.files.map((file) => file.id));
  expect((await works.version(work.id, 1)).metadata.issued).toBe('2024');
});

test('a withdrawn work leaves a tombstone, and its bytes stay in the archive', async () => {
  const { deposits, works, archive } = app.house;
  const work = await app.published({ pages: ['Кетет.'] });
  await deposits.withdraw(work.id, await app.visitor('reviewer'), 'Автордун өтүнүчү');
  expect(await works.published(work.id)).toMatchObject({
    state: 'withdrawn',
    withdrawn: { reason: 'Автордун өтүнүчү' },
  });
  await archive.read(`achyk:work:${work.id}`, { sha512: work.files[0]!.sha512 });
  const document = JSON.parse(await archive.readText(`achyk:work:${work.id}`, 'metadata.json'));
  expect(document).toMatchObject({ state: 'withdrawn', withdrawn: { reason: 'Автордун өтүнүчү' } });
});

test('two people who save one draft: the second is told, and nothing is lost', async () => {
  const { deposits } = app.house;
  const { id } = await app.draft();
  const depositor = await app.visitor('depositor');
  const { revision } = await deposits.copy(id, depositor);
  await deposits.save(id, depositor, { type: 'article', titles: [{ value: 'Биринчи', lang: 'ky' }] }, revision);
  const second = deposits.save(id, depositor, { type: 'article', titles: [{ value: 'Экинчи', lang: 'ky' }] }, revision);
  await expect(second).rejects.toMatchObject({ name: 'Outdated' });
  expect((await deposits.copy(id, depositor)).metadata.titles[0]!.value).toBe('Биринчи');
});

test('what is wrong keeps a work from being submitted, field by field, and stays as typed', async () => {
  const { deposits } = app.house;
  const depositor = await app.visitor('depositor');
  const { id } = await app.draft({ issued: '2021-02-30', titles: [{ value: 'а'.repeat(100_000), lang: 'ky' }] });
  await expect(deposits.submit(id, depositor, { licenceAccepted: true })).rejects.toMatchObject({
    issues: expect.arrayContaining([
      expect.objectContaining({ path: 'issued', message: 'badDate' }),
      expect.objectContaining({ path: 'titles.0.value', message: 'tooLong' }),
    ]),
  });
  expect((await deposits.copy(id, depositor)).input).toMatchObject({ issued: '2021-02-30' });
});

test('a reviewer may not accept his own work; an administrator may', async () => {
  const { deposits } = app.house;
  for (const [role, allowed] of [
    ['reviewer', false],
    ['administrator', true],
  ] as const) {
    const visitor = await app.visitor(role);
    const { id } = await deposits.create(visitor, {
      type: 'report',
      languages: ['ky'],
      titles: [{ value: 'Отчёт', lang: 'ky' }],
      issued: '2024',
    });
    await deposits.submit(id, visitor, { licenceAccepted: true });
    const accepting = deposits.accept(id, visitor);
    if (allowed) await expect(accepting).resolves.toMatchObject({ state: 'published' });
    else await expect(accepting).rejects.toMatchObject({ messageKey: 'error.ownWork' });
  }
});

test('a draft thrown away leaves no bytes behind', async () => {
  const { deposits, works, incoming } = app.house;
  const depositor = await app.visitor('depositor');
  const { id } = await app.draft({ pages: ['Ыргытылат.'] });
  const [file] = (await deposits.copy(id, depositor)).files;
  const key = (await works.files.bytesOf(file!.id)).incoming!;
  await deposits.discard(id, depositor);
  await expect(works.facts(id)).rejects.toMatchObject({ name: 'NotFound' });
  expect(existsSync(incoming.pathOf(key))).toBe(false);
});

test('a file that is published while its text is being read is read from the archive', async () => {
  const { deposits, extractor } = app.house;
  const { id } = await app.draft({ pages: ['Аксакалдардын кеңеши.'] });
  await deposits.submit(id, await app.visitor('depositor'), { licenceAccepted: true });
  const reviewer = await app.visitor('reviewer');
  const read = extractor.extractPages.bind(extractor);
  const reading = jest.spyOn(extractor, 'extractPages').mockImplementationOnce(async (path, mediaType) => {
    await deposits.accept(id, reviewer); // takes the bytes out of incoming/
    return read(path, mediaType);
  });
  await app.runner.drain();
  expect(reading).toHaveBeenCalledTimes(2);
  expect((await app.house.works.published(id)).files[0]!.text).toMatchObject({ state: 'done', pages: 1 });
});
