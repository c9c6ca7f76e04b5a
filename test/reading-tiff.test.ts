import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { loadImage } from '@napi-rs/canvas';
import { Renderer } from '../src/reading/renderer';
import { imageSize } from '../src/text/image-size';
import { tiffPages } from '../src/text/tiff';
import { darkness, hasTiffTools, MARK, pagePicture, tiff, tiffBy } from './support/book';
import { scan } from './support/scan';

const describeWithTools: typeof describe | typeof describe.skip = hasTiffTools ? describe : describe.skip;
if (!hasTiffTools) {
  if (process.env.CI) throw new Error('CI needs tiffcp and tiffset: apt-get install libtiff-tools');
  console.log('libtiff-tools is not installed: TIFFs as other programs write them are not tried');
}

const folder = mkdtempSync(path.join(os.tmpdir(), 'achyk-tiffs-'));
const renderer = new Renderer();
afterAll(async () => {
  await renderer.close();
  rmSync(folder, { recursive: true, force: true });
});

function put(content: Buffer): string {
  const file = path.join(folder, `${Math.random()}.tif`);
  writeFileSync(file, content);
  return file;
}

async function drawn(file: string, page: number): Promise<Buffer> {
  const to = path.join(folder, 'drawn.jpg');
  await renderer.render({ path: file, mediaType: 'image/tiff', page, size: null }, 2_000, to);
  return readFileSync(to);
}

describeWithTools('black and white scans as scanners and fax machines pack them', () => {
  let pictures: Buffer[];
  beforeAll(async () => {
    const grainy = scan('Ысык-Көл өрөөнүнүн тарыхы', { dpi: 150, noise: 60, skew: 2, inches: { width: 6, height: 3 } });
    pictures = [await pagePicture('Биринчи барак'), grainy.jpeg, await pagePicture('Үчүнчү барак', { width: 901 })];
  });

  test.each([
    ['CCITT group 4', 'packbits', ['-c', 'g4']],
    ['CCITT group 4 that counts ink', 'fax', ['-c', 'g4']],
    ['CCITT group 4 in strips', 'fax', ['-c', 'g4', '-r', '50']],
    ['CCITT group 4, bits the other way round', 'fax', ['-c', 'g4', '-f', 'lsb2msb']],
    ['CCITT group 4 in Motorola order', 'fax', ['-c', 'g4', '-B']],
    ['CCITT group 3', 'fax', ['-c', 'g3:1d']],
    ['CCITT group 3 in two dimensions, filled', 'fax', ['-c', 'g3:2d:fill']],
    ['LZW', 'packbits', ['-c', 'lzw']],
    ['deflate', 'packbits', ['-c', 'zip']],
  ] as const)('%s, of several pages, pixel for pixel', async (_what, form, options) => {
    const plain = put(await tiff(pictures, 'packbits'));
    const packed = put(tiffBy(await tiff(pictures, form), [...options]));
    expect(await tiffPages(packed)).toHaveLength(3);
    for (const page of [1, 2, 3]) expect((await drawn(packed, page)).equals(await drawn(plain, page))).toBe(true);
    expect(await darkness(await drawn(packed, 1), MARK)).toBeGreaterThan(0.9);
    expect(await darkness(await drawn(packed, 1), [0.5, 0.5, 0.9, 0.8])).toBeLessThan(0.05);
  });
});

describeWithTools('the orientation a scanner writes', () => {
  // Where the mark, at the lower left of the upright page, lies in the file that says so.
  const [left, top, right, bottom] = MARK;
  test.each<[number, [number, number, number, number]]>([
    [1, [left, top, right, bottom]],
    [2, [1 - right, top, 1 - left, bottom]],
    [3, [1 - right, 1 - bottom, 1 - left, 1 - top]],
    [4, [left, 1 - bottom, right, 1 - top]],
    [5, [top, left, bottom, right]],
    [6, [1 - bottom, left, 1 - top, right]],
    [7, [1 - bottom, 1 - right, 1 - top, 1 - left]],
    [8, [top, 1 - right, bottom, 1 - left]],
  ])('%i is how the page is shown', async (orientation, place) => {
    const file = put(tiffBy(await tiff([await pagePicture('Бет')], 'fax'), ['-c', 'g4'], orientation));
    const picture = await drawn(file, 1);
    const { width, height } = await loadImage(picture);
    const upright = orientation < 5 ? { width: 900, height: 1_200 } : { width: 1_200, height: 900 };
    expect({ width, height }).toEqual(upright);
    expect(await darkness(picture, place)).toBeGreaterThan(0.9);
    expect((await tiffPages(file))[0]).toEqual({ ...upright, dpi: 150 });
    expect(await imageSize(file)).toEqual({ ...upright, dpi: 150 });
  });
});
