import { identify } from './check-identify';
import { type CheckOptions, type CheckReport, Inquiry } from './check-inquiry';
import { compare, list, listMetadataFormats, listSets } from './check-lists';
import { bySets, otherFormats, selectively, singleRecords } from './check-records';
import { wrongArguments, wrongVerbs } from './check-refusals';

export type { CheckOptions, CheckReport, Finding } from './check-inquiry';

/**
 * Walks any OAI-PMH endpoint as a harvester would, and says which rules of the protocol it breaks.
 * @throws Unanswered when the address gives no answer at all, or none in XML; later such answers are findings.
 */
export async function checkEndpoint(baseUrl: string, options: CheckOptions = {}): Promise<CheckReport> {
  const inquiry = new Inquiry(baseUrl, options);
  await identify(inquiry);
  await wrongVerbs(inquiry);
  await inquiry.attempt(() => listMetadataFormats(inquiry));
  await inquiry.attempt(() => listSets(inquiry));
  const identifiers = await list(inquiry, 'ListIdentifiers');
  const records = await list(inquiry, 'ListRecords');
  compare(inquiry, identifiers, records);
  await otherFormats(inquiry);
  const headers = identifiers.headers.length > 0 ? identifiers.headers : records.headers;
  if (headers.length > 0) {
    await singleRecords(inquiry, headers);
    await selectively(inquiry, headers);
    await bySets(inquiry);
  }
  await wrongArguments(inquiry, headers[0]);
  return { baseUrl, requests: inquiry.requests, records: inquiry.records, findings: inquiry.findings };
}
