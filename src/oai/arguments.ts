import { clean } from '../formats/xml';

/**
 * The arguments of a request as OAI-PMH 2.0 wants them: each verb knows which it takes, each argument its syntax.
 * What is wrong is told all at once.
 */

export const VERBS = [
  'Identify',
  'ListMetadataFormats',
  'ListSets',
  'GetRecord',
  'ListIdentifiers',
  'ListRecords',
] as const;
export type Verb = (typeof VERBS)[number];

export type ErrorCode =
  | 'badVerb'
  | 'badArgument'
  | 'badResumptionToken'
  | 'cannotDisseminateFormat'
  | 'idDoesNotExist'
  | 'noRecordsMatch'
  | 'noMetadataFormats'
  | 'noSetHierarchy';

/** An error in the protocol's own terms (OAI-PMH 2.0 §3.6). It travels as HTTP 200. */
export interface ProtocolError {
  code: ErrorCode;
  /** For the person who runs the harvester; in English, as the protocol. */
  message: string;
}

/** Errors that end a request. */
export class Refused extends Error {
  constructor(readonly errors: ProtocolError[]) {
    super(errors.map((error) => `${error.code}: ${error.message}`).join('; '));
  }
}

const NAMES = ['identifier', 'metadataPrefix', 'from', 'until', 'set', 'resumptionToken'] as const;
type Name = (typeof NAMES)[number];

/** Who sends thousands of wrong arguments needs no list of them, and waits for it no longer than others. */
const MOST_ERRORS = 20;

interface Grammar {
  required: Name[];
  optional: Name[];
  /** May be the only argument. */
  exclusive: Name | null;
}
const LIST: Grammar = {
  required: ['metadataPrefix'],
  optional: ['from', 'until', 'set'],
  exclusive: 'resumptionToken',
};
const GRAMMAR: Record<Verb, Grammar> = {
  Identify: { required: [], optional: [], exclusive: null },
  ListMetadataFormats: { required: [], optional: ['identifier'], exclusive: null },
  ListSets: { required: [], optional: [], exclusive: 'resumptionToken' },
  GetRecord: { required: ['identifier', 'metadataPrefix'], optional: [], exclusive: null },
  ListIdentifiers: LIST,
  ListRecords: LIST,
};

export interface OaiRequest {
  verb: Verb;
  /** As they were sent, to be echoed. */
  given: Partial<Record<Name, string>>;
  /** Both ends inclusive, to the second (UTC). */
  from: string | null;
  until: string | null;
}

/**
 * @param pairs names and values in the order they were sent.
 * @param knowsFormat asked where something else is amiss too, so that both are told. @throws Refused
 */
export function readArguments(
  pairs: readonly (readonly [string, string])[],
  knowsFormat: (prefix: string) => boolean = () => true,
): OaiRequest {
  const verb = readVerb(pairs);
  const grammar = GRAMMAR[verb];
  const errors: ProtocolError[] = [];
  let untold = 0;
  const bad = (message: string) => {
    if (errors.length < MOST_ERRORS) errors.push({ code: 'badArgument', message });
    else untold += 1;
  };

  const given: Partial<Record<Name, string>> = {};
  const seen = new Set<string>();
  for (const [name, value] of pairs) {
    if (name === 'verb') continue;
    const known = NAMES.find((candidate) => candidate === name);
    if (seen.has(name)) bad(`The argument ${quoted(name)} is repeated.`);
    else if (!known || !allows(grammar, known)) bad(`The verb ${verb} has no argument ${quoted(name)}.`);
    else if (value === '') bad(`The argument ${name} is empty.`);
    else given[known] = value;
    seen.add(name);
  }

  if (grammar.exclusive && seen.has(grammar.exclusive)) {
    if (seen.size > 1) bad(`The argument ${grammar.exclusive} must be the only one.`);
  } else {
    for (const name of grammar.required) if (!seen.has(name)) bad(`The verb ${verb} needs the argument ${name}.`);
  }

  for (const name of ['identifier', 'metadataPrefix', 'set'] as const) {
    const value = given[name];
    if (value !== undefined && !isWritten[name](value)) bad(`${quoted(value)} cannot be a value of ${name}.`);
  }
  const from = given.from === undefined ? null : readDate(given.from);
  const until = given.until === undefined ? null : readDate(given.until);
  if (from === 'bad') bad(`${quoted(given.from!)} in from is no date: YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ.`);
  if (until === 'bad') bad(`${quoted(given.until!)} in until is no date: YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ.`);
  if (from !== 'bad' && until !== 'bad' && from && until) {
    if (given.from!.length !== given.until!.length) bad('The arguments from and until differ in granularity.');
    else if (from.first > until.last) bad('The argument from is later than until.');
  }
  if (untold > 0) errors.push({ code: 'badArgument', message: `And ${untold} faults more.` });
  if (errors.length > 0) {
    const { metadataPrefix } = given;
    const isPrefix = metadataPrefix !== undefined && isWritten.metadataPrefix(metadataPrefix);
    if (isPrefix && !knowsFormat(metadataPrefix)) errors.push(unknownFormat(metadataPrefix));
    throw new Refused(errors);
  }
  return {
    verb,
    given,
    from: from && from !== 'bad' ? from.first : null,
    until: until && until !== 'bad' ? until.last : null,
  };
}

export const unknownFormat = (prefix: string): ProtocolError => ({
  code: 'cannotDisseminateFormat',
  message: `There is no format ${prefix}; ListMetadataFormats names those there are.`,
});

function readVerb(pairs: readonly (readonly [string, string])[]): Verb {
  const given = pairs.filter(([name]) => name === 'verb').map(([, value]) => value);
  const refuse = (message: string) => new Refused([{ code: 'badVerb', message }]);
  if (given.length === 0) throw refuse('The argument verb is missing.');
  if (given.length > 1) throw refuse('The argument verb is repeated.');
  const verb = VERBS.find((candidate) => candidate === given[0]);
  if (!verb) throw refuse(`${quoted(given[0]!)} is no verb of OAI-PMH.`);
  return verb;
}

function allows(grammar: Grammar, name: Name): boolean {
  return grammar.required.includes(name) || grammar.optional.includes(name) || grammar.exclusive === name;
}

/** The protocol's own schema: what it does not allow could not even be echoed in a valid answer. */
const isWritten = {
  identifier: isReference,
  metadataPrefix: (value: string) => /^[A-Za-z0-9\-_.!~*'()]+$/.test(value),
  set: (value: string) => /^[A-Za-z0-9\-_.!~*'()]+(?::[A-Za-z0-9\-_.!~*'()]+)*$/.test(value),
};

/**
 * Can `value` be an `xs:anyURI`? Also one without a scheme, or with letters beyond ASCII: an identifier that is merely
 * not one of ours is `idDoesNotExist`, "unknown or illegal in this repository" (§3.6).
 */
function isReference(value: string): boolean {
  const match = /^([A-Za-z][A-Za-z0-9+.-]*:)?(?:\/\/([^/?#]*))?([^?#]*)(\?[^#]*)?(#.*)?$/su.exec(value);
  if (!match || clean(value) !== value) return false;
  const [, scheme, authority, path = '', query = '', fragment = ''] = match;
  const letters = /^(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?\u{a0}-\u{10ffff}]|%[0-9A-Fa-f]{2})*$/u;
  return (
    [path, query, fragment.slice(1)].every((part) => letters.test(part) && !/\s/u.test(part)) &&
    (scheme !== undefined || authority !== undefined || !/^[^/]*:/.test(path)) &&
    (authority === undefined || /^(?:[A-Za-z0-9\-._~!$&'()*+,;=@]|%[0-9A-Fa-f]{2})*(?::\d{1,5})?$/.test(authority))
  );
}

/** The first and the last second that `text` means, or `bad`. A day is a whole day. */
function readDate(text: string): { first: string; last: string } | 'bad' {
  const match = /^(\d{4})-(\d{2})-(\d{2})(?:T([01]\d|2[0-3]):([0-5]\d):([0-5]\d)Z)?$/.exec(text);
  if (!match || match[1] === '0000') return 'bad';
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return 'bad';
  return match[4] === undefined
    ? { first: `${text}T00:00:00Z`, last: `${text}T23:59:59Z` }
    : { first: text, last: text };
}

const quoted = (value: string) => `"${value.length > 100 ? `${value.slice(0, 100)}…` : value}"`;
