import { messages } from './messages';

/** What only programs that speak JSON to the house are told. */
export const api = messages({
  'error.wrongToken': {
    ky: 'Бул токен жарабайт: ал туура эмес, өчүрүлгөн же аккаунту жабылган.',
    ru: 'Этот токен не действует: он неверен, отозван или учётная запись закрыта.',
    tr: 'Bu belirteç geçerli değil: yanlış, silinmiş ya da hesabı kapatılmış.',
    en: 'This token is not valid: it is wrong or revoked, or its account is closed.',
  },
  'error.methodNotAllowed': {
    ky: 'Бул дарек мындай сурамды кабыл албайт.',
    ru: 'Этот адрес не принимает таких запросов.',
    tr: 'Bu adres böyle istekleri kabul etmiyor.',
    en: 'This address does not take such requests.',
  },
  'error.wrongMediaType': {
    ky: 'Сурам башка түрдө жөнөтүлүшү керек: JSON (application/json), файлдар үчүн multipart/form-data.',
    ru: 'Запрос нужно прислать в другом виде: JSON (application/json), для файлов multipart/form-data.',
    tr: 'İstek başka biçimde gönderilmeli: JSON (application/json), dosyalar için multipart/form-data.',
    en: 'Send the request in another form: JSON (application/json), or multipart/form-data for files.',
  },
  'invalid.slugStays': {
    ky: 'Жыйнактын белгиси өзгөрбөйт: аны башка системалар билет.',
    ru: 'Обозначение коллекции не меняется: его знают другие системы.',
    tr: 'Koleksiyonun kısa adı değişmez: onu başka sistemler bilir.',
    en: 'The slug of a collection stays: other systems know it.',
  },
});
