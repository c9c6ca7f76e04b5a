import type { AddressInfo } from 'node:net';
import { checkEndpoint, type Finding } from '../src/oai/check';
import { isEmail } from '../src/oai/email';
import { Xml } from '../src/oai/xml-tree';
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
  app.wait({ seconds: 5 });
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

const broken = (findings: Finding[]) =>
  findings.filter((finding) => finding.level === 'broken').map(({ section, message }) => `${section} ${message}`);

test('one probe answered with a page of HTML and 500 is a finding, and the walk goes on', async () => {
  const crashing: typeof fetch = async (url, init) => {
    if (String(url).includes('2001-02-30')) return new Response('<html><p>Oops</html>', { status: 500 });
    if (String(url).includes('9998-01-01')) throw new TypeError('fetch failed', { cause: new Error('socket hang up') });
    return faulty((xml) => atHome(xml).replaceAll('idDoesNotExist', 'notFound'))(url, init);
  };
  const { findings } = await checkEndpoint(address, { fetch: crashing, patienceSeconds: 0 });
  expect(broken(findings)).toEqual([
    '3.1.2 There is no answer: socket hang up.',
    '3.1.2 The HTTP status is 500; errors of the protocol travel as 200.',
    '3.1.2.1 The Content-Type is text/plain;charset=UTF-8, not text/xml.',
    expect.stringMatching(/^3\.1\.2\.1 It is not answered in well-formed XML in UTF-8 \(HTTP 500\)/),
    '3.6 notFound is no error code of the protocol.',
    '3.6 An unknown identifier is answered with notFound, not with idDoesNotExist.',
  ]);
});

const inRecords = (url: string, prefix: string) => url.includes('verb=ListRecords') && url.includes(`=${prefix}`);
test.each<[string, string, (xml: string, url: string) => string]>([
  [
    'a format that is declared and refused',
    '4.4 The format mods is declared and refused: cannotDisseminateFormat.',
    (xml, url) =>
      inRecords(url, 'mods')
        ? xml.replace(/<ListRecords>.*<\/ListRecords>/s, '<error code="cannotDisseminateFormat">no</error>')
        : xml,
  ],
  [
    'a format in a namespace that is not the declared one',
    '2.5 The metadata of oai:library.test:1 in marcxml is in the namespace urn:other.',
    (xml, url) => (inRecords(url, 'marcxml') ? xml.replaceAll('http://www.loc.gov/MARC21/slim"', 'urn:other"') : xml),
  ],
  [
    'an empty ListSets while headers name sets',
    '4.6 ListSets is answered without a set; a repository without sets says noSetHierarchy.',
    (xml) => xml.replace(/<ListSets>.*<\/ListSets>/s, '<ListSets/>'),
  ],
  [
    'headers in sets of a repository that has none',
    '2.6 oai:library.test:1 is in type:article, which ListSets does not name.',
    (xml) => xml.replace(/<ListSets>.*<\/ListSets>/s, '<error code="noSetHierarchy">none</error>'),
  ],
  [
    'a record that ListRecords leaves out',
    '4.3 oai:library.test:1 is listed by ListIdentifiers and not by ListRecords.',
    (xml, url) => (inRecords(url, 'oai_dc') ? xml.replace(/<record>.*?<\/record>/s, '') : xml),
  ],
  [
    'a record that ListIdentifiers leaves out',
    '4.3 oai:library.test:1 is listed by ListRecords and not by ListIdentifiers.',
    (xml, url) =>
      url.endsWith('verb=ListIdentifiers&metadataPrefix=oai_dc') ? xml.replace(/<header>.*?<\/header>/s, '') : xml,
  ],
  [
    'a deletion that only ListIdentifiers tells',
    '4.3 oai:library.test:1 has one header in ListIdentifiers, another in ListRecords.',
    (xml, url) =>
      url.includes('verb=ListIdentifiers') && !url.includes('set=')
        ? xml.replace(
            '<header><identifier>oai:library.test:1<',
            '<header status="deleted"><identifier>oai:library.test:1<',
          )
        : xml,
  ],
])('it sees %s', async (_, finding, fault) => {
  expect(broken(await check(fault))).toContain(finding);
});

test('it does not accuse a provider of what it did not walk to', async () => {
  const { findings } = await checkEndpoint(address, {
    fetch: faulty((xml) => atHome(xml)),
    pages: 1,
  });
  expect(findings).toEqual([]);
});

test('a list that ends with noRecordsMatch, because its rest left the range, is a doubt and no broken rule', async () => {
  const findings = await check((xml, url) =>
    url.includes('verb=ListRecords&resumptionToken')
      ? xml.replace(/<ListRecords>.*<\/ListRecords>/s, '<error code="noRecordsMatch">none</error>')
      : xml,
  );
  expect(findings).toContainEqual(
    expect.objectContaining({ level: 'doubt', message: 'A list ends with noRecordsMatch in the middle.' }),
  );
  expect(broken(findings)).toEqual([]);
});

test('an address of mail is told from what cannot be one, however long', () => {
  for (const email of ['postmaster@library.test', 'a@b.c.d']) expect([email, isEmail(email)]).toEqual([email, true]);
  for (const email of ['a@b', 'a b@c.d', '@b.c', `a@${'b.'.repeat(100_000)}`, `a@${'.'.repeat(300)} `])
    expect(isEmail(email)).toBe(false);
});

test('an address made to keep a reader busy does not', async () => {
  const startedAt = Date.now();
  await check((xml) => xml.replace(/<adminEmail>[^<]*/, `<adminEmail>a@${'.'.repeat(40)} b`));
  expect(Date.now() - startedAt).toBeLessThan(20_000);
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

test.each(['<!--', '<![CDATA[', '<?x ', '<a ', '<a b="', '<!DOCTYPE ', '&', '</a'])(
  'a megabyte of %s is told to be no XML in the time it takes to read it',
  (piece) => {
    const text = `<r>${piece.repeat(1_000_000 / piece.length)}</r>`;
    const startedAt = performance.now();
    expect(() => Xml.parse(text)).toThrow();
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  },
);
