import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../clock';

/** How long the address of a view-only page's picture works: long enough to load, too short to pass on. */
export const TICKET_SECONDS = 120;

/** Short-lived permissions for one reader to fetch one page's picture. */
export class Tickets {
  /** @param secret the same for all processes of the library, so that any of them knows what another gave. */
  constructor(
    private readonly clock: Clock,
    private readonly secret: Buffer,
  ) {}

  /** `reader` tells one session from another. */
  give(reader: string, fileId: number, page: number): string {
    const until = Math.floor(this.clock.now().getTime() / 1000) + TICKET_SECONDS;
    return `${until.toString(36)}.${this.sign(reader, fileId, page, until)}`;
  }

  isValid(ticket: string, reader: string, fileId: number, page: number): boolean {
    const [time, signature] = ticket.split('.');
    const until = Number.parseInt(time ?? '', 36);
    if (!signature || !(until * 1000 >= this.clock.now().getTime())) return false;
    const [given, right] = [Buffer.from(signature), Buffer.from(this.sign(reader, fileId, page, until))];
    return given.length === right.length && timingSafeEqual(given, right);
  }

  private sign(reader: string, fileId: number, page: number, until: number): string {
    return createHmac('sha256', this.secret)
      .update(JSON.stringify([reader, fileId, page, until]))
      .digest('base64url');
  }
}
