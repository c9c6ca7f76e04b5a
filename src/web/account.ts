import { type Request, type Response, Router } from 'express';
import type { Account } from '../accounts/accounts';
import { Invalid, SignInNeeded } from '../errors';
import type { House } from '../house';
import { limitRate } from '../http/security';
import { isLanguage } from '../i18n';
import { errorsOf, fieldOf, formErrors, noErrors } from './form';
import { beginSession, rememberLanguage } from './sign-in';
import { render } from './view';

/** A person's own account: works and drafts, name and language, password, API tokens. */
export function accountRoutes(house: House): Router {
  const router = Router();
  const { accounts, works } = house;

  const page = async (
    req: Request,
    res: Response,
    more: { errors?: typeof noErrors; secret?: string; done?: string } = {},
  ) => {
    const account = holder(req);
    const [copies, published, tokens] = await Promise.all([
      works.drafts.ofAccount(account.id),
      works.ownedBy(account.id),
      accounts.tokens(account.id),
    ]);
    const errors = more.errors ?? noErrors;
    res.status(errors.status);
    render(house, req, res, 'account', {
      title: req.t('account.title'),
      robots: 'noindex',
      holder: await accounts.get(account.id),
      copies,
      published,
      tokens,
      secret: more.secret ?? null,
      done: more.done ?? null,
      typed: { name: req.body?.name ?? account.name, tokenName: fieldOf(req, 'tokenName') },
      errors,
    });
  };

  router.get('/account', (req, res) =>
    page(req, res, {
      done:
        req.query.done === 'password'
          ? req.t('account.passwordDone')
          : req.query.done
            ? req.t('form.saved')
            : undefined,
    }),
  );

  router.post('/account', async (req, res) => {
    const { id } = holder(req);
    const language = fieldOf(req, 'language');
    try {
      await accounts.change(id, { name: fieldOf(req, 'name'), ...(isLanguage(language) ? { language } : {}) });
      if (isLanguage(language)) rememberLanguage(house, res, language);
      res.redirect(303, '/account?done=1');
    } catch (error) {
      await page(req, res, { errors: formErrors(error, req, house) });
    }
  });

  router.post('/account/password', limitRate(20, 900, { failuresOnly: true }), async (req, res) => {
    const account = holder(req);
    try {
      if (!(await accounts.knowsPassword(account.id, fieldOf(req, 'present')))) {
        throw new Invalid([{ path: 'present', message: 'passwordWrong' }]);
      }
      await accounts.setPassword(account.id, fieldOf(req, 'password'));
      await beginSession(house, req, res, account); // every other session has ended
      res.redirect(303, '/account?done=password');
    } catch (error) {
      await page(req, res, { errors: formErrors(error, req, house) });
    }
  });

  router.post('/account/tokens', async (req, res) => {
    try {
      const { secret } = await accounts.createToken(holder(req).id, fieldOf(req, 'tokenName'));
      await page(req, res, { secret });
    } catch (error) {
      const { issues, message } = formErrors(error, req, house);
      await page(req, res, {
        errors: errorsOf(
          issues.map((issue) => ({ ...issue, path: 'tokenName' })),
          message,
        ),
      });
    }
  });

  router.post('/account/tokens/:id/revoke', async (req, res) => {
    await accounts.revokeToken(holder(req).id, Number(req.params.id));
    res.redirect(303, '/account?done=1#tokens');
  });

  return router;
}

function holder(req: Request): Account {
  if (!req.account) throw new SignInNeeded();
  return req.account;
}
