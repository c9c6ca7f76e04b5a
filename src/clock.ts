/** Where the house gets its time from, so that a test can set it. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

/** The local calendar day at the library, as YYYY-MM-DD. `timeZone` is an IANA name. */
export const localDay = (clock: Clock, timeZone: string): string => dayOf(clock.now(), timeZone);

/** The local calendar day of `instant`, as YYYY-MM-DD. */
export const dayOf = (instant: Date, timeZone: string): string => formatter('en-CA', timeZone, DAY).format(instant);

/** The local time of `instant`, as HH:MM. */
export const minuteOf = (instant: Date, timeZone: string): string =>
  formatter('en-GB', timeZone, MINUTE).format(instant);

const DAY = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
const MINUTE = { hour: '2-digit', minute: '2-digit' } as const;

// Making one costs more than the rest of a small page.
const formatters = new Map<string, Intl.DateTimeFormat>();
function formatter(locale: string, timeZone: string, parts: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale} ${timeZone}`;
  const known = formatters.get(key) ?? new Intl.DateTimeFormat(locale, { timeZone, ...parts });
  formatters.set(key, known);
  return known;
}
