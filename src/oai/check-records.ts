import type { Header, Inquiry } from './check-inquiry';
import { checkHeader, checkMetadata } from './check-lists';

export async function singleRecords(inquiry: Inquiry, headers: Header[]): Promise<void> {
  const samples = [headers[0]!, headers.at(-1)!, ...headers.filter((header) => header.isDeleted).slice(0, 1)];
  for (const header of new Set(samples)) await inquiry.attempt(() => singleRecord(inquiry, header));
  await inquiry.attempt(async () => {
    const formats = await inquiry.ask([
      ['verb', 'ListMetadataFormats'],
      ['identifier', headers[0]!.identifier],
    ]);
    if (formats.codes.includes('idDoesNotExist')) {
      inquiry.broken(formats, '4.4', `${headers[0]!.identifier} is listed, and its formats are not.`);
    }
  });
}

async function singleRecord(inquiry: Inquiry, header: Header): Promise<void> {
  const answer = await inquiry.ask([
    ['verb', 'GetRecord'],
    ['metadataPrefix', 'oai_dc'],
    ['identifier', header.identifier],
  ]);
  const [single] = answer.headers;
  if (!single) return inquiry.broken(answer, '4.1', `${header.identifier} is in the list and cannot be had alone.`);
  checkMetadata(inquiry, answer, 'oai_dc');
  const same = single.identifier === header.identifier && single.isDeleted === header.isDeleted;
  if (!same) inquiry.broken(answer, '4.1', `${header.identifier} has another header alone than in the list.`);
  if (single.datestamp < header.datestamp) inquiry.broken(answer, '4.1', `${header.identifier} was dated back.`);
}

/** Each format that is declared gives records of its own namespace: the first page, and its last record alone. */
export async function otherFormats(inquiry: Inquiry): Promise<void> {
  for (const prefix of inquiry.formats.keys()) {
    if (prefix !== 'oai_dc') await inquiry.attempt(() => otherFormat(inquiry, prefix));
  }
}

async function otherFormat(inquiry: Inquiry, prefix: string): Promise<void> {
  const page = await inquiry.ask([
    ['verb', 'ListRecords'],
    ['metadataPrefix', prefix],
  ]);
  const refused = page.codes.filter((code) => code !== 'noRecordsMatch');
  if (refused.length > 0) {
    return inquiry.broken(page, '4.4', `The format ${prefix} is declared and refused: ${refused.join(', ')}.`);
  }
  for (const header of page.headers) checkHeader(inquiry, page, header);
  checkMetadata(inquiry, page, prefix);
  inquiry.records += page.headers.length;
  const last = page.headers.at(-1);
  if (!last) return;
  const single = await inquiry.ask([
    ['verb', 'GetRecord'],
    ['metadataPrefix', prefix],
    ['identifier', last.identifier],
  ]);
  if (single.headers.length === 0) {
    inquiry.broken(single, '4.1', `${last.identifier} is in the list in ${prefix} and cannot be had alone.`);
  }
  checkMetadata(inquiry, single, prefix);
}

/** Both ends of a range belong to it, whatever the granularity. */
export async function selectively(inquiry: Inquiry, headers: Header[]): Promise<void> {
  const { identifier, datestamp } = headers[headers.length >> 1]!;
  const day = datestamp.slice(0, 10);
  const ranges = [...new Set([datestamp, day])].flatMap((at) => [{ from: at, until: at }, { until: at }]);
  for (const range of ranges) await inquiry.attempt(() => withinRange(inquiry, { identifier, datestamp }, range));
  await inquiry.attempt(() => farFuture(inquiry));
}

async function withinRange(
  inquiry: Inquiry,
  { identifier, datestamp }: Pick<Header, 'identifier' | 'datestamp'>,
  range: { from?: string; until: string },
): Promise<void> {
  const walk = await inquiry.ask([['verb', 'ListIdentifiers'], ['metadataPrefix', 'oai_dc'], ...Object.entries(range)]);
  const isWhole = walk.token === null;
  if (walk.codes.includes('noRecordsMatch') || (isWhole && !walk.headers.some((h) => h.identifier === identifier))) {
    inquiry.broken(
      walk,
      '2.7.1',
      `${identifier} is dated ${datestamp} and not in the range ${JSON.stringify(range)}, whose ends belong to it.`,
    );
  }
  const outside = walk.headers.find((h) => h.datestamp.slice(0, range.until.length) > range.until);
  if (outside)
    inquiry.broken(walk, '2.7.1', `${outside.identifier}, dated ${outside.datestamp}, is outside the range.`);
}

async function farFuture(inquiry: Inquiry): Promise<void> {
  const future = await inquiry.ask([
    ['verb', 'ListIdentifiers'],
    ['metadataPrefix', 'oai_dc'],
    ['from', '9998-01-01'],
  ]);
  if (!future.codes.includes('noRecordsMatch') && !future.codes.includes('badArgument')) {
    inquiry.broken(future, '3.6', 'A range in the far future is answered with something.');
  }
}

export async function bySets(inquiry: Inquiry): Promise<void> {
  const parents = inquiry.sets.filter((spec) => inquiry.sets.some((other) => other.startsWith(`${spec}:`)));
  const chosen = [...new Set([...parents.slice(0, 2), ...inquiry.sets.slice(0, 3)])];
  for (const spec of chosen) await inquiry.attempt(() => bySet(inquiry, spec));
}

async function bySet(inquiry: Inquiry, spec: string): Promise<void> {
  const whole = await inquiry.ask([
    ['verb', 'ListIdentifiers'],
    ['metadataPrefix', 'oai_dc'],
    ['set', spec],
  ]);
  for (const { identifier, sets } of whole.headers) {
    if (!sets.some((set) => set === spec || set.startsWith(`${spec}:`))) {
      inquiry.broken(whole, '2.7.2', `${identifier} is given for the set ${spec}, and its header does not say so.`);
    }
  }
  if (whole.token) return; // too many to compare
  const child = inquiry.sets.find((other) => other.startsWith(`${spec}:`));
  if (!child) return;
  const inner = await inquiry.ask([
    ['verb', 'ListIdentifiers'],
    ['metadataPrefix', 'oai_dc'],
    ['set', child],
  ]);
  const missing = inner.headers.find((h) => !whole.headers.some((other) => other.identifier === h.identifier));
  if (missing) inquiry.broken(whole, '2.7.2', `${missing.identifier} is in ${child} and not in ${spec} above it.`);
}
