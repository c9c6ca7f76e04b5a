import { createHash, createHmac, randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { Busy } from '../errors';

/** A new secret of 256 bits, to be shown once, and the hash that is kept of it. */
export function newSecret(prefix = ''): { secret: string; hash: string } {
  const secret = prefix + randomBytes(32).toString('base64url');
  return { secret, hash: hashSecret(secret) };
}

/** The hash of a random secret. Fast on purpose: 256 random bits cannot be guessed. Passwords go through `hashPassword`. */
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** Tells that someone knew the password of an account; who has only this cannot sign in, nor learn the password. */
export const markOf = (accountId: number, passwordHash: string): string =>
  createHmac('sha256', passwordHash).update(`browser of ${accountId}`).digest('base64url');

// OWASP's figures for scrypt; one takes 128 MB for most of a second, so few may run at once.
const COST: ScryptOptions & { N: number; r: number; p: number } = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 };
const AT_ONCE = 2;
const WAITING = 20;
let running = 0;
const queue: (() => void)[] = [];

async function derive(password: string, salt: Buffer, cost: ScryptOptions): Promise<Buffer> {
  if (running >= AT_ONCE) {
    if (queue.length >= WAITING) throw new Busy('error.busy', 5);
    await new Promise<void>((resolve) => queue.push(resolve));
  } else {
    running += 1;
  }
  try {
    return await new Promise((resolve, reject) =>
      scrypt(password.normalize('NFKC'), salt, 32, cost, (error, key) => (error ? reject(error) : resolve(key))),
    );
  } finally {
    const next = queue.shift();
    if (next) next();
    else running -= 1;
  }
}

/** `scrypt$N$r$p$salt$key`, base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, COST);
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64url'), key.toString('base64url')].join('$');
}

/** Is it this password? Takes as long for an account without one, so that nobody learns who has an account. */
export async function passwordMatches(password: string, stored: string | null): Promise<boolean> {
  const [scheme, N, r, p, salt, key] = (stored ?? '').split('$');
  if (scheme !== 'scrypt' || !salt || !key) {
    await derive(password, Buffer.alloc(16), COST);
    return false;
  }
  const cost = { N: Number(N), r: Number(r), p: Number(p), maxmem: COST.maxmem };
  const derived = await derive(password, Buffer.from(salt, 'base64url'), cost);
  const expected = Buffer.from(key, 'base64url');
  return expected.length === derived.length && timingSafeEqual(derived, expected);
}
