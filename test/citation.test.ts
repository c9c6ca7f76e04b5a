import {
  CITATION_STYLES,
  type CitationStyle,
  citationFileName,
  citationMediaType,
  cite,
  isCitationStyle,
} from '../src/works/citation';
import { initials } from '../src/works/citation/names';
import { metadataSchema, WORK_TYPES } from '../src/works/schema';
import { SCENES } from './support/cited-works';

const work = (scene: string, more: Record<string, unknown> = {}) => ({
  id: 17,
  metadata: metadataSchema.parse({ ...SCENES[scene]!, ...more }),
});
const citedAs = (scene: string, style: CitationStyle, language = 'en', more: Record<string, unknown> = {}) =>
  cite(work(scene, more), style, {
    url: 'https://kitep.example.kg/works/17',
    language,
    accessedOn: '2026-11-22',
  });

const EXPECTED: [scene: string, style: CitationStyle, language: string, citation: string][] = [
  [
    'monograph',
    'gost',
    'ru',
    'Асанов, Ү. Б. Кыргызстандын тарыхы / Ү. Б. Асанов, Ө. Ч. кызы Ңурова ; ред. J.-P. Smith. – Бишкек : Илим, 2021. – 156 б. – ISBN 978-3-16-148410-0. – URL: https://kitep.example.kg/works/17 (дата обращения: 22.11.2026). – Текст : электронный.',
  ],
  [
    'monograph',
    'apa',
    'en',
    'Асанов, Ү. Б., & Ңурова, Ө. Ч. кызы. (2021). Кыргызстандын тарыхы [A history of Kyrgyzstan]. Илим. https://kitep.example.kg/works/17',
  ],
  [
    'monograph',
    'mla',
    'en',
    'Асанов, Үсөн Бакирович, and Өмүр Чоң кызы Ңурова. Кыргызстандын тарыхы. Илим, 2021. https://kitep.example.kg/works/17. Accessed 22 Nov. 2026.',
  ],
  [
    'monograph',
    'chicago',
    'en',
    'Асанов, Үсөн Бакирович, and Өмүр Чоң кызы Ңурова. 2021. Кыргызстандын тарыхы. Бишкек: Илим. https://kitep.example.kg/works/17.',
  ],
  [
    'candidate',
    'gost',
    'ru',
    'Асанов, Ү. Б. Кочевое хозяйство киргизов : дис. … канд. ист. наук : 07.00.02 / Ү. Б. Асанов ; науч. рук. А. И. Петрова ; КНУ им. Ж. Баласагына. – Бишкек, 2021. – 156 с. – URL: https://kitep.example.kg/works/17 (дата обращения: 22.11.2026). – Текст : электронный.',
  ],
  [
    'candidate',
    'gost',
    'ky',
    'Асанов, Ү. Б. Кочевое хозяйство киргизов : тарых илим. канд. … дис. : 07.00.02 / Ү. Б. Асанов ; илим. жет. А. И. Петрова ; КНУ им. Ж. Баласагына. – Бишкек, 2021. – 156 с. – URL: https://kitep.example.kg/works/17 (кайрылган күнү: 22.11.2026). – Текст : электрондук.',
  ],
  [
    'candidate',
    'apa',
    'en',
    'Асанов, Ү. Б. (2021). Кочевое хозяйство киргизов [Candidate of Sciences dissertation, КНУ им. Ж. Баласагына]. https://kitep.example.kg/works/17',
  ],
  [
    'candidate',
    'mla',
    'en',
    'Асанов, Үсөн Бакирович. Кочевое хозяйство киргизов. 2021. КНУ им. Ж. Баласагына, Candidate of Sciences dissertation. https://kitep.example.kg/works/17. Accessed 22 Nov. 2026.',
  ],
  [
    'candidate',
    'chicago',
    'en',
    'Асанов, Үсөн Бакирович. 2021. “Кочевое хозяйство киргизов.” Candidate of Sciences diss., КНУ им. Ж. Баласагына. https://kitep.example.kg/works/17.',
  ],
  [
    'doctor',
    'gost',
    'ru',
    'Асанов, Ү. Б. Орнамент : дис. … д-ра искусствоведения : 17.00.04 / Ү. Б. Асанов ; НАН КР. – Бишкек, 2019. – URL: https://kitep.example.kg/works/17 (дата обращения: 22.11.2026). – Текст : электронный.',
  ],
  [
    'doctor',
    'apa',
    'en',
    'Асанов, Ү. Б. (2019). Орнамент [Doctor of Sciences dissertation, НАН КР]. https://kitep.example.kg/works/17',
  ],
  [
    'doctor',
    'mla',
    'en',
    'Асанов, Үсөн Бакирович. Орнамент. 2019. НАН КР, Doctor of Sciences dissertation. https://kitep.example.kg/works/17. Accessed 22 Nov. 2026.',
  ],
  [
    'doctor',
    'chicago',
    'en',
    'Асанов, Үсөн Бакирович. 2019. “Орнамент.” Doctor of Sciences diss., НАН КР. https://kitep.example.kg/works/17.',
  ],
  [
    'phd',
    'gost',
    'ru',
    'Asanova, A. What is a glacier? : дис. … д-ра философии (PhD) / A. Asanova ; Kyrgyz-Turkish Manas University. – 2023. – URL: https://kitep.example.kg/works/17 (дата обращения: 22.11.2026). – Текст : электронный.',
  ],
  [
    'phd',
    'apa',
    'en',
    'Asanova, A. (2023). What is a glacier? [Doctoral dissertation, Kyrgyz-Turkish Manas University]. https://kitep.example.kg/works/17',
  ],
  [
    'phd',
    'mla',
    'en',
    'Asanova, Aizada. What is a glacier? 2023. Kyrgyz-Turkish Manas University, doctoral dissertation. https://kitep.example.kg/works/17. Accessed 22 Nov. 2026.',
  ],
  [
    'phd',
    'chicago',
    'en',
    'Asanova, Aizada. 2023. “What is a glacier?” PhD diss., Kyrgyz-Turkish Manas University. https://kitep.example.kg/works/17.',
  ],
  [
    'abstract',
    'gost',
    'ru',
    'Асанов, Ү. Б. Кочевое хозяйство киргизов : автореф. дис. … канд. ист. наук : 07.00.02 / Ү. Б. Асанов ; КНУ. – Бишкек, 2020. – 24 с. – URL: https://kitep.example.kg/works/17 (дата обращения: 22.11.2026). – Текст : электронный.',
  ],
  [
    'abstract',
    'gost',
    'ky',
    'Асанов, Ү. Б. Кочевое хозяйство киргизов : тарых илим. канд. … дис. автореф. : 07.00.02 / Ү. Б. Асанов ; КНУ. – Бишкек, 2020. – 24 с. – URL: https://kitep.example.kg/works/17 (кайрылган күнү: 22.11.2026). – Текст : электрондук.',
  ],
  [
    'abstract',
    'apa',
    'en',
    'Асанов, Ү. Б. (2020). Кочевое хозяйство киргизов [Dissertation abstract, КНУ]. https://kitep.example.kg/works/17',
  ],
  [
    'abstract',
    'mla',
    'en',
    'Асанов, Үсөн Бакирович. Кочевое хозяйство киргизов. 2020. КНУ, dissertation abstract. https://kitep.example.kg/works/17. Accessed 22 Nov. 2026.',
  ],
  [
    'abstract',
    'chicago',
    'en',
    'Асанов, Үсөн Бакирович. 2020. “Кочевое хозяйство киргизов.” Dissertation abstract, КНУ. https://kitep.example.kg/works/17.',
  ],
  [
    'master',
    'gost',
    'ru',
    'Öztürk, Ü. Kırgız dilinde ekler : магистерская дис. / Ü. Öztürk ; Manas Üniversitesi. – Bişkek, 2022. – URL: https://kitep.example.kg/works/17 (дата обращения: 22.11.2026). – Текст : электронный.',
  ],
  [
    'master',
    'apa',
    'en',
    'Öztürk, Ü. (2022). Kırgız dilinde ekler [Master’s thesis, Manas Üniversitesi]. https://kitep.example.kg/works/17',
  ],
  [
    'master',
    'mla',
    'en',
    'Öztürk, Ümit. Kırgız dilinde ekler. 2022. Manas Üniversitesi, master’s thesis. https://kitep.example.kg/works/17. Accessed 22 Nov. 2026.',
  ],
  [
    'master',
    'chicago',
    'en',
    'Öztürk, Ümit. 2022. “Kırgız dilinde ekler.” Master’s thesis, Manas Üniversitesi. https://kitep.example.kg/works/17.',
  ],
  [
    'bachelor',
    'gost',
    'ru',
    'Асанов, Ү. Б. Ысык-Көлдүн суусу : выпускная квалификационная работа (бакалавр) / Ү. Б. Асанов ; КУУ. – 2022. – URL: https://kitep.example.kg/works/17 (дата обращения: 22.11.2026). – Текст : электронный.',
  ],
  [
    'bachelor',
    'gost',
    'ky',
    'Асанов, Ү. Б. Ысык-Көлдүн суусу : бүтүрүү квалификациялык иши (бакалавр) / Ү. Б. Асанов ; КУУ. – 2022. – URL: https://kitep.example.kg/works/17 (кайрылган күнү: 22.11.2026). – Текст : электрондук.',
  ],
  [
    'bachelor',
    'apa',
    'en',
    'Асанов, Ү. Б. (2022). Ысык-Көлдүн суусу [Bachelor’s thesis, КУУ]. https://kitep.example.kg/works/17',
  ],
  [
    'bachelor',
    'mla',
    'en',
    'Асанов, Үсөн Бакирович. Ысык-Көлдүн суусу. 2022. КУУ, bachelor’s thesis. https://kitep.example.kg/works/17. Accessed 22 Nov. 2026.',
  ],
  [
    'bachelor',
    'chicago',
    'en',
    'Асанов, Үсөн Бакирович. 2022. “Ысык-Көлдүн суусу.” Bachelor’s thesis, КУУ. https://kitep.example.kg/works/17.',
  ],
  [
    'article',
    'gost',
    'ru',
    'Мөңгүлөрдүн чегиниши / Ү. Б. Асанов, А. И. Петрова, J.-P. Smith, Э. Токтогулов. – Текст : электронный // КУУнун Жарчысы. – 2021. – Т. 3, № 2. – С. 14–21. – DOI 10.1234/kuu.14_21. – URL: https://kitep.example.kg/works/17 (дата обращения: 22.11.2026).',
  ],
  [
    'article',
    'gost',
    'ky',
    'Мөңгүлөрдүн чегиниши / Ү. Б. Асанов, А. И. Петрова, J.-P. Smith, Э. Токтогулов. – Текст : электрондук // КУУнун Жарчысы. – 2021. – Т. 3, № 2. – Б. 14–21. – DOI 10.1234/kuu.14_21. – URL: https://kitep.example.kg/works/17 (кайрылган күнү: 22.11.2026).',
  ],
  [
    'article',
    'apa',
    'en',
    'Асанов, Ү. Б., Петрова, А. И., Smith, J.-P., & Токтогулов, Э. (2021). Мөңгүлөрдүн чегиниши [The retreat of glaciers]. КУУнун Жарчысы, 3(2), 14–21. https://doi.org/10.1234/kuu.14_21',
  ],
  [
    'article',
    'mla',
    'en',
    'Асанов, Үсөн Бакирович, et al. “Мөңгүлөрдүн чегиниши.” КУУнун Жарчысы, vol. 3, no. 2, 2021, pp. 14–21. https://doi.org/10.1234/kuu.14_21. Accessed 22 Nov. 2026.',
  ],
  [
    'article',
    'chicago',
    'en',
    'Асанов, Үсөн Бакирович, Анна Ивановна Петрова, Jean-Paul Smith, and Эрмек Токтогулов. 2021. “Мөңгүлөрдүн чегиниши.” КУУнун Жарчысы 3 (2): 14–21. https://doi.org/10.1234/kuu.14_21.',
  ],
  [
    'paper',
    'gost',
    'ru',
    'Асанов, Ү. Б. О ледниках / Ү. Б. Асанов. – Текст : электронный // Горы Тянь-Шаня : материалы конференции. – Бишкек : Илим, 2018. – С. 7. – URL: https://kitep.example.kg/works/17 (дата обращения: 22.11.2026).',
  ],
  [
    'paper',
    'apa',
    'en',
    'Асанов, Ү. Б. (2018). О ледниках. In Горы Тянь-Шаня: материалы конференции (p. 7). Илим. https://kitep.example.kg/works/17',
  ],
  [
    'paper',
    'mla',
    'en',
    'Асанов, Үсөн Бакирович. “О ледниках.” Горы Тянь-Шаня: материалы конференции, Илим, 2018, p. 7. https://kitep.example.kg/works/17. Accessed 22 Nov. 2026.',
  ],
  [
    'paper',
    'chicago',
    'en',
    'Асанов, Үсөн Бакирович. 2018. “О ледниках.” In Горы Тянь-Шаня: материалы конференции, 7. Бишкек: Илим. https://kitep.example.kg/works/17.',
  ],
  [
    'part',
    'gost',
    'ru',
    'Asanova, A. Yurts / A. Asanova ; ред. J.-P. Smith, A. Brown. – Текст : электронный // Nomad houses. – Bishkek : Ilim, 2015. – Т. 2. – С. 30–45. – URL: https://kitep.example.kg/works/17 (дата обращения: 22.11.2026).',
  ],
  [
    'part',
    'apa',
    'en',
    'Asanova, A. (2015). Yurts. In J.-P. Smith & A. Brown (Eds.), Nomad houses (Vol. 2, pp. 30–45). Ilim. https://kitep.example.kg/works/17',
  ],
  [
    'part',
    'mla',
    'en',
    'Asanova, Aizada. “Yurts.” Nomad houses, edited by Jean-Paul Smith and Ada Brown, vol. 2, Ilim, 2015, pp. 30–45. https://kitep.example.kg/works/17. Accessed 22 Nov. 2026.',
  ],
  [
    'part',
    'chicago',
    'en',
    'Asanova, Aizada. 2015. “Yurts.” In Nomad houses, vol. 2, edited by Jean-Paul Smith and Ada Brown, 30–45. Bishkek: Ilim. https://kitep.example.kg/works/17.',
  ],
  [
    'crowd',
    'gost',
    'ru',
    'Физика / А. А. Асанов, Б. Б. Бакиров, С. Сыдыков [и др.]. – Ош : ОшГУ, 2001. – URL: https://kitep.example.kg/works/17 (дата обращения: 22.11.2026). – Текст : электронный.',
  ],
  [
    'crowd',
    'gost',
    'ky',
    'Физика / А. А. Асанов, Б. Б. Бакиров, С. Сыдыков [ж. б.]. – Ош : ОшГУ, 2001. – URL: https://kitep.example.kg/works/17 (кайрылган күнү: 22.11.2026). – Текст : электрондук.',
  ],
  [
    'crowd',
    'apa',
    'en',
    'Асанов, А. А., Бакиров, Б. Б., Сыдыков, С., Дыйканов, Д. Д., & Эсенов, Э. Э. (2001). Физика. ОшГУ. https://kitep.example.kg/works/17',
  ],
  [
    'crowd',
    'mla',
    'en',
    'Асанов, А. А., et al. Физика. ОшГУ, 2001. https://kitep.example.kg/works/17. Accessed 22 Nov. 2026.',
  ],
  [
    'crowd',
    'chicago',
    'en',
    'Асанов, А. А., Б.Б. Бакиров, С. Сыдыков, Д. Д. Дыйканов, and Э. Э. Эсенов. 2001. Физика. Ош: ОшГУ. https://kitep.example.kg/works/17.',
  ],
  [
    'compiled',
    'gost',
    'ru',
    'Чыңгыз Айтматов / сост. Г. Ишенова. – Бишкек, 2008. – URL: https://kitep.example.kg/works/17 (дата обращения: 22.11.2026). – Текст : электронный.',
  ],
  [
    'compiled',
    'gost',
    'ky',
    'Чыңгыз Айтматов / түз. Г. Ишенова. – Бишкек, 2008. – URL: https://kitep.example.kg/works/17 (кайрылган күнү: 22.11.2026). – Текст : электрондук.',
  ],
  ['compiled', 'apa', 'en', 'Ишенова, Г. (Comp.). (2008). Чыңгыз Айтматов. https://kitep.example.kg/works/17'],
  [
    'compiled',
    'mla',
    'en',
    'Ишенова, Гүлнара, compiler. Чыңгыз Айтматов. 2008. https://kitep.example.kg/works/17. Accessed 22 Nov. 2026.',
  ],
  [
    'compiled',
    'chicago',
    'en',
    'Ишенова, Гүлнара, comp. 2008. Чыңгыз Айтматов. Бишкек. https://kitep.example.kg/works/17.',
  ],
  [
    'issue',
    'gost',
    'ru',
    'Кыргыз улуттук университети. КУУнун Жарчысы / Кыргыз улуттук университети. – Т. 3, № 2. – Бишкек : КУУ, 2021. – ISSN 2049-3630. – URL: https://kitep.example.kg/works/17 (дата обращения: 22.11.2026). – Текст : электронный.',
  ],
  [
    'issue',
    'apa',
    'en',
    'Кыргыз улуттук университети. (2021). КУУнун Жарчысы, 3(2). КУУ. https://kitep.example.kg/works/17',
  ],
  [
    'issue',
    'mla',
    'en',
    'Кыргыз улуттук университети. КУУнун Жарчысы, vol. 3, no. 2, КУУ, 2021. https://kitep.example.kg/works/17. Accessed 22 Nov. 2026.',
  ],
  [
    'issue',
    'chicago',
    'en',
    'Кыргыз улуттук университети. 2021. КУУнун Жарчысы 3 (2). Бишкек: КУУ. https://kitep.example.kg/works/17.',
  ],
  [
    'patent',
    'gost',
    'ru',
    'Асанов, Ү. Б. Сушилка : патент / Ү. Б. Асанов. – 2010. – URL: https://kitep.example.kg/works/17 (дата обращения: 22.11.2026). – Текст : электронный.',
  ],
  ['patent', 'apa', 'en', 'Асанов, Ү. Б. (2010). Сушилка [Patent]. https://kitep.example.kg/works/17'],
  [
    'patent',
    'mla',
    'en',
    'Асанов, Үсөн Бакирович. Сушилка. 2010. https://kitep.example.kg/works/17. Accessed 22 Nov. 2026.',
  ],
  ['patent', 'chicago', 'en', 'Асанов, Үсөн Бакирович. 2010. Сушилка. https://kitep.example.kg/works/17.'],
  [
    'report',
    'gost',
    'ru',
    'Institute of Water, Bishkek. Water & land: 100% {draft} #1 / Institute of Water, Bishkek. – Institute_of_Water, [б. г.]. – URL: https://kitep.example.kg/works/17 (дата обращения: 22.11.2026). – Текст : электронный.',
  ],
  [
    'report',
    'apa',
    'en',
    'Institute of Water, Bishkek. (n.d.). Water & land: 100% {draft} #1 [Report]. Institute_of_Water. https://kitep.example.kg/works/17',
  ],
  [
    'report',
    'mla',
    'en',
    'Institute of Water, Bishkek. Water & land: 100% {draft} #1. Institute_of_Water. https://kitep.example.kg/works/17. Accessed 22 Nov. 2026.',
  ],
  [
    'report',
    'chicago',
    'en',
    'Institute of Water, Bishkek. n.d. Water & land: 100% {draft} #1. Institute_of_Water. https://kitep.example.kg/works/17.',
  ],
];

test.each(EXPECTED)('%s in %s for a reader of %s', (scene, style, language, citation) => {
  expect(citedAs(scene, style, language)).toBe(citation);
});

test('initials of any alphabet, of double names, and of patronymics', () => {
  expect(initials('Өмүр')).toBe('Ө.');
  expect(initials('Үсөн Ңурбекович')).toBe('Ү. Ң.');
  expect(initials('Жан-Батист')).toBe('Ж.-Б.');
  expect(initials('У.Б.')).toBe('У. Б.');
  expect(initials('Усен Бакир уулу')).toBe('У. Б. уулу');
  expect(initials('Айгүл Асан кызы')).toBe('А. А. кызы');
  expect(initials('Ludwig van')).toBe('L. van');
  expect(initials('İsmail')).toBe('İ.');
});

test('a BibTeX entry has a key in plain letters, its signs escaped, its address as it is', () => {
  expect(citedAs('article', 'bibtex')).toBe(`@article{asanov2021-17,
  author = {Асанов, Үсөн Бакирович and Петрова, Анна Ивановна and Smith, Jean-Paul and Токтогулов, Эрмек},
  title = {{Мөңгүлөрдүн чегиниши}},
  journal = {КУУнун Жарчысы},
  year = {2021},
  month = mar,
  volume = {3},
  number = {2},
  pages = {14--21},
  issn = {2049-3630},
  doi = {10.1234/kuu.14_21},
  url = {https://kitep.example.kg/works/17},
  urldate = {2026-11-22},
  language = {ky},
  keywords = {мөңгү},
}
`);
  const report = citedAs('report', 'bibtex');
  expect(report).toContain('@techreport{instituteofwaterbishkek-17,');
  expect(report).toContain('author = {{Institute of Water, Bishkek}},');
  expect(report).toContain('title = {{Water \\& land: 100\\% \\textbraceleft{}draft\\textbraceright{} \\#1}},');
  expect(report).toContain('institution = {Institute\\_of\\_Water},');
});

test('braces of a BibTeX entry are in balance whatever the title holds', () => {
  for (const title of ['a } b', '{{{', '\\', '}{', 'x \\{ y']) {
    const text = citedAs('monograph', 'bibtex', 'en', { titles: [{ value: title, lang: 'ky' }] });
    let depth = 0;
    for (const sign of text) {
      depth += sign === '{' ? 1 : sign === '}' ? -1 : 0;
      expect(depth).toBeGreaterThanOrEqual(0);
    }
    expect(depth).toBe(0);
  }
});

test('an RIS record has one tag a line, its lines ended by CR LF, and closes', () => {
  expect(citedAs('article', 'ris').split('\r\n')).toEqual([
    'TY  - JOUR',
    'ID  - 17',
    'AU  - Асанов, Үсөн Бакирович',
    'AU  - Петрова, Анна Ивановна',
    'AU  - Smith, Jean-Paul',
    'AU  - Токтогулов, Эрмек',
    'TI  - Мөңгүлөрдүн чегиниши',
    'TT  - The retreat of glaciers',
    'T2  - КУУнун Жарчысы',
    'PY  - 2021',
    'DA  - 2021/03//',
    'VL  - 3',
    'IS  - 2',
    'SP  - 14',
    'EP  - 21',
    'SN  - 2049-3630',
    'DO  - 10.1234/kuu.14_21',
    'UR  - https://kitep.example.kg/works/17',
    'Y2  - 2026/11/22/',
    'LA  - ky',
    'KW  - мөңгү',
    'AB  - Биринчи абзац. Экинчи абзац.',
    'ER  - ',
    '',
  ]);
  expect(citedAs('candidate', 'ris')).toContain('A3  - Петрова, Анна Ивановна\r\n');
});

test('a CSL-JSON item names people in parts and bodies as they are', () => {
  const [item] = JSON.parse(citedAs('candidate', 'csl-json'));
  expect(item).toEqual({
    id: '17',
    type: 'thesis',
    title: 'Кочевое хозяйство киргизов',
    author: [{ family: 'Асанов', given: 'Үсөн Бакирович' }],
    issued: { 'date-parts': [[2021, 3, 24]] },
    accessed: { 'date-parts': [[2026, 11, 22]] },
    publisher: 'КНУ им. Ж. Баласагына',
    'publisher-place': 'Бишкек',
    genre: 'Candidate of Sciences dissertation',
    URL: 'https://kitep.example.kg/works/17',
    language: 'ru',
  });
  const [report] = JSON.parse(citedAs('report', 'csl-json'));
  expect(report.author).toEqual([{ literal: 'Institute of Water, Bishkek' }]);
});

test('lists of many authors are cut as each style says', () => {
  const many = (count: number) => ({
    contributors: Array.from({ length: count }, (_, i) => ({ role: 'author', name: `Name${i + 1}, A.` })),
  });
  expect(citedAs('crowd', 'apa', 'en', many(20))).toContain('Name19, A., & Name20, A. (2001)');
  expect(citedAs('crowd', 'apa', 'en', many(21))).toContain('Name19, A., … Name21, A. (2001)');
  expect(citedAs('crowd', 'chicago', 'en', many(10))).toContain('and A. Name10. 2001.');
  expect(citedAs('crowd', 'chicago', 'en', many(11))).toContain('A. Name7, et al. 2001.');
  expect(citedAs('crowd', 'gost', 'ru', many(4))).toMatch(/^Физика \/ A. Name1, A. Name2, A. Name3, A. Name4\. – /);
});

test('every type of work, bare and full, is cited in every style without a hole', () => {
  for (const type of WORK_TYPES) {
    for (const scene of Object.keys(SCENES)) {
      for (const style of CITATION_STYLES) {
        const full = citedAs(scene, style, 'ky', { type });
        const bare = cite(
          { id: 1, metadata: metadataSchema.parse({ type, titles: [{ value: 'Ат', lang: 'ky' }] }) },
          style,
          { url: 'https://kitep.example.kg/works/1', language: 'ru', accessedOn: '2026-01-05' },
        );
        for (const text of [full, bare]) {
          expect(text).not.toMatch(/undefined|null|NaN|\[object/);
          if (['gost', 'apa', 'mla', 'chicago'].includes(style)) {
            expect(text).not.toMatch(/ {2}|\.\.|,,| [.,)]|; ;|\( |– – |: :|\/ (\.|–)/);
            expect(text).toBe(text.trim());
          }
        }
      }
    }
  }
});

test('a style has a media type and a file name; another name is no style', () => {
  expect(citationMediaType('bibtex')).toBe('application/x-bibtex');
  expect(citationMediaType('gost')).toBe('text/plain');
  expect(citationFileName(17, 'ris')).toBe('work-17.ris');
  expect(isCitationStyle('apa')).toBe(true);
  expect(isCitationStyle('toString')).toBe(false);
});
