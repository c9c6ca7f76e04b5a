import { createCanvas, loadImage } from '@napi-rs/canvas';

export interface Area {
  x: number;
  y: number;
  width: number;
  height: number;
}

export type Shade = (red: number, green: number, blue: number) => boolean;

export const isYellow: Shade = (r, g, b) => r > 190 && g > 145 && b < 140;
export const isInk: Shade = (r, g, b) => r < 110 && g < 110 && b < 110;

/** A picture that can be asked what colours it has where. */
export interface Pixels {
  width: number;
  height: number;
  /** The part of the area, 0 to 1, that has such a shade. */
  share(area: Area, is: Shade): number;
  data: Uint8ClampedArray;
}

export async function pixelsOf(picture: Buffer): Promise<Pixels> {
  const image = await loadImage(picture);
  const canvas = createCanvas(image.width, image.height);
  const context = canvas.getContext('2d');
  context.drawImage(image, 0, 0);
  const { width, height } = image;
  return {
    width,
    height,
    data: context.getImageData(0, 0, width, height).data,
    share: ({ x, y, width: across, height: down }, is) => {
      const { data } = context.getImageData(Math.round(x), Math.round(y), Math.round(across), Math.round(down));
      let found = 0;
      for (let i = 0; i < data.length; i += 4) if (is(data[i]!, data[i + 1]!, data[i + 2]!)) found += 1;
      return found / (data.length / 4);
    },
  };
}

/** The smallest area in which two pictures of one size differ, in parts of their width and height. */
export function difference(one: Pixels, other: Pixels, least = 90): Area {
  let [left, top, right, bottom] = [one.width, one.height, -1, -1];
  for (let i = 0; i < one.data.length; i += 4) {
    if (Math.abs(one.data[i]! - other.data[i]!) < least) continue;
    const at = i / 4;
    const [x, y] = [at % one.width, Math.floor(at / one.width)];
    [left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x), Math.max(bottom, y)];
  }
  return {
    x: left / one.width,
    y: top / one.height,
    width: (right + 1 - left) / one.width,
    height: (bottom + 1 - top) / one.height,
  };
}
