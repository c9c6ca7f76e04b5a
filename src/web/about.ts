import { Router } from 'express';
import type { House } from '../house';
import { render } from './view';

export function aboutRoutes(house: House): Router {
  const router = Router();
  router.get('/about', (req, res) => {
    render(house, req, res, 'about', {
      title: req.t('about.heading'),
      canonical: '/about',
      description: req.t('about.what', { name: house.config.repositoryName }),
      levels: ['open', 'registered', 'campus', 'closed'].map((kind) => ({
        kind,
        label: req.t.tell(`access.${kind}`),
        text: req.t.tell(`about.access.${kind}`),
      })),
      contact: house.config.adminEmail ?? house.config.mailFrom,
    });
  });
  return router;
}
