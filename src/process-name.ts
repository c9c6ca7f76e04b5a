import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * This process, in a name that no other ever has: host, boot, room of process numbers, number, and when it began, so
 * that a number used again is not taken for its old owner. Fit for a file's name.
 */
export const processName: string = (() => {
  const host = hostname().replace(/[^A-Za-z0-9.-]/g, '_');
  const boot = fromProc(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8));
  const pidSpace = fromProc(() => readlinkSync('/proc/self/ns/pid').replace(/\D/g, ''));
  return [host, boot, pidSpace, process.pid, startedAt(process.pid) ?? 0].join('~');
})();

/** Does the process of this name live? Null when it cannot be seen from here: it is of another machine or container. */
export function isAlive(name: string): boolean | null {
  if (name === processName) return true;
  const [host, boot, pidSpace, pid, started] = name.split('~');
  const [myHost, myBoot, myPidSpace] = processName.split('~');
  if (host !== myHost) return null;
  if (boot !== myBoot) return false; // this machine has been started anew since
  if (pidSpace !== myPidSpace) return null;
  if (Number(pid) === process.pid) return false; // an earlier process had our number
  if (myBoot !== '') return startedAt(Number(pid)) === Number(started);
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function fromProc(read: () => string): string {
  try {
    return read().trim();
  } catch {
    return ''; // not Linux
  }
}

/** When a process began, in ticks since the machine did; null when there is none, or it is only a corpse. */
function startedAt(pid: number): number | null {
  const line = fromProc(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  return fields.length < 20 || fields[0] === 'Z' || fields[0] === 'X' ? null : Number(fields[19]);
}
