import type { z } from 'zod';
import { mayEdit } from '../access/access';
import type { Visitor } from '../accounts/visitor';
import { Conflict } from '../errors';
import type { House } from '../house';
import type { WorkingCopy } from '../works/draft-store';
import { metadataSchema } from '../works/schema';
import type { Work } from '../works/work';
import { API, listAnswer, requireMatch, workAnswer, workTag } from './answers';
import { Refusal } from './problem';
import { type Call, type Reply, route } from './route';
import { commentBody, pageQuery, reasonBody } from './schemas';

/** What a request for a work means: its copy in hand for those who prepare it, else what the world sees. */
async function workFor(house: House, visitor: Visitor, id: number): Promise<Work | WorkingCopy> {
  const facts = await house.works.facts(id);
  const isKeeper = mayEdit(visitor, facts);
  if (isKeeper || facts.state === 'unpublished') {
    const copy = await house.works.drafts.of(id);
    // Deposits.copy says who may see it, and to others that there is nothing here.
    if (copy) return house.deposits.copy(id, visitor);
  }
  const work = await house.works.published(id);
  return work.state === 'withdrawn' && !isKeeper ? tombstone(work) : work;
}

/** What is left for the world of a withdrawn work: what it was called, whose it was, and why it is gone. */
function tombstone(work: Work): Work {
  const { type, titles, contributors, issued } = work.metadata;
  return { ...work, files: [], metadata: metadataSchema.parse({ type, titles, contributors, issued }) };
}

const told = (call: Parameters<typeof workAnswer>[0], work: Work | WorkingCopy, status = 200): Reply => ({
  status,
  body: workAnswer(call, work),
  headers: { ETag: workTag(work), ...(status === 201 ? { Location: `${API}/works/${work.id}` } : {}) },
});

type Act<Body> = (call: Call<Body, unknown>) => Promise<Work | WorkingCopy>;
type Comment = z.output<typeof commentBody>;
type Reason = z.output<typeof reasonBody>;

/** An act on the copy in hand, and what became of it. */
const onCopy =
  <Body>(act: Act<Body>) =>
  async (call: Call<Body, unknown>): Promise<Reply> => {
    await copyOf(call.house, call.visitor, call.path.id);
    return told(call, await act(call));
  };

/** The same on what is published. */
const onPublished =
  <Body>(act: Act<Body>) =>
  async (call: Call<Body, unknown>): Promise<Reply> => {
    await publishedOf(call.house, call.visitor, call.path.id);
    return told(call, await act(call));
  };

export const workRoutes = [
  route({
    method: 'get',
    path: '/works',
    operationId: 'listWorks',
    tag: 'works',
    summary: 'Published works, the newest first',
    query: pageQuery,
    answer: { status: 200, description: 'A part of the list.', schema: 'WorkList' },
    problems: [],
    async handle(call) {
      const { house, query } = call;
      const { works: total } = await house.catalogue.numbers();
      const ids = await house.catalogue.newest(query.perPage, (query.page - 1) * query.perPage);
      const works = await house.works.publishedMany(ids);
      const items = ids.flatMap((id) => works.get(id) ?? []).map((work) => workAnswer(call, work));
      return { status: 200, body: listAnswer(call, query, total, items) };
    },
  }),
  route({
    method: 'post',
    path: '/works',
    operationId: 'createWork',
    tag: 'works',
    summary: 'Begin a work',
    description: 'It begins as a draft, seen by its depositor and the librarians alone.',
    signedIn: true,
    body: { name: 'WorkInput', schema: metadataSchema },
    answer: { status: 201, description: 'The draft.', schema: 'Work', etag: true, location: true },
    problems: [403, 422],
    handle: async (call) => told(call, await call.house.deposits.create(call.visitor, call.body), 201),
  }),
  route({
    method: 'get',
    path: '/works/{id}',
    operationId: 'getWork',
    tag: 'works',
    summary: 'A work',
    description:
      'Those who may change it get the copy being prepared while there is one. A withdrawn work is answered with 410, ' +
      'its titles and the reason; its keepers get the whole.',
    answer: { status: 200, description: 'The work.', schema: 'Work', etag: true },
    problems: [404, 410],
    async handle(call) {
      const work = await workFor(call.house, call.visitor, call.path.id);
      const answer = told(call, work);
      if (work.state === 'withdrawn' && !mayEdit(call.visitor, work)) {
        throw new Refusal(410, 'error.withdrawn', answer.body as Record<string, unknown>);
      }
      return answer;
    },
  }),
  route({
    method: 'put',
    path: '/works/{id}',
    operationId: 'changeWork',
    tag: 'works',
    summary: 'Change the copy being prepared',
    description: 'Takes the place of all its metadata. A published work is changed by `revise` first.',
    signedIn: true,
    ifMatch: true,
    body: { name: 'WorkInput', schema: metadataSchema },
    answer: { status: 200, description: 'The work as it is now.', schema: 'Work', etag: true },
    problems: [403, 404, 409, 412, 422],
    async handle(call) {
      const { house, visitor, path, body, req } = call;
      const copy = await copyOf(house, visitor, path.id);
      requireMatch(call, workTag(copy));
      const expected = req.headers['if-match'] === undefined ? null : copy.revision;
      return told(call, await house.deposits.save(path.id, visitor, body, expected));
    },
  }),
  route({
    method: 'delete',
    path: '/works/{id}',
    operationId: 'deleteWork',
    tag: 'works',
    summary: 'Throw a draft away',
    description: 'Of a published work this throws away the new version being prepared, never the work.',
    signedIn: true,
    ifMatch: true,
    answer: { status: 204, description: 'It is gone.' },
    problems: [403, 404, 409, 412],
    async handle(call) {
      const copy = await copyOf(call.house, call.visitor, call.path.id);
      requireMatch(call, workTag(copy));
      await call.house.deposits.discard(call.path.id, call.visitor);
      return { status: 204 };
    },
  }),
  route({
    method: 'post',
    path: '/works/{id}/submit',
    operationId: 'submitWork',
    tag: 'works',
    summary: 'Hand the copy to the librarians',
    description: 'Doing so through this interface declares the deposit licence accepted.',
    signedIn: true,
    answer: { status: 200, description: 'The work, submitted.', schema: 'Work', etag: true },
    problems: [403, 404, 409, 422],
    handle: onCopy(({ house, path, visitor }) => house.deposits.submit(path.id, visitor, { licenceAccepted: true })),
  }),
  route({
    method: 'post',
    path: '/works/{id}/accept',
    operationId: 'acceptWork',
    tag: 'review',
    summary: 'Publish what was submitted',
    description: 'A reviewer may not accept what is his own; an administrator may.',
    signedIn: true,
    answer: { status: 200, description: 'The published work.', schema: 'Work', etag: true },
    problems: [403, 404, 409, 422],
    handle: onCopy(({ house, path, visitor }) => house.deposits.accept(path.id, visitor)),
  }),
  route({
    method: 'post',
    path: '/works/{id}/return',
    operationId: 'returnWork',
    tag: 'review',
    summary: 'Give the copy back to be mended',
    signedIn: true,
    body: { name: 'Comment', schema: commentBody },
    answer: { status: 200, description: 'The work, returned.', schema: 'Work', etag: true },
    problems: [403, 404, 409, 422],
    handle: onCopy<Comment>(({ house, path, visitor, body }) => house.deposits.return(path.id, visitor, body.comment)),
  }),
  route({
    method: 'post',
    path: '/works/{id}/reject',
    operationId: 'rejectWork',
    tag: 'review',
    summary: 'Say that the library will not publish it, and why',
    signedIn: true,
    body: { name: 'Comment', schema: commentBody },
    answer: { status: 200, description: 'The work, rejected.', schema: 'Work', etag: true },
    problems: [403, 404, 409, 422],
    handle: onCopy<Comment>(({ house, path, visitor, body }) => house.deposits.reject(path.id, visitor, body.comment)),
  }),
  route({
    method: 'post',
    path: '/works/{id}/withdraw',
    operationId: 'withdrawWork',
    tag: 'review',
    summary: 'Take a published work from the world',
    description: 'A tombstone stays, for readers and harvesters.',
    signedIn: true,
    body: { name: 'Reason', schema: reasonBody },
    answer: { status: 200, description: 'The work, withdrawn.', schema: 'Work', etag: true },
    problems: [403, 404, 409, 422],
    handle: onPublished<Reason>(({ house, path, visitor, body }) =>
      house.deposits.withdraw(path.id, visitor, body.reason),
    ),
  }),
  route({
    method: 'post',
    path: '/works/{id}/revise',
    operationId: 'reviseWork',
    tag: 'works',
    summary: 'Begin the next version of a published work',
    signedIn: true,
    answer: { status: 200, description: 'The copy to be changed.', schema: 'Work', etag: true },
    problems: [403, 404, 409],
    handle: onPublished(({ house, path, visitor }) => house.deposits.revise(path.id, visitor)),
  }),
];

/** The copy in hand. @throws Conflict for those who may change the work, when none is */
export async function copyOf(house: House, visitor: Visitor, id: number): Promise<WorkingCopy> {
  const facts = await house.works.facts(id);
  if (facts.state !== 'unpublished' && mayEdit(visitor, facts) && !(await house.works.drafts.of(id))) {
    throw new Conflict('error.state', { state: facts.state });
  }
  return house.deposits.copy(id, visitor);
}

/** The published work. @throws Conflict for those who may change it, while it never was published */
async function publishedOf(house: House, visitor: Visitor, id: number): Promise<void> {
  const facts = await house.works.facts(id);
  if (facts.state !== 'unpublished') return;
  const copy = await house.deposits.copy(id, visitor);
  throw new Conflict('error.state', { state: copy.state });
}
