import Ajv2020 from 'ajv/dist/2020';
import request from 'supertest';
import type TestAgent from 'supertest/lib/agent';
import type { Role } from '../../src/accounts/visitor';
import type { TestApp } from './app';

const tokens = new WeakMap<TestApp, Map<Role, Promise<string>>>();

/** A client of the JSON interface with the token of the account that has this role; null: without one. */
export async function client(app: TestApp, role: Role | null): Promise<TestAgent> {
  const agent = request.agent(app.server);
  agent.set('Accept-Language', 'en');
  if (role) {
    const known = tokens.get(app) ?? new Map<Role, Promise<string>>();
    tokens.set(app, known);
    known.set(role, known.get(role) ?? app.token(role));
    agent.set('Authorization', `Bearer ${await known.get(role)}`);
  }
  return agent;
}

type Document = {
  paths: Record<string, Record<string, { responses: Record<string, { $ref?: string; content?: object }> }>>;
  components: { schemas: object; responses: Record<string, { content?: object }> };
};

/** Judges answers by the document: the status must be foreseen and the body must be what is said of it. */
export function judge(document: Document) {
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema({ $id: 'https://achyk.test/api', components: document.components });
  const base = 'https://achyk.test/api#';
  return (method: string, path: string, response: { status: number; type: string; body: unknown; text: string }) => {
    const known = document.paths[path]?.[method];
    if (!known) return [`${method} ${path} is not in the document`];
    const told = known.responses[String(response.status)];
    if (!told) return [`${method} ${path} answers ${response.status}, which the document does not foresee`];
    const content = told.$ref ? document.components.responses[told.$ref.split('/').at(-1)!]?.content : told.content;
    if (!content) return response.text ? [`${method} ${path} ${response.status} has a body`] : [];
    const schema = (content as Record<string, { schema?: { $ref?: string } }>)[response.type]?.schema;
    if ('*/*' in content) return [];
    if (!schema) return [`${method} ${path} ${response.status} comes as ${response.type}`];
    const validate = ajv.compile({ $ref: base + schema.$ref!.slice(1) });
    const body = response.type === 'application/json' ? response.body : JSON.parse(response.text);
    validate(body);
    return (validate.errors ?? []).map(
      (e) => `${method} ${path} ${response.status} ${e.instancePath} ${e.message} ${JSON.stringify(e.params)}`,
    );
  };
}
