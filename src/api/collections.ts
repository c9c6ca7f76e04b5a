import { Invalid } from '../errors';
import { collectionSchema } from '../works/collections';
import { API, collectionAnswer, collectionTag, requireMatch } from './answers';
import { requireStaff } from './people';
import { route } from './route';
import { collectionChangeBody } from './schemas';

export const collectionRoutes = [
  route({
    method: 'get',
    path: '/collections',
    operationId: 'listCollections',
    tag: 'collections',
    summary: 'The tree of collections',
    answer: { status: 200, description: 'The roots, each with what is below it.', schema: 'CollectionList' },
    problems: [],
    async handle(call) {
      const roots = await call.house.collections.tree();
      const items = roots.map((root) => collectionAnswer(call, root));
      return { status: 200, body: { total: items.length, items, next: null } };
    },
  }),
  route({
    method: 'post',
    path: '/collections',
    operationId: 'createCollection',
    tag: 'collections',
    summary: 'Add a collection',
    description: 'For librarians.',
    signedIn: true,
    body: { name: 'CollectionInput', schema: collectionSchema },
    answer: { status: 201, description: 'The collection.', schema: 'Collection', etag: true, location: true },
    problems: [403, 409, 422],
    before: async ({ visitor }) => requireStaff(visitor),
    async handle(call) {
      const collection = await call.house.collections.create(call.body);
      return {
        status: 201,
        body: collectionAnswer(call, collection),
        headers: { ETag: collectionTag(collection), Location: `${API}/collections/${collection.slug}` },
      };
    },
  }),
  route({
    method: 'get',
    path: '/collections/{slug}',
    operationId: 'getCollection',
    tag: 'collections',
    summary: 'A collection with what is below it',
    answer: { status: 200, description: 'The collection.', schema: 'Collection', etag: true },
    problems: [404],
    async handle(call) {
      const collection = await call.house.collections.get(call.path.slug);
      return { status: 200, body: collectionAnswer(call, collection), headers: { ETag: collectionTag(collection) } };
    },
  }),
  route({
    method: 'put',
    path: '/collections/{slug}',
    operationId: 'changeCollection',
    tag: 'collections',
    summary: 'Rename or move a collection',
    description: 'For librarians. Its slug stays: harvesters know it.',
    signedIn: true,
    ifMatch: true,
    body: { name: 'CollectionChange', schema: collectionChangeBody },
    answer: { status: 200, description: 'The collection as it is now.', schema: 'Collection', etag: true },
    problems: [403, 404, 412, 422],
    before: async ({ visitor }) => requireStaff(visitor),
    async handle(call) {
      const { house, path, body } = call;
      requireMatch(call, collectionTag(await house.collections.get(path.slug)));
      if (body.slug !== undefined && body.slug !== path.slug)
        throw new Invalid([{ path: 'slug', message: 'slugStays' }]);
      const collection = await house.collections.change(path.slug, body);
      return { status: 200, body: collectionAnswer(call, collection), headers: { ETag: collectionTag(collection) } };
    },
  }),
];
