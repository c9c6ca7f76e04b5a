import type { Request } from 'express';
import type { House } from '../house';
import { addressOf } from '../http/security';
import { AskedToday } from '../reading/asked-today';
import { type FoundPages, glimpse } from '../reading/reader';
import { viewOnlyExtent } from '../search/passage';
import { parseQuery } from '../search/query';

const PASSAGES = 3;
/** Different questions of one visitor about one file a day that are answered with passages. */
const QUESTIONS_A_DAY = 30;

export interface ShownPages {
  found: FoundPages;
  /** He has asked so much today that pages alone are listed. */
  isEnough: boolean;
}

/**
 * What the panel of the reader shows of a view-only file: every page with hits, and with a few of them some words. It slows
 * who would copy the text passage by passage; who has time, other addresses or a camera is not prevented.
 */
export function viewOnlyPassages(house: House) {
  const asked = new AskedToday(() => house.today(), QUESTIONS_A_DAY);
  return (req: Request, fileId: number, q: string, found: FoundPages): ShownPages => {
    const { accountId } = req.visitor;
    const visitor = accountId === null ? addressOf(req) : `account-${accountId}`;
    const isEnough = q !== '' && !asked.allows(visitor, fileId, q);
    const extent = viewOnlyExtent(parseQuery(q).all.flatMap(({ any }) => any));
    const pages = found.pages.map((page, i) => ({
      ...page,
      segments: isEnough || i >= PASSAGES ? [] : glimpse(page.segments, extent),
    }));
    return { found: { ...found, pages }, isEnough };
  };
}
