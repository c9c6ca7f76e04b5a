import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

/** Where a list goes on. All there is to know is in the token itself, so it survives a restart and any wait. */
const positionSchema = z.object({
  verb: z.enum(['ListSets', 'ListIdentifiers', 'ListRecords']),
  metadataPrefix: z.string().nullable(),
  from: z.string().nullable(),
  until: z.string().nullable(),
  set: z.string().nullable(),
  /** The last thing given: a change number, or the name of a set. */
  after: z.union([z.number().int().nonnegative(), z.string()]),
  /** How many were given before. */
  cursor: z.number().int().positive(),
  completeListSize: z.number().int().positive(),
  /** Seconds since 1970. */
  expires: z.number().int(),
});
export type Position = z.infer<typeof positionSchema>;

/** How long a token is good for. The protocol's readers expect a day; a long weekend is kinder. */
export const TOKEN_LIFE_SECONDS = 4 * 86_400;

export function writeToken(position: Position, secret: string): string {
  const fields = positionSchema.keyof().options.map((name) => position[name]);
  const payload = Buffer.from(JSON.stringify(fields)).toString('base64url');
  return `${payload}.${signature(payload, secret)}`;
}

/** The position in a token, or null when it is not one of ours, was altered, or is too old. */
export function readToken(token: string, secret: string, now: Date): Position | null {
  const [payload, signed, ...rest] = token.split('.');
  if (!payload || !signed || rest.length > 0) return null;
  const expected = Buffer.from(signature(payload, secret));
  const given = Buffer.from(signed);
  if (expected.length !== given.length || !timingSafeEqual(expected, given)) return null;
  const fields = z.array(z.unknown()).safeParse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
  if (!fields.success) return null;
  const names = positionSchema.keyof().options;
  const position = positionSchema.safeParse(Object.fromEntries(names.map((name, i) => [name, fields.data[i]])));
  return position.success && position.data.expires * 1000 > now.getTime() ? position.data : null;
}

const signature = (payload: string, secret: string): string =>
  createHmac('sha256', secret).update(payload).digest().subarray(0, 16).toString('base64url');
