import fc from 'fast-check';
import { asSubmitted, candidateOf, formOf, withoutRow, withRowUp } from '../src/web/deposit-form';
import { metadataSchema } from '../src/works/schema';

test('fields named by their paths become metadata, empty rows left out', () => {
  const candidate = candidateOf({
    type: 'dissertation',
    languages: ['ky', 'ru'],
    otherLanguages: 'de, kk',
    'titles.0.value': 'Мөңгүлөр',
    'titles.0.lang': 'ky',
    'titles.1.value': '  ',
    'titles.1.lang': 'ru',
    'titles.7.value': 'Glaciers',
    'titles.7.lang': 'en',
    'contributors.0.role': 'author',
    'contributors.0.name': 'Асанов, Усен',
    'contributors.0.personId': '12',
    'contributors.1.role': 'supervisor',
    'contributors.1.name': '',
    'keywords.0.value': 'мөңгү, суу ; климат',
    'keywords.0.lang': 'ky',
    'codes.0.scheme': 'udc',
    'codes.0.value': '551.32',
    issued: '2021-02-30',
    'thesis.degree': 'candidate',
    'thesis.council': 'Д 07.21.629',
    'access.level': 'open',
    'access.viewOnly': '1',
    collections: 'history',
  });
  expect(candidate.languages).toEqual(['ky', 'ru', 'de', 'kk']);
  expect(candidate.titles).toEqual([
    { value: 'Мөңгүлөр', lang: 'ky' },
    { value: 'Glaciers', lang: 'en' },
  ]);
  expect(candidate.contributors).toEqual([
    { role: 'author', name: 'Асанов, Усен', personId: 12, affiliation: '', orcid: '' },
  ]);
  expect(candidate.subjects.map((subject) => subject.value)).toEqual(['мөңгү, суу', 'климат', '551.32']);
  expect(candidate.source).toBeNull();
  expect(candidate.collections).toEqual(['history']);
  expect(candidate.access.viewOnly).toBe(true);
  const checked = metadataSchema.safeParse(candidate);
  expect(checked.error?.issues.map((issue) => issue.path.join('.'))).toEqual(['issued']); // and it stays as typed
});

test('what is stored fills the same fields again', () => {
  const text = fc
    .string({ minLength: 1, maxLength: 20 })
    .filter((value) => value.trim() === value && !/[,;\n]/.test(value));
  const lang = fc.constantFrom('ky', 'ru', 'tr', 'en');
  const typed = fc.record({
    titles: fc.array(fc.record({ value: text, lang }), { maxLength: 4 }),
    keywords: fc.array(fc.tuple(text, lang), { maxLength: 6 }),
    issued: text,
  });
  fc.assert(
    fc.property(typed, ({ titles, keywords, issued }) => {
      const input = {
        ...candidateOf({}),
        titles,
        issued,
        subjects: keywords.map(([value, l]) => ({ scheme: 'keyword', value, lang: l })),
      };
      const form = formOf(input);
      const posted: Record<string, string> = { issued: form.issued };
      form.titles.forEach((row, i) => {
        posted[`titles.${i}.value`] = row.value!;
        posted[`titles.${i}.lang`] = row.lang!;
      });
      form.keywords.forEach((row, i) => {
        posted[`keywords.${i}.value`] = row.value!;
        posted[`keywords.${i}.lang`] = row.lang!;
      });
      const again = candidateOf(posted);
      const sorted = (list: unknown[]) => list.map((each) => JSON.stringify(each)).sort();
      expect(again.titles).toEqual(titles);
      expect(again.issued).toBe(issued);
      expect(sorted(again.subjects)).toEqual(sorted(input.subjects));
    }),
  );
});

test.each([[null], ['text'], [[]], [{ titles: 'x', contributors: [3], subjects: [null], access: 7, languages: {} }]])(
  'a draft that came in any shape can be shown: %j',
  (input) => expect(formOf(input).fieldAt('titles.0.value')).toBe('titles.0.value'),
);

test('an error in a keyword is told at the field of its language, one in a class mark at its row', () => {
  const form = formOf({
    subjects: [
      { scheme: 'keyword', value: 'a', lang: 'ky' },
      { scheme: 'udc', value: 'b' },
      { scheme: 'keyword', value: 'c', lang: 'ru' },
    ],
  });
  expect([0, 1, 2].map((i) => form.fieldAt(`subjects.${i}.value`))).toEqual([
    'keywords.0.value',
    'codes.0.value',
    'keywords.1.value',
  ]);
});

test('a row can go, and move before the one above it', () => {
  const typed = {
    'contributors.0.name': 'a',
    'contributors.2.name': 'b',
    'contributors.12.name': 'c',
    'titles.2.value': 't',
  };
  expect(candidateOf(withoutRow(typed, 'contributors', 2)).contributors.map((row) => row.name)).toEqual(['a', 'c']);
  const moved = withRowUp(typed, 'contributors', 12);
  expect(candidateOf(moved).contributors.map((row) => row.name)).toEqual(['a', 'c', 'b']);
  expect(moved['titles.2.value']).toBe('t');
  expect(withRowUp(typed, 'contributors', 0)).toEqual(typed);
});

test('what belongs to another type stays behind when the work is submitted', () => {
  const typed = { type: 'article', 'source.title': 'Жарчы', 'thesis.degree': 'phd' };
  expect(asSubmitted(candidateOf(typed))).toMatchObject({ source: { title: 'Жарчы' }, thesis: null });
  expect(candidateOf(typed).thesis).not.toBeNull();
});
