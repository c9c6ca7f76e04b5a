import { createCanvas, GlobalFonts } from '@napi-rs/canvas';
import { nameIn, type SamplePerson } from './library';
import { fontFile } from './pdf-design';
import { randomFrom } from './scan';

const WIDTH = 480;
const HEIGHT = 600;
const SKIES = [
  ['#22456b', '#e9b872'],
  ['#3f5d2a', '#d8c27a'],
  ['#7a2230', '#eec9a0'],
  ['#1d4e5f', '#9fc7c2'],
  ['#4a3b6b', '#d9b3c4'],
  ['#5c4a2a', '#e8d7a6'],
] as const;

/** A portrait nobody could take for a photograph: the person's initials above mountains drawn from the name. PNG. */
export function portraitOf(person: SamplePerson): Buffer {
  GlobalFonts.registerFromPath(fontFile('serif-bold'), 'Achyk portrait');
  const seed = [...person.key].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7);
  const random = randomFrom(seed);
  const [dark, light] = SKIES[Math.floor(random() * SKIES.length)]!;
  const canvas = createCanvas(WIDTH, HEIGHT);
  const context = canvas.getContext('2d');

  const sky = context.createLinearGradient(0, 0, 0, HEIGHT);
  sky.addColorStop(0, dark);
  sky.addColorStop(1, light);
  context.fillStyle = sky;
  context.fillRect(0, 0, WIDTH, HEIGHT);
  context.fillStyle = 'rgba(255, 255, 255, 0.22)';
  context.beginPath();
  context.arc(WIDTH * (0.25 + random() * 0.5), HEIGHT * 0.34, 150, 0, Math.PI * 2);
  context.fill();

  for (let ridge = 0; ridge < 3; ridge++) {
    const base = HEIGHT * (0.66 + ridge * 0.11);
    context.fillStyle = dark;
    context.globalAlpha = 0.35 + ridge * 0.25;
    context.beginPath();
    context.moveTo(0, HEIGHT);
    context.lineTo(0, base);
    for (let x = 0; x <= WIDTH; x += 60) context.lineTo(x, base - random() * (130 - ridge * 34));
    context.lineTo(WIDTH, HEIGHT);
    context.fill();
  }
  context.globalAlpha = 1;

  const [family = '', given = ''] = nameIn(person, 'ky').split(/,\s*/);
  context.fillStyle = '#ffffff';
  context.textAlign = 'center';
  context.font = '170px "Achyk portrait"';
  context.fillText(`${given.charAt(0)}${family.charAt(0)}`, WIDTH / 2, HEIGHT * 0.45);
  return canvas.toBuffer('image/png');
}
