import type { Language } from '../config';

/** Ours first, then the neighbours' and those a library here meets. */
const CODES = 'ky ru tr en kk uz tg tk ug az de fr es zh ko ja ar fa mn la'.split(' ');

/** Languages to choose from, and `present` among them, with their names in `language`. */
export function languageOptions(language: Language, present = ''): [code: string, name: string][] {
  const names = new Intl.DisplayNames([language, 'en'], { type: 'language' });
  const nameOf = (code: string) => {
    try {
      return names.of(code) ?? code;
    } catch {
      return code; // typed by hand, and no language
    }
  };
  const codes = present === '' || CODES.includes(present) ? CODES : [...CODES, present];
  return codes.map((code) => [code, nameOf(code)]);
}
