import { messages } from './messages';

export const about = messages({
  'about.heading': { ky: 'Репозиторий жөнүндө', ru: 'О репозитории', tr: 'Arşiv hakkında', en: 'About the repository' },
  'about.what': {
    ky: '{name} — университеттин илимий эмгектери сакталып, баарына ачык окулуучу институционалдык репозиторий. Мында диссертациялар, авторефераттар, илимий макалалар, монографиялар, окуу китептери, сканерленген басылмалар жана авторлордун өмүр баяндары жыйналат.',
    ru: '{name} — институциональный репозиторий, в котором хранятся и открыто читаются научные работы университета: диссертации и авторефераты, статьи, монографии, учебники, оцифрованные издания и биографии авторов.',
    tr: '{name}, üniversitenin bilimsel eserlerinin saklandığı ve herkese açık okunduğu kurumsal arşivdir: tezler ve tez özetleri, makaleler, monografiler, ders kitapları, taranmış yayınlar ve yazarların özgeçmişleri burada toplanır.',
    en: '{name} is an institutional repository where the university’s scholarly works are kept and openly read: dissertations and their abstracts, articles, monographs, textbooks, scanned books and the biographies of their authors.',
  },
  'about.find': { ky: 'Издөө жана окуу', ru: 'Поиск и чтение', tr: 'Arama ve okuma', en: 'Finding and reading' },
  'about.findText': {
    ky: 'Издөө каталогдогу маалыматтан гана эмес, эмгектердин толук текстинен жүрөт. Сөздү кайсы мүчө менен жазсаңыз да, ө, ү, ң тамгаларысыз терсеңиз да табылат. Табылган жерди басканда, ошол барак сөз белгиленген бойдон ачылат.',
    ru: 'Поиск идёт не только по каталогу, но и по полным текстам. Слово находится в любой форме и даже набранное без букв ө, ү, ң. По щелчку открывается нужная страница с отмеченным словом.',
    tr: 'Arama yalnızca katalogda değil, eserlerin tam metninde yapılır. Sözcük hangi ekle yazılırsa yazılsın, ө, ү, ң harfleri olmadan da bulunur. Bulunan yere tıklanınca o sayfa, sözcük işaretli olarak açılır.',
    en: 'The search covers not only the catalogue but the full text of the works. A word is found in any of its forms, even typed without ө, ү, ң. A click opens the page with the word marked.',
  },
  'about.access': {
    ky: 'Жеткиликтүүлүк деңгээлдери',
    ru: 'Уровни доступа',
    tr: 'Erişim düzeyleri',
    en: 'Levels of access',
  },
  'about.access.open': {
    ky: 'баары окуп, жүктөп ала алат',
    ru: 'читать и скачивать может каждый',
    tr: 'herkes okuyabilir ve indirebilir',
    en: 'everyone may read and download',
  },
  'about.access.registered': {
    ky: 'катталган окурмандар жана университеттин тармагындагылар окуйт',
    ru: 'читают зарегистрированные читатели и те, кто в сети университета',
    tr: 'kayıtlı kullanıcılar ve üniversite ağındakiler okur',
    en: 'registered readers and those on the university’s network may read',
  },
  'about.access.campus': {
    ky: 'университеттин тармагынан гана окулат',
    ru: 'читается только из сети университета',
    tr: 'yalnızca üniversite ağından okunur',
    en: 'read on the university’s network only',
  },
  'about.access.closed': {
    ky: 'сыпаттамасы гана ачык, тексти китепканада сакталат',
    ru: 'открыто только описание, текст хранится в библиотеке',
    tr: 'yalnızca katalog kaydı açıktır, metin kütüphanede saklanır',
    en: 'only the record is open; the text is kept by the library',
  },
  'about.deposit': { ky: 'Эмгек тапшыруу', ru: 'Как разместить работу', tr: 'Eser yüklemek', en: 'Depositing a work' },
  'about.depositText': {
    ky: 'Каттоо эсебиңиз менен кирип, файлды жүктөңүз, маалыматын толтуруп, текшерүүгө жөнөтүңүз. Китепканачы эмгекти карап чыгып жарыялайт же оңдоого кайтарат; ар бир кадам тууралуу кат келет.',
    ru: 'Войдите, загрузите файл, опишите работу и отправьте её на проверку. Библиотекарь опубликует её или вернёт на доработку; о каждом шаге придёт письмо.',
    tr: 'Oturum açın, dosyayı yükleyin, eseri tanıtın ve incelemeye gönderin. Kütüphaneci yayımlar ya da düzeltmeye geri gönderir; her adım e-postayla bildirilir.',
    en: 'Sign in, upload the file, describe the work and submit it. A librarian publishes it or returns it for mending; a letter tells you of each step.',
  },
  'about.accessibility': {
    ky: 'Баарына жеткиликтүүлүк',
    ru: 'Доступность сайта',
    tr: 'Erişilebilirlik',
    en: 'Accessibility',
  },
  'about.accessibilityText': {
    ky: 'Сайт WCAG 2.2 стандартынын AA деңгээлине ылайык жасалган: баскычтоп менен башкарылат, экранды окуган программалар менен иштейт, жарык жана караңгы түстө көрүнөт, скриптсиз да ачылат жана басып чыгарууга ыңгайлуу. Тоскоолдукка кабылсаңыз, бизге жазыңыз.',
    ru: 'Сайт сделан по стандарту WCAG 2.2, уровень AA: управляется с клавиатуры, читается программами экранного доступа, бывает светлым и тёмным, работает без скриптов и годится для печати. Если вы встретили препятствие, напишите нам.',
    tr: 'Site WCAG 2.2 AA düzeyine göre yapılmıştır: klavyeyle kullanılır, ekran okuyucularla çalışır, açık ve koyu görünümü vardır, betiksiz açılır ve yazdırmaya uygundur. Bir engelle karşılaşırsanız bize yazın.',
    en: 'The site is made to WCAG 2.2 level AA: it works by keyboard and with screen readers, in light and dark, without script and on paper. If something stands in your way, please write to us.',
  },
  'about.machines': { ky: 'Программалар үчүн', ru: 'Для программ', tr: 'Programlar için', en: 'For machines' },
  'about.machinesText': {
    ky: 'Каталогдогу жазууларды OAI-PMH 2.0 боюнча чогултууга болот; JSON API жана Atom тасмасы бар.',
    ru: 'Записи каталога можно собирать по протоколу OAI-PMH 2.0; есть JSON API и лента Atom.',
    tr: 'Katalog kayıtları OAI-PMH 2.0 ile toplanabilir; JSON API ve Atom akışı vardır.',
    en: 'The records can be harvested over OAI-PMH 2.0; there is a JSON API and an Atom feed.',
  },
  'about.oaiAddress': { ky: 'OAI-PMH дареги', ru: 'Адрес OAI-PMH', tr: 'OAI-PMH adresi', en: 'OAI-PMH address' },
  'about.contact': { ky: 'Байланыш', ru: 'Контакты', tr: 'İletişim', en: 'Contact' },
  'about.contactText': {
    ky: 'Суроо, сунуш же ката тууралуу китепканага жазыңыз:',
    ru: 'С вопросами, предложениями и сообщениями об ошибках пишите в библиотеку:',
    tr: 'Soru, öneri ve hatalar için kütüphaneye yazın:',
    en: 'For questions, suggestions and mistakes, write to the library:',
  },
});
