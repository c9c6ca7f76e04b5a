import { loadImage } from '@napi-rs/canvas';
import { ImageRequestWrong, parseImageRequest } from '../src/reading/iiif-image';
import { openTestApp, type TestApp } from './support/app';
import { pagePicture } from './support/book';
import { samplePdf } from './support/sample-pdf';

let app: TestApp;
let base: string;
beforeAll(async () => {
  app = await openTestApp();
  const work = await app.published({
    titles: [
      { value: 'Мөңгүлөр', lang: 'ky' },
      { value: 'Glaciers', lang: 'en' },
    ],
    rights: { licence: 'CC-BY-NC-ND-4.0', holder: null, statement: null } as never,
    files: [
      {
        name: 'китеп 1.pdf',
        mediaType: 'application/pdf',
        content: await samplePdf(['Бир', [{ text: 'Мөңгүлөр эрийт', at: [100, 200], size: 20 }]], {
          outline: [
            ['Кириш', 1],
            ['Мөңгү', 2],
          ],
        }),
      },
    ],
  });
  base = `/iiif/works/${work.id}/files/${work.files[0]!.id}`;
});

// biome-ignore lint/suspicious/noExplicitAny: a manifest is walked as any viewer walks it
const json = async (address: string): Promise<any> => {
  const answer = await app.browse().get(address).expect(200);
  expect(answer.headers['content-type']).toMatch(/^application\/ld\+json; ?profile="http:\/\/iiif\.io\/api\//);
  expect(answer.headers['access-control-allow-origin']).toBe('*');
  return JSON.parse(answer.text ?? answer.body.toString());
};
const local = (address: string) => address.replace('http://library.test', '');

test('the manifest keeps the rules of Presentation 3', async () => {
  const manifest = await json(`${base}/manifest.json`);
  expect(manifest).toMatchObject({
    '@context': 'http://iiif.io/api/presentation/3/context.json',
    id: `http://library.test${base}/manifest.json`,
    type: 'Manifest',
    label: { ky: ['Мөңгүлөр'], en: ['Glaciers'] },
    rights: 'http://creativecommons.org/licenses/by-nc-nd/4.0/',
  });
  expect(manifest.items).toHaveLength(2);
  const ids = new Set<string>();
  const walk = (value: unknown, parent = ''): void => {
    if (Array.isArray(value)) for (const item of value) walk(item, parent);
    else if (value && typeof value === 'object') {
      const { id, type, label } = value as { id?: string; type?: string; label?: unknown };
      if (type) expect(id).toMatch(/^http:\/\/library\.test\//);
      // Only references (a canvas in a range) and services may repeat an id.
      if (id && type && !['ImageService3', 'Image'].includes(type) && parent !== 'Range') {
        expect(ids.has(id)).toBe(false);
        ids.add(id);
      }
      if (label) for (const texts of Object.values(label)) expect(Array.isArray(texts)).toBe(true);
      for (const item of Object.values(value)) walk(item, type ?? parent);
    }
  };
  walk(manifest);
  for (const canvas of manifest.items) {
    const [annotation] = canvas.items[0].items;
    expect(annotation).toMatchObject({ type: 'Annotation', motivation: 'painting', target: canvas.id });
    expect(annotation.body.service[0]).toMatchObject({ type: 'ImageService3', profile: 'level1' });
    expect(canvas.width / canvas.height).toBeCloseTo(595.28 / 841.89, 2);
  }
  expect(manifest.structures.map((range: { label: unknown }) => range.label)).toEqual([
    { none: ['Кириш'] },
    { none: ['Мөңгү'] },
  ]);
  expect(manifest.structures[1].items[0].id).toBe(manifest.items[1].id);
  await app.browse().get(local(manifest.rendering[0].id)).expect(200);
});

test('every picture that the manifest names is there, in the size it says', async () => {
  const manifest = await json(`${base}/manifest.json`);
  const { body } = manifest.items[1].items[0].items[0];
  const picture = await loadImage((await app.browse().get(local(body.id)).expect(200)).body);
  expect(picture.width).toBe(body.width);
  expect(Math.abs(picture.height - body.height)).toBeLessThanOrEqual(1);
  const small = manifest.items[0].thumbnail[0];
  expect((await loadImage((await app.browse().get(local(small.id)).expect(200)).body)).width).toBe(200);
  const info = await json(`${local(body.service[0].id)}/info.json`);
  expect(info).toMatchObject({
    id: body.service[0].id,
    type: 'ImageService3',
    protocol: 'http://iiif.io/api/image',
    profile: 'level1',
    width: picture.width,
    height: picture.height,
  });
  await app
    .browse()
    .get(local(body.service[0].id))
    .expect(303)
    .expect('Location', `${local(body.service[0].id)}/info.json`);
});

test.each([
  [120, 160],
  [210, 280],
  [900, 1200],
])(
  'the small picture of a scan %i pixels wide is as wide as the manifest says, or as the scan',
  async (width, height) => {
    const content = await pagePicture('', { width, height });
    const work = await app.published({ files: [{ name: 'scan.jpg', mediaType: 'image/jpeg', content }] });
    const manifest = await json(`/iiif/works/${work.id}/files/${work.files[0]!.id}/manifest.json`);
    for (const small of [manifest.thumbnail[0], manifest.items[0].thumbnail[0]]) {
      const picture = await loadImage((await app.browse().get(local(small.id)).expect(200)).body);
      expect(picture.width).toBe(Math.min(200, width));
      if (small.width !== undefined) expect([small.width, small.height]).toEqual([picture.width, picture.height]);
      expect(small.width).toBe(width < 900 ? undefined : 200);
    }
  },
);

test('parts, sizes and turns of a picture', async () => {
  const page = `${base}/pages/2`;
  const sizeOf = async (params: string) => {
    const { width, height } = await loadImage((await app.browse().get(`${page}/${params}`).expect(200)).body);
    return [width, height];
  };
  expect(await sizeOf('0,0,400,300/max/0/default.jpg')).toEqual([400, 300]);
  expect(await sizeOf('0,0,400,300/200,/0/default.jpg')).toEqual([200, 150]);
  expect(await sizeOf('square/100,100/0/default.jpg')).toEqual([100, 100]);
  // Out of proportion, and as wide as what is kept.
  expect(await sizeOf('full/900,100/0/default.jpg')).toEqual([900, 100]);
  expect(await sizeOf('0,0,400,300/max/90/default.jpg')).toEqual([300, 400]);
  for (const bad of [
    'full/max/0/default.bmp2',
    'full/^3000,/0/default.jpg',
    '1,2,3/max/0/default.jpg',
    'full/9999,/0/default.jpg',
  ])
    expect([400, 501]).toContain((await app.browse().get(`${page}/${bad}`)).status);
  await app.browse().get(`${base}/pages/7/info.json`).expect(404);
});

test('a search answers with places on the canvas', async () => {
  const answer = await json(`${base}/search?q=${encodeURIComponent('мөңгү')}`);
  expect(answer).toMatchObject({ '@context': 'http://iiif.io/api/search/2/context.json', type: 'AnnotationPage' });
  expect(answer.items).toHaveLength(1);
  expect(answer.items[0].body.value).toBe('Мөңгүлөр');
  const [x, y] = /#xywh=(\d+),(\d+),\d+,\d+$/.exec(answer.items[0].target)!.slice(1).map(Number) as [number, number];
  expect(Math.abs(x - (100 / 595.28) * 2000)).toBeLessThan(8);
  expect(Math.abs(y - (200 / 841.89) * 2828)).toBeLessThan(25);
});

test('a word that is broken across lines is told whole at each of its parts, and the next one is told as itself', async () => {
  const lines = [
    { text: 'Тоодогу мөңгү-', at: [100, 200], size: 20 },
    { text: 'лөр эрийт, ар бир', at: [100, 225], size: 20 },
    { text: 'мөңгүнүн суусу азаят', at: [100, 250], size: 20 },
  ] as const;
  const content = await samplePdf([lines.map((line) => ({ ...line, at: [...line.at] as [number, number] }))]);
  const work = await app.published({ files: [{ name: 'a.pdf', mediaType: 'application/pdf', content }] });
  const answer = await json(
    `/iiif/works/${work.id}/files/${work.files[0]!.id}/search?q=${encodeURIComponent('мөңгү')}`,
  );
  const told = answer.items.map(({ body, target }: { body: { value: string }; target: string }) => {
    const y = Number(/#xywh=\d+,(\d+),/.exec(target)![1]);
    return [body.value, Math.round(((y / 2828) * 841.89 - 200) / 25)];
  });
  expect(told).toEqual([
    ['мөңгүлөр', 0],
    ['мөңгүлөр', 1],
    ['мөңгүнүн', 2],
  ]);
});

test('what is not open to all is not lent to other sites, and what is view-only not at all', async () => {
  const content = await samplePdf(['Жабык']);
  const closed = await app.published({
    access: { level: 'registered', openFrom: null, viewOnly: false } as never,
    files: [{ name: 'a.pdf', mediaType: 'application/pdf', content }],
  });
  const address = `/iiif/works/${closed.id}/files/${closed.files[0]!.id}`;
  await app
    .browse()
    .get(`${address}/manifest.json`)
    .expect(401)
    .expect('WWW-Authenticate', /^Bearer /);
  const { headers } = await (await app.as('reader')).get(`${address}/manifest.json`).expect(200);
  expect(headers['access-control-allow-origin']).toBeUndefined();
  const guarded = await app.published({
    access: { level: 'open', openFrom: null, viewOnly: true } as never,
    files: [{ name: 'a.pdf', mediaType: 'application/pdf', content }],
  });
  for (const end of ['manifest.json', 'search?q=жабык', 'pages/1/info.json', 'pages/1/full/max/0/default.jpg']) {
    await app
      .browse()
      .get(encodeURI(`/iiif/works/${guarded.id}/files/${guarded.files[0]!.id}/${end}`))
      .expect(403);
  }
});

test.each([
  [{ level: 'registered' }, 401],
  [{ level: 'campus' }, 403],
  [{ level: 'closed' }, 403],
  [{ level: 'open', openFrom: '2099-01-01' }, 403],
  [{ level: 'registered', openFrom: '2099-01-01' }, 403],
  ['withdrawn', 410],
])('a stranger who asks for what is %j is told %i, never sent to another page', async (access, status) => {
  const work = await app.published({
    ...(typeof access === 'object' ? { access: { openFrom: null, viewOnly: false, ...access } as never } : {}),
    files: [{ name: 'a.pdf', mediaType: 'application/pdf', content: await samplePdf(['Жабык']) }],
  });
  if (access === 'withdrawn') await app.house.deposits.withdraw(work.id, await app.visitor('administrator'), 'Ката');
  for (const end of ['manifest.json', 'search?q=a', 'pages/1/info.json', 'pages/1/full/max/0/default.jpg']) {
    await app.browse().get(`/iiif/works/${work.id}/files/${work.files[0]!.id}/${end}`).expect(status);
  }
});

describe('an image request', () => {
  const full = { width: 1000, height: 800 };
  test.each([
    ['full/max/0/default.jpg', { x: 0, y: 0, width: 1000, height: 800 }, 1000, 800],
    ['square/max/0/default.jpg', { x: 100, y: 0, width: 800, height: 800 }, 800, 800],
    ['900,700,500,500/max/0/color.jpg', { x: 900, y: 700, width: 100, height: 100 }, 100, 100],
    ['pct:50,50,50,50/pct:50/180/default.jpg', { x: 500, y: 400, width: 500, height: 400 }, 250, 200],
    ['full/!100,100/0/default.jpg', { x: 0, y: 0, width: 1000, height: 800 }, 100, 80],
    ['full/,400/0/default.jpg', { x: 0, y: 0, width: 1000, height: 800 }, 500, 400],
  ])('%s', (address, region, width, height) => {
    expect(parseImageRequest(full, address.split('/') as never)).toMatchObject({ region, width, height });
  });
  test.each([
    ['1000,0,10,10/max/0/default.jpg', 'range'],
    ['full/1001,/0/default.jpg', 'range'],
    ['full/,/0/default.jpg', 'syntax'],
    ['0,0,0.5,10/max/0/default.jpg', 'syntax'],
    ['full/max/45/default.jpg', 'feature'],
    ['full/max/0/gray.jpg', 'feature'],
    ['full/max/0/default', 'syntax'],
    ['full/max/x/default.jpg', 'syntax'],
  ])('%s is refused: %s', (address, why) => {
    expect(() => parseImageRequest(full, address.split('/') as never)).toThrow(ImageRequestWrong);
    try {
      parseImageRequest(full, address.split('/') as never);
    } catch (error) {
      expect((error as ImageRequestWrong).why).toBe(why);
    }
  });
});
