import { type Description, describeFrontMatter } from '../text/describe-pdf';
import type { Extractor } from '../text/extract-pages';
import { ExtractionFailed } from '../text/extraction-failed';
import type { WorkFile } from '../works/work';

const MOST_KEPT = 200;
const PDF = 'application/pdf';

type Front = { found: Description | null; failed: 'pdfEncrypted' | 'pdfDamaged' | null };

/** What a PDF says of itself on its first pages, for a person to confirm. Read once for each content. */
export class Suggestions {
  private readonly known = new Map<string, Promise<Front>>();

  constructor(private readonly extractor: Pick<Extractor, 'frontMatter' | 'extractPages'>) {}

  /** Why nobody could open this file, or null. Only a PDF is looked into. */
  async unreadable(file: { path: string; sha512: string; mediaType: string }): Promise<Front['failed']> {
    return file.mediaType === PDF ? (await this.front(file)).failed : null;
  }

  /** What the first readable PDF among `files` says, or null. `pathOf` tells where its bytes are. */
  async of(files: readonly WorkFile[], pathOf: (file: WorkFile) => Promise<string>): Promise<Description | null> {
    const pdf =
      files.find((file) => file.mediaType === PDF && file.role === 'main') ??
      files.find((file) => file.mediaType === PDF);
    if (!pdf) return null;
    return (await this.front({ path: await pathOf(pdf), sha512: pdf.sha512 })).found;
  }

  private front(file: { path: string; sha512: string }): Promise<Front> {
    const known = this.known.get(file.sha512) ?? this.read(file.path);
    this.known.delete(file.sha512);
    this.known.set(file.sha512, known);
    if (this.known.size > MOST_KEPT) this.known.delete(this.known.keys().next().value as string);
    known.catch(() => this.known.delete(file.sha512));
    return known;
  }

  private async read(path: string): Promise<Front> {
    try {
      return { found: describeFrontMatter(await this.extractor.frontMatter(path)), failed: null };
    } catch (error) {
      if (!(error instanceof ExtractionFailed)) throw error;
      if (error.reason === 'encrypted') return { found: null, failed: 'pdfEncrypted' };
      if (error.reason === 'damaged' || error.reason === 'noPages') {
        return { found: null, failed: (await this.hasAPage(path)) ? null : 'pdfDamaged' };
      }
      return { found: null, failed: null }; // too long, too large: the extraction will say so when it has tried
    }
  }

  /** One engine's opinion of a damaged file is not the last word. */
  private async hasAPage(path: string): Promise<boolean> {
    try {
      for await (const _page of (await this.extractor.extractPages(path, PDF)).pages) return true;
      return false;
    } catch (error) {
      if (error instanceof ExtractionFailed) return false;
      throw error;
    }
  }
}
