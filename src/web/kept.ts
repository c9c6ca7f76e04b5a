import type { House } from '../house';

/**
 * A value that is worked out once and kept until something is written to the database, by this process or another.
 * Nothing here can be out of date, so nobody has to say when it should be thrown away.
 */
export function kept<T>(house: House, compute: () => Promise<T>): () => Promise<T> {
  const ownWrites = house.database.sqlite.prepare('SELECT total_changes()').pluck();
  let known: { state: string; value: Promise<T> } | null = null;
  return () => {
    const state = `${ownWrites.get()} ${house.database.sqlite.pragma('data_version', { simple: true })}`;
    if (known?.state !== state) {
      const value = compute();
      known = { state, value };
      value.catch(() => {
        if (known?.value === value) known = null;
      });
    }
    return known!.value;
  };
}
