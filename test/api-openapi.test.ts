import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROUTES } from '../src/api/api';
import { openTestApp } from './support/app';

/** The judge others wrote is an ES module, which jest does not load: it runs in a process of its own. */
const JUDGE = `
  import { Validator } from '@seriousme/openapi-schema-validator';
  import { readFileSync } from 'node:fs';
  const result = await new Validator().validate(JSON.parse(readFileSync(0, 'utf8')));
  process.stdout.write(JSON.stringify(result));
`;

async function document() {
  const app = await openTestApp();
  const { text, headers } = await app.browse().get('/api/v1/openapi.json').expect(200);
  expect(headers['content-type']).toContain('application/vnd.oai.openapi+json');
  return { app, text, json: JSON.parse(text) };
}

test('the document obeys the rules of OpenAPI 3.1', async () => {
  const { text } = await document();
  const result = execFileSync(process.execPath, ['--input-type=module', '-e', JUDGE], {
    input: text,
    encoding: 'utf8',
  });
  expect(JSON.parse(result)).toEqual({ valid: true });
});

test('every request of the contract is in the document, and what is in the document is answered', async () => {
  const { app, json } = await document();
  const told = Object.entries(json.paths as Record<string, object>).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  );
  expect(told).toEqual(
    expect.arrayContaining([
      'post /works',
      'get /works/{id}',
      'put /works/{id}',
      'delete /works/{id}',
      'post /works/{id}/files',
      ...['submit', 'accept', 'return', 'reject', 'withdraw', 'revise'].map((act) => `post /works/{id}/${act}`),
      'get /works/{id}/files/{fileId}/content',
      'get /search',
      'get /suggest',
      'get /people',
      'post /people',
      'get /people/{id}',
      'put /people/{id}',
      'get /collections',
      'post /collections',
      'get /collections/{slug}',
      'put /collections/{slug}',
    ]),
  );
  expect(told.sort()).toEqual(ROUTES.map((route) => `${route.method} ${route.path}`).sort());
  for (const [address, methods] of Object.entries(
    json.paths as Record<string, Record<string, { responses: object }>>,
  )) {
    for (const [method, { responses }] of Object.entries(methods)) {
      const filled = address.replace('{slug}', 'nothing').replace(/\{\w+\}/g, '4711');
      const answer = await app.browse()[method as 'get'](`/api/v1${filled}`);
      expect([method, address, Object.keys(responses)]).toEqual([
        method,
        address,
        expect.arrayContaining([String(answer.status)]),
      ]);
      expect(answer.status).not.toBe(405);
      expect(answer.status).toBeLessThan(500);
    }
  }
});

test('every reference leads somewhere and every operation has a name of its own', async () => {
  const { text, json } = await document();
  for (const [, reference] of text.matchAll(/"\$ref":"#([^"]+)"/g)) {
    const found = reference!
      .split('/')
      .slice(1)
      .reduce((node, name) => node?.[name], json);
    expect([reference, typeof found]).toEqual([reference, 'object']);
  }
  const names = ROUTES.map((route) => route.operationId);
  expect(new Set(names).size).toBe(names.length);
});

test('the page about the interface tells every request, and none that is not there', () => {
  const page = readFileSync(path.join(__dirname, '../../docs/api.md'), 'utf8');
  const told = [...page.matchAll(/^\|.*?\|/gm)].flatMap(([cell]) =>
    [...cell.matchAll(/`(GET|POST|PUT|PATCH|DELETE) (\S+)`/g)].map(
      ([, method, at]) => `${method!.toLowerCase()} ${at}`,
    ),
  );
  expect(told.sort()).toEqual(ROUTES.map((route) => `${route.method} ${route.path}`).sort());
});
