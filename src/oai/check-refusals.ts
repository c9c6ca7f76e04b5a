import type { Header, Inquiry } from './check-inquiry';

/** What must be refused, with which code, and the section that says so. */
type Refusal = [query: string, code: string, section: string, what: string];

const WRONG_VERBS: Refusal[] = [
  ['', 'badVerb', '3.6', 'A request without a verb'],
  ['verb=Harvest', 'badVerb', '3.6', 'An unknown verb'],
  ['verb=Identify&verb=Identify', 'badVerb', '3.6', 'A repeated verb'],
];

const LIST = 'verb=ListIdentifiers&metadataPrefix=oai_dc';
const WRONG_ARGUMENTS: Refusal[] = [
  ['verb=Identify&colour=red', 'badArgument', '3.6', 'An unknown argument'],
  ['verb=ListIdentifiers', 'badArgument', '3.6', 'A list without metadataPrefix'],
  [`${LIST}&metadataPrefix=oai_dc`, 'badArgument', '3.6', 'A repeated argument'],
  [`${LIST}&from=2001-02-30`, 'badArgument', '3.3.1', 'The 30th of February'],
  [`${LIST}&from=2002-01-01&until=2001-01-01`, 'badArgument', '2.7.1', 'A range that ends before it begins'],
];
const TWO_GRANULARITIES: Refusal = [
  `${LIST}&from=2001-01-01&until=2002-01-01T00:00:00Z`,
  'badArgument',
  '2.7.1',
  'A range of two granularities',
];
const UNKNOWN: Refusal[] = [
  ['verb=ListIdentifiers&metadataPrefix=no_such_format', 'cannotDisseminateFormat', '3.6', 'An unknown format'],
  ['verb=ListIdentifiers&resumptionToken=no-such-token', 'badResumptionToken', '3.5', 'An unknown token'],
  [
    'verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:no.such.place:0',
    'idDoesNotExist',
    '3.6',
    'An unknown identifier',
  ],
];

export async function wrongVerbs(inquiry: Inquiry): Promise<void> {
  for (const refusal of WRONG_VERBS) await refuses(inquiry, ...refusal);
}

export async function wrongArguments(inquiry: Inquiry, header: Header | undefined): Promise<void> {
  const knowsSeconds = inquiry.granularity !== 'YYYY-MM-DD';
  for (const refusal of [...WRONG_ARGUMENTS, ...(knowsSeconds ? [TWO_GRANULARITIES] : []), ...UNKNOWN]) {
    await refuses(inquiry, ...refusal);
  }
  if (header) {
    const query = `verb=GetRecord&${new URLSearchParams({ identifier: header.identifier })}`;
    await refuses(inquiry, query, 'badArgument', '3.6', 'GetRecord without metadataPrefix');
  }
}

export const refuses = (inquiry: Inquiry, ...refusal: Refusal): Promise<void> =>
  inquiry.attempt(() => refused(inquiry, ...refusal));

async function refused(inquiry: Inquiry, ...[query, code, section, what]: Refusal): Promise<void> {
  const answer = await inquiry.ask([...new URLSearchParams(query)]);
  if (!answer.codes.includes(code)) {
    const told = answer.codes.length ? `with ${answer.codes.join(', ')}` : 'as if it were right';
    inquiry.broken(answer, section, `${what} is answered ${told}, not with ${code}.`);
  }
  if (answer.codes.some((c) => c === 'badVerb' || c === 'badArgument') && Object.keys(answer.echoed).length > 0) {
    inquiry.broken(answer, '3.2', `The request element of a ${code} repeats arguments; it must have no attributes.`);
  }
}
