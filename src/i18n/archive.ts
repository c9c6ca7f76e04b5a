import { messages } from './messages';

/** What the archive and the uploads say. */
export const archive = messages({
  'error.versionTaken': {
    ky: 'Бул версияны ушул эле учурда башка бирөө сактап койду. Эмгекти кайра ачып, кайталаңыз.',
    ru: 'Эту версию в то же время сохранил кто-то другой. Откройте работу заново и повторите.',
    tr: 'Bu sürümü aynı anda başka biri kaydetti. Eseri yeniden açıp tekrar deneyin.',
    en: 'Someone else stored this version at the same time. Open the work again and repeat.',
  },
  'error.catalogueNotEmpty': {
    ky: 'Каталог бош эмес: адегенде achyk.sqlite файлын башка жерге жылдырыңыз.',
    ru: 'Каталог не пуст: сначала уберите файл achyk.sqlite в другое место.',
    tr: 'Katalog boş değil: önce achyk.sqlite dosyasını başka bir yere taşıyın.',
    en: 'The catalogue is not empty: move the file achyk.sqlite away first.',
  },
  'invalid.fileTooLarge': {
    ky: 'Файл өтө чоң: {limit} МБга чейин болот.',
    ru: 'Файл слишком велик: допускается до {limit} МБ.',
    tr: 'Dosya çok büyük: en çok {limit} MB olabilir.',
    en: 'The file is too large: at most {limit} MB.',
  },
});
