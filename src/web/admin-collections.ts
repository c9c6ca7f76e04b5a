import { type Request, type Response, Router } from 'express';
import type { House } from '../house';
import type { Collection } from '../works/collections';
import { fieldOf, formErrors, noErrors } from './form';
import { type Row, rowsIn, type Typed } from './form-rows';
import { languageOptions } from './language-options';
import { mustBeStaff } from './review';
import { render } from './view';

interface CollectionForm {
  slug: string;
  parent: string;
  titles: Row[];
  descriptions: Row[];
}

/** The tree of collections, as librarians shape it. */
export function adminCollectionRoutes(house: House): Router {
  const router = Router();
  const { collections } = house;
  router.use('/admin/collections', mustBeStaff);

  router.get('/admin/collections', async (req, res) => {
    render(house, req, res, 'admin-collections', {
      title: req.t('staff.collections'),
      robots: 'noindex',
      collections: await collections.all(),
      saved: req.query.saved === '1',
    });
  });

  const page = async (
    req: Request,
    res: Response,
    collection: Collection | null,
    form: CollectionForm,
    errors = noErrors,
  ) => {
    const all = await collections.all();
    res.status(errors.status);
    render(house, req, res, 'admin-collection', {
      title: collection ? (collection.titles[0]?.value ?? collection.slug) : req.t('collectionForm.new'),
      robots: 'noindex',
      collection,
      form: {
        ...form,
        titles: [...form.titles, { value: '', lang: form.titles.length === 0 ? 'ky' : 'ru' }],
        descriptions: [...form.descriptions, { value: '', lang: 'ky' }],
      },
      parents: [
        ['', req.t('collectionForm.top')],
        ...all
          .filter((each) => !collection || !each.path.includes(collection.slug))
          .map((each) => [each.slug, `${'– '.repeat(each.path.length - 1)}${each.titles[0]!.value}`]),
      ],
      errors,
      languageOptions: (code: string) => languageOptions(req.language, code),
    });
  };

  router.get('/admin/collections/new', (req, res) =>
    page(req, res, null, { slug: '', parent: String(req.query.parent ?? ''), titles: [], descriptions: [] }),
  );
  router.get('/admin/collections/:slug', async (req, res) => {
    const collection = await collections.get(req.params.slug);
    await page(req, res, collection, { ...collection, parent: collection.parent ?? '' });
  });

  router.post(['/admin/collections', '/admin/collections/:slug'], async (req, res) => {
    const before = req.params.slug === undefined ? null : await collections.get(String(req.params.slug));
    const typed = req.body as Typed;
    const form = {
      slug: before?.slug ?? fieldOf(req, 'slug').trim(),
      parent: fieldOf(req, 'parent'),
      titles: rowsIn(typed, 'titles', ['value', 'lang'], ['value']),
      descriptions: rowsIn(typed, 'descriptions', ['value', 'lang'], ['value']),
    };
    try {
      if (before) await collections.change(before.slug, form);
      else await collections.create(form);
      res.redirect(303, '/admin/collections?saved=1');
    } catch (error) {
      await page(req, res, before, form, formErrors(error, req, house));
    }
  });

  router.post('/admin/collections/:slug/remove', async (req, res) => {
    const collection = await collections.get(req.params.slug);
    try {
      await collections.remove(collection.slug);
      res.redirect(303, '/admin/collections?saved=1');
    } catch (error) {
      await page(
        req,
        res,
        collection,
        { ...collection, parent: collection.parent ?? '' },
        formErrors(error, req, house),
      );
    }
  });

  return router;
}
