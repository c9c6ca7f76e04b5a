import { type Answer, type Header, type Inquiry, SECONDS } from './check-inquiry';
import { refuses } from './check-refusals';

const URI = /^[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9\-._~:/?#@!$&'()*+,;=[\]]|%[0-9A-Fa-f]{2})+$/;
const SET_SPEC = /^[A-Za-z0-9\-_.!~*'()]+(:[A-Za-z0-9\-_.!~*'()]+)*$/;

export async function listMetadataFormats(inquiry: Inquiry): Promise<void> {
  const answer = await inquiry.ask([['verb', 'ListMetadataFormats']]);
  for (const format of answer.root.child('ListMetadataFormats')?.children('metadataFormat') ?? []) {
    const prefix = format.child('metadataPrefix')?.text ?? '';
    for (const name of ['schema', 'metadataNamespace']) {
      if (!format.child(name)?.text) inquiry.broken(answer, '4.4', `The format ${prefix} has no ${name}.`);
    }
    if (inquiry.formats.has(prefix)) inquiry.broken(answer, '4.4', `The format ${prefix} is listed twice.`);
    inquiry.formats.set(prefix, format.child('metadataNamespace')?.text ?? '');
  }
  if (!inquiry.formats.has('oai_dc'))
    inquiry.broken(answer, '2.4', 'oai_dc, which every repository must speak, is not listed.');
}

export async function listSets(inquiry: Inquiry): Promise<void> {
  const first = await inquiry.ask([['verb', 'ListSets']]);
  if (first.codes.includes('noSetHierarchy')) {
    inquiry.knowsAllSets = true;
    return;
  }
  if (first.codes.length > 0) {
    return inquiry.broken(first, '4.6', `A plain ListSets is refused: ${first.codes.join(', ')}.`);
  }
  const seen = new Set<string>();
  let isWhole = false;
  for await (const page of pages(
    inquiry,
    'ListSets',
    first,
    (answer) => answer.root.child('ListSets')?.children('set').length ?? 0,
  )) {
    isWhole = endsHere(page);
    if (page.codes.length === 0 && !page.root.child('ListSets')?.child('set')) {
      inquiry.broken(page, '4.6', 'ListSets is answered without a set; a repository without sets says noSetHierarchy.');
    }
    for (const set of page.root.child('ListSets')?.children('set') ?? []) {
      const spec = set.child('setSpec')?.text ?? '';
      if (!SET_SPEC.test(spec)) inquiry.broken(page, '2.6', `${spec} cannot be a setSpec.`);
      if (!set.child('setName')?.text) inquiry.broken(page, '2.6', `The set ${spec} has no name.`);
      if (seen.has(spec)) inquiry.broken(page, '2.6', `The set ${spec} is listed twice.`);
      seen.add(spec);
    }
  }
  inquiry.sets = [...seen];
  inquiry.knowsAllSets = isWhole;
  for (const spec of seen) {
    const parent = spec.slice(0, Math.max(0, spec.lastIndexOf(':')));
    if (parent && !seen.has(parent) && isWhole)
      inquiry.doubt(first, '2.6', `The set ${spec} stands below ${parent}, which is not listed.`);
  }
}

/** A list as far as it was walked. */
export interface Walked {
  first: Answer | null;
  headers: Header[];
  isWhole: boolean;
}

/** Walks a list from its beginning and looks at every record on the way. */
export async function list(inquiry: Inquiry, verb: 'ListIdentifiers' | 'ListRecords'): Promise<Walked> {
  const walked: Walked = { first: null, headers: [], isWhole: false };
  await inquiry.attempt(() => walk(inquiry, verb, walked));
  return walked;
}

async function walk(inquiry: Inquiry, verb: 'ListIdentifiers' | 'ListRecords', walked: Walked): Promise<void> {
  const given = walked.headers;
  const first = await inquiry.ask([
    ['verb', verb],
    ['metadataPrefix', 'oai_dc'],
  ]);
  walked.first = first;
  if (first.codes.length > 0) {
    if (first.codes.some((code) => code !== 'noRecordsMatch')) {
      inquiry.broken(
        first,
        verb === 'ListRecords' ? '4.5' : '4.3',
        `A plain ${verb} is refused: ${first.codes.join(', ')}.`,
      );
    }
    walked.isWhole = first.codes.includes('noRecordsMatch');
    return;
  }
  let second: Answer | null = null;
  for await (const page of pages(inquiry, verb, first, (answer) => answer.headers.length)) {
    if (page !== first) second ??= page;
    walked.isWhole = endsHere(page);
    for (const header of page.headers) checkHeader(inquiry, page, header);
    if (verb === 'ListRecords') checkMetadata(inquiry, page, 'oai_dc');
    given.push(...page.headers);
    inquiry.records += page.headers.length;
  }
  const twice = given.length - new Set(given.map((header) => header.identifier)).size;
  if (twice > 0)
    inquiry.doubt(first, '3.5', `${twice} records were met twice in one list; right only if they changed meanwhile.`);
  if (second && first.token?.text) await tokens(inquiry, verb, first, second);
}

const endsHere = (page: Answer): boolean => page.codes.length === 0 && !page.token?.text;

/** ListIdentifiers is ListRecords without what the records say (4.3): the same headers, but for what changed meanwhile. */
export function compare(inquiry: Inquiry, identifiers: Walked, records: Walked): void {
  if (!identifiers.first || !records.first) return;
  const other = new Map(records.headers.map((header) => [header.identifier, header]));
  for (const header of identifiers.headers) {
    const same = other.get(header.identifier);
    if (!same) {
      if (records.isWhole)
        inquiry.broken(
          records.first,
          '4.3',
          `${header.identifier} is listed by ListIdentifiers and not by ListRecords.`,
        );
    } else if (
      same.datestamp === header.datestamp &&
      (same.isDeleted !== header.isDeleted || [...same.sets].sort().join() !== [...header.sets].sort().join())
    ) {
      inquiry.broken(
        records.first,
        '4.3',
        `${header.identifier} has one header in ListIdentifiers, another in ListRecords.`,
      );
    }
  }
  if (!identifiers.isWhole) return;
  const listed = new Set(identifiers.headers.map((header) => header.identifier));
  const began = identifiers.first.root.child('responseDate')?.text ?? '';
  const missing = records.headers.find(
    ({ identifier, datestamp }) => !listed.has(identifier) && datestamp < began.slice(0, datestamp.length),
  );
  if (missing)
    inquiry.broken(
      identifiers.first,
      '4.3',
      `${missing.identifier} is listed by ListRecords and not by ListIdentifiers.`,
    );
}

export function checkHeader(inquiry: Inquiry, page: Answer, { identifier, datestamp, sets, isDeleted }: Header): void {
  if (!URI.test(identifier)) inquiry.broken(page, '2.4', `The identifier "${identifier}" is no URI.`);
  if (!inquiry.stamp.test(datestamp)) {
    inquiry.broken(page, '3.3.1', `The datestamp ${datestamp} of ${identifier} is not of the granularity declared.`);
  } else if (inquiry.earliest && datestamp < inquiry.earliest) {
    inquiry.broken(page, '4.2', `${identifier} is dated ${datestamp}, before earliestDatestamp.`);
  }
  if (isDeleted && !inquiry.keepsDeleted)
    inquiry.broken(page, '2.5.1', `${identifier} is deleted, but deletedRecord says no.`);
  for (const set of sets) {
    if (inquiry.knowsAllSets && !inquiry.sets.includes(set)) {
      inquiry.broken(page, '2.6', `${identifier} is in ${set}, which ListSets does not name.`);
    }
  }
}

/** @param prefix the format that was asked for */
export function checkMetadata(inquiry: Inquiry, page: Answer, prefix: string): void {
  for (const record of page.root.elements().flatMap((list) => list.children('record'))) {
    const header = record.child('header');
    const identifier = header?.child('identifier')?.text ?? '';
    const metadata = record.child('metadata');
    if (header?.attribute('status') === 'deleted') {
      if (metadata) inquiry.broken(page, '2.5.1', `${identifier} is deleted and has metadata.`);
      continue;
    }
    const content = metadata?.elements() ?? [];
    if (content.length !== 1) {
      inquiry.broken(page, '2.5', `${identifier} has ${content.length} elements as metadata, not one.`);
    } else if (content[0]!.namespace !== inquiry.formats.get(prefix)) {
      inquiry.broken(
        page,
        '2.5',
        `The metadata of ${identifier} in ${prefix} is in the namespace ${content[0]!.namespace}.`,
      );
    } else if (!content[0]!.attribute('schemaLocation')) {
      inquiry.doubt(page, '3.4', `The metadata of ${identifier} in ${prefix} names no schema (xsi:schemaLocation).`);
    }
  }
}

/** The pages of a list: cursor, size, expiry and end of its tokens are looked at on the way. */
async function* pages(
  inquiry: Inquiry,
  verb: string,
  first: Answer,
  count: (answer: Answer) => number,
): AsyncGenerator<Answer> {
  let given = 0;
  let size: string | undefined;
  let page = first;
  for (let number = 1; ; number++) {
    yield page;
    const { token } = page;
    if (!token) {
      if (number > 1) inquiry.broken(page, '3.5', 'The last of several pages has no empty resumptionToken.');
      return;
    }
    const { cursor, completeListSize, expirationDate } = token.attributes;
    if (cursor !== undefined && Number(cursor) !== given) {
      inquiry.broken(page, '3.5', `cursor is ${cursor} after ${given} were given.`);
    }
    if (completeListSize !== undefined && !(Number(completeListSize) > 0)) {
      inquiry.broken(page, '3.5', `completeListSize is ${completeListSize}; it must be above 0.`);
    }
    if (expirationDate !== undefined && !SECONDS.test(expirationDate)) {
      inquiry.broken(page, '3.5', `expirationDate ${expirationDate} is no UTC time to the second.`);
    } else if (expirationDate !== undefined && Date.parse(expirationDate) < Date.now() + 600_000) {
      inquiry.doubt(page, '3.5', `The token is good until ${expirationDate}, too short for a slow harvester.`);
    }
    given += count(page);
    size ??= completeListSize;
    if (token.text === '') {
      if (number === 1) inquiry.broken(page, '3.5', 'A list of one page ends with a resumptionToken.');
      if (size !== undefined && Number(size) !== given) {
        inquiry.doubt(page, '3.5', `completeListSize was ${size}, and ${given} were given.`);
      }
      return;
    }
    if (number >= (inquiry.options.pages ?? 20)) return;
    page = await inquiry.ask([
      ['verb', verb],
      ['resumptionToken', token.text],
    ]);
    if (page.codes.includes('noRecordsMatch')) {
      // What is left of a list may change and leave its range; a harvester takes it for an end, or for a failure.
      inquiry.doubt(page, '3.5', 'A list ends with noRecordsMatch in the middle.');
      return;
    }
    if (page.codes.length > 0) {
      inquiry.broken(page, '3.5', `A token is refused in the middle of its list: ${page.codes.join(', ')}.`);
      return;
    }
  }
}

async function tokens(inquiry: Inquiry, verb: string, first: Answer, second: Answer): Promise<void> {
  const token = first.token!.text;
  const again = await inquiry.ask([
    ['verb', verb],
    ['resumptionToken', token],
  ]);
  if (again.headers.map((h) => h.identifier).join(' ') !== second.headers.map((h) => h.identifier).join(' ')) {
    inquiry.broken(again, '3.5', 'The same token, sent again, gave another page.');
  }
  await refuses(
    inquiry,
    `${new URLSearchParams({ verb, metadataPrefix: 'oai_dc', resumptionToken: token })}`,
    'badArgument',
    '3.5',
    'A token together with other arguments',
  );
  const other = verb === 'ListRecords' ? 'ListIdentifiers' : 'ListRecords';
  const foreign = await inquiry.ask([
    ['verb', other],
    ['resumptionToken', token],
  ]);
  if (!foreign.codes.includes('badResumptionToken')) {
    inquiry.doubt(foreign, '3.5', `A token of ${verb} is taken by ${other}.`);
  }
}
