import BetterSqlite3 from 'better-sqlite3';
import { openTestApp } from './support/app';

test('while another process is long at its writing, reading goes on and writing is told to come back', async () => {
  const app = await openTestApp();
  const work = await app.published();
  const depositor = await app.as('depositor');
  const token = await app.token('depositor');
  const api = () => app.browse().post('/api/v1/works').set('Authorization', `Bearer ${token}`);
  const draft = { type: 'article', languages: ['ky'], titles: [{ value: 'Суу', lang: 'ky' }] };
  await api().send(draft).expect(201);

  app.house.database.sqlite.pragma('busy_timeout = 20'); // else each answer takes the ten seconds of patience
  const other = new BetterSqlite3(app.house.config.databaseFile);
  other.exec('BEGIN IMMEDIATE; UPDATE last_change SET number = number');
  await app.browse().get(`/works/${work.id}`).expect(200);
  await app.browse().get('/search?q=суу').expect(200);
  await depositor.get('/deposit').expect(200);
  const refused = await api().send(draft).expect(503).expect('Retry-After', '10');
  expect(refused.body).toMatchObject({ status: 503, title: 'Service Unavailable' });
  const page = await depositor.post('/account').type('form').send({ name: 'Айгүл', language: 'en' }).expect(503);
  expect(page.headers['retry-after']).toBe('10');

  other.exec('ROLLBACK');
  other.close();
  await api().send(draft).expect(201);
});
