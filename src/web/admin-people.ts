import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { type Request, type Response, Router } from 'express';
import { Invalid, NotFound, Outdated } from '../errors';
import type { House } from '../house';
import { receiveFiles } from '../http/upload';
import type { Person } from '../people/people';
import { errorsOf, fieldOf, formErrors, noErrors } from './form';
import { type Row, rowsIn, type Typed, textOf } from './form-rows';
import { languageOptions } from './language-options';
import { mustBeStaff } from './review';
import { render } from './view';

const A_PAGE = 50;
const PORTRAIT = { bytes: 5 * 1024 * 1024, width: 800, types: ['image/jpeg', 'image/png', 'image/webp'] };

/** Authors of the catalogue, as librarians keep them. */
export function adminPeopleRoutes(house: House): Router {
  const router = Router();
  const { people, authorities, incoming } = house;
  const receive = receiveFiles(house, 'portrait', { files: 1, bytes: PORTRAIT.bytes, refuseLater: true });
  router.use('/admin/people', mustBeStaff);

  router.get('/admin/people', async (req, res) => {
    const q = typeof req.query.q === 'string' ? req.query.q : '';
    const page = Math.max(1, Math.min(10_000, Math.floor(Number(req.query.page)) || 1));
    const { total, items } = q
      ? { total: 0, items: await people.find(q, A_PAGE) }
      : await people.list({ limit: A_PAGE, offset: (page - 1) * A_PAGE });
    render(house, req, res, 'admin-people', {
      title: req.t('staff.people'),
      robots: 'noindex',
      typedName: q,
      people: items,
      page,
      pages: q ? 1 : Math.max(1, Math.ceil(total / A_PAGE)),
    });
  });

  const page = (req: Request, res: Response, person: Person | null, form: PersonForm, errors = noErrors) => {
    res.status(errors.status);
    render(house, req, res, 'admin-person', {
      title: person?.mainName ?? req.t('personForm.new'),
      robots: 'noindex',
      person,
      form: withBlankRows(form),
      errors,
      saved: req.query.saved === '1',
      languageOptions: (code: string) => languageOptions(req.language, code),
    });
  };

  router.get('/admin/people/new', (req, res) => page(req, res, null, formOf(null)));
  router.get('/admin/people/:id', async (req, res) => {
    const person = await people.get(idOf(req));
    page(req, res, person, formOf(person));
  });

  router.post(['/admin/people', '/admin/people/:id'], receive, async (req, res) => {
    const before = req.params.id === undefined ? null : await people.get(idOf(req));
    const form = typedForm(req.body as Typed);
    const [picture] = req.arrived;
    try {
      if (req.refusal) throw refusedPortrait();
      if (picture && !PORTRAIT.types.includes(picture.mediaType)) throw refusedPortrait();
      const drawn = picture && (await redrawn(house, picture.path, picture.mediaType));
      try {
        const person = before
          ? await people.change(before.id, form, Number(fieldOf(req, 'revision')))
          : await people.create(form);
        const by = { name: req.visitor.name ?? 'Achyk', address: req.account ? `mailto:${req.account.email}` : null };
        if (drawn) await authorities.setPortrait(person.id, { ...drawn, mediaType: 'image/jpeg' }, by);
        else if (fieldOf(req, 'removePortrait')) await authorities.setPortrait(person.id, null, by);
        res.redirect(303, `/admin/people/${person.id}?saved=1`);
      } finally {
        if (drawn) await incoming.remove(drawn.key);
      }
    } catch (error) {
      if (error instanceof Outdated && before) {
        // What was typed is shown again, to be saved over the other's change or not.
        return page(req, res, before, form, errorsOf([], req.t('personForm.outdated'), 412));
      }
      page(req, res, before, form, formErrors(error, req, house));
    } finally {
      if (picture) await incoming.remove(picture.key);
    }
  });

  return router;
}

const refusedPortrait = () => new Invalid([{ path: 'portrait', message: 'portrait' }]);

/** The picture drawn anew within bounds, so that nothing but its pixels is ever served. @throws Invalid */
async function redrawn(house: House, path: string, mediaType: string) {
  const to = `${path}.drawn.jpg`;
  try {
    await house.renderer.render({ path, mediaType, page: 1, size: null }, PORTRAIT.width, to);
    return await house.incoming.receive(createReadStream(to), { limitBytes: PORTRAIT.bytes });
  } catch (error) {
    house.log.info({ err: error }, 'portrait could not be drawn');
    throw refusedPortrait();
  } finally {
    await rm(to, { force: true });
  }
}

interface PersonForm {
  names: Row[];
  biographies: Row[];
  links: Row[];
  degree: string;
  position: string;
  department: string;
  orcid: string;
  born: string;
  died: string;
}

const LINES = ['degree', 'position', 'department', 'orcid', 'born', 'died'] as const;

function typedForm(typed: Typed): PersonForm {
  const lines = Object.fromEntries(LINES.map((name) => [name, textOf(typed[name])])) as Record<
    (typeof LINES)[number],
    string
  >;
  const names = rowsIn(typed, 'names', ['value', 'lang'], ['value']);
  return {
    ...lines,
    names: names.map((row, i) => ({ ...row, kind: i === 0 ? 'main' : 'variant' })),
    biographies: rowsIn(typed, 'biographies', ['value', 'lang'], ['value']),
    links: rowsIn(typed, 'links', ['title', 'url'], ['title', 'url']),
  };
}

function formOf(person: Person | null): PersonForm {
  const lines = Object.fromEntries(LINES.map((name) => [name, person?.[name] ?? ''])) as Record<
    (typeof LINES)[number],
    string
  >;
  const mainFirst = [...(person?.names ?? [])].sort((a, b) => Number(b.kind === 'main') - Number(a.kind === 'main'));
  return { ...lines, names: mainFirst, biographies: person?.biographies ?? [], links: person?.links ?? [] };
}

/** One row more of each list, to type into. */
const withBlankRows = (form: PersonForm): PersonForm => ({
  ...form,
  names: [...form.names, { value: '', lang: form.names.length === 0 ? 'ky' : 'ru' }],
  biographies: [...form.biographies, { value: '', lang: 'ky' }],
  links: [...form.links, { title: '', url: '' }],
});

function idOf(req: Request): number {
  const id = String(req.params.id);
  if (!/^[1-9]\d{0,14}$/.test(id)) throw new NotFound();
  return Number(id);
}
