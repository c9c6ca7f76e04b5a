import express, { type NextFunction, type Request, type Response, Router } from 'express';
import { NotFound } from '../errors';
import type { House } from '../house';
import { refuseOtherMethods } from '../http/methods';
import { problemOf } from '../http/problem';
import { inProject } from '../paths';
import { aboutRoutes } from './about';
import { accountRoutes } from './account';
import { adminRoutes } from './admin';
import { adminCollectionRoutes } from './admin-collections';
import { adminPeopleRoutes } from './admin-people';
import { arrangeRoutes } from './arrange';
import { browseRoutes } from './browse';
import { collectionRoutes } from './collections';
import { depositRoutes } from './deposit';
import { homeRoutes } from './home';
import { iiifRoutes } from './iiif';
import { keptPages } from './kept';
import { peopleRoutes } from './people';
import { readerRoutes } from './reader';
import { reviewRoutes } from './review';
import { searchRoutes } from './search';
import { searchableRoutes } from './searchable';
import { signInRoutes } from './sign-in';
import { render } from './view';
import { welcomeRoutes } from './welcome';
import { workRoutes } from './work';

const ROUTES = [
  // Readers
  homeRoutes,
  searchRoutes,
  browseRoutes,
  iiifRoutes,
  readerRoutes,
  searchableRoutes,
  workRoutes,
  peopleRoutes,
  collectionRoutes,
  aboutRoutes,
  // Accounts, depositors, staff
  signInRoutes,
  welcomeRoutes,
  accountRoutes,
  arrangeRoutes,
  depositRoutes,
  reviewRoutes,
  adminRoutes,
  adminPeopleRoutes,
  adminCollectionRoutes,
];

/** The pages for people. */
export function web(house: House): Router {
  const router = Router();
  router.use('/assets', assets());
  router.use(express.urlencoded({ extended: true, limit: '2mb', parameterLimit: 5000 }));
  router.use(keptPages(house));
  for (const routes of ROUTES) router.use(routes(house));
  router.use(refuseOtherMethods());
  router.use(() => {
    throw new NotFound();
  });
  router.use(errorPage(house));
  return router;
}

/** Our own styles and scripts. Their addresses change with their content, so a browser may keep them for good. */
function assets(): Router {
  const router = Router();
  // The house may stand in a folder whose name begins with a dot.
  const options = { immutable: true, maxAge: '365d', fallthrough: false, index: false, dotfiles: 'allow' } as const;
  router.get('/pico.min.css', (_req, res) =>
    res.sendFile(inProject('node_modules/@picocss/pico/css/pico.min.css'), options),
  );
  router.use(express.static(inProject('public'), options));
  return router;
}

/** Pictures and what viewers of others fetch: nobody stands before these who could sign in there. */
const IN_A_PAGE = /^\/iiif\/|^\/works\/[^/]+\/files\/[^/]+\/(?:thumbnail$|pages\/)/;

/** The one place where a page says what went wrong. */
export function errorPage(house: House) {
  return (error: unknown, req: Request, res: Response, next: NextFunction): void => {
    if (res.headersSent) {
      next(error);
      return;
    }
    const problem = problemOf(error, req, house.log);
    if (problem.retryAfterSeconds !== null) res.setHeader('Retry-After', problem.retryAfterSeconds);
    if (problem.status === 401 && req.method === 'GET') {
      if (!IN_A_PAGE.test(req.path)) {
        res.redirect(303, `/sign-in?next=${encodeURIComponent(req.originalUrl)}`);
        return;
      }
      res.setHeader('WWW-Authenticate', 'Bearer realm="Achyk"');
    }
    res.status(problem.status);
    render(house, req, res, 'error', { title: problem.message, problem, robots: 'noindex' });
  };
}
