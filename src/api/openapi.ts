import { STATUS_CODES } from 'node:http';
import type { Config } from '../config';
import { FILE_ROLES } from '../works/schema';
import { API } from './answers';
import type { Route } from './route';
import { componentSchemas, given, refTo } from './schemas';

type Json = Record<string, unknown>;

const TAGS: Record<Route['tag'], string> = {
  works: 'Works and their drafts',
  files: 'The files of a work',
  review: 'What librarians do with what was submitted',
  search: 'Search and suggestions, under the rights of whoever asks',
  people: 'Authors and the others a catalogue names',
  collections: 'The tree of collections',
};

/** What any request may be answered with. */
const ALWAYS = [429, 500, 503] as const;

/** The OpenAPI 3.1 document of these routes, made of the schemas that check and shape what they carry. */
export function openApiDocument(routes: readonly Route[], config: Pick<Config, 'baseUrl' | 'repositoryName'>): Json {
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method]: operation(route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: `${config.repositoryName}: JSON`,
      version: '1',
      description:
        'Deposit, review, search and read. Errors are RFC 9457 problems whose sentences are in the language of ' +
        'Accept-Language (ky, ru, tr, en). Lists are {total, items, next}. Unknown fields are refused; fields that ' +
        'only answers have may be sent back and are passed over.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: config.baseUrl + API }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: componentSchemas(),
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          description: 'A token of one’s account page, or `achyk token create`.',
        },
      },
      responses: Object.fromEntries(
        [400, 401, 403, 404, 405, 409, 410, 412, 413, 415, 422, ...ALWAYS].map((status) => [
          `Problem${status}`,
          {
            description: STATUS_CODES[status],
            content: { 'application/problem+json': { schema: refTo('Problem') } },
          },
        ]),
      ),
    },
  };
}

function operation(route: Route): Json {
  const problems = new Set<number>([...route.problems, ...ALWAYS]);
  if (route.signedIn) problems.add(401);
  if (route.body) for (const status of [400, 413, 415, 422]) problems.add(status);
  if (route.takesFiles) problems.add(400);
  if (route.query) problems.add(422);
  return {
    operationId: route.operationId,
    tags: [route.tag],
    summary: route.summary,
    ...(route.description ? { description: route.description } : {}),
    security: route.signedIn ? [{ token: [] }] : [{}, { token: [] }],
    parameters: parameters(route),
    ...(route.body || route.takesFiles ? { requestBody: requestBody(route) } : {}),
    responses: {
      [route.answer.status]: answer(route),
      ...Object.fromEntries(
        [...problems]
          .sort((a, b) => a - b)
          .map((status) => [status, { $ref: `#/components/responses/Problem${status}` }]),
      ),
    },
  };
}

function parameters(route: Route): Json[] {
  const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: name === 'slug' ? { type: 'string' } : { type: 'integer', minimum: 1 },
  }));
  const query = route.query ? (given(route.query).properties as Record<string, Json>) : {};
  const inQuery = Object.entries(query).map(([name, schema]) => ({
    name,
    in: 'query',
    required: false,
    schema,
    ...(schema.type === 'array' ? { style: 'form', explode: true } : {}),
  }));
  const ifMatch = {
    name: 'If-Match',
    in: 'header',
    required: false,
    description: 'The ETag of the state that was seen; 412 when someone else changed it.',
    schema: { type: 'string' },
  };
  return [...inPath, ...inQuery, ...(route.ifMatch ? [ifMatch] : [])];
}

function requestBody(route: Route): Json {
  if (route.body) return { required: true, content: { 'application/json': { schema: refTo(route.body.name) } } };
  return {
    required: true,
    content: {
      'multipart/form-data': {
        schema: {
          type: 'object',
          properties: {
            file: {
              type: 'array',
              minItems: 1,
              items: { type: 'string', contentMediaType: 'application/octet-stream' },
            },
            role: { type: 'string', enum: [...FILE_ROLES], default: 'main' },
          },
          required: ['file'],
        },
      },
    },
  };
}

function answer({ answer: { status, description, schema, etag, location } }: Route): Json {
  const headers = {
    ...(etag ? { ETag: { schema: { type: 'string' } } } : {}),
    ...(location ? { Location: { schema: { type: 'string' } } } : {}),
  };
  const content =
    schema === 'bytes'
      ? { '*/*': {} }
      : schema && status !== 204
        ? { 'application/json': { schema: refTo(schema) } }
        : null;
  return {
    description,
    ...(Object.keys(headers).length > 0 ? { headers } : {}),
    ...(content ? { content } : {}),
  };
}
