import { nobody } from '../src/accounts/visitor';
import { openTestApp, type TestApp } from './support/app';
import { passagesIn } from './support/passages-in';
import { samplePdf } from './support/sample-pdf';

/** How little of a view-only text its passages tell, and how slowly. */
const TEXT =
  'Кербендер таңкы шоокумда ашуудан ашып кетишти, алардын артынан жылкычылар сайга түнөп калышты, анан кеч күздө кардуу бороондо жайлоого кайра көтөрүлүштү.';
const PAGES = [TEXT, 'Жайлоо кенен.', 'Жайлоодо суу бар.', 'Жайлоого жол узак.', 'Жайлоонун чөбү бийик.'];

let app: TestApp;
let base: string;
let workId: number;
beforeAll(async () => {
  app = await openTestApp();
  const work = await app.published({
    access: { level: 'open', openFrom: null, viewOnly: true },
    files: [{ name: 'book.pdf', mediaType: 'application/pdf', content: await samplePdf(PAGES) }],
  });
  workId = work.id;
  base = `/works/${work.id}/files/${work.files[0]!.id}`;
});

const read = async (q: string) => (await app.browse().get(`${base}/read`).query({ q, lang: 'en' }).expect(200)).text;
const searched = async (q: string): Promise<string[]> => {
  const { passages } = await app.house.search.passages(nobody, { workId, q });
  const { hits } = await app.house.search.query(nobody, { q });
  return [...passages, ...hits.flatMap((hit) => hit.passages)].map(({ segments }) =>
    segments
      .map(({ text }) => text)
      .join('')
      .replace(/\s+/g, ' ')
      .trim(),
  );
};

test('who asks for the last words of a passage is not told those that follow', async () => {
  const phrase = '"ашуудан ашып кетишти, алардын"';
  const told = [...passagesIn(await read(phrase)), ...(await searched(phrase))];
  expect(told).toHaveLength(3);
  for (const passage of told) expect(passage.replace(/…/g, '').trim()).toBe('ашуудан ашып кетишти, алардын');
});

test('what stands between words far apart is not told', async () => {
  const told = [...(await searched('шоокумда жылкычылар')), ...passagesIn(await read('шоокумда жылкычылар'))];
  expect(told).toHaveLength(3);
  for (const passage of told) expect(passage).not.toContain('кетишти');
  expect(told[0]).toContain('шоокумда … жылкычылар');
});

test('a single word is shown with some words around it', async () => {
  for (const passage of [...passagesIn(await read('артынан')), ...(await searched('артынан'))]) {
    expect(passage).toMatch(/алардын артынан жылкычылар/);
    expect(passage.length).toBeLessThanOrEqual(104);
    expect(passage).not.toMatch(/таңкы|бороондо/);
  }
});

test('three passages answer a question; all pages are listed', async () => {
  const told = passagesIn(await read('жайлоо'));
  expect(told).toHaveLength(5);
  expect(told.filter((passage) => passage !== '')).toHaveLength(3);
});

test('after thirty different questions in a day pages alone are listed, until tomorrow', async () => {
  for (let i = 0; i < 30; i++) await read(`сөз${i}`);
  const enough = await read('кардуу');
  expect(passagesIn(enough)).toEqual(['']);
  expect(enough).toContain('only pages are listed now');
  app.wait({ days: 1 });
  const tomorrow = await read('кардуу');
  expect(passagesIn(tomorrow)[0]).toContain('кардуу');
  expect(tomorrow).not.toContain('only pages are listed now');
});
