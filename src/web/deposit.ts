import { type NextFunction, type Request, type Response, Router } from 'express';
import { mayEdit, mayReview } from '../access/access';
import { isStaff, mayDeposit } from '../accounts/visitor';
import type { ArrivedFile } from '../deposit/deposit';
import { pathOfFile } from '../deposit/scan-file';
import { Conflict, type FieldIssue, Forbidden, Invalid, NotFound, Outdated, SignInNeeded } from '../errors';
import { isOrcid } from '../fields';
import type { House } from '../house';
import { problemOf } from '../http/problem';
import { forgetArrived, receiveFiles } from '../http/upload';
import { languageOf } from '../language/language-of';
import { BookText } from '../text/book-text';
import type { Description } from '../text/describe-pdf';
import { isBook } from '../works/book';
import type { WorkingCopy } from '../works/draft-store';
import type { WorkFile } from '../works/work';
import {
  asSubmitted,
  type Candidate,
  candidateOf,
  type FormValues,
  formOf,
  hasSource,
  hasThesis,
  isListName,
  stampOf,
  type Typed,
  withoutRow,
  withRowUp,
} from './deposit-form';
import { confirmed, suggestionsFor } from './deposit-proposals';
import { choicesOf, differences, shownErrors, withBlankRows } from './deposit-view';
import { type FormErrors, fieldOf, formErrors, noErrors } from './form';
import { languageOptions } from './language-options';
import { render } from './view';

/** Deposit in the browser: upload first, describe after; nothing typed is ever lost. */
export function depositRoutes(house: House): Router {
  const router = Router();
  const { deposits, works, people, collections, accounts } = house;
  const receive = receiveFiles(house, 'file', { refuseLater: true });

  // The start

  const startPage = async (req: Request, res: Response, errors = noErrors) => {
    res.status(errors.status);
    render(house, req, res, 'deposit-start', {
      title: req.t('deposit.title'),
      robots: 'noindex',
      errors,
      copies: await works.drafts.ofAccount(req.visitor.accountId!),
      limitBytes: house.config.maxUploadBytes,
      discarded: req.query.discarded === '1',
    });
  };

  router.get('/deposit', mustDeposit, (req, res) => startPage(req, res));

  router.post('/deposit', mustDeposit, receive, async (req, res) => {
    try {
      if (req.refusal) throw req.refusal;
      if (req.arrived.length === 0 && fieldOf(req, 'action') !== 'without') throw new Invalid([], 'error.noFile');
      await assertReadable(house, req.arrived);
      const { id } = await deposits.create(req.visitor, candidateOf({}));
      try {
        await attachAll(house, req, id);
      } catch (error) {
        await deposits.discard(id, req.visitor); // either the work begins with all its files or not at all
        throw error;
      }
      if (wantsJson(req)) res.json({ location: `/deposit/${id}` });
      else res.redirect(303, `/deposit/${id}`);
    } catch (error) {
      await forgetArrived(house, req.arrived);
      if (wantsJson(req)) throw error;
      await startPage(req, res, formErrors(error, req, house));
    }
  });

  router.get('/deposit/people', mustDeposit, async (req, res) => {
    const found = await people.find(typeof req.query.q === 'string' ? req.query.q : '', 8);
    res.setHeader('Cache-Control', 'private, no-store');
    res.json(
      found.map(({ id, mainName, orcid, department, position }) => ({
        id,
        name: mainName,
        orcid,
        about: [position, department].filter(Boolean).join(', '),
      })),
    );
  });

  // The draft

  const formPage = async (
    req: Request,
    res: Response,
    copy: WorkingCopy,
    more: { input?: unknown; errors?: FormErrors; conflict?: object; issues?: FieldIssue[] } = {},
  ) => {
    const input = more.input ?? copy.input;
    const form = formOf(input);
    const t = req.t;
    const errors =
      more.errors ??
      // A draft may still be empty, but what is there must be possible.
      shownErrors(req, form, more.issues ?? copy.issues.filter((issue) => !MISSING.includes(issue.message)), 200);
    res.status(errors.status);
    const linked = await people.many(form.contributors.flatMap((row) => (row.personId ? [Number(row.personId)] : [])));
    const offered = await offeredPeople(house, form);
    render(house, req, res, 'deposit-form', {
      title: form.titles[0]?.value?.slice(0, 300) || t('account.untitled'),
      robots: 'noindex',
      copy,
      form: withBlankRows(form, req.query.more),
      stamp: stampOf(copy.input),
      errors,
      conflict: more.conflict ?? null,
      found: suggestionsFor(await foundIn(house, copy), form),
      saved: req.query.saved === '1',
      linked: (index: number) => {
        const id = Number(form.contributors[index]?.personId);
        return linked.get(id) ?? offered.get(index) ?? null;
      },
      isReview: copy.state === 'submitted',
      canReview: mayReview(req.visitor, copy),
      collections: await collections.all(),
      limitBytes: house.config.maxUploadBytes,
      hasThesis: hasThesis(form.type),
      hasSource: hasSource(form.type),
      choices: choicesOf(req),
      isBook,
      languageOptions: (code: string) => languageOptions(req.language, code),
    });
  };

  router.get('/deposit/:id', async (req, res) => {
    const copy = await copyOf(house, req);
    if (!isTheirTurn(req, copy)) {
      return render(house, req, res, 'deposit-state', {
        title: copy.metadata.titles[0]?.value || req.t('account.untitled'),
        robots: 'noindex',
        copy,
        submitted: req.query.submitted === '1',
      });
    }
    await formPage(req, res, copy);
  });

  /** The files and the proposals alone, for the script that has just sent a file. */
  router.get('/deposit/:id/files', async (req, res) => {
    const copy = await copyOf(house, req);
    render(house, req, res, 'deposit-fragment', {
      title: '',
      copy,
      errors: noErrors,
      found: suggestionsFor(await foundIn(house, copy), formOf(copy.input)),
      choices: choicesOf(req),
      isBook,
    });
  });

  router.post('/deposit/:id/files', mayChange(house), receive, async (req, res) => {
    try {
      if (req.refusal) throw req.refusal;
      if (req.arrived.length === 0) throw new Invalid([], 'error.noFile');
      await assertReadable(house, req.arrived);
      await attachAll(house, req, idOf(req));
      res.json({ location: `/deposit/${idOf(req)}` });
    } catch (error) {
      await forgetArrived(house, req.arrived);
      throw error;
    }
  });

  router.post('/deposit/:id', mayChange(house), receive, async (req, res) => {
    const id = idOf(req);
    // An upload cut off took the fields after it along: what is on the page stands in for what did not arrive.
    if (req.refusal && fieldOf(req, 'stamp') === '') return refused(req, res, req.refusal);
    const [action = 'save', name = '', index = ''] = fieldOf(req, 'action').split(':');
    let typed = req.body as Typed;
    if (action === 'remove' && isListName(name)) typed = withoutRow(typed, name, Number(index));
    if (action === 'up' && isListName(name)) typed = withRowUp(typed, name, Number(index));
    let candidate = candidateOf(typed);
    const before = await copyOf(house, req);
    if (action === 'use') {
      const found = await foundIn(house, before);
      if (found) candidate = confirmed(candidate, found, name);
    }
    if (action === 'submit') candidate = asSubmitted(candidate);

    let copy: WorkingCopy;
    try {
      copy = await keep(req, before, candidate);
      await keepFiles(house, req, copy);
    } catch (error) {
      await forgetArrived(house, req.arrived);
      if (!(error instanceof Outdated)) return refused(req, res, error);
      return otherPersonsChange(req, res, candidate);
    }

    try {
      if (req.refusal) throw req.refusal;
      if (req.arrived.length > 0) {
        await assertReadable(house, req.arrived);
        await attachAll(house, req, id);
      } else if (action === 'upload') throw new Invalid([], 'error.noFile');
      if (action === 'removeFile') await deposits.detach(id, req.visitor, Number(name));
      if (action === 'upFile' || action === 'downFile') await moveFile(house, req, copy, Number(name), action);
      if (action === 'arrangeFile') {
        await deposits.changeFile(id, req.visitor, Number(name), { role: 'page' });
        return res.redirect(303, `/deposit/${id}/pages`);
      }
      if (action === 'person' && isStaff(req.visitor)) await makePerson(house, req, copy, Number(name));
      if (action === 'submit') {
        await deposits.submit(id, req.visitor, { licenceAccepted: fieldOf(req, 'licenceAccepted') !== '' });
        return res.redirect(303, `/deposit/${id}?submitted=1`);
      }
    } catch (error) {
      await forgetArrived(house, req.arrived);
      return refused(req, res, error);
    }
    if (wantsJson(req)) {
      const now = await deposits.copy(id, req.visitor);
      const time = req.t('deposit.savedAt', { time: clockTime(house) });
      return res.json({ stamp: stampOf(now.input), message: time });
    }
    const more = action === 'add' && isListName(name) ? `&more=${name}` : '';
    res.redirect(303, `/deposit/${id}?saved=1${more}#${placeOf(action, name)}`);
  });

  router.post('/deposit/:id/discard', async (req, res) => {
    const copy = await copyOf(house, req);
    await deposits.discard(copy.id, req.visitor);
    if (copy.publishedVersion !== null) return res.redirect(303, `/works/${copy.id}`);
    res.redirect(303, copy.ownerId === req.visitor.accountId ? '/deposit?discarded=1' : '/review');
  });

  /** What was typed is kept, unless nothing changed. @throws Outdated when another changed it since it was shown. */
  async function keep(req: Request, before: WorkingCopy, candidate: Candidate): Promise<WorkingCopy> {
    const stamp = stampOf(before.input);
    if (stampOf(candidate) === stamp) return before;
    if (fieldOf(req, 'stamp') !== stamp) throw new Outdated();
    return deposits.save(before.id, req.visitor, candidate, before.revision);
  }

  async function otherPersonsChange(req: Request, res: Response, candidate: Candidate) {
    const copy = await copyOf(house, req);
    const other = copy.updatedBy === null ? null : await accounts.get(copy.updatedBy).catch(() => null);
    const name = other?.name ?? req.t('deposit.someone');
    if (wantsJson(req)) {
      return res.status(412).json({ message: req.t('deposit.othersChange', { name }), changed: true });
    }
    await formPage(req, res, copy, {
      input: candidate,
      errors: { ...noErrors, status: 412 },
      conflict: { name, at: copy.updatedAt, differences: differences(req, copy.input, candidate) },
    });
  }

  async function refused(req: Request, res: Response, error: unknown) {
    if (!(error instanceof Invalid || error instanceof Conflict) || wantsJson(req)) throw error;
    const copy = await copyOf(house, req);
    const { status, message } = problemOf(error, req, house.log);
    const issues = error instanceof Invalid ? error.issues : [];
    const submitting = fieldOf(req, 'action') === 'submit';
    const all = submitting ? [...copy.issues, ...issues.filter((issue) => !isIn(copy.issues, issue))] : issues;
    const errors = shownErrors(req, formOf(copy.input), all, status);
    const agreement = errors.issues.find((issue) => issue.path === 'licenceAccepted');
    if (agreement) agreement.message = req.t('error.licenceNeeded');
    await formPage(req, res, copy, { errors: { ...errors, message: all.length > 0 && submitting ? '' : message } });
  }

  router.use('/deposit', (error: unknown, req: Request, res: Response, next: NextFunction) => {
    if (!wantsJson(req) || res.headersSent) return next(error);
    const problem = problemOf(error, req, house.log);
    res.status(problem.status).json({ message: problem.message, issues: problem.issues });
  });

  return router;
}

const MISSING = ['required', 'authorRequired', 'unknownType'];
const isIn = (issues: FieldIssue[], issue: FieldIssue) =>
  issues.some((other) => other.path === issue.path && other.message === issue.message);

function mustDeposit(req: Request, _res: Response, next: NextFunction): void {
  if (req.visitor.role === null) throw new SignInNeeded();
  if (!mayDeposit(req.visitor)) throw new Forbidden('deposit.notAllowed');
  next();
}

/** Asked before a body is received: who may not change the draft sends nothing to the disk. */
const mayChange = (house: House) => async (req: Request, _res: Response, next: NextFunction) => {
  const copy = await copyOf(house, req);
  if (!isTheirTurn(req, copy)) throw new Conflict('error.state', { state: copy.state });
  next();
};

function idOf(req: Request): number {
  const id = String(req.params.id);
  if (!/^[1-9]\d{0,14}$/.test(id)) throw new NotFound();
  return Number(id);
}

const copyOf = (house: House, req: Request): Promise<WorkingCopy> => {
  if (req.visitor.role === null) throw new SignInNeeded();
  return house.deposits.copy(idOf(req), req.visitor);
};

const isTheirTurn = (req: Request, copy: WorkingCopy): boolean =>
  copy.state === 'submitted' ? mayReview(req.visitor, copy) : mayEdit(req.visitor, copy);

const wantsJson = (req: Request): boolean => req.get('accept')?.startsWith('application/json') ?? false;

// Files

/** @throws Invalid for a PDF that nobody can open: here a person can still choose another. */
async function assertReadable(house: House, files: readonly ArrivedFile[]): Promise<void> {
  for (const file of files) {
    const message = await house.suggestions.unreadable(file);
    if (message) throw new Invalid([{ path: 'file', message, params: { name: file.name } }], 'error.fileRefused');
  }
}

/** Gives the arrived files to the draft, each in the role that its kind suggests. All of them or none. */
async function attachAll(house: House, req: Request, id: number): Promise<void> {
  const { files } = await house.deposits.copy(id, req.visitor);
  const attached: number[] = [];
  const arrived = req.arrived.splice(0);
  try {
    for (const file of arrived) {
      const role = await roleFor(
        file,
        attached.length === 0 ? files : (await house.deposits.copy(id, req.visitor)).files,
      );
      attached.push((await house.deposits.attach(id, req.visitor, file, role)).id);
    }
  } catch (error) {
    for (const fileId of attached) await house.deposits.detach(id, req.visitor, fileId);
    await forgetArrived(house, arrived.slice(attached.length + 1));
    throw error;
  }
}

/** Pictures, a ZIP of them and DjVu are pages of a scanned book while no other file is the work's text. */
async function roleFor(file: ArrivedFile, present: readonly WorkFile[]): Promise<'main' | 'page' | 'supplement'> {
  const text = present.find((other) => other.role === 'main');
  const isScan =
    /^image\/(jpeg|png|tiff|webp|vnd\.djvu)$/.test(file.mediaType) ||
    (file.mediaType === 'application/zip' && (await BookText.isZipOfPages(file.path)));
  if (isScan && (!text || isBook(text))) return 'page';
  return text ? 'supplement' : 'main';
}

/** Roles and accesses of files, as the form posts them: `files.17.role`. */
async function keepFiles(house: House, req: Request, copy: WorkingCopy): Promise<void> {
  for (const file of copy.files) {
    const role = fieldOf(req, `files.${file.id}.role`);
    const level = fieldOf(req, `files.${file.id}.access`);
    const known = (req.body as Typed)[`files.${file.id}.access`] !== undefined;
    const change: { role?: string; access?: unknown } = {};
    if (role !== '' && role !== file.role) change.role = role;
    if (known && level !== (file.access?.level ?? '')) {
      change.access =
        level === ''
          ? null
          : { level, openFrom: file.access?.openFrom ?? null, viewOnly: file.access?.viewOnly ?? false };
    }
    if (Object.keys(change).length > 0) await house.deposits.changeFile(copy.id, req.visitor, file.id, change);
  }
}

async function moveFile(house: House, req: Request, copy: WorkingCopy, fileId: number, action: string): Promise<void> {
  const order = copy.files.map((file) => file.id);
  const from = order.indexOf(fileId);
  const to = from + (action === 'upFile' ? -1 : 1);
  if (from < 0 || to < 0 || to >= order.length) return;
  order.splice(to, 0, order.splice(from, 1)[0]!);
  for (const [position, id] of order.entries()) {
    await house.deposits.changeFile(copy.id, req.visitor, id, { position });
  }
}

// People

/** Makes the typed name of contributor `index` an author of the catalogue. */
async function makePerson(house: House, req: Request, copy: WorkingCopy, index: number): Promise<void> {
  const candidate = copy.input as Candidate;
  const contributor = candidate.contributors[index] as Record<string, string> | undefined;
  if (!contributor?.name?.trim()) return;
  const orcid = contributor.orcid && isOrcid(contributor.orcid) ? contributor.orcid : null;
  const lang = languageOf(contributor.name) ?? 'ky';
  const person = await house.people.create({ names: [{ value: contributor.name, lang, kind: 'main' }], orcid });
  const contributors = candidate.contributors.map((each, i) => (i === index ? { ...each, personId: person.id } : each));
  await house.deposits.save(copy.id, req.visitor, { ...candidate, contributors }, null);
}

/** For names typed without choosing: the person of the catalogue who bears exactly this name, by row. */
async function offeredPeople(house: House, form: FormValues) {
  const offered = new Map<number, { id: number; mainName: string }>();
  for (const [index, row] of form.contributors.entries()) {
    const name = row.name!.trim();
    if (row.personId || name.length < 3 || name.length > 100 || index > 20) continue;
    const [person, another] = (await house.people.find(name, 3)).filter((each) =>
      each.names.some((known) => known.value.toLowerCase() === name.toLowerCase()),
    );
    if (person && !another) offered.set(index, person);
  }
  return offered;
}

// Proposals

async function foundIn(house: House, copy: WorkingCopy): Promise<Description | null> {
  const parts = { files: house.works.files, archive: house.archive, incoming: house.incoming };
  const pathOf = async (file: WorkFile) => (await pathOfFile(parts, file.id)).path;
  return house.suggestions.of(copy.files, pathOf);
}

const placeOf = (action: string, name: string): string =>
  ['add', 'remove', 'up'].includes(action) && isListName(name)
    ? name
    : action.endsWith('File') || action === 'upload'
      ? 'files'
      : action === 'use'
        ? 'found'
        : 'main';

const clockTime = (house: House): string =>
  new Intl.DateTimeFormat('en-GB', { timeZone: house.config.timeZone, hour: '2-digit', minute: '2-digit' }).format(
    house.clock.now(),
  );
