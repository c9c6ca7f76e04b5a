import fc from 'fast-check';
import type { IndexedWork, SearchEngine } from '../../src/search/types';
import { FACETS } from '../../src/search/types';
import { anyone, asked, librarian, type SceneWork, shown, TODAY } from './search-scene';

export interface EngineUnderTest {
  engine: SearchEngine;
  /** Puts the pages where the engine reads them, and gives the work as the engine takes it. */
  work(scene: SceneWork): Promise<IndexedWork>;
  close(): Promise<void>;
}

/** What the house relies on from any search engine. Ranking is its own affair; what is found, counted and hidden is not. */
export function searchEngineContract(name: string, open: () => Promise<EngineUnderTest>): void {
  describe(`${name} keeps the contract of a search engine`, () => {
    let under: EngineUnderTest;
    const search = (q: string, more = {}, searcher = anyone) => under.engine.search(searcher, asked(q, more), TODAY);
    const found = async (q: string, searcher = anyone) =>
      (await search(q, { perPage: 100 }, searcher)).hits.map((hit) => hit.workId).sort((a, b) => a - b);

    beforeEach(async () => {
      under = await open();
    });
    afterEach(() => under.close());

    test('an empty index answers everything with nothing', async () => {
      const result = await search('мөңгү');
      expect(result).toMatchObject({ total: 0, hits: [], suggestion: null, cut: false });
      expect(Object.keys(result.facets).sort()).toEqual([...FACETS].sort());
      expect(await under.engine.suggest('мөңгү', 5)).toEqual([]);
      expect((await under.engine.fingerprints()).size).toBe(0);
    });

    test('a work is found as soon as it is taken in, anew when it has changed, and no more once taken out', async () => {
      await under.engine.index(await under.work({ id: 1, title: 'Биринчи', pages: ['мөңгү'] }));
      expect(await found('мөңгү')).toEqual([1]);
      await under.engine.index(await under.work({ id: 1, title: 'Биринчи', pages: ['жайыт'] }));
      expect(await found('мөңгү')).toEqual([]);
      expect(await found('жайыт')).toEqual([1]);
      await under.engine.remove(1);
      await under.engine.remove(1);
      expect(await found('жайыт')).toEqual([]);
      expect(await found('')).toEqual([]);
    });

    test('taking the same work in twice changes nothing', async () => {
      const work = await under.work({ id: 1, title: 'Биринчи', pages: ['мөңгү', 'суу'] });
      await under.engine.index(work);
      const before = await search('мөңгү');
      await under.engine.index(work);
      const after = await search('мөңгү');
      expect({ ...after, tookMs: 0 }).toEqual({ ...before, tookMs: 0 });
      expect((await under.engine.stats()).works).toBe(1);
    });

    test('all words must be there, wherever in the work; the page with its words is shown', async () => {
      await under.engine.index(await under.work({ id: 1, title: 'Тоо', pages: ['Мөңгүлөр чегинет.', 'Суу көп.'] }));
      await under.engine.index(await under.work({ id: 2, title: 'Талаа', pages: ['Суу аз.'] }));
      expect(await found('мөңгү суу')).toEqual([1]);
      expect(await found('тоо суу')).toEqual([1]);
      expect(await found('суу')).toEqual([1, 2]);
      const { hits } = await search('мөңгү');
      expect(hits[0]!.passages.map(({ page, segments }) => [page, shown(segments)])).toEqual([
        [1, '[Мөңгүлөр] чегинет.'],
      ]);
    });

    test('in a thick book the only page with a form of the word is shown, and by its beginning as well', async () => {
      const words = 'китеп окуу жазуу тоо суу адам өмүр жер күн айыл мектеп билим үй жол кыш жаз'.split(' ');
      const text = (page: number) =>
        Array.from({ length: 40 }, (_, i) => `${words[(page * 7 + i * i) % words.length]}${(page * i) % 89}`).join(' ');
      const pages = Array.from({ length: 1_500 }, (_, page) => text(page + 1));
      pages[1_499] += ' көпүрөлөрүбүздүн үстүндө турат.';
      pages[1_201] += ' Андан ары сейрекчилик өкүм сүрөт.';
      await under.engine.index(await under.work({ id: 1, pages }));
      const pagesOf = async (q: string) => (await search(q)).hits[0]?.passages.map(({ page }) => page);
      expect(await pagesOf('көпүрө')).toEqual([1_500]);
      expect(await pagesOf('көпүрөлөр')).toEqual([1_500]);
      expect(await pagesOf('сейрекч*')).toEqual([1_202]);
      expect(await pagesOf('көп* үстү*')).toEqual([1_500]);
    });

    test('a word of a hundred forms, a wide beginning, and a phrase whose words stand apart elsewhere are shown in a thick book', async () => {
      const endings = 'лөр дү нүн гө дөн лөрдү лөрдүн лөргө лөрдөн лөрүм лөрүң лөрүбүз лөрүңүз дөгү сүз'.split(' ');
      const roots = 'мөңгү глацио глацкен глацбур глацдор глацтам глацшин глацжол глаццир глацчык'.split(' ');
      const forms = roots.flatMap((root) =>
        endings.flatMap((a) => ['', ...endings.slice(0, 6)].map((b) => root + a + b)),
      );
      await under.engine.index(await under.work({ id: 1, pages: [forms.join(' ')] }));
      const page = (n: number) =>
        Array.from({ length: 60 }, (_, i) => `сөз${(n * 31 + i * 7) % 997} бет${(n * i) % 89}`);
      const pages = Array.from({ length: 600 }, (_, n) => page(n + 1).join(' '));
      for (const n of [4, 339, 589]) pages[n] += ' мөңгүлөрүбүздүн эриши.';
      pages[590] += ' глацдорлор турат.';
      for (let n = 100; n < 200; n += 1) pages[n] += n === 180 ? ' кыргыз тили.' : ' кыргыз жана тили.';
      await under.engine.index(await under.work({ id: 2, title: 'Калың', pages }));
      const pagesOf = async (q: string) =>
        (await search(q)).hits
          .find(({ workId }) => workId === 2)
          ?.passages.map((passage) => passage.page)
          .sort((a, b) => a - b);
      expect(await pagesOf('мөңгү')).toEqual([5, 340, 590]);
      expect(await pagesOf('глац*')).toEqual([591]);
      expect(await pagesOf('"кыргыз тили"')).toEqual([181]);
    });

    test('texts that are closed neither hide what is near to a misspelt word nor what begins so', async () => {
      await under.engine.index(await under.work({ id: 1, pages: ['Мандалин жана глацинколог.'] }));
      const near = 'мандалик мандалич мандалит мандалис мандалил мандалид мандализ мандалих мандалиц мандалиш'.split(
        ' ',
      );
      const many = Array.from(
        { length: 500 },
        (_, i) => `глац${'абвгдежзик'[i % 10]}${'лмнопрстуф'[Math.floor(i / 10) % 10]}${'ыуеоа'[Math.floor(i / 100)]}р`,
      );
      for (const id of [2, 3])
        await under.engine.index(
          await under.work({ id, access: { level: 'closed' }, pages: [near.join(' '), many.join(' ')] }),
        );
      expect(await found('мандалиф')).toEqual([1]);
      expect((await search('мандалиф')).suggestion).toBe('мандалин');
      expect(await found('глац*')).toEqual([1]);
      expect(await found('глац*', librarian)).toEqual(expect.arrayContaining([2, 3]));
    });

    test('facets count the whole result, not the page of it', async () => {
      for (let id = 1; id <= 7; id += 1) {
        await under.engine.index(
          await under.work({ id, title: `Суу ${id}`, metadata: { type: id % 2 ? 'article' : 'textbook' } }),
        );
      }
      const { total, hits, facets } = await search('суу', { perPage: 2, page: 2 });
      expect([total, hits.length]).toEqual([7, 2]);
      expect(facets.type.map(({ value, count }) => [value, count])).toEqual([
        ['article', 4],
        ['textbook', 3],
      ]);
    });

    test('a closed text is found, counted, shown and listed for nobody but those who may read it', async () => {
      await under.engine.index(
        await under.work({ id: 1, title: 'Жабык', access: { level: 'closed' }, pages: ['купуя сөз'] }),
      );
      expect(await search('купуя')).toMatchObject({ total: 0, hits: [], suggestion: null });
      expect((await search('купуя')).facets.type).toEqual([]);
      expect(await found('жабык')).toEqual([1]);
      const query = { workId: 1, q: 'купуя', fileId: null, offset: 0, limit: 10 };
      expect((await under.engine.passages(anyone, query, TODAY)).passages).toEqual([]);
      expect(await found('купуя', librarian)).toEqual([1]);
      expect((await under.engine.passages(librarian, query, TODAY)).passages).toHaveLength(1);
    });

    test('an embargo ends on its day', async () => {
      await under.engine.index(await under.work({ id: 1, access: { openFrom: '2026-11-23' }, pages: ['купуя'] }));
      const on = async (day: string) => (await under.engine.search(anyone, asked('купуя'), day)).total;
      expect([await on('2026-11-22'), await on('2026-11-23')]).toEqual([0, 1]);
    });

    test('no query fails', async () => {
      await under.engine.index(await under.work({ id: 1, title: 'Суу', pages: ['суу'] }));
      await fc.assert(
        fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 15 }), async (q) => {
          expect((await search(q)).total).toBeGreaterThanOrEqual(0);
        }),
        { numRuns: 60 },
      );
    });

    test('what is offered while typing follows what is there', async () => {
      await under.engine.index(await under.work({ id: 1, title: 'Мөңгүлөр тарыхы' }));
      await under.engine.offer('person', 'person:5', {
        kind: 'person',
        id: 'person:5',
        names: ['Асанов, Усен', 'Asanov, Usen'],
      });
      expect(await under.engine.offers()).toEqual([
        { kind: 'person', id: 'person:5', names: ['Асанов, Усен', 'Asanov, Usen'] },
      ]);
      expect((await under.engine.suggest('мөңг', 5)).map(({ kind, id }) => [kind, id])).toEqual([['work', '1']]);
      expect((await under.engine.suggest('asan', 5)).map(({ id }) => id)).toEqual(['person:5']);
      await under.engine.offer('person', 'person:5', null);
      await under.engine.remove(1);
      expect(await under.engine.suggest('мөңг', 5)).toEqual([]);
      expect(await under.engine.suggest('asan', 5)).toEqual([]);
      expect(await under.engine.offers()).toEqual([]);
    });

    test('it tells what it holds, by fingerprint', async () => {
      const work = await under.work({ id: 1, pages: ['суу', 'тоо'] });
      await under.engine.index(work);
      expect(await under.engine.fingerprints()).toEqual(new Map([[1, work.fingerprint]]));
      expect(await under.engine.stats()).toMatchObject({ works: 1, pages: 2 });
    });
  });
}
