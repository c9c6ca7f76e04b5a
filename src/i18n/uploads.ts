import { messages } from './messages';

/** Why a file was not taken. */
export const uploads = messages({
  'error.fileRefused': {
    ky: 'Файл кабыл алынган жок.',
    ru: 'Файл не принят.',
    tr: 'Dosya kabul edilmedi.',
    en: 'The file was not accepted.',
  },
  'invalid.fileEmpty': {
    ky: '«{name}» бош файл экен.',
    ru: 'Файл «{name}» пуст.',
    tr: '“{name}” boş bir dosya.',
    en: '“{name}” is an empty file.',
  },
  'invalid.fileMismatch': {
    ky: '«{name}» атына дал келбейт: мазмуну башка түрдөгү файл. Туура файлды тандаңыз же атын оңдоңуз.',
    ru: '«{name}» не соответствует своему имени: содержимое другого вида. Выберите верный файл или исправьте имя.',
    tr: '“{name}” adına uymuyor: içeriği başka türde. Doğru dosyayı seçin ya da adını düzeltin.',
    en: '“{name}” is not what its name says: its content is of another kind. Choose the right file or mend its name.',
  },
  'invalid.fileProgram': {
    ky: '«{name}» программа экен; программалар кабыл алынбайт.',
    ru: '«{name}» – программа; программы не принимаются.',
    tr: '“{name}” bir program; programlar kabul edilmez.',
    en: '“{name}” is a program; programs are not accepted.',
  },
  'invalid.pagesUnreadable': {
    ky: '«{name}» файлынын беттери ачылбайт. Файл бүтүнбү, сырсөзү жокпу, текшериңиз.',
    ru: 'Страницы файла «{name}» не открываются. Проверьте, цел ли файл и нет ли на нём пароля.',
    tr: '“{name}” dosyasının sayfaları açılmıyor. Dosyanın sağlam ve parolasız olduğuna bakın.',
    en: 'The pages of “{name}” cannot be opened. Check that the file is whole and has no password.',
  },
  'invalid.zipWithoutPages': {
    ky: '«{name}» архивинде китептин беттери жок, аны китеп катары окуу мүмкүн болбойт. Адегенде китептин өзүн жөнөтүңүз: PDF, DjVu же беттердин сүрөттөрү (JPEG, PNG, TIFF, же алардын ZIP архиви). Башка материалдар андан кийин тиркеме катары кошулат.',
    ru: 'В архиве «{name}» нет страниц книги, прочитать его как книгу нельзя. Сначала отправьте саму книгу: PDF, DjVu или изображения страниц (JPEG, PNG, TIFF или их ZIP). Остальное добавляется после неё как приложение.',
    tr: '“{name}” arşivinde kitap sayfaları yok, kitap olarak okunamaz. Önce kitabın kendisini gönderin: PDF, DjVu ya da sayfa görüntüleri (JPEG, PNG, TIFF ya da bunların ZIP arşivi). Diğerleri ondan sonra ek olarak eklenir.',
    en: '“{name}” holds no pages of a book and could not be read as one. Send the book itself first: a PDF, DjVu, or page images (JPEG, PNG, TIFF, or a ZIP of them). Other things are added after it, as supplements.',
  },
  'invalid.zipIsNoText': {
    ky: '«{name}» – ZIP архив: сканерленген китептин негизги тексти катары окулбайт. Ичинде беттердин сүрөттөрү болсо «Беттин сүрөтү» ролун, болбосо «Тиркеме» ролун тандаңыз.',
    ru: '«{name}» – архив ZIP: как основной текст сканированной книги его не прочитать. Если в нём изображения страниц, выберите роль «Изображение страницы», иначе – «Приложение».',
    tr: '“{name}” bir ZIP arşivi: taranmış kitabın ana metni olarak okunamaz. İçinde sayfa görüntüleri varsa “Sayfa görüntüsü”, yoksa “Ek” rolünü seçin.',
    en: '“{name}” is a ZIP: it cannot be read as the main text of a scanned book. Choose the role “Page image” if it holds images of pages, else “Supplement”.',
  },
  'invalid.pageNotOfBook': {
    ky: 'Китепте мындай бет жок, же ал тизмеде эки жолу аталган.',
    ru: 'Такой страницы в книге нет, или она названа в списке дважды.',
    tr: 'Kitapta böyle bir sayfa yok ya da listede iki kez geçiyor.',
    en: 'The book has no such page, or the list names it twice.',
  },
  'invalid.pagesMissing': {
    ky: 'Тизмеде китептин {count} бети аталган эмес. Керексиз бетти тизмеден чыгарбай, «leftOut» менен белгилеңиз.',
    ru: 'В списке не названо страниц книги: {count}. Лишнюю страницу отметьте «leftOut», не убирая из списка.',
    tr: 'Listede kitabın {count} sayfası eksik. Gereksiz bir sayfayı listeden çıkarmayın, “leftOut” ile işaretleyin.',
    en: 'Pages of the book missing from the list: {count}. A page that is not wanted is marked `leftOut`, not left off the list.',
  },
  'invalid.bookWithoutPages': {
    ky: 'Китептин бир да бети китепке киргизилген эмес, окурманга көрсөтүлчү эч нерсе жок. «Беттерди иретке келтирүү» барагында жок дегенде бир бетти китепке кошуңуз.',
    ru: 'Все страницы книги исключены, читателю нечего показать. Верните в книгу хотя бы одну страницу: «Расположить страницы».',
    tr: 'Kitabın bütün sayfaları çıkarılmış, okura gösterilecek bir şey yok. “Sayfaları düzenle” ekranında en az bir sayfayı kitaba alın.',
    en: 'Every page of the book is left out: there is nothing to show a reader. Put at least one page back, under “Arrange the pages”.',
  },
  'invalid.noPagesToNumber': {
    ky: '{from}-орундан {to}-орунга чейин бет жок, эч нерсе номерленген да, сакталган да жок. Баштапкы орун акыркысынан чоң болбосун; китепте {total} орун бар.',
    ru: 'С места {from} по место {to} страниц нет; ничего не пронумеровано и не сохранено. Первое место должно быть не больше последнего; всего мест в книге: {total}.',
    tr: '{from}. yerden {to}. yere kadar sayfa yok; hiçbir şey numaralanmadı ve kaydedilmedi. İlk yer sonuncudan büyük olmamalı; kitapta {total} yer var.',
    en: 'There are no pages from place {from} to place {to}: nothing was numbered, nor saved. The first place must not be past the last; the book has {total}.',
  },
  'invalid.tooManyPages': {
    ky: '«{name}» менен китепте {most} беттен көп болуп калат. Аны томдорго бөлүңүз.',
    ru: 'С файлом «{name}» в книге станет больше {most} страниц. Разделите её на тома.',
    tr: '“{name}” ile kitap {most} sayfayı aşıyor. Onu ciltlere bölün.',
    en: 'With “{name}” the book would have more than {most} pages. Divide it into volumes.',
  },
  'invalid.zipBomb': {
    ky: '«{name}» архиви ачылганда өтө чоң болуп кетет. Файлдарды өз-өзүнчө жөнөтүңүз.',
    ru: 'Архив «{name}» в распакованном виде слишком велик. Отправьте файлы по отдельности.',
    tr: '“{name}” arşivi açıldığında aşırı büyüyor. Dosyaları tek tek gönderin.',
    en: 'The archive “{name}” grows too large when it is opened. Send its files one by one.',
  },
  'invalid.zipDamaged': {
    ky: '«{name}» бузук: аны ачуу мүмкүн болбоду. Кайра сактап, жаңыдан жөнөтүңүз.',
    ru: '«{name}» повреждён: открыть его не удалось. Сохраните его заново и отправьте ещё раз.',
    tr: '“{name}” bozuk: açılamadı. Yeniden kaydedip tekrar gönderin.',
    en: '“{name}” is damaged and cannot be opened. Save it again and send it anew.',
  },
  'invalid.pdfEncrypted': {
    ky: '«{name}» сырсөз менен корголгон: аны окурмандар да ача албайт. Сырсөзүн алып салып, кайра жөнөтүңүз.',
    ru: '«{name}» защищён паролем: читатели его тоже не откроют. Снимите пароль и отправьте файл ещё раз.',
    tr: '“{name}” parola korumalı: okurlar da açamaz. Parolasını kaldırıp yeniden gönderin.',
    en: '“{name}” is protected by a password: readers could not open it either. Remove the password and send it again.',
  },
  'invalid.pdfDamaged': {
    ky: '«{name}» бузук же толук эмес: аны ачуу мүмкүн болбоду. PDF файлды кайра сактап, жаңыдан жөнөтүңүз.',
    ru: '«{name}» повреждён или неполон: открыть его не удалось. Сохраните PDF заново и отправьте ещё раз.',
    tr: '“{name}” bozuk ya da eksik: açılamadı. PDF’yi yeniden kaydedip tekrar gönderin.',
    en: '“{name}” is damaged or incomplete and cannot be opened. Save the PDF again and send it anew.',
  },
});
