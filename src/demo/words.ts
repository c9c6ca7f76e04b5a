/** What is printed in the sample documents themselves (on title pages, before lists), in the document's language. */
export type DocumentLanguage = 'ky' | 'ru' | 'tr' | 'en';

interface Words {
  contents: string;
  udc: string;
  abstract: string;
  keywords: string;
  supervisor: string;
  reviewer: string;
  opponents: string;
  editor: string;
  compiler: string;
  translator: string;
  manuscript: string;
  council: (council: string) => string;
  defence: (day: string) => string;
  illustration: string;
  sample: string;
}

export const WORDS: Record<DocumentLanguage, Words> = {
  ky: {
    contents: 'Мазмуну',
    udc: 'УДК',
    abstract: 'Аннотация',
    keywords: 'Ачкыч сөздөр',
    supervisor: 'Илимий жетекчи',
    reviewer: 'Рецензент',
    opponents: 'Расмий оппоненттер',
    editor: 'Редактор',
    compiler: 'Түзгөн',
    translator: 'Которгон',
    manuscript: 'Кол жазма укугунда',
    council: (council) => `Диссертациялык кеңеш: ${council}`,
    defence: (day) => `Жактоо күнү: ${day}`,
    illustration: 'сүрөт',
    sample: 'Бул — Achyk долбоорунун үлгү тексти. Адамдар, мекемелер жана номерлер ойдон чыгарылган.',
  },
  ru: {
    contents: 'Содержание',
    udc: 'УДК',
    abstract: 'Аннотация',
    keywords: 'Ключевые слова',
    supervisor: 'Научный руководитель',
    reviewer: 'Рецензент',
    opponents: 'Официальные оппоненты',
    editor: 'Редактор',
    compiler: 'Составитель',
    translator: 'Переводчик',
    manuscript: 'На правах рукописи',
    council: (council) => `Диссертационный совет: ${council}`,
    defence: (day) => `Дата защиты: ${day}`,
    illustration: 'рис.',
    sample: 'Это образец текста проекта Achyk. Люди, учреждения и номера вымышлены.',
  },
  tr: {
    contents: 'İçindekiler',
    udc: 'UDK',
    abstract: 'Özet',
    keywords: 'Anahtar kelimeler',
    supervisor: 'Danışman',
    reviewer: 'Hakem',
    opponents: 'Jüri üyeleri',
    editor: 'Editör',
    compiler: 'Derleyen',
    translator: 'Çeviren',
    manuscript: 'Yayımlanmamış tez',
    council: (council) => `Tez kurulu: ${council}`,
    defence: (day) => `Savunma tarihi: ${day}`,
    illustration: 'şekil',
    sample: 'Bu, Achyk projesinin örnek metnidir. Kişiler, kurumlar ve numaralar kurgusaldır.',
  },
  en: {
    contents: 'Contents',
    udc: 'UDC',
    abstract: 'Abstract',
    keywords: 'Keywords',
    supervisor: 'Supervisor',
    reviewer: 'Reviewer',
    opponents: 'Opponents',
    editor: 'Editor',
    compiler: 'Compiled by',
    translator: 'Translated by',
    manuscript: 'Manuscript',
    council: (council) => `Dissertation council: ${council}`,
    defence: (day) => `Defended on ${day}`,
    illustration: 'fig.',
    sample: 'This is a sample text of the Achyk project. Its people, institutions and numbers are invented.',
  },
};

export const wordsIn = (language: string | undefined): Words =>
  WORDS[(language ?? 'en') as DocumentLanguage] ?? WORDS.en;
