import { messages } from './messages';

/** Letters by mail: plain, short, signed by the library. */
export const letters = messages({
  'letter.greeting': {
    ky: 'Урматтуу {name}!',
    ru: 'Здравствуйте, {name}!',
    tr: 'Sayın {name},',
    en: 'Dear {name},',
  },
  'letter.signature': {
    ky: 'Урматтоо менен,\n{library}\n{address}',
    ru: 'С уважением,\n{library}\n{address}',
    tr: 'Saygılarımızla,\n{library}\n{address}',
    en: 'With kind regards,\n{library}\n{address}',
  },
  'letter.untitled': { ky: 'аталышы жок эмгек', ru: 'работа без названия', tr: 'adsız eser', en: 'an untitled work' },

  'letter.submit.subject': {
    ky: 'Текшерүүгө жаңы эмгек келди: {title}',
    ru: 'Новая работа на проверку: {title}',
    tr: 'İncelenecek yeni eser: {title}',
    en: 'A work waits for review: {title}',
  },
  'letter.submit.body': {
    ky: '{by} «{title}» эмгегин тапшырды. Аны бул жерден карап чыгыңыз:\n\n{link}',
    ru: '{by} сдал(а) работу «{title}». Посмотреть её можно здесь:\n\n{link}',
    tr: '{by}, “{title}” adlı eseri gönderdi. Buradan inceleyebilirsiniz:\n\n{link}',
    en: '{by} has submitted “{title}”. You can review it here:\n\n{link}',
  },
  'letter.accept.subject': {
    ky: 'Эмгегиңиз жарыяланды: {title}',
    ru: 'Ваша работа опубликована: {title}',
    tr: 'Eseriniz yayımlandı: {title}',
    en: 'Your work is published: {title}',
  },
  'letter.accept.body': {
    ky: '«{title}» эмгегиңиз текшерүүдөн өтүп, жарыяланды. Туруктуу дареги:\n\n{link}',
    ru: 'Ваша работа «{title}» проверена и опубликована. Её постоянный адрес:\n\n{link}',
    tr: '“{title}” adlı eseriniz incelendi ve yayımlandı. Kalıcı adresi:\n\n{link}',
    en: 'Your work “{title}” has been reviewed and published. Its permanent address:\n\n{link}',
  },
  'letter.return.subject': {
    ky: 'Эмгегиңизди толуктоо керек: {title}',
    ru: 'Работу нужно доработать: {title}',
    tr: 'Eserinizin düzeltilmesi gerekiyor: {title}',
    en: 'Your work needs some mending: {title}',
  },
  'letter.return.body': {
    ky: 'Китепканачы «{title}» эмгегиңизди оңдоого кайтарды. Анын пикири:\n\n{comment}\n\nОңдоп, кайра тапшырыңыз:\n\n{link}',
    ru: 'Библиотекарь вернул вашу работу «{title}» на доработку. Его замечание:\n\n{comment}\n\nИсправьте и сдайте её снова:\n\n{link}',
    tr: 'Kütüphaneci “{title}” adlı eserinizi düzeltilmek üzere geri gönderdi. Notu:\n\n{comment}\n\nDüzeltip yeniden gönderin:\n\n{link}',
    en: 'A librarian has returned your work “{title}” to be mended. The comment:\n\n{comment}\n\nPlease mend it and submit it again:\n\n{link}',
  },
  'letter.reject.subject': {
    ky: 'Эмгегиңиз кабыл алынган жок: {title}',
    ru: 'Работа не принята: {title}',
    tr: 'Eseriniz kabul edilmedi: {title}',
    en: 'Your work was not accepted: {title}',
  },
  'letter.reject.body': {
    ky: 'Китепкана «{title}» эмгегиңизди жарыялабай турган болду. Себеби:\n\n{comment}\n\n{link}',
    ru: 'Библиотека решила не публиковать вашу работу «{title}». Причина:\n\n{comment}\n\n{link}',
    tr: 'Kütüphane “{title}” adlı eserinizi yayımlamama kararı aldı. Gerekçesi:\n\n{comment}\n\n{link}',
    en: 'The library has decided not to publish your work “{title}”. The reason:\n\n{comment}\n\n{link}',
  },
  'letter.withdraw.subject': {
    ky: 'Эмгегиңиз жарыядан алынды: {title}',
    ru: 'Работа изъята: {title}',
    tr: 'Eseriniz yayından kaldırıldı: {title}',
    en: 'Your work was withdrawn: {title}',
  },
  'letter.withdraw.body': {
    ky: '«{title}» эмгегиңиз жарыядан алынды. Себеби:\n\n{comment}\n\nАнын барагы сакталат, бирок мазмуну көрсөтүлбөйт:\n\n{link}',
    ru: 'Ваша работа «{title}» изъята из открытого доступа. Причина:\n\n{comment}\n\nЕё страница остаётся, но содержание больше не показывается:\n\n{link}',
    tr: '“{title}” adlı eseriniz yayından kaldırıldı. Gerekçesi:\n\n{comment}\n\nSayfası kalıyor, ancak içeriği artık gösterilmiyor:\n\n{link}',
    en: 'Your work “{title}” has been withdrawn. The reason:\n\n{comment}\n\nIts page remains, but no longer shows its content:\n\n{link}',
  },
  'letter.invitation.subject': {
    ky: '{library}: сизге аккаунт ачылды',
    ru: '{library}: для вас открыта учётная запись',
    tr: '{library}: sizin için bir hesap açıldı',
    en: '{library}: an account for you',
  },
  'letter.invitation.body': {
    ky: '«{library}» китепканасында сизге аккаунт ачылды. Бул шилтеме менен сырсөз коюңуз (ал 72 саат жарактуу жана бир жолу гана иштейт):\n\n{link}',
    ru: 'В библиотеке «{library}» для вас открыта учётная запись. По этой ссылке задайте пароль (она действует 72 часа и срабатывает один раз):\n\n{link}',
    tr: '“{library}” kütüphanesinde sizin için bir hesap açıldı. Bu bağlantıyla parolanızı belirleyin (72 saat geçerlidir ve bir kez çalışır):\n\n{link}',
    en: 'An account has been opened for you at “{library}”. Set your password with this link (it works once, within 72 hours):\n\n{link}',
  },
  'letter.password.subject': {
    ky: '{library}: жаңы сырсөз',
    ru: '{library}: новый пароль',
    tr: '{library}: yeni parola',
    en: '{library}: a new password',
  },
  'letter.password.body': {
    ky: 'Бул шилтеме менен жаңы сырсөз коё аласыз (ал 72 саат жарактуу жана бир жолу гана иштейт). Эгер сиз сурабасаңыз, эч нерсе кылбай эле коюңуз.\n\n{link}',
    ru: 'По этой ссылке можно задать новый пароль (она действует 72 часа и срабатывает один раз). Если вы её не просили, ничего делать не нужно.\n\n{link}',
    tr: 'Bu bağlantıyla yeni bir parola belirleyebilirsiniz (72 saat geçerlidir ve bir kez çalışır). Siz istemediyseniz bir şey yapmanız gerekmez.\n\n{link}',
    en: 'With this link you can set a new password (it works once, within 72 hours). If you did not ask for it, you need do nothing.\n\n{link}',
  },
});
