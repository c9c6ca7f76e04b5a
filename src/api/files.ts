import { mayReview } from '../access/access';
import { Conflict, Forbidden, Invalid, SignInNeeded } from '../errors';
import { sendFile } from '../http/send-file';
import { forgetArrived } from '../http/upload';
import { FILE_ROLES, type FileRole } from '../works/schema';
import type { WorkFile } from '../works/work';
import { API, fileAnswer, requireMatch, workTag } from './answers';
import { type Call, route } from './route';
import { fileChangeBody } from './schemas';
import { copyOf } from './works';

export const fileRoutes = [
  route({
    method: 'post',
    path: '/works/{id}/files',
    operationId: 'addFiles',
    tag: 'files',
    summary: 'Add files to the copy being prepared',
    description: 'One file is answered with the file, several with a list of them. Either all are taken or none.',
    signedIn: true,
    takesFiles: true,
    answer: { status: 201, description: 'The file, or a list of the files.', schema: 'Files' },
    problems: [403, 404, 409, 413, 415, 422, 503],
    before: async ({ house, visitor, path }) => {
      const copy = await copyOf(house, visitor, path.id);
      // Said now, not when a gigabyte has come.
      if (copy.state === 'submitted' && !mayReview(visitor, copy))
        throw new Conflict('error.state', { state: copy.state });
    },
    async handle(call) {
      const { house, req } = call;
      const arrived = req.arrived;
      let role: FileRole;
      try {
        role = roleOf(req.body?.role);
        if (arrived.length === 0) throw new Invalid([{ path: 'file', message: 'required' }]);
      } catch (error) {
        await forgetArrived(house, arrived);
        throw error;
      }
      const added = await attachAll(call, role);
      const work = await house.deposits.copy(call.path.id, call.visitor);
      const items = added.map((file) => fileAnswer(call, work, file));
      if (items.length > 1) return { status: 201, body: { total: items.length, items, next: null } };
      const one = items[0]!;
      return {
        status: 201,
        body: one,
        headers: { Location: `${API}/works/${call.path.id}/files/${one.id}/content` },
      };
    },
  }),
  route({
    method: 'patch',
    path: '/works/{id}/files/{fileId}',
    operationId: 'changeFile',
    tag: 'files',
    summary: 'Change a file’s role, access or place',
    signedIn: true,
    ifMatch: true,
    body: { name: 'FileChange', schema: fileChangeBody },
    answer: { status: 200, description: 'The file as it is now.', schema: 'File' },
    problems: [403, 404, 409, 412, 422],
    async handle(call) {
      const { house, visitor, path, body } = call;
      requireMatch(call, workTag(await copyOf(house, visitor, path.id)));
      await house.deposits.changeFile(path.id, visitor, path.fileId, body);
      const copy = await house.deposits.copy(path.id, visitor);
      const file = copy.files.find((candidate) => candidate.id === path.fileId)!;
      return { status: 200, body: fileAnswer(call, copy, file) };
    },
  }),
  route({
    method: 'delete',
    path: '/works/{id}/files/{fileId}',
    operationId: 'removeFile',
    tag: 'files',
    summary: 'Take a file out of the copy being prepared',
    description: 'Versions already published keep it.',
    signedIn: true,
    ifMatch: true,
    answer: { status: 204, description: 'It is out.' },
    problems: [403, 404, 409, 412],
    async handle(call) {
      const { house, visitor, path } = call;
      requireMatch(call, workTag(await copyOf(house, visitor, path.id)));
      await house.deposits.detach(path.id, visitor, path.fileId);
      return { status: 204 };
    },
  }),
  route({
    method: 'get',
    path: '/works/{id}/files/{fileId}/content',
    operationId: 'getFileContent',
    tag: 'files',
    summary: 'The bytes of a file',
    description: 'Heeds Range, If-Range and If-None-Match.',
    answer: { status: 200, description: 'The bytes.', schema: 'bytes', etag: true },
    problems: [403, 404, 410],
    async handle({ house, req, res, path }) {
      try {
        await sendFile(house, req, res, path.id, path.fileId);
      } catch (error) {
        // Here «who are you» and «you may not» are one answer: a script cannot sign in half-way.
        throw error instanceof SignInNeeded ? new Forbidden('error.fileClosed') : error;
      }
      return null;
    },
  }),
];

function roleOf(given: unknown): FileRole {
  if (given === undefined || given === '') return 'main';
  const role = FILE_ROLES.find((known) => known === given);
  if (!role) throw new Invalid([{ path: 'role', message: 'unknownValue' }]);
  return role;
}

/** All files of the request, or none of them. */
async function attachAll({ house, visitor, path, req }: Call<unknown, unknown>, role: FileRole): Promise<WorkFile[]> {
  const added: WorkFile[] = [];
  for (const [i, file] of req.arrived.entries()) {
    try {
      added.push(await house.deposits.attach(path.id, visitor, file, role));
    } catch (error) {
      await forgetArrived(house, req.arrived.slice(i + 1));
      for (const one of added) await house.deposits.detach(path.id, visitor, one.id);
      throw error;
    }
  }
  return added;
}
