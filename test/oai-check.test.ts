import type { AddressInfo } from 'node:net';
import { checkEndpoint, type Finding } from '../src/oai/check';
import { openTestApp, type TestApp } from './support/app';

let app: TestApp;
let address: string;
let stop: () => void;
beforeAll(async () => {
  app = await openTestApp({ OAI_PAGE_SIZE: '3' });
  // Tokens expire by the app's clock, and the checker looks at the real one.
  app.wait({ seconds: Math.round((Date.now() - app.clock.now().getTime()) / 1000) });
  await app.house.collections.create({ slug: 'c', titles: [{ value: 'Жыйнак', lang: 'ky' }] });
  for (let i = 0; i < 8; i++) await app.published({ collections: i > 5 ? ['c'] : [] });
  await app.house.deposits.withdraw(2, await app.visitor('reviewer'), 'Себеби бар');
  const server = app.server.listen(0);
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/oai`;
  stop = () => server.close();
});
afterAll(() => stop());

/** The endpoint with a fault put into its answers. */
const faulty =
  (fault: (xml: string, url: string) => string): typeof fetch =>
  async (url, init) => {
    const response = await fetch(url as string, init);
    const headers = new Headers(response.headers);
    headers.delete('content-length');
    return new Response(fault(await response.text(), String(url)), { status: response.status, headers });
  };
// Our address as we are asked, not as BASE_URL names it.
const atHome = (xml: string) => xml.replaceAll('http://library.test/oai<', `${address}<`);
const check = async (fault: (xml: string, url: string) => string = (xml) => xml): Promise<Finding[]> =>
  (await checkEndpoint(address, { fetch: faulty((xml, url) => fault(atHome(xml), url)), patienceSeconds: 0 })).findings;

test('our own endpoint breaks no rule and leaves no doubt', async () => {
  expect(await check()).toEqual([]);
});

test.each<[string, string, (xml: string, url: string) => string]>([
  ['a missing last empty token', '3.5', (xml) => xml.replace(/<resumptionToken[^>]*\/>/, '')],
  ['a wrong cursor', '3.5', (xml) => xml.replace(/cursor="3"/, 'cursor="4"')],
  ['completeListSize 0', '3.5', (xml) => xml.replace(/completeListSize="\d+"/, 'completeListSize="0"')],
  [
    'attributes on badArgument',
    '3.2',
    (xml) => (xml.includes('badArgument') ? xml.replace('<request>', '<request verb="Identify">') : xml),
  ],
  ['a request without its arguments', '3.2', (xml) => xml.replace(/<request verb="GetRecord"[^>]*>/, '<request>')],
  [
    'metadata on a deleted record',
    '2.5.1',
    (xml) => xml.replace(/(status="deleted">.*?<\/header>)/, '$1<metadata><x xmlns="y"/></metadata>'),
  ],
  ['fractions of seconds', '3.2', (xml) => xml.replace(/(<responseDate>[^<]*)Z/, '$1.123Z')],
  ['a datestamp without Z', '3.3.1', (xml) => xml.replace(/(<datestamp>[^<]*)Z/g, '$1')],
  ['blanks in identifiers', '2.4', (xml) => xml.replace(/<identifier>oai:/g, '<identifier>oai: ')],
  [
    'a record in a set nobody names',
    '2.6',
    (xml) =>
      xml
        .replaceAll('<setSpec>type:article</setSpec></', '<setSpec>nobody</setSpec></')
        .replaceAll('<setSpec>openaire</setSpec></header>', '<setSpec>nobody</setSpec></header>'),
  ],
  [
    'a parent set without its children’s records',
    '2.7.2',
    (xml, url) => (url.endsWith('set=collection') ? xml.replace(/<header>.*?<\/header>/, '') : xml),
  ],
  [
    'an identifier without a dot',
    'oai-identifier',
    (xml) => xml.replace('<repositoryIdentifier>library.test', '<repositoryIdentifier>library'),
  ],
  ['a wrong code', '3.6', (xml) => xml.replace('badVerb', 'badArgument')],
  ['an unknown code', '3.6', (xml) => xml.replace('idDoesNotExist', 'notFound')],
  [
    'a format in another namespace',
    '2.5',
    (xml, url) =>
      /ListMetadataFormats/.test(url)
        ? xml
        : xml.replaceAll('http://www.openarchives.org/OAI/2.0/oai_dc/', 'urn:other'),
  ],
  [
    'until without its own day',
    '2.7.1',
    (xml, url) =>
      /until=[\d-]{10}$/.test(url)
        ? xml.replace(/<ListIdentifiers>.*<\/ListIdentifiers>/, '<error code="noRecordsMatch">none</error>')
        : xml,
  ],
  ['no oai_dc', '2.4', (xml) => xml.replace('<metadataPrefix>oai_dc<', '<metadataPrefix>dc<')],
  ['a protocol of another version', '4.2', (xml) => xml.replace('<protocolVersion>2.0', '<protocolVersion>1.1')],
])('it sees %s', async (_, section, fault) => {
  const findings = await check(fault);
  expect(findings.filter((finding) => finding.level === 'broken').map((finding) => finding.section)).toContain(section);
});

test.each([
  ['an element left open', (xml: string) => xml.replace('</OAI-PMH>', '')],
  ['a bare &', (xml: string) => xml.replace('</OAI-PMH>', 'a & b</OAI-PMH>')],
  ['a control character', (xml: string) => xml.replace('</OAI-PMH>', '\u0001</OAI-PMH>')],
  ['elements that cross', (xml: string) => xml.replace('</OAI-PMH>', '<a><b></a></b></OAI-PMH>')],
  ['a page for people', () => '<!DOCTYPE html><html><p>Welcome'],
])('%s is no XML, and it says so', async (_, fault) => {
  await expect(check(fault)).rejects.toThrow(/not answered in well-formed XML/);
});
