import { Router } from 'express';
import type { House } from '../house';
import { render } from './view';

export function homeRoutes(house: House): Router {
  const router = Router();
  router.get('/', async (req, res) => {
    const works = await house.works.publishedMany(await house.catalogue.newest(8));
    render(house, req, res, 'home', {
      title: house.config.repositoryName,
      newest: [...works.values()],
      collections: await house.collections.tree(),
      numbers: await house.catalogue.numbers(),
    });
  });
  return router;
}
