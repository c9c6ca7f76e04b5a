import { readFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { type NextFunction, type Request, type Response, Router } from 'express';
import { ROLES } from '../accounts/visitor';
import { Forbidden, NotFound, SignInNeeded } from '../errors';
import type { House } from '../house';
import { inProject } from '../paths';
import { findProgram } from '../text/outside-program';
import { type FormErrors, fieldOf, formErrors, noErrors } from './form';
import { render } from './view';

const MOST_JOBS = 100;

/** The state of the library, its jobs, and who may do what in it. For administrators. */
export function adminRoutes(house: House): Router {
  const router = Router();
  const { accounts, jobs, works, config, letters } = house;
  const { sqlite } = house.database;

  router.get('/admin', mustAdminister, async (req, res) => {
    const [counts, list, failures, numbers, disk] = await Promise.all([
      jobs.counts(),
      jobs.list(MOST_JOBS),
      works.files.failures(),
      house.catalogue.numbers(),
      statfs(config.dataDir),
    ]);
    render(house, req, res, 'admin', {
      title: req.t('admin.title'),
      robots: 'noindex',
      programs: await programs(house),
      folder: config.dataDir,
      freeBytes: disk.bavail * disk.bsize,
      databaseBytes:
        Number(sqlite.pragma('page_count', { simple: true })) * Number(sqlite.pragma('page_size', { simple: true })),
      memoryBytes: process.memoryUsage().rss,
      hours: Math.floor(process.uptime() / 3600),
      version: VERSION,
      numbers,
      counts,
      jobs: list,
      failures,
      done: req.query.done === '1',
    });
  });

  router.post('/admin/jobs/restart', mustAdminister, async (req, res) => {
    const only = fieldOf(req, 'job');
    const dead = (await jobs.list(10_000)).filter((job) => job.state === 'dead');
    for (const job of dead) if (only === '' || String(job.id) === only) await jobs.restart(job.id);
    res.redirect(303, '/admin?done=1#jobs');
  });

  router.post('/admin/files/:id/read-again', mustAdminister, async (req, res) => {
    const id = Number(req.params.id);
    if (!Number.isSafeInteger(id)) throw new NotFound();
    await works.files.bytesOf(id); // @throws NotFound
    await works.files.setText(id, { state: 'waiting' });
    await jobs.add('extract-text', id);
    res.redirect(303, '/admin?done=1#failures');
  });

  // Accounts

  const accountsPage = async (
    req: Request,
    res: Response,
    more: { errors?: FormErrors; link?: { name: string; address: string } } = {},
  ) => {
    const errors = more.errors ?? noErrors;
    res.status(errors.status);
    res.setHeader('Cache-Control', 'no-store');
    render(house, req, res, 'admin-accounts', {
      title: req.t('staff.accounts'),
      robots: 'noindex',
      accounts: await accounts.list(),
      roles: ROLES.map((role) => [role, req.t(`userRole.${role}`)]),
      hasMail: letters.areSent,
      link: more.link ?? null,
      typed: {
        email: fieldOf(req, 'email'),
        name: fieldOf(req, 'name'),
        role: fieldOf(req, 'role') || 'depositor',
        language: fieldOf(req, 'language') || config.defaultLanguage,
      },
      errors,
      done: req.query.done === '1',
    });
  };
  const linkFor = async (account: { id: number; name: string }) => ({
    name: account.name,
    address: `${config.baseUrl}/welcome/${await accounts.createLink(account.id)}`,
  });

  router.get('/admin/accounts', mustAdminister, (req, res) => accountsPage(req, res));

  router.post('/admin/accounts', mustAdminister, async (req, res) => {
    try {
      const [email, name, role, language] = ['email', 'name', 'role', 'language'].map((field) => fieldOf(req, field));
      const account = await accounts.create({
        email: email!,
        name: name!,
        role: role as 'reader',
        language: language as 'ky',
      });
      await letters.invitation(account.id);
      await accountsPage(req, res, { link: await linkFor(account) });
    } catch (error) {
      await accountsPage(req, res, { errors: formErrors(error, req, house) });
    }
  });

  router.post('/admin/accounts/:id', mustAdminister, async (req, res) => {
    const account = await accounts.get(idOf(req));
    const act = fieldOf(req, 'action');
    try {
      if (act === 'link') return await accountsPage(req, res, { link: await linkFor(account) });
      if (act === 'disable' || act === 'enable') await accounts.change(account.id, { disabled: act === 'disable' });
      else await accounts.change(account.id, { role: fieldOf(req, 'role') as 'reader' });
      res.redirect(303, '/admin/accounts?done=1');
    } catch (error) {
      const errors = formErrors(error, req, house);
      await accountsPage(req, res, { errors: { ...errors, issues: [] } });
    }
  });

  return router;
}

function mustAdminister(req: Request, _res: Response, next: NextFunction): void {
  if (req.visitor.role === null) throw new SignInNeeded();
  if (req.visitor.role !== 'administrator') throw new Forbidden();
  next();
}

const VERSION = (JSON.parse(readFileSync(inProject('package.json'), 'utf8')) as { version: string }).version;

function idOf(req: Request): number {
  const id = String(req.params.id);
  if (!/^[1-9]\d{0,14}$/.test(id)) throw new NotFound();
  return Number(id);
}

/** What this machine has beside Node, and what each is for. */
async function programs(house: House) {
  const found = (name: 'pdftotext' | 'pdftoppm' | 'tesseract' | 'ddjvu') => {
    const path = findProgram(name);
    const builtIn = !path && name !== 'ddjvu'; // nothing of ours stands in for it
    return { name, about: `admin.${name}`, state: path ? 'found' : 'missing', detail: path ?? '', builtIn };
  };
  const clamd = house.scanner.isConfigured ? await house.scanner.version() : null;
  return [
    found('pdftotext'),
    found('pdftoppm'),
    found('tesseract'),
    found('ddjvu'),
    {
      name: 'clamd',
      about: 'admin.clamd',
      state: clamd ? 'found' : house.scanner.isConfigured ? 'silent' : 'notSet',
      detail: clamd ?? (house.scanner.isConfigured ? '' : 'CLAMD'),
      builtIn: false,
    },
    {
      name: 'SMTP',
      about: 'admin.smtp',
      state: house.letters.areSent ? 'found' : 'notSet',
      detail: house.letters.areSent ? new URL(house.config.smtpUrl!).host : 'SMTP_URL',
      builtIn: false,
    },
  ];
}
