import http from 'node:http';
import BetterSqlite3 from 'better-sqlite3';
import fc from 'fast-check';
import { readArguments } from '../src/oai/arguments';
import { openTestApp, type TestApp } from './support/app';
import { answer, ask, DC, harvest } from './support/harvest';
import { officialSchemas } from './support/schemas';

/** `/oai` as it is met by clients that mean no good, and by accidents. */

const FRIENDS = 'https://kut.example.kg/oai,https://jaz.example.kg/oai?a=1&b=2';
let app: TestApp;
const documents: Record<string, string> = {};
beforeAll(async () => {
  app = await openTestApp({ OAI_PAGE_SIZE: '2', OAI_FRIENDS: FRIENDS });
  for (let i = 0; i < 5; i++) await app.published();
});
/** The schemas judge every answer of these tests together: to start their judge takes longer than to judge. */
afterAll(async () => {
  const schemas = officialSchemas();
  if (schemas) expect(await schemas.faults(documents)).toEqual([]);
}, 60_000);

/** A request as bytes on the line, past every client's own politeness. */
async function raw(lines: string, body: string | Buffer = ''): Promise<{ status: number; head: string; text: string }> {
  const server = app.server.listen(0);
  const { port } = server.address() as { port: number };
  try {
    return await new Promise((resolve, reject) => {
      const [first = '', ...headers] = lines.split('\n');
      const [method, target] = first.split(' ');
      const request = http.request(
        {
          port,
          method,
          path: target,
          headers: Object.fromEntries(headers.map((line) => line.split(/: (.*)/, 2))),
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk) => chunks.push(chunk));
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString();
            if (text.startsWith('<?xml')) documents[`${Object.keys(documents).length} ${lines}`] = text;
            resolve({ status: response.statusCode!, head: JSON.stringify(response.headers), text });
          });
        },
      );
      request.on('error', reject);
      request.end(body);
    });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
const codes = async (query: string) => {
  const { status, text } = await raw(`GET /oai?${query}`);
  expect(status).toBe(200);
  return answer(text).codes;
};
const FORM = 'Content-Type: application/x-www-form-urlencoded';

test('Identify names its friends, and the sheet for old browsers without a host', async () => {
  const { text } = await raw('GET /oai?verb=Identify');
  expect(text).toMatch(
    /<friends [^>]*><baseURL>https:\/\/kut\.example\.kg\/oai<\/baseURL><baseURL>[^<]*\?a=1&amp;b=2</,
  );
  expect(text).toContain('<?xml-stylesheet type="text/css" href="/assets/oai.css"?>');
  await app.browse().get('/assets/oai.css').expect(200);
});

test.each<[string, string[]]>([
  ['verb=Identify&', []],
  ['&&verb=Identify', []],
  ['verb=Identify&=', ['badArgument']],
  ['verb=Identify&x', ['badArgument']],
  ['verb=Identify%00', ['badVerb']],
  ['verb=Identify%ff', ['badVerb']],
  ['verb=%zz', ['badVerb']],
  ['verb=%', ['badVerb']],
  ['verb[]=Identify', ['badVerb']],
  ['VERB=Identify', ['badVerb']],
  ['verb=Identify+', ['badVerb']],
  ['verb=Identify&__proto__=1', ['badArgument']],
  ['verb=constructor', ['badVerb']],
  ['verb=ListRecords&metadataPrefix=constructor', ['cannotDisseminateFormat']],
  ['verb=ListRecords&metadataPrefix=oai_dc&set=__proto__', ['noRecordsMatch']],
  ['verb=ListRecords&metadataPrefix=oai_dc&set=type:', ['badArgument']],
  ['verb=ListRecords&metadataPrefix=oai_dc&set=type:*', ['noRecordsMatch']],
  ["verb=ListRecords&metadataPrefix=oai_dc&set=openaire'--", ['noRecordsMatch']],
  ['verb=ListRecords&metadataPrefix=oai_dc&resumptionToken=', ['badArgument', 'badArgument']],
  ['verb=ListRecords&resumptionToken=%ff%0a%09', ['badResumptionToken']],
  ['verb=ListRecords&resumptionToken=.', ['badResumptionToken']],
  ['verb=ListRecords&resumptionToken=a.b.c', ['badResumptionToken']],
  [`verb=ListRecords&resumptionToken=${'x'.repeat(12_000)}`, ['badResumptionToken']],
  [`verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:library.test:${'1'.repeat(9000)}`, ['idDoesNotExist']],
  [`verb=${'x'.repeat(12_000)}`, ['badVerb']],
])('%.90s is told by %p', async (query, expected) => {
  expect(await codes(query)).toEqual(expected);
});

test('thousands of wrong arguments are answered as fast as one', async () => {
  const many = (count: number) => Array.from({ length: count }, (_, i) => `&a${i}=1`).join('');
  const { status, text } = await raw(`POST /oai\n${FORM}`, `verb=Identify${many(2500)}`);
  expect(status).toBe(200);
  expect(answer(text).codes).toEqual(Array(21).fill('badArgument'));
  expect(text).toContain('And 2480 faults more.');
  expect(answer((await raw(`GET /oai?verb=Identify${many(20)}`)).text).codes).toHaveLength(20);
});

test.each<[string, string[]]>([
  ['oai:library.test:1', []],
  ['oai:library.test:01', ['idDoesNotExist']],
  ['oai:library.test:1e0', ['idDoesNotExist']],
  ['oai:library.test:1#x', ['idDoesNotExist']],
  ['oai:library.test:-1', ['idDoesNotExist']],
  ['oai:library.test:9007199254740993', ['idDoesNotExist']],
  ['oai:LIBRARY.test:1', ['idDoesNotExist']],
  ['oai:other.test:1', ['idDoesNotExist']],
  ['really_wrong_id', ['idDoesNotExist']],
  ['1', ['idDoesNotExist']],
  ['oai:library.test:😀', ['idDoesNotExist']],
  ['эмгек', ['idDoesNotExist']],
  ['https://library.test/works/1?a=b#c', ['idDoesNotExist']],
  ['http://h:80/x', ['idDoesNotExist']],
  ['http://h:port/x', ['badArgument']],
  ['oai:library.test:1 ', ['badArgument']],
  ['oai:library.test:1\n', ['badArgument']],
  ['invalid"id', ['badArgument']],
  ['a b', ['badArgument']],
  ['a%', ['badArgument']],
  [':a', ['badArgument']],
  ['1a:b', ['badArgument']],
  ['<a>', ['badArgument']],
  ['a\u0000', ['badArgument']],
  ['a[b]', ['badArgument']],
])('the identifier %j is told by %p', async (identifier, expected) => {
  const query = new URLSearchParams({ identifier }).toString();
  expect(await codes(`verb=GetRecord&metadataPrefix=oai_dc&${query}`)).toEqual(expected);
  expect(await codes(`verb=ListMetadataFormats&${query}`)).toEqual(expected);
});

test('whatever passes for an identifier can be echoed in a valid answer', async () => {
  const schemas = officialSchemas();
  const found: Record<string, string> = {};
  const piece = fc.constantFrom(
    ...['a', 'Z', '1', ':', '/', '//', '?', '#', '@', '[', ']', '%', '%41', '.', '-', '+', "'", '&', '=', 'ө', '😀'],
    ...['\u00a0', '\u2028', '\ufeff', '\ue000', '|', '^', '`', '{', '\\', '~', 'http://', 'urn:', ':80', 'oai:'],
  );
  const arbitrary = fc.array(piece, { minLength: 1, maxLength: 7 }).map((pieces) => pieces.join(''));
  const values = [...new Set(fc.sample(arbitrary, { numRuns: 1200, seed: 20261122 }))];
  let taken = 0;
  for (const identifier of values) {
    try {
      readArguments([
        ['verb', 'ListMetadataFormats'],
        ['identifier', identifier],
      ]);
    } catch {
      continue;
    }
    taken += 1;
    if (taken <= 250) found[identifier] = (await ask(app, { verb: 'ListMetadataFormats', identifier })).xml;
  }
  expect(taken).toBeGreaterThan(150);
  if (schemas) expect(await schemas.faults(found)).toEqual([]);
}, 60_000);

test.each<[string, string[]]>([
  ['from=0000-00-00', ['badArgument']],
  ['from=0000-01-01', ['badArgument']],
  ['from=0001-01-01', []],
  ['until=0001-01-01', ['noRecordsMatch']],
  ['from=2026-00-10', ['badArgument']],
  ['from=2026-03-00', ['badArgument']],
  ['from=1900-02-29', ['badArgument']],
  ['from=2000-02-29', []],
  ['from=2016-12-31T23:59:60Z', ['badArgument']],
  ['from=2026-03-10T24:00:00Z', ['badArgument']],
  ['from=2026-03-10T06:00:00%2B00:00', ['badArgument']],
  ['from=2026-03-10T06:00:00z', ['badArgument']],
  ['from=2026-03-10T06:00Z', ['badArgument']],
  ['from=2026-03-10+06:00:00Z', ['badArgument']],
  ['from=-2026-03-10', ['badArgument']],
  ['from=12026-03-10', ['badArgument']],
  ['from=%EF%BC%92026-03-10', ['badArgument']],
  ['from=2026-03-10%0a', ['badArgument']],
  ['until=9999-12-31', []],
  ['from=9999-12-31T23:59:59Z', ['noRecordsMatch']],
  ['from=2026-03-10&until=2026-03-10', []],
  ['from=2026-03-10T06:00:00Z&until=2026-03-10T06:00:00Z', []],
  ['from=2026-03-10T06:00:01Z&until=2026-03-10T06:00:00Z', ['badArgument']],
  ['from=1990-01-01&until=1990-01-02', ['noRecordsMatch']],
  ['until=2026-03-10T05:59:59Z', ['noRecordsMatch']],
])('%s is told by %p', async (range, expected) => {
  expect(await codes(`verb=ListIdentifiers&metadataPrefix=oai_dc&${range}`)).toEqual(expected);
});

test('arguments of the address and of the body are one list: what stands in both is repeated', async () => {
  const post = async (query: string, body: string) =>
    answer((await raw(`POST /oai?${query}\n${FORM}`, body)).text).codes;
  expect(await post('verb=ListRecords', 'metadataPrefix=oai_dc')).toEqual([]);
  expect(await post('verb=ListRecords&metadataPrefix=oai_dc', 'metadataPrefix=oai_dc')).toEqual(['badArgument']);
  expect(await post('verb=Identify', 'verb=Identify')).toEqual(['badVerb']);
});

test('a body of another kind holds no arguments; one that cannot be read is no fault of ours', async () => {
  for (const [type, body] of [
    ['application/json', '{"verb":"Identify"}'],
    ['text/plain', 'verb=Identify'],
    ['multipart/form-data; boundary=x', '--x\r\nContent-Disposition: form-data; name="verb"\r\n\r\nIdentify\r\n--x--'],
  ])
    expect(answer((await raw(`POST /oai\nContent-Type: ${type}`, body)).text).codes).toEqual(['badVerb']);
  expect(answer((await raw('POST /oai', 'verb=Identify')).text).codes).toEqual(['badVerb']);
  const charset = await raw(`POST /oai\n${FORM}; charset=koi8-r`, 'verb=Identify');
  expect(answer(charset.text).codes).toEqual([]);
  for (const [more, body, status] of [
    ['; charset=nonsense', 'verb=Identify', 415],
    ['\nContent-Encoding: gzip', 'verb=Identify', 400],
    ['\nContent-Encoding: nonsense', 'verb=Identify', 415],
    ['', `verb=Identify&x=${'x'.repeat(30_000)}`, 413],
  ] as const) {
    const refused = await raw(`POST /oai\n${FORM}${more}`, body);
    expect([more, refused.status, refused.text]).toEqual([more, status, expect.not.stringContaining('at ')]);
  }
});

test('a token is refused once a single letter of it is another', async () => {
  const { token } = await ask(app, { verb: 'ListRecords', ...DC });
  const letters = [...token!];
  for (let i = 0; i < letters.length; i++) {
    for (const other of ['A', 'b', '_', '=', '%', ' ']) {
      if (letters[i] === other) continue;
      const altered = [...letters.slice(0, i), other, ...letters.slice(i + 1)].join('');
      const { codes } = await ask(app, { verb: 'ListRecords', resumptionToken: altered });
      expect([i, other, codes]).toEqual([i, other, ['badResumptionToken']]);
    }
    i += 7;
  }
  for (const altered of [`${token} `, `${token}=`, ` ${token}`, `${token}.`, token!.toUpperCase(), `${token}${token}`])
    expect((await ask(app, { verb: 'ListRecords', resumptionToken: altered })).codes).toEqual(['badResumptionToken']);
  const elsewhere = await openTestApp({ OAI_PAGE_SIZE: '1' });
  await elsewhere.published();
  expect((await ask(elsewhere, { verb: 'ListRecords', resumptionToken: token! })).codes).toEqual([
    'badResumptionToken',
  ]);
  await elsewhere.close();
});

describe('while another process is long at its writing', () => {
  let other: BetterSqlite3.Database;
  beforeAll(async () => {
    await harvest(app, { verb: 'ListRecords', ...DC });
    app.house.database.sqlite.pragma('busy_timeout = 20'); // else each answer takes the ten seconds of patience
    other = new BetterSqlite3(app.house.config.databaseFile);
    other.exec('BEGIN IMMEDIATE; UPDATE last_change SET number = number');
  });
  afterAll(() => {
    other.exec('ROLLBACK');
    other.close();
  });

  test('what stands is harvested on, kept records and those that must be made first', async () => {
    for (const metadataPrefix of ['oai_dc', 'marcxml']) {
      const pages = await harvest(app, { verb: 'ListRecords', metadataPrefix });
      expect(pages.flatMap((page) => page.identifiers)).toHaveLength(5);
      expect(pages.every(({ xml }) => xml.split('<metadata>').length === xml.split('<record>').length)).toBe(true);
    }
    for (const verb of ['Identify', 'ListSets', 'ListMetadataFormats']) {
      expect((await ask(app, { verb })).codes).toEqual([]);
    }
  });

  test('a change that cannot be followed yet is 503, not a list without it', async () => {
    app.wait({ days: 1 }); // what may have opened since must be asked first
    for (const verb of ['ListRecords', 'ListIdentifiers', 'GetRecord', 'ListSets', 'Identify']) {
      const more = /Records|Ident\w+s$/.test(verb) ? '&metadataPrefix=oai_dc' : '';
      const one = verb === 'GetRecord' ? '&metadataPrefix=oai_dc&identifier=oai:library.test:1' : '';
      const { status, head, text } = await raw(`GET /oai?verb=${verb}${more}${one}`);
      expect([verb, status, text]).toEqual([verb, 503, expect.not.stringContaining('<')]);
      expect(head).toMatch(/"retry-after":"\d+"/);
    }
    expect(answer((await raw('GET /oai?verb=Nothing')).text).codes).toEqual(['badVerb']);
    app.wait({ days: -1 });
  });
});

test('HEAD gives what GET would, without its body, however it would be packed', async () => {
  for (const encoding of ['identity', 'gzip', 'deflate', 'gzip;q=0', 'br']) {
    const head = await raw(`HEAD /oai?verb=ListRecords&metadataPrefix=oai_dc\nAccept-Encoding: ${encoding}`);
    const get = await raw(`GET /oai?verb=ListRecords&metadataPrefix=oai_dc\nAccept-Encoding: ${encoding}`);
    const plain = (text: string) => text.replace(/"(date|x-request-id)":"[^"]*"/g, '');
    expect([head.status, head.text]).toEqual([200, '']);
    expect(plain(head.head)).toBe(plain(get.head));
  }
});
