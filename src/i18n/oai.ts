import { messages } from './messages';

/** The OAI-PMH door, as a librarian sees it in a browser. */
export const oai = messages({
  'oai.set.type': { ky: 'Эмгектин түрү боюнча', ru: 'По виду работы', tr: 'Eser türüne göre', en: 'By type of work' },
  'oai.set.type.about': {
    ky: 'Жарыяланган бардык эмгектер, түрү боюнча бөлүнгөн.',
    ru: 'Все опубликованные работы, разделённые по видам.',
    tr: 'Yayımlanan bütün eserler, türlerine göre ayrılmış.',
    en: 'All published works, divided by type.',
  },
  'oai.set.collection': {
    ky: 'Жыйнактар боюнча',
    ru: 'По коллекциям',
    tr: 'Koleksiyonlara göre',
    en: 'By collection',
  },
  'oai.set.collection.about': {
    ky: 'Китепкананын жыйнактарында турган эмгектер.',
    ru: 'Работы, входящие в коллекции библиотеки.',
    tr: 'Kütüphanenin koleksiyonlarında bulunan eserler.',
    en: 'Works that stand in a collection of the library.',
  },
  'oai.set.openaire': { ky: 'OpenAIRE', ru: 'OpenAIRE', tr: 'OpenAIRE', en: 'OpenAIRE' },
  'oai.set.openaire.about': {
    ky: 'OpenAIRE үчүн: жарыяланган бардык эмгектер, кирүү укугу ар биринде көрсөтүлгөн.',
    ru: 'Для OpenAIRE: все опубликованные работы, у каждой указаны права доступа.',
    tr: 'OpenAIRE için: yayımlanan bütün eserler, her birinin erişim hakkı belirtilmiştir.',
    en: 'For OpenAIRE: all published works, each with its access rights.',
  },
  'oai.set.driver': {
    ky: 'Толук тексти ачык эмгектер',
    ru: 'Работы с открытым полным текстом',
    tr: 'Tam metni açık eserler',
    en: 'Works with open full text',
  },
  'oai.set.driver.about': {
    ky: 'Толук текстин ар ким жүктөп ала ала турган эмгектер.',
    ru: 'Работы, полный текст которых может скачать каждый.',
    tr: 'Tam metnini herkesin indirebildiği eserler.',
    en: 'Works whose full text everyone may download.',
  },

  'oai.page.title': {
    ky: 'OAI-PMH: метамаалыматтарды алуу',
    ru: 'OAI-PMH: сбор метаданных',
    tr: 'OAI-PMH: üst veri toplama',
    en: 'OAI-PMH: metadata harvesting',
  },
  'oai.page.purpose': {
    ky: 'Бул дарек порталдар жана каталогдор үчүн. Бул жерде алар көргөн нерсени көрө аласыз.',
    ru: 'Этот адрес предназначен для порталов и каталогов. Здесь можно увидеть то, что видят они.',
    tr: 'Bu adres portallar ve kataloglar içindir. Onların gördüğünü burada görebilirsiniz.',
    en: 'This address is for portals and catalogues. Here you can see what they see.',
  },
  'oai.page.verbs': { ky: 'Суроолор', ru: 'Запросы', tr: 'Sorgular', en: 'Requests' },
  'oai.page.answered': { ky: 'Жооп берилди:', ru: 'Время ответа:', tr: 'Yanıt zamanı:', en: 'Answered:' },
  'oai.page.next': { ky: 'Кийинки барак', ru: 'Следующая страница', tr: 'Sonraki sayfa', en: 'Next page' },
  'oai.verb.Identify': {
    ky: 'Репозиторий жөнүндө',
    ru: 'О репозитории',
    tr: 'Arşiv hakkında',
    en: 'About the repository',
  },
  'oai.verb.ListMetadataFormats': { ky: 'Форматтар', ru: 'Форматы', tr: 'Biçimler', en: 'Formats' },
  'oai.verb.ListSets': { ky: 'Топтомдор', ru: 'Наборы', tr: 'Kümeler', en: 'Sets' },
  'oai.verb.ListIdentifiers': { ky: 'Идентификаторлор', ru: 'Идентификаторы', tr: 'Tanımlayıcılar', en: 'Identifiers' },
  'oai.verb.ListRecords': { ky: 'Жазуулар', ru: 'Записи', tr: 'Kayıtlar', en: 'Records' },
  'oai.verb.GetRecord': { ky: 'Жазуу', ru: 'Запись', tr: 'Kayıt', en: 'Record' },
});
