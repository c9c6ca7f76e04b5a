import { ExtractionFailed } from './extraction-failed';
import { imageSize, MOST_PIXELS } from './image-size';
import { plainPage, type TextPage } from './page';

/** A picture is a page without text. @throws ExtractionFailed `tooLarge` before anyone decodes it, `damaged` */
export async function pictureAsPage(filePath: string): Promise<TextPage> {
  const size = await imageSize(filePath);
  if (!size) throw new ExtractionFailed('damaged');
  const page = sizedPage(1, size);
  if (page.problem) throw new ExtractionFailed(page.problem.endsWith('tooLarge') ? 'tooLarge' : 'damaged');
  return page;
}

/** A page that is a picture of this size in pixels; one nobody may decode has its reason. */
export function sizedPage(number: number, size: { width: number; height: number; dpi: number | null }): TextPage {
  const page = plainPage(number, '');
  if (size.width < 1 || size.height < 1) return { ...page, problem: 'text.reason.damaged' };
  if (size.width * size.height > MOST_PIXELS) return { ...page, problem: 'text.reason.tooLarge' };
  const pointsPerPixel = 72 / (size.dpi && size.dpi >= 50 ? size.dpi : 150);
  return { ...page, width: size.width * pointsPerPixel, height: size.height * pointsPerPixel };
}
