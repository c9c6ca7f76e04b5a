import { openTestApp, type TestApp } from './support/app';
import { pagePicture, zip } from './support/book';

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});

const scanned = { type: 'scanned-book' as const, titles: [{ value: 'Эски китеп', lang: 'ky' }] };
const scans = async () => zip({ '1.jpg': await pagePicture('Бир'), '2.jpg': await pagePicture('Эки') });
const data = () =>
  zip({ 'data.csv': Buffer.from('1;2'), 'more/notes.txt': Buffer.from('x'), 'map.png': Buffer.from('x') });

/** Sends a file to a draft as a program does. */
async function send(id: number, content: Buffer, name: string, role = 'main') {
  const token = await app.token('depositor');
  return app
    .browse()
    .post(`/api/v1/works/${id}/files`)
    .set('Authorization', `Bearer ${token}`)
    .set('Accept-Language', 'en')
    .field('role', role)
    .attach('file', content, name);
}
const filesOf = async (id: number) => {
  const { files } = await app.house.deposits.copy(id, await app.visitor('depositor'));
  return files.map(({ name, role }) => [name, role]);
};

describe('the main file of a scanned book', () => {
  test('that is a ZIP of page images becomes the pages of the book', async () => {
    const { id } = await app.draft(scanned);
    const { body } = await send(id, await scans(), 'scans.zip').then((answer) => {
      expect(answer.status).toBe(201);
      return answer;
    });
    expect(body.role).toBe('page');
    await app.runner.drain();
    expect(await filesOf(id)).toEqual([
      ['book.json', 'main'],
      ['scans.zip', 'page'],
    ]);
    const { files } = await app.house.deposits.copy(id, await app.visitor('depositor'));
    expect(files.find((file) => file.name === 'book.json')!.text.pages).toBe(2);
    const sent = files.find((file) => file.name === 'scans.zip');
    // Called the main text on the form, it is still the book's pages.
    await app.house.deposits.changeFile(id, await app.visitor('depositor'), sent!.id, { role: 'main' });
    expect(await filesOf(id)).toContainEqual(['scans.zip', 'page']);
  });

  test('that is a ZIP of anything else is refused with the reason, and taken as a supplement', async () => {
    const { id } = await app.draft(scanned);
    const answer = await send(id, await data(), 'data.zip');
    expect(answer.status).toBe(422);
    expect(JSON.stringify(answer.body)).toContain('holds no pages of a book');
    expect(await filesOf(id)).toEqual([]);
    expect((await send(id, await data(), 'data.zip', 'supplement')).status).toBe(201);
  });

  test('sent before the work was called a scanned book is named when it is submitted', async () => {
    const { id } = await app.draft({ ...scanned, type: 'report' });
    expect((await send(id, await data(), 'data.zip')).body.role).toBe('main');
    const depositor = await app.visitor('depositor');
    const { input } = await app.house.deposits.copy(id, depositor);
    await app.house.deposits.save(id, depositor, { ...(input as object), type: 'scanned-book' }, null);
    const { files } = await app.house.deposits.copy(id, depositor);
    await expect(app.house.deposits.submit(id, depositor, { licenceAccepted: true })).rejects.toMatchObject({
      issues: [{ path: `files.${files[0]!.id}.role`, message: 'zipIsNoText', params: { name: 'data.zip' } }],
    });
  });

  test('of another type of work may be a ZIP', async () => {
    const { id } = await app.draft({ ...scanned, type: 'report' });
    expect((await send(id, await data(), 'data.zip')).body.role).toBe('main');
  });
});
