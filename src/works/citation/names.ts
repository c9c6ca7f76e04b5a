/** A contributor's name as reference styles take it apart. */
export interface CitedName {
  /** The whole of it for a body, or for one who goes by a single name. */
  family: string;
  /** Null for those. */
  given: string | null;
}

/** @param name «Family, Given Patronymic», or the whole name of a body. */
export function citedName(name: string, isBody: boolean): CitedName {
  const comma = isBody ? -1 : name.indexOf(',');
  const given = comma < 0 ? '' : name.slice(comma + 1).trim();
  return given ? { family: name.slice(0, comma).trim(), given } : { family: name.replace(/,\s*$/, ''), given: null };
}

/**
 * «У. Б.» of «Усен Бакирович», «Ж.-Б.» of «Жан-Батист», «У. Б. уулу» of «Усен Бакир уулу»: a part written small
 * (уулу, кызы, оглы, van) belongs to the name before it and has no initial of its own.
 */
export function initials(given: string): string {
  return given
    .replace(/\.(?=\p{Lu})/gu, '. ')
    .split(/\s+/)
    .filter(Boolean)
    .map((part) => (/^\p{Ll}/u.test(part) ? part : part.split('-').filter(Boolean).map(initial).join('-')))
    .join(' ');
}

const initial = (part: string): string => `${[...part][0]!}.`;

/** «Асанов, У. Б.» */
export const familyFirst = ({ family, given }: CitedName): string => (given ? `${family}, ${initials(given)}` : family);

/** «У. Б. Асанов» */
export const initialsFirst = ({ family, given }: CitedName): string =>
  given ? `${initials(given)} ${family}` : family;

/** «Асанов, Усен Бакирович» */
export const inverted = ({ family, given }: CitedName): string => (given ? `${family}, ${given}` : family);

/** «Усен Бакирович Асанов» */
export const direct = ({ family, given }: CitedName): string => (given ? `${given} ${family}` : family);
