import { dayOf, minuteOf } from '../clock';
import type { Language } from '../config';

// Written out, because browsers and some builds of ICU have no Kyrgyz month names.
const MONTHS: Record<Language, readonly string[]> = {
  ky: [
    'январы',
    'февралы',
    'марты',
    'апрели',
    'майы',
    'июну',
    'июлу',
    'августу',
    'сентябры',
    'октябры',
    'ноябры',
    'декабры',
  ],
  ru: [
    'января',
    'февраля',
    'марта',
    'апреля',
    'мая',
    'июня',
    'июля',
    'августа',
    'сентября',
    'октября',
    'ноября',
    'декабря',
  ],
  tr: ['Ocak', 'Şubat', 'Mart', 'Nisan', 'Mayıs', 'Haziran', 'Temmuz', 'Ağustos', 'Eylül', 'Ekim', 'Kasım', 'Aralık'],
  en: [
    'January',
    'February',
    'March',
    'April',
    'May',
    'June',
    'July',
    'August',
    'September',
    'October',
    'November',
    'December',
  ],
};
const MONTHS_ALONE: Record<Language, readonly string[]> = {
  ...MONTHS,
  ru: [
    'январь',
    'февраль',
    'март',
    'апрель',
    'май',
    'июнь',
    'июль',
    'август',
    'сентябрь',
    'октябрь',
    'ноябрь',
    'декабрь',
  ],
};

/** YYYY, YYYY-MM or YYYY-MM-DD as a person writes it: «2021-жылдын 24-марты», «24 марта 2021 г.», «24 Mart 2021», “24 March 2021”. */
export function formatPartialDate(date: string, language: Language): string {
  const [year, month, day] = date.split('-');
  if (!month) return year!;
  const name = (day ? MONTHS : MONTHS_ALONE)[language][Number(month) - 1]!;
  const n = Number(day);
  switch (language) {
    case 'ky':
      return day ? `${year}-жылдын ${n}-${name}` : `${year}-жылдын ${name}`;
    case 'ru':
      return day ? `${n} ${name} ${year} г.` : `${name} ${year} г.`;
    default:
      return day ? `${n} ${name} ${year}` : `${name} ${year}`;
  }
}

/** An instant (ISO 8601, UTC) as a local day. */
export function formatDay(instant: string, language: Language, timeZone: string): string {
  return formatPartialDate(dayOf(new Date(instant), timeZone), language);
}

/** An instant as a local day and the minute. */
export function formatInstant(instant: string, language: Language, timeZone: string): string {
  return `${formatDay(instant, language, timeZone)}, ${minuteOf(new Date(instant), timeZone)}`;
}
