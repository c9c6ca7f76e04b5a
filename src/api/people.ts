import { isStaff, type Visitor } from '../accounts/visitor';
import { Forbidden } from '../errors';
import { personSchema } from '../people/people';
import { API, listAnswer, peopleAnswers, personAnswer, personTag, requireMatch } from './answers';
import { route } from './route';
import { peopleQuery } from './schemas';

export const peopleRoutes = [
  route({
    method: 'get',
    path: '/people',
    operationId: 'listPeople',
    tag: 'people',
    summary: 'Authors and the others a catalogue names, in the order of their names',
    query: peopleQuery,
    answer: { status: 200, description: 'A part of the list.', schema: 'PersonList' },
    problems: [],
    async handle(call) {
      const { house, query } = call;
      const { page, perPage, letter } = query;
      const { total, items } = await house.people.list({ letter, limit: perPage, offset: (page - 1) * perPage });
      return { status: 200, body: listAnswer(call, query, total, await peopleAnswers(call, items)) };
    },
  }),
  route({
    method: 'post',
    path: '/people',
    operationId: 'createPerson',
    tag: 'people',
    summary: 'Add a person to the authority file',
    description: 'For librarians.',
    signedIn: true,
    body: { name: 'PersonInput', schema: personSchema },
    answer: { status: 201, description: 'The person.', schema: 'Person', etag: true, location: true },
    problems: [403, 409, 422],
    before: async ({ visitor }) => requireStaff(visitor),
    async handle(call) {
      const person = await call.house.people.create(call.body);
      return {
        status: 201,
        body: await personAnswer(call, person),
        headers: { ETag: personTag(person), Location: `${API}/people/${person.id}` },
      };
    },
  }),
  route({
    method: 'get',
    path: '/people/{id}',
    operationId: 'getPerson',
    tag: 'people',
    summary: 'A person with biography and works',
    answer: { status: 200, description: 'The person.', schema: 'Person', etag: true },
    problems: [404],
    async handle(call) {
      const person = await call.house.people.get(call.path.id);
      return { status: 200, body: await personAnswer(call, person), headers: { ETag: personTag(person) } };
    },
  }),
  route({
    method: 'put',
    path: '/people/{id}',
    operationId: 'changePerson',
    tag: 'people',
    summary: 'Change a person',
    description: 'For librarians. The records of the works that name this person change with it.',
    signedIn: true,
    ifMatch: true,
    body: { name: 'PersonInput', schema: personSchema },
    answer: { status: 200, description: 'The person as it is now.', schema: 'Person', etag: true },
    problems: [403, 404, 409, 412, 422],
    before: async ({ visitor }) => requireStaff(visitor),
    async handle(call) {
      const { house, path, body, req } = call;
      const before = await house.people.get(path.id);
      requireMatch(call, personTag(before));
      const expected = req.headers['if-match'] === undefined ? null : before.revision;
      const person = await house.people.change(path.id, body, expected);
      return { status: 200, body: await personAnswer(call, person), headers: { ETag: personTag(person) } };
    },
  }),
  route({
    method: 'get',
    path: '/people/{id}/portrait',
    operationId: 'getPortrait',
    tag: 'people',
    summary: 'A person’s portrait',
    answer: { status: 200, description: 'The picture.', schema: 'bytes' },
    problems: [404],
    async handle({ house, res, path }) {
      const person = await house.people.get(path.id);
      const picture = await house.authorities.portrait(person);
      res.setHeader('Content-Type', person.portrait!.mediaType);
      res.setHeader('Cache-Control', 'public, no-cache');
      await new Promise<void>((resolve, reject) => {
        const options = { dotfiles: 'allow', cacheControl: false, lastModified: false, etag: false } as const;
        res.setHeader('ETag', `"${person.portrait!.sha512.slice(0, 64)}"`);
        res.sendFile(picture.path, options, (error) => (error && !res.headersSent ? reject(error) : resolve()));
      });
      return null;
    },
  }),
];

export function requireStaff(visitor: Visitor): void {
  if (!isStaff(visitor)) throw new Forbidden();
}
