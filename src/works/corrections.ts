import type { Clock } from '../clock';
import type { Database } from '../database/database';
import type { FileTables } from './file-store';

type CorrectionTables = {
  page_corrections: {
    file_id: number;
    page: number;
    text: string;
    corrected_by: number | null;
    corrected_at: string;
  };
};

export interface Correction {
  fileId: number;
  /** From 1. */
  page: number;
  text: string;
  /** The account. */
  by: number | null;
  at: string;
}

/** What librarians put right in the text of pages. */
export class CorrectionStore {
  private readonly db;

  constructor(
    database: Database,
    private readonly clock: Clock,
  ) {
    this.db = database.withTables<CorrectionTables & Pick<FileTables, 'files'>>();
  }

  in(tx: Database): CorrectionStore {
    return new CorrectionStore(tx, this.clock);
  }

  /** The corrected text of a file's pages, by page number. */
  async of(fileId: number): Promise<ReadonlyMap<number, string>> {
    const rows = await this.db
      .selectFrom('page_corrections')
      .select(['page', 'text'])
      .where('file_id', '=', fileId)
      .execute();
    return new Map(rows.map((row) => [row.page, row.text]));
  }

  /** Every correction in the files of a work, those of its older versions too: file by file, page by page. */
  async ofWork(workId: number): Promise<(Correction & { sha512: string })[]> {
    const rows = await this.db
      .selectFrom('page_corrections')
      .innerJoin('files', 'files.id', 'page_corrections.file_id')
      .select(['file_id', 'files.sha512', 'page', 'text', 'corrected_by', 'corrected_at'])
      .where('files.work_id', '=', workId)
      .orderBy('file_id')
      .orderBy('page')
      .execute();
    return rows.map(({ file_id, sha512, page, text, corrected_by, corrected_at }) => ({
      fileId: file_id,
      sha512,
      page,
      text,
      by: corrected_by,
      at: corrected_at,
    }));
  }

  async put(fileId: number, page: number, text: string, by: number | null): Promise<void> {
    await this.restore({ fileId, page, text, by, at: this.clock.now().toISOString() });
  }

  /** Puts a correction back as the archive tells it. */
  async restore({ fileId, page, text, by, at }: Correction): Promise<void> {
    const values = { text, corrected_by: by, corrected_at: at };
    await this.db
      .insertInto('page_corrections')
      .values({ file_id: fileId, page, ...values })
      .onConflict((conflict) => conflict.columns(['file_id', 'page']).doUpdateSet(values))
      .execute();
  }

  /**
   * What was put right goes with its pages when a book is arranged anew: `numbers` gives a page's new number for its
   * old one. Within one file the old ones go; another file, of an earlier version, keeps its own.
   */
  async carry(from: number, to: number, numbers: ReadonlyMap<number, number>): Promise<void> {
    const rows = await this.db.selectFrom('page_corrections').selectAll().where('file_id', '=', from).execute();
    if (from === to) await this.db.deleteFrom('page_corrections').where('file_id', '=', from).execute();
    for (const row of rows) {
      const page = numbers.get(row.page);
      if (page === undefined) continue;
      await this.db
        .insertInto('page_corrections')
        .values({ ...row, file_id: to, page })
        .execute();
    }
  }
}
