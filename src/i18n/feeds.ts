import { messages } from './messages';

/** Names of feeds, as feed readers and browsers show them. */
export const feeds = messages({
  'feed.newest': {
    ky: '{repository}: жаңы эмгектер',
    ru: '{repository}: новые работы',
    tr: '{repository}: yeni eserler',
    en: '{repository}: new works',
  },
  'feed.ofSearch': {
    ky: '{repository}: «{query}» боюнча жаңы эмгектер',
    ru: '{repository}: новое по запросу «{query}»',
    tr: '{repository}: “{query}” için yeni eserler',
    en: '{repository}: new works for “{query}”',
  },
  'feed.takeAlong': {
    ky: 'Бул тизмени алып кетүү:',
    ru: 'Взять этот список с собой:',
    tr: 'Bu listeyi al:',
    en: 'Take this list along:',
  },
  'feed.searchHere': {
    ky: '{repository} китепканасынан эмгектерди, авторлорду жана китептин ичиндеги сөздөрдү издөө.',
    ru: 'Поиск работ, авторов и слов внутри книг в библиотеке {repository}.',
    tr: '{repository} kütüphanesinde eser, yazar ve kitapların içindeki sözcükleri arama.',
    en: 'Search {repository} for works, authors and words inside books.',
  },
});
