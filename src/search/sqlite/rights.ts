import { isEmbargoed, levelsOf } from '../../access/access';
import { isStaff } from '../../accounts/visitor';
import type { AccessLevel } from '../../works/schema';
import type { Searcher } from '../types';
import type { Columns, Row } from './columns';
import { ROW_SPAN } from './schema';

export type MayFind = (ftRow: number) => boolean;

/** What one reader may find today, of rows of `ft`. */
export class Rights {
  private readonly levels;
  private readonly isStaff;

  constructor(
    private readonly searcher: Searcher,
    private readonly today: string,
    private readonly columns: Columns,
  ) {
    const visitor = { ...searcher, name: null };
    this.levels = levelsOf(visitor);
    this.isStaff = isStaff(visitor);
  }

  /** Nothing there is is closed to this reader. */
  get mayFindAll(): boolean {
    return this.isStaff || this.columns.accessOf.size === 0;
  }

  /** Is the row of a work that is there, and may this reader find it? */
  readonly mayFindRow: MayFind = (ftRow) => {
    const row = this.columns.row(Math.floor(ftRow / ROW_SPAN));
    return row?.live === true && this.mayFind(ftRow, row);
  };

  mayFind(ftRow: number, row: Row): boolean {
    if (ftRow % ROW_SPAN === 0 || this.isStaff) return true;
    const access = this.columns.accessOf.get(ftRow);
    if (!access) return false; // a row nothing is known of is nobody's
    if (this.searcher.accountId !== null && this.searcher.accountId === row.ownerId) return true;
    const level = access.level as AccessLevel;
    return (
      !isEmbargoed({ level, openFrom: access.openFrom, viewOnly: false }, this.today) && this.levels.includes(level)
    );
  }
}
