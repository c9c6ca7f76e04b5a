import { print, text } from '../formats/xml';
import type { Change } from '../works/changes';
import type { OaiRequest, ProtocolError } from './arguments';

/** The XML of the protocol itself. Records come in as text, written long before. */

/** Without a host: whichever address a browser came by, and before BASE_URL is right, it finds the sheet. */
const STYLESHEET = '/assets/oai.css';
const OAI = 'http://www.openarchives.org/OAI/2.0/';

/** A whole response around `body`. */
export function response(
  parts: { baseUrl: string; now: Date; request: Pick<OaiRequest, 'verb' | 'given'> | null },
  body: string,
): string {
  const attributes = parts.request ? { verb: parts.request.verb, ...parts.request.given } : {};
  const request = print(text('request', parts.baseUrl, attributes)!);
  return `<?xml version="1.0" encoding="UTF-8"?>
<?xml-stylesheet type="text/css" href="${STYLESHEET}"?>
<OAI-PMH xmlns="${OAI}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="${OAI} ${OAI}OAI-PMH.xsd"><responseDate>${seconds(parts.now)}</responseDate>${request}${body}</OAI-PMH>
`;
}

export const errorElements = (errors: readonly ProtocolError[]): string =>
  errors.map(({ code, message }) => print(text('error', message, { code })!)).join('');

/** Written by hand: a page has a hundred, and all of it is ours and known to need no escaping. */
export function header(change: Change, repositoryId: string): string {
  const sets = change.sets.map((set) => `<setSpec>${set}</setSpec>`).join('');
  const status = change.withdrawn ? ' status="deleted"' : '';
  return `<header${status}><identifier>oai:${repositoryId}:${change.workId}</identifier><datestamp>${change.datestamp}</datestamp>${sets}</header>`;
}

export function record(header: string, xml: string | null, about: string): string {
  return xml === null ? `<record>${header}</record>` : `<record>${header}<metadata>${xml}</metadata>${about}</record>`;
}

/** What may be done with the metadata itself (OAI-PMH rights guidelines §3.1). */
export function rightsAbout(licence: string): string {
  const rights = 'http://www.openarchives.org/OAI/2.0/rights/';
  return `<about><rights xmlns="${rights}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="${rights} http://www.openarchives.org/OAI/2.0/rights.xsd"><rightsReference ref="${escaped(licence)}"/></rights></about>`;
}

/** @param token null on the last page, where the element is empty (§3.5). */
export function resumption(
  token: string | null,
  facts: { cursor: number; completeListSize: number; expires: Date },
): string {
  const expiry = token === null ? '' : ` expirationDate="${seconds(facts.expires)}"`;
  const attributes = `${expiry} completeListSize="${facts.completeListSize}" cursor="${facts.cursor}"`;
  return token === null
    ? `<resumptionToken${attributes}/>`
    : `<resumptionToken${attributes}>${escaped(token)}</resumptionToken>`;
}

/** `2024-01-31T12:00:00Z` */
export const seconds = (instant: Date): string => `${instant.toISOString().slice(0, 19)}Z`;

export const escaped = (value: string): string =>
  value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
