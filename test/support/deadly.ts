import fs from 'node:fs/promises';

/**
 * Kills this process at its n-th change of the disk of the kinds named, before the change or after it. The count begins
 * when the function given back is called.
 */
export function dieAtChange(n: number, when: string, kinds: readonly string[]): () => void {
  let changes = 0;
  let counts = false;
  const deadly = <F extends (...args: never[]) => Promise<unknown>>(original: F): F =>
    async function (this: unknown, ...args: never[]) {
      if (!counts) return original.apply(this, args);
      changes++;
      const isMine = changes === n;
      if (isMine && when === 'before') await die();
      const result = await original.apply(this, args);
      if (isMine && when === 'after') await die();
      return result;
    } as F;
  const patched = fs as unknown as Record<string, (...args: never[]) => Promise<unknown>>;
  for (const kind of kinds) patched[kind] = deadly(patched[kind]!);
  return () => {
    counts = true;
  };
}

const die = () => {
  process.kill(process.pid, 'SIGKILL');
  return new Promise(() => {});
};
