import { type NextFunction, type Request, type Response, Router } from 'express';
import { mayReview } from '../access/access';
import { isStaff } from '../accounts/visitor';
import { Conflict, Forbidden, Invalid, NotFound, SignInNeeded } from '../errors';
import type { House } from '../house';
import { sentenceOf } from '../http/problem';
import { isBook } from '../works/book';
import type { WorkingCopy } from '../works/draft-store';
import { errorsOf, type FormErrors, fieldOf, formErrors, noErrors } from './form';
import { render } from './view';

const QUEUES = {
  submitted: 'review.queue',
  returned: 'review.returnedOnes',
  rejected: 'review.rejectedOnes',
  draft: 'review.draftOnes',
} as const;
type Queue = keyof typeof QUEUES;

/** The librarian's desk: the queue, the work as readers will see it with its checks, and what becomes of it. */
export function reviewRoutes(house: House): Router {
  const router = Router();
  const { works, deposits, accounts, duplicates } = house;

  router.get('/review', mustBeStaff, async (req, res) => {
    const asked = String(req.query.state ?? '');
    const state: Queue = asked in QUEUES ? (asked as Queue) : 'submitted';
    const copies = await works.drafts.queue(state);
    render(house, req, res, 'review', {
      title: req.t('review.title'),
      robots: 'noindex',
      state,
      queues: Object.entries(QUEUES).map(([name, label]) => ({ name, label: req.t(label) })),
      copies,
      owners: await ownersOf(copies.map((copy) => copy.ownerId)),
      isOwn: (copy: WorkingCopy) => !mayReview(req.visitor, copy),
      done: req.query.done === '1',
    });
  });

  const page = async (req: Request, res: Response, errors: FormErrors = noErrors) => {
    const id = idOf(req);
    const copy = await works.drafts.of(id);
    const published = (await works.publishedMany([id])).get(id) ?? null;
    const work = copy ?? published;
    if (!work) throw new NotFound();
    const alike = await duplicates.of(work);
    const others = await works.publishedMany(alike.map((each) => each.workId));
    const shown = [];
    for (const { workId, because } of alike) {
      const other = others.get(workId) ?? (await works.drafts.of(workId));
      if (other) shown.push({ work: other, because });
    }
    res.status(errors.status);
    render(house, req, res, 'review-work', {
      title: work.metadata.titles[0]?.value || req.t('account.untitled'),
      robots: 'noindex',
      work,
      copy,
      published,
      isBook,
      issues: (copy?.issues ?? []).map((issue) => ({ path: issue.path, message: sentenceOf(issue, req) })),
      alike: shown,
      history: await works.history(id),
      owners: await ownersOf([work.ownerId]),
      mayDecide: copy?.state === 'submitted' && mayReview(req.visitor, work),
      isOwn: !mayReview(req.visitor, work),
      typed: { comment: fieldOf(req, 'comment'), reason: fieldOf(req, 'reason') },
      people: await house.people.many(work.metadata.contributors.flatMap((each) => each.personId ?? [])),
      collections: new Map((await house.collections.all()).map((each) => [each.slug, each])),
      done: req.query.done === '1',
      errors,
    });
  };

  router.get('/review/:id', mustBeStaff, (req, res) => page(req, res));

  router.post('/review/:id/:act', mustBeStaff, async (req, res, next) => {
    const id = idOf(req);
    const { visitor } = req;
    try {
      switch (req.params.act) {
        case 'accept':
          await assertAsSeen(req, id);
          await deposits.accept(id, visitor);
          return res.redirect(303, `/review/${id}?done=1`);
        case 'return':
        case 'reject':
          await assertAsSeen(req, id);
          await deposits[req.params.act](id, visitor, fieldOf(req, 'comment'));
          return res.redirect(303, '/review?done=1');
        case 'withdraw':
          await deposits.withdraw(id, visitor, fieldOf(req, 'reason'));
          return res.redirect(303, `/works/${id}`);
        default:
          return next();
      }
    } catch (error) {
      if (error instanceof Invalid && !error.issues.some(({ path }) => path === 'comment' || path === 'reason')) {
        // What the description lacks is on the page, among the checks.
        return page(req, res, errorsOf([], req.t('review.incomplete')));
      }
      await page(req, res, formErrors(error, req, house));
    }
  });

  router.post('/works/:id/revise', async (req, res) => {
    if (req.visitor.role === null) throw new SignInNeeded();
    const id = idOf(req);
    // One is in hand already: whoever may edit it goes on with that.
    if (await works.drafts.of(id)) await deposits.copy(id, req.visitor);
    else await deposits.revise(id, req.visitor);
    res.redirect(303, `/deposit/${id}`);
  });

  /** What is decided about is what was looked at. @throws Conflict when it changed meanwhile */
  async function assertAsSeen(req: Request, id: number): Promise<void> {
    const { revision } = await deposits.copy(id, req.visitor);
    if (fieldOf(req, 'revision') !== String(revision)) throw new Conflict('review.changedSince');
  }

  async function ownersOf(ids: (number | null)[]): Promise<Map<number, string>> {
    const names = new Map<number, string>();
    for (const id of new Set(ids)) if (id !== null) names.set(id, (await accounts.get(id)).name);
    return names;
  }

  return router;
}

export function mustBeStaff(req: Request, _res: Response, next: NextFunction): void {
  if (req.visitor.role === null) throw new SignInNeeded();
  if (!isStaff(req.visitor)) throw new Forbidden();
  next();
}

function idOf(req: Request): number {
  const id = String(req.params.id);
  if (!/^[1-9]\d{0,14}$/.test(id)) throw new NotFound();
  return Number(id);
}
