/** The four languages of the house; a text in another is searched as it is written. */
export type Language = 'ky' | 'ru' | 'tr' | 'en';

const words = (list: string) => new Set(list.split(' '));

// Words that carry grammar, none that carries a subject.
const KYRGYZ = words(
  'жана менен бул бир үчүн деп эле ошол анын алар ошондой болгон болуп болот экен эмес үч эки ар ал бар жок гана да дагы сыяктуу боюнча кийин чейин кандай ушул башка бирок ким эмне мен сен биз силер кылып турат жатат тууралуу аркылуу көп өз ичинде алган берген келген катары каршы негизги тиешелүү',
);
const RUSSIAN = words(
  'и в на с по что для от это как из к не при о об а но или за до у же бы то его их она он они были был была было быть также более между после через который которые которая которого этого этой этом так если только может можно является являются где под над без со ее чем том',
);
const TURKISH = words(
  've bir bu için ile olarak olan da de çok daha gibi ise veya ya ne göre kadar sonra olduğu tarafından her en ancak hem mi arasında üzerinde iki değil olup etmek ettiği edilen bunun şu o ki',
);
const ENGLISH = words(
  'the of and to in a is for that with as on by are be this it from at or an was which were not have has their its these we been can between also but may such using used',
);

/** Does the word carry grammar only, in any language of the house? */
export const isFunctionWord = (word: string): boolean =>
  KYRGYZ.has(word) || RUSSIAN.has(word) || TURKISH.has(word) || ENGLISH.has(word);

const KYRGYZ_END =
  /(?:нын|нин|дын|дин|дун|тын|тин|тун|лар|лер|лор|дар|дер|дор|тар|тер|тор|лык|лик|лук|дагы|деги|доту|туу|дуу|луу|ган|ген|гон|кан|кен|кон|оо|уу|сы|си|су|га|ге|го|ка|ке|ко|да|де|до|та|те|то|ынан|инен|ынын|инин)$/;
const RUSSIAN_END =
  /(?:ого|его|ому|ему|ыми|ими|ость|ости|ение|ения|ении|ению|ание|ания|ании|ться|тся|ный|ная|ное|ные|ных|ной|ский|ская|ские|ских|ской|ях|ах|ами|ями|ов|ев|ия|ии|ию|ий|ый|ая|ое|ые|ых|ую|ет|ит|ут|ят|ли|ла)$/;
const TURKISH_END =
  /(?:lar|ler|ları|leri|larının|lerinin|dır|dir|mak|mek|ması|mesi|nın|nin|nun|nün|ında|inde|ından|inden|lık|lik|dan|den|mış|miş|ıyor|iyor|acak|ecek|sı|si|yla|yle)$/;
const ENGLISH_END = /(?:tion|tions|ing|ed|ment|ness|ity|ous|ly|able|ive|ism|ics|ies|ship|th)$/;

const WORD = /\p{L}+/gu;
const ENOUGH = 400;
/** A lead that the rest of a text does not take back. */
const PLAIN_LEAD = 24;

interface Score {
  /** Letters of each alphabet. */
  cyrillic: number;
  latin: number;
  ky: number;
  ru: number;
  tr: number;
  en: number;
}

/**
 * The language of a text, or null where there are no letters to judge by. A sentence is enough; of a long text the first
 * few hundred words are read. A text in Cyrillic that shows no sign of Kyrgyz is Russian, one in Latin without a sign of
 * Turkish is English.
 */
export function languageOf(text: string): Language | null {
  const sample = text.length > 6000 ? text.slice(0, 6000) : text;
  const score: Score = { cyrillic: 0, latin: 0, ky: 0, ru: 0, tr: 0, en: 0 };
  let seen = 0;
  for (const [token] of sample.matchAll(WORD)) {
    weigh(token, score);
    seen += 1;
    if (seen === ENOUGH || (seen % 16 === 0 && isPlain(score))) break;
  }
  const { cyrillic, latin } = score;
  if (cyrillic === 0 && latin === 0) return null;
  if (cyrillic >= latin) return score.ky > score.ru ? 'ky' : 'ru';
  return score.tr > score.en ? 'tr' : 'en';
}

const isPlain = ({ cyrillic, latin, ky, ru, tr, en }: Score): boolean =>
  cyrillic > 8 * latin
    ? Math.abs(ky - ru) >= PLAIN_LEAD && Math.max(ky, ru) > 3 * Math.min(ky, ru)
    : latin > 8 * cyrillic && Math.abs(tr - en) >= PLAIN_LEAD && Math.max(tr, en) > 3 * Math.min(tr, en);

/** Adds what one word says of the language of its text. */
function weigh(token: string, score: Score): void {
  const plain = token.replace(/İ/g, 'i').toLowerCase();
  if (/[\u0400-\u052f]/.test(plain)) {
    score.cyrillic += plain.length;
    if (/[өүңѳɵӊ]/.test(plain)) score.ky += 3;
    if (KYRGYZ.has(plain)) score.ky += 3;
    if (RUSSIAN.has(plain)) score.ru += plain.length > 1 ? 3 : 2;
    if (/[аоуыэяюеиөү]{2}/.test(plain) && /аа|оо|уу|ээ/.test(plain)) score.ky += 2;
    if (plain.length > 4) {
      if (KYRGYZ_END.test(plain)) score.ky += 1;
      if (RUSSIAN_END.test(plain)) score.ru += 1.5;
    }
    if (/[щъьц]/.test(plain)) score.ru += 0.7;
    if (/^[ждк]?[ыэ]|[ыуио](?:п|т)$/.test(plain) && plain.length > 3) score.ky += 0.7;
  } else if (/[a-zà-ɏ]/.test(plain)) {
    score.latin += plain.length;
    if (/[ğış]/.test(plain) || /İ/.test(token)) score.tr += 2;
    if (/[çöü]/.test(plain)) score.tr += 1;
    if (TURKISH.has(plain)) score.tr += 3;
    if (ENGLISH.has(plain)) score.en += 3;
    if (plain.length > 4) {
      if (TURKISH_END.test(plain)) score.tr += 1;
      if (ENGLISH_END.test(plain)) score.en += 1;
    }
    if (/[wqx]|th|ck|ee|oo/.test(plain)) score.en += 0.5;
  }
}
