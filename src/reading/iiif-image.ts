/** The parameters of the IIIF Image API 3.0, at level 1 and a little more. */

export interface ImageRequest {
  /** Pixels of the full picture. */
  region: { x: number; y: number; width: number; height: number };
  /** Pixels of the answer, before it is turned. */
  width: number;
  height: number;
  rotation: 0 | 90 | 180 | 270;
}

/** Why an address is no request: `syntax` and `range` are 400, `feature` is 501 in the words of the standard. */
export class ImageRequestWrong extends Error {
  constructor(readonly why: 'syntax' | 'range' | 'feature') {
    super(`IIIF image request: ${why}`);
  }
}

const wrong = (why: ImageRequestWrong['why'] = 'syntax'): never => {
  throw new ImageRequestWrong(why);
};

/** What `region/size/rotation/quality.format` asks of a picture of `full` size. @throws ImageRequestWrong */
export function parseImageRequest(
  full: { width: number; height: number },
  [region, size, rotation, file]: readonly [string, string, string, string],
): ImageRequest {
  const [quality, format] = file.split('.');
  if (!['default', 'color', 'gray', 'bitonal'].includes(quality ?? '') || !format) wrong();
  if (quality === 'gray' || quality === 'bitonal' || format !== 'jpg') wrong('feature');
  if (!/^!?\d+(\.\d+)?$/.test(rotation) || Number(rotation.replace('!', '')) > 360) wrong();
  if (!['0', '90', '180', '270'].includes(rotation)) wrong('feature');
  const cut = regionIn(full, region);
  return { region: cut, ...sizeOf(cut, size), rotation: Number(rotation) as ImageRequest['rotation'] };
}

function regionIn(full: { width: number; height: number }, text: string): ImageRequest['region'] {
  if (text === 'full') return { x: 0, y: 0, ...full };
  if (text === 'square') {
    const side = Math.min(full.width, full.height);
    return { x: (full.width - side) >> 1, y: (full.height - side) >> 1, width: side, height: side };
  }
  const match = /^(pct:)?(\d+(?:\.\d+)?),(\d+(?:\.\d+)?),(\d+(?:\.\d+)?),(\d+(?:\.\d+)?)$/.exec(text);
  if (!match) return wrong();
  const numbers = match.slice(2).map(Number) as [number, number, number, number];
  if (!match[1] && numbers.some((number) => !Number.isInteger(number))) wrong();
  const [x, y, w, h] = match[1]
    ? numbers.map((percent, i) => Math.round((percent / 100) * (i % 2 === 0 ? full.width : full.height)))
    : numbers;
  const width = Math.min(w!, full.width - x!);
  const height = Math.min(h!, full.height - y!);
  if (width < 1 || height < 1) wrong('range');
  return { x: x!, y: y!, width, height };
}

function sizeOf(region: { width: number; height: number }, text: string): { width: number; height: number } {
  if (text.startsWith('^')) return text === '^max' ? { width: region.width, height: region.height } : wrong('feature');
  if (text === 'max') return { width: region.width, height: region.height };
  const percent = /^pct:(\d+(?:\.\d+)?)$/.exec(text);
  const sides = /^(!?)(\d*),(\d*)$/.exec(text);
  let size: { width: number; height: number };
  if (percent) {
    const share = Number(percent[1]) / 100;
    size = { width: region.width * share, height: region.height * share };
  } else if (sides && (sides[2] || sides[3]) && !(sides[1] && !(sides[2] && sides[3]))) {
    const [w, h] = [Number(sides[2]), Number(sides[3])];
    if (sides[1]) {
      const share = Math.min(w / region.width, h / region.height, 1);
      size = { width: region.width * share, height: region.height * share };
    } else if (!sides[3]) size = { width: w, height: (region.height * w) / region.width };
    else if (!sides[2]) size = { width: (region.width * h) / region.height, height: h };
    else size = { width: w, height: h };
  } else return wrong();
  const whole = { width: Math.round(size.width), height: Math.round(size.height) };
  if (whole.width < 1 || whole.height < 1 || whole.width > region.width || whole.height > region.height) wrong('range');
  return whole;
}

/** The answer to `info.json`. */
export const imageInfo = (id: string, full: { width: number; height: number }, widths: readonly number[]) => ({
  '@context': 'http://iiif.io/api/image/3/context.json',
  id,
  type: 'ImageService3',
  protocol: 'http://iiif.io/api/image',
  profile: 'level1',
  ...full,
  sizes: widths
    .filter((width) => width <= full.width)
    .map((width) => ({ width, height: Math.max(1, Math.round((full.height * width) / full.width)) })),
  extraFeatures: ['rotationBy90s', 'sizeByPct', 'sizeByWh', 'sizeByConfinedWh', 'regionByPct', 'regionSquare'],
});
