import { PageBuilder, type TextPage } from './page';

/**
 * Reads the tab-separated words that `pdftotext -tsv` and `tesseract … tsv` print; they differ only in the unit and in
 * the order of block and paragraph. Fed in pieces of any size, it gives each page as soon as the next one begins.
 */
export class TsvReader {
  private rest = '';
  private builder: PageBuilder | null = null;
  private place = '';
  private certainty = { sum: 0, weight: 0 };

  /**
   * `pointsPerUnit` is 1 for pdftotext and 72 / dpi for tesseract. `sizes` are the pages' own, by page from 1, where
   * they are known better: pdftotext 22 tells the size of a turned page as if it were not turned.
   */
  constructor(
    private readonly pointsPerUnit = 1,
    private readonly sizes: readonly [number, number][] = [],
  ) {}

  /** The pages that `chunk` completed. */
  *feed(chunk: string): Generator<TsvPage> {
    const lines = (this.rest + chunk).split('\n');
    this.rest = lines.pop()!;
    for (const line of lines) {
      const page = this.row(line);
      if (page) yield page;
    }
  }

  /** The last page, once everything was fed. */
  end(): TsvPage | null {
    if (this.rest) this.row(this.rest);
    this.rest = '';
    return this.finish();
  }

  /** Characters on the page being read: a page of a hundred million words must be stopped before it ends. */
  get pendingCharacters(): number {
    return (this.builder?.length ?? 0) + this.rest.length;
  }

  private row(line: string): TsvPage | null {
    const cells = line.split('\t');
    switch (cells[0]) {
      case '1': {
        const finished = this.finish();
        const number = Number(cells[1]);
        const [width, height] = this.sizes[number - 1] ?? [Number(cells[8]), Number(cells[9])];
        this.builder = new PageBuilder(number, width, height);
        this.place = '';
        return finished;
      }
      case '4': {
        this.builder?.endLine();
        const place = `${cells[2]}/${cells[3]}`;
        if (place !== this.place) this.builder?.block();
        this.place = place;
        return null;
      }
      case '5': {
        const text = (cells.length > 12 ? cells.slice(11).join(' ') : (cells[11] ?? '')).trim();
        if (!this.builder || text === '') return null;
        this.builder.word(text, Number(cells[6]), Number(cells[7]), Number(cells[8]), Number(cells[9]));
        this.certainty.sum += Number(cells[10]) * text.length;
        this.certainty.weight += text.length;
        return null;
      }
      default:
        return null;
    }
  }

  private finish(): TsvPage | null {
    if (!this.builder) return null;
    const page = this.builder.page(null, this.pointsPerUnit);
    const { sum, weight } = this.certainty;
    this.certainty = { sum: 0, weight: 0 };
    this.builder = null;
    return { ...page, confidence: weight === 0 ? 0 : sum / weight };
  }
}

export interface TsvPage extends TextPage {
  /** Mean confidence of the words, weighted by their length, 0–100. pdftotext always says 100. */
  confidence: number;
}
