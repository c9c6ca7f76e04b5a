import type { Database } from '../database/database';
import type { SortKeys } from '../works/published-rows';
import type { WorkTables } from '../works/tables';
import { identifierKey, type Work } from '../works/work';

export type Likeness = 'file' | 'identifier' | 'title';

/** Another work that may be the same, and why. `file` is certain, an identifier nearly so, a title often chance. */
export interface LikelyDuplicate {
  workId: number;
  because: Likeness[];
}

/** Works, published or in preparation, that may be the work in hand: the same bytes, DOI or ISBN, or title. */
export class Duplicates {
  private readonly db;

  constructor(
    database: Database,
    private readonly keys: SortKeys,
  ) {
    this.db = database.withTables<WorkTables & { files: { id: number; work_id: number; sha512: string } }>();
  }

  async of(work: Pick<Work, 'id' | 'metadata' | 'files'>): Promise<LikelyDuplicate[]> {
    const found = new Map<number, Set<Likeness>>();
    const note = (id: number, likeness: Likeness) => {
      if (id !== work.id) found.set(id, (found.get(id) ?? new Set()).add(likeness));
    };
    for (const id of await this.withFiles(work.files.map((file) => file.sha512))) note(id, 'file');
    for (const { scheme, value } of work.metadata.identifiers) {
      if (!TELLING.includes(scheme)) continue;
      for (const id of await this.withIdentifier(scheme, identifierKey(scheme, value))) note(id, 'identifier');
    }
    const titles = work.metadata.titles.map((title) => this.keys.sortKey(title.value)).filter((key) => key !== '');
    for (const id of await this.withTitle(titles)) note(id, 'title');
    return [...found]
      .map(([workId, because]) => ({ workId, because: LIKENESSES.filter((likeness) => because.has(likeness)) }))
      .sort((a, b) => LIKENESSES.indexOf(a.because[0]!) - LIKENESSES.indexOf(b.because[0]!) || a.workId - b.workId)
      .slice(0, MOST_SHOWN);
  }

  private async withFiles(digests: string[]): Promise<number[]> {
    if (digests.length === 0) return [];
    const rows = await this.db
      .selectFrom('files')
      .select('work_id')
      .distinct()
      .where('sha512', 'in', digests)
      .execute();
    return rows.map((row) => row.work_id);
  }

  private async withIdentifier(scheme: string, value: string): Promise<number[]> {
    const rows = await this.db
      .selectFrom('work_identifiers')
      .select('work_id')
      .where('scheme', '=', scheme)
      .where('value', '=', value)
      .limit(MOST_SHOWN)
      .execute();
    return rows.map((row) => row.work_id);
  }

  /** Published works by their stored key; of those in preparation there are few, and they have none. */
  private async withTitle(keys: string[]): Promise<number[]> {
    if (keys.length === 0) return [];
    const published = await this.db
      .selectFrom('works')
      .select('id')
      .where('state', '=', 'published')
      .where('title_key', 'in', keys)
      .limit(MOST_SHOWN)
      .execute();
    const waiting = await this.db
      .selectFrom('drafts')
      .select(['work_id', 'input'])
      .where('state', '=', 'submitted')
      .execute();
    const alike = waiting.filter(({ input }) => {
      const { titles } = JSON.parse(input) as { titles?: unknown };
      return (
        Array.isArray(titles) &&
        titles.some(
          (title: { value?: unknown }) =>
            typeof title?.value === 'string' && keys.includes(this.keys.sortKey(title.value)),
        )
      );
    });
    return [...published.map((row) => row.id), ...alike.map((row) => row.work_id)];
  }
}

const LIKENESSES: readonly Likeness[] = ['file', 'identifier', 'title'];
const TELLING: readonly string[] = ['doi', 'isbn', 'handle', 'urn', 'url'];
const MOST_SHOWN = 10;
