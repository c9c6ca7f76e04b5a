import { identify } from './check-identify';
import { type CheckOptions, type CheckReport, Inquiry } from './check-inquiry';
import { list, listMetadataFormats, listSets } from './check-lists';
import { bySets, selectively, singleRecords } from './check-records';
import { wrongArguments, wrongVerbs } from './check-refusals';

export type { CheckOptions, CheckReport, Finding } from './check-inquiry';

/**
 * Walks any OAI-PMH endpoint as a harvester would, and says which rules of the protocol it breaks.
 * @throws when the address gives no answer at all, or none in XML.
 */
export async function checkEndpoint(baseUrl: string, options: CheckOptions = {}): Promise<CheckReport> {
  const inquiry = new Inquiry(baseUrl, options);
  await identify(inquiry);
  await wrongVerbs(inquiry);
  await listMetadataFormats(inquiry);
  await listSets(inquiry);
  const headers = await list(inquiry, 'ListIdentifiers', {});
  await list(inquiry, 'ListRecords', {});
  if (headers.length > 0) {
    await singleRecords(inquiry, headers);
    await selectively(inquiry, headers);
    await bySets(inquiry);
  }
  await wrongArguments(inquiry, headers[0]);
  const { requests, records, findings } = inquiry;
  return { baseUrl, requests, records, findings };
}
