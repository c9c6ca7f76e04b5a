import { type Request, type Response, Router } from 'express';
import type { House } from '../house';
import { limitRate } from '../http/security';
import { fieldOf, formErrors, noErrors } from './form';
import { beginSession } from './sign-in';
import { render } from './view';

/** Links that work once: the first administrator's, and one with which a person sets a password. */
export function welcomeRoutes(house: House): Router {
  const router = Router();
  const { accounts } = house;
  router.use('/welcome', limitRate(60, 900));

  const page = async (req: Request, res: Response, errors = noErrors) => {
    const { purpose, accountId } = await accounts.link(req.params.secret as string);
    res.status(errors.status);
    render(house, req, res, 'welcome', {
      title: req.t(purpose === 'first-administrator' ? 'welcome.first' : 'welcome.set'),
      robots: 'noindex',
      isFirst: purpose === 'first-administrator',
      holder: accountId === null ? null : await accounts.get(accountId),
      email: fieldOf(req, 'email'),
      name: fieldOf(req, 'name'),
      errors,
    });
  };

  router.get('/welcome/:secret', (req, res) => page(req, res));

  router.post('/welcome/:secret', async (req, res) => {
    try {
      const account = await accounts.useLink(req.params.secret, fieldOf(req, 'password'), {
        email: fieldOf(req, 'email'),
        name: fieldOf(req, 'name'),
      });
      // Whoever makes the library's first account speaks the language of the page it was made on.
      if (account.role === 'administrator') await accounts.change(account.id, { language: req.language });
      await beginSession(house, req, res, account);
      res.redirect(303, account.role === 'administrator' ? '/admin' : '/account');
    } catch (error) {
      await page(req, res, formErrors(error, req, house));
    }
  });

  return router;
}
