import { messages } from './messages';

export const home = messages({
  'home.heading': {
    ky: 'Университеттин илими — баарына ачык',
    ru: 'Наука университета открыта каждому',
    tr: 'Üniversitenin bilimi herkese açık',
    en: 'The university’s scholarship, open to all',
  },
  'home.lead': {
    ky: 'Диссертациялар, макалалар, окуу китептери жана сканерленген басылмалар. Изделген сөз тексттин ичинен, так бети менен табылат.',
    ru: 'Диссертации, статьи, учебники и оцифрованные книги. Слово находится внутри текста, на своей странице.',
    tr: 'Tezler, makaleler, ders kitapları ve taranmış yayınlar. Aranan sözcük metnin içinde, geçtiği sayfada bulunur.',
    en: 'Dissertations, articles, textbooks and scanned books. A word is found inside the text, on its page.',
  },
  'home.newest': { ky: 'Жаңы түшкөндөр', ru: 'Новые поступления', tr: 'Yeni gelenler', en: 'Newest works' },
  'home.allNewest': { ky: 'Баарын көрүү', ru: 'Смотреть все', tr: 'Tümünü gör', en: 'See all' },
  'home.collections': { ky: 'Жыйнактар', ru: 'Коллекции', tr: 'Koleksiyonlar', en: 'Collections' },
  'home.types': { ky: 'Эмгектин түрлөрү', ru: 'Виды работ', tr: 'Eser türleri', en: 'Types of work' },
  'home.allTypes': { ky: 'Бардык түрлөрү', ru: 'Все виды', tr: 'Tüm türler', en: 'All types' },
  'home.numbers': { ky: 'Репозиторий сандарда', ru: 'Репозиторий в цифрах', tr: 'Sayılarla arşiv', en: 'In numbers' },
  'home.numberWorks': {
    ky: 'эмгек',
    ru: { one: 'работа', few: 'работы', many: 'работ', other: 'работы' },
    tr: 'eser',
    en: { one: 'work', other: 'works' },
  },
  'home.numberPages': {
    ky: 'бет текст',
    ru: { one: 'страница текста', few: 'страницы текста', many: 'страниц текста', other: 'страницы текста' },
    tr: 'sayfa metin',
    en: { one: 'page of text', other: 'pages of text' },
  },
  'home.numberPeople': {
    ky: 'автор',
    ru: { one: 'автор', few: 'автора', many: 'авторов', other: 'автора' },
    tr: 'yazar',
    en: { one: 'author', other: 'authors' },
  },
  'home.empty': {
    ky: 'Азырынча жарыяланган эмгек жок.',
    ru: 'Пока нет опубликованных работ.',
    tr: 'Henüz yayımlanmış eser yok.',
    en: 'No works have been published yet.',
  },
  'home.depositHeading': {
    ky: 'Эмгегиңизди окурманга жеткириңиз',
    ru: 'Откройте свою работу читателям',
    tr: 'Eserinizi okurla buluşturun',
    en: 'Bring your work to its readers',
  },
  'home.depositText': {
    ky: 'Файлды жүктөп, маалыматын толтуруңуз. Китепканачы текшерген соң эмгек туруктуу дарек алып, дүйнөлүк илимий издөө системаларына чыгат.',
    ru: 'Загрузите файл и опишите работу. После проверки библиотекарем она получит постоянный адрес и станет видна мировым научным поисковикам.',
    tr: 'Dosyayı yükleyip eserinizi tanıtın. Kütüphanecinin incelemesinden sonra eser kalıcı bir adres alır ve dünyadaki bilimsel arama sistemlerinde görünür.',
    en: 'Upload the file and describe the work. Once a librarian has checked it, it has a permanent address and is seen by scholarly search engines worldwide.',
  },
});
