import { readFile, writeFile } from 'node:fs/promises';

/** A picture in shades of grey, one byte a pixel, rows from the top. */
export interface Grey {
  width: number;
  height: number;
  data: Uint8Array;
}

/** Reads a binary PGM. @throws RangeError when it is none */
export async function readPgm(path: string): Promise<Grey> {
  const bytes = await readFile(path);
  const head = /^P5\s+(?:#[^\n]*\n\s*)*(\d+)\s+(\d+)\s+255\s/.exec(bytes.toString('latin1', 0, 200));
  if (!head) throw new RangeError('Not a PGM picture');
  const [width, height] = [Number(head[1]), Number(head[2])];
  const data = bytes.subarray(head[0].length, head[0].length + width * height);
  if (data.length !== width * height) throw new RangeError('The PGM picture is cut off');
  return { width, height, data };
}

/** `dpi` is for who reads the picture; the format itself has no place for it. */
export async function writePgm(path: string, { width, height, data }: Grey): Promise<void> {
  await writeFile(path, Buffer.concat([Buffer.from(`P5\n${width} ${height}\n255\n`), data]));
}

/** Grey out of RGBA rows; what is transparent is paper. */
export function greyOf(pixels: Uint8Array | Uint8ClampedArray, width: number, height: number): Grey {
  const data = new Uint8Array(width * height);
  for (let i = 0, at = 0; i < data.length; i++, at += 4) {
    const alpha = pixels[at + 3]! / 255;
    const light = 0.299 * pixels[at]! + 0.587 * pixels[at + 1]! + 0.114 * pixels[at + 2]!;
    data[i] = light * alpha + 255 * (1 - alpha);
  }
  return { width, height, data };
}

/** Turned clockwise by quarters of a turn. */
export function quarterTurned(picture: Grey, degrees: 0 | 90 | 180 | 270): Grey {
  if (degrees === 0) return picture;
  const { width, height, data } = picture;
  const out = new Uint8Array(data.length);
  const last = data.length - 1;
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      if (degrees === 180) out[last - at] = data[at]!;
      else if (degrees === 90) out[x * height + (height - 1 - y)] = data[at]!;
      else out[(width - 1 - x) * height + y] = data[at]!;
    }
  }
  return degrees === 180 ? { width, height, data: out } : { width: height, height: width, data: out };
}

/** Each pixel the middle one of the nine around it: specks of noise go, edges stay. */
export function median({ width, height, data }: Grey): Grey {
  const out = new Uint8Array(data);
  const nine = new Uint8Array(9);
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      let n = 0;
      for (let row = at - width; row <= at + width; row += width) {
        nine[n++] = data[row - 1]!;
        nine[n++] = data[row]!;
        nine[n++] = data[row + 1]!;
      }
      // Five passes of a selection sort bring the middle one into its place.
      for (let i = 0; i < 5; i++) {
        let least = i;
        for (let j = i + 1; j < 9; j++) if (nine[j]! < nine[least]!) least = j;
        const value = nine[i]!;
        nine[i] = nine[least]!;
        nine[least] = value;
      }
      out[at] = nine[4]!;
    }
  }
  return { width, height, data: out };
}

/** Each pixel a mean of itself (a quarter) and its eight neighbours: grain becomes grey. */
export function softened({ width, height, data }: Grey): Grey {
  const across = new Uint16Array(width * height);
  const out = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      across[at] = data[x > 0 ? at - 1 : at]! + 2 * data[at]! + data[x < width - 1 ? at + 1 : at]!;
    }
  }
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      out[at] = (across[y > 0 ? at - width : at]! + 2 * across[at]! + across[y < height - 1 ? at + width : at]!) >> 4;
    }
  }
  return { width, height, data: out };
}

/** Ink made black and paper white: what lies between is spread over all shades. */
export function stretched({ width, height, data }: Grey): Grey {
  const counts = new Float64Array(256);
  for (const shade of data) counts[shade]! += 1;
  const shadeAt = (share: number) => {
    let left = share * data.length - counts[0]!;
    let shade = 0;
    while (shade < 255 && left > 0) {
      shade += 1;
      left -= counts[shade]!;
    }
    return shade;
  };
  const [ink, paper] = [shadeAt(0.01), shadeAt(0.6)];
  if (paper - ink < 20) return { width, height, data };
  const to = new Uint8ClampedArray(256).map((_, shade) => ((shade - ink) * 255) / (paper - ink));
  return { width, height, data: data.map((shade) => to[shade]!) };
}

/** Pixels of the side of a piece of paper that is lit alike: a twenty-fifth of a page's width, several lines high. */
const pieceOf = (width: number) => Math.max(16, Math.round(width / 25));

/** How light the paper is, piece by piece: the shade that four fifths of a piece's pixels do not exceed. */
function paperOf({ width, height, data }: Grey): Grey {
  const piece = pieceOf(width);
  const [across, down] = [Math.max(1, Math.ceil(width / piece)), Math.max(1, Math.ceil(height / piece))];
  const paper = new Uint8Array(across * down);
  const counts = new Uint32Array(256);
  for (let row = 0; row < down; row++) {
    for (let column = 0; column < across; column++) {
      counts.fill(0);
      const [bottom, right] = [Math.min(height, (row + 1) * piece), Math.min(width, (column + 1) * piece)];
      for (let y = row * piece; y < bottom; y++) {
        for (let x = column * piece; x < right; x++) counts[data[y * width + x]!]! += 1;
      }
      let left = (bottom - row * piece) * (right - column * piece) * 0.8;
      let shade = 0;
      while (shade < 255 && left > counts[shade]!) left -= counts[shade++]!;
      paper[row * across + column] = shade;
    }
  }
  return median({ width: across, height: down, data: paper });
}

/** By how many shades, of 255, the paper is darker in its shadows (at the spine, in a fold) than in the light. */
export function shadowOf(picture: Grey): number {
  const shades = paperOf(picture).data.slice().sort();
  const at = (share: number) => shades[Math.min(shades.length - 1, Math.floor(share * shades.length))]!;
  return at(0.95) - at(0.05);
}

/** Lit alike everywhere: each pixel against the paper around it. */
export function evenlyLit(picture: Grey): Grey {
  const { width, height, data } = picture;
  const paper = paperOf(picture);
  const piece = pieceOf(width);
  const out = new Uint8ClampedArray(width * height);
  const within = (value: number, most: number) => Math.min(most, Math.max(0, value));
  for (let y = 0; y < height; y++) {
    const down = within((y + 0.5) / piece - 0.5, paper.height - 1);
    for (let x = 0; x < width; x++) {
      const light = between(paper, within((x + 0.5) / piece - 0.5, paper.width - 1), down);
      out[y * width + x] = (data[y * width + x]! * 240) / Math.max(DARKEST_PAPER, light);
    }
  }
  return { width, height, data: new Uint8Array(out.buffer) };
}

/** Darker is no paper in a shadow but a photograph, or ink. */
const DARKEST_PAPER = 60;

/** How grainy it is: by how many shades, of 255, a pixel differs from its neighbourhood on average. */
export function grainOf(picture: Grey): number {
  const { data } = median(picture);
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += Math.abs(data[i]! - picture.data[i]!);
  return sum / data.length;
}

/** The picture `factor` times as large or small, smoothly. */
export function scaled(picture: Grey, factor: number): Grey {
  if (factor < 0.75) return scaled(halved(picture), factor * 2);
  const width = Math.max(1, Math.round(picture.width * factor));
  const height = Math.max(1, Math.round(picture.height * factor));
  const data = new Uint8Array(width * height);
  const across = new Float64Array(width).map((_, x) =>
    Math.min(picture.width - 1, Math.max(0, (x + 0.5) / factor - 0.5)),
  );
  for (let y = 0; y < height; y++) {
    const down = Math.min(picture.height - 1, Math.max(0, (y + 0.5) / factor - 0.5));
    for (let x = 0; x < width; x++) data[y * width + x] = between(picture, across[x]!, down);
  }
  return { width, height, data };
}

function halved({ width: from, height: rows, data }: Grey): Grey {
  const [width, height] = [Math.max(1, from >> 1), Math.max(1, rows >> 1)];
  const out = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = Math.min(y * 2, rows - 1) * from + Math.min(x * 2, from - 1);
      const right = x * 2 + 1 < from ? 1 : 0;
      const below = y * 2 + 1 < rows ? from : 0;
      out[y * width + x] = (data[at]! + data[at + right]! + data[at + below]! + data[at + below + right]!) >> 2;
    }
  }
  return { width, height, data: out };
}

/** The shade at a point between pixels. */
function between({ width, height, data }: Grey, x: number, y: number): number {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [right, bottom] = [Math.min(left + 1, width - 1), Math.min(top + 1, height - 1)];
  const [dx, dy] = [x - left, y - top];
  const above = data[top * width + left]! * (1 - dx) + data[top * width + right]! * dx;
  const below = data[bottom * width + left]! * (1 - dx) + data[bottom * width + right]! * dx;
  return above * (1 - dy) + below * dy;
}

/** How far lines of text lean, in degrees: positive when they sink to the right. 0 when the page has no clear lines. */
export function skewOf(picture: Grey): number {
  const small = picture.width > 1_000 ? scaled(picture, 800 / picture.width) : picture;
  const dark: [number, number][] = [];
  const limit = threshold(small);
  for (let y = 0; y < small.height; y++) {
    for (let x = 0; x < small.width; x++) if (small.data[y * small.width + x]! < limit) dark.push([x, y]);
  }
  if (dark.length < 500) return 0;
  const step = Math.max(1, Math.floor(dark.length / 60_000));
  const sharpness = (degrees: number) => {
    const rows = new Float64Array(small.height * 2);
    const slope = Math.tan((degrees * Math.PI) / 180);
    for (let i = 0; i < dark.length; i += step) {
      const [x, y] = dark[i]!;
      const row = Math.round(y - x * slope + small.height / 2);
      if (row >= 0 && row < rows.length) rows[row]! += 1;
    }
    let sum = 0;
    for (let i = 1; i < rows.length; i++) sum += (rows[i]! - rows[i - 1]!) ** 2;
    return sum;
  };
  const best = (from: number, to: number, by: number) => {
    let [angle, most] = [0, -1];
    for (let degrees = from; degrees <= to + 1e-9; degrees += by) {
      const found = sharpness(degrees);
      if (found > most) [angle, most] = [degrees, found];
    }
    return angle;
  };
  const coarse = best(-7, 7, 0.5);
  return best(coarse - 0.5, coarse + 0.5, 0.1);
}

/** Turned by `degrees` clockwise around its middle, in the same frame; what comes in from outside is paper. */
export function turned(picture: Grey, degrees: number): Grey {
  const { width, height } = picture;
  const data = new Uint8Array(width * height).fill(255);
  const [sin, cos] = [Math.sin((-degrees * Math.PI) / 180), Math.cos((-degrees * Math.PI) / 180)];
  const [cx, cy] = [width / 2, height / 2];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const fromX = cx + cos * (x - cx) - sin * (y - cy);
      const fromY = cy + sin * (x - cx) + cos * (y - cy);
      if (fromX >= 0 && fromX <= width - 1 && fromY >= 0 && fromY <= height - 1) {
        data[y * width + x] = between(picture, fromX, fromY);
      }
    }
  }
  return { width, height, data };
}

/** Black or white, each pixel against the mean of its neighbourhood: shadows at the spine and stains go. */
export function adaptive({ width, height, data }: Grey, share = 0.1): Grey {
  const sums = new Float64Array((width + 1) * (height + 1));
  for (let y = 0; y < height; y++) {
    let row = 0;
    for (let x = 0; x < width; x++) {
      row += data[y * width + x]!;
      sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1]! + row;
    }
  }
  const reach = Math.max(8, Math.round(width / 60));
  const out = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const [top, bottom] = [Math.max(0, y - reach), Math.min(height, y + reach + 1)];
    for (let x = 0; x < width; x++) {
      const [left, right] = [Math.max(0, x - reach), Math.min(width, x + reach + 1)];
      const sum =
        sums[bottom * (width + 1) + right]! -
        sums[top * (width + 1) + right]! -
        sums[bottom * (width + 1) + left]! +
        sums[top * (width + 1) + left]!;
      const mean = sum / ((bottom - top) * (right - left));
      out[y * width + x] = data[y * width + x]! < mean * (1 - share) ? 0 : 255;
    }
  }
  return { width, height, data: out };
}

/** Otsu's: the shade that parts ink from paper best. */
function threshold({ data }: Grey): number {
  const counts = new Float64Array(256);
  for (const shade of data) counts[shade]! += 1;
  let total = 0;
  for (let shade = 0; shade < 256; shade++) total += shade * counts[shade]!;
  let [below, sumBelow, best, most] = [0, 0, 128, -1];
  for (let shade = 0; shade < 256; shade++) {
    below += counts[shade]!;
    const above = data.length - below;
    if (below === 0 || above === 0) continue;
    sumBelow += shade * counts[shade]!;
    const apart = below * above * (sumBelow / below - (total - sumBelow) / above) ** 2;
    if (apart > most) [most, best] = [apart, shade];
  }
  return best;
}
