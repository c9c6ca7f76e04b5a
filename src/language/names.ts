/** The parts of a name as catalogued, «Family, Given Patronymic»; the name of a body, or of one word, is all family. */
export function nameParts(name: string): { family: string; given: string[] } {
  const [family = '', given = ''] = splitOnce(name.trim(), ',');
  return { family: family.trim(), given: given.trim().split(/\s+/).filter(Boolean) };
}

/** «Усен Бакирович Асанов» for «Асанов, Усен Бакирович». */
export function nameInReadingOrder(name: string): string {
  const { family, given } = nameParts(name);
  return [...given, family].join(' ');
}

/** «Асанов У. Б.» for «Асанов, Усен Бакирович»; initials of any alphabet, double names kept (Ж.-Б.). */
export function shortName(name: string): string {
  const { family, given } = nameParts(name);
  return [family, ...given.map(initial)].join(' ');
}

const initial = (given: string): string =>
  given
    .split('-')
    .map((part) => `${[...part][0]?.toLocaleUpperCase() ?? ''}.`)
    .join('-');

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}
