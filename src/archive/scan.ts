import { createReadStream } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { codeOf } from './durable';

export type ScanResult =
  | { state: 'clean' }
  | { state: 'infected'; signature: string }
  /** Looked at, without an answer: clamd is down, too slow, or the file is longer than it takes. */
  | { state: 'failed'; reason: string }
  /** No scanner is configured. */
  | { state: 'unscanned' };

export interface Scanner {
  readonly isConfigured: boolean;
  scan(file: string): Promise<ScanResult>;
  /** What clamd calls itself and its signatures, or null when it does not answer. */
  version(): Promise<string | null>;
}

/** The scanner at `address`, a clamd: a socket's path, `host:port`, or null for none. */
export function openScanner(address: string | null, { timeoutMs = 120_000 } = {}): Scanner {
  if (!address) {
    return { isConfigured: false, scan: async () => ({ state: 'unscanned' }), version: async () => null };
  }
  return {
    isConfigured: true,
    async scan(file) {
      try {
        return judged(await ask(address, timeoutMs, (socket) => sendFile(socket, file)));
      } catch (error) {
        return { state: 'failed', reason: (error as Error).message };
      }
    },
    async version() {
      try {
        return await ask(address, Math.min(timeoutMs, 5_000), async (socket) => void socket.write('zVERSION\0'));
      } catch {
        return null;
      }
    },
  };
}

const CLOSED_EARLY = 'clamd closed before the end of the file, perhaps longer than its StreamMaxLength';

function judged(answer: string): ScanResult {
  const found = /^stream: (.+) FOUND$/.exec(answer);
  if (found) return { state: 'infected', signature: found[1] as string };
  return answer === 'stream: OK' ? { state: 'clean' } : { state: 'failed', reason: answer || 'clamd gave no answer' };
}

/** One command, one answer: clamd's protocol with `z`, where a zero byte ends each. `timeoutMs` is of silence. */
function ask(address: string, timeoutMs: number, send: (socket: Socket) => Promise<void>): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(whereIs(address));
    let answer = '';
    const fail = (error: Error) => {
      // A clamd that has heard enough (too long a file) answers and closes while we still write.
      if (answer.includes('\0')) resolve(answer.slice(0, answer.indexOf('\0')));
      else if (['EPIPE', 'ECONNRESET'].includes(codeOf(error))) reject(new Error(CLOSED_EARLY));
      else reject(error);
      socket.destroy();
    };
    socket.setTimeout(timeoutMs, () => fail(new Error(`clamd was silent for ${timeoutMs / 1000} s`)));
    socket.on('error', fail);
    socket.on('data', (chunk) => {
      answer += chunk.toString('utf8');
      if (!answer.includes('\0')) return;
      resolve(answer.slice(0, answer.indexOf('\0')));
      socket.destroy();
    });
    socket.on('close', () => fail(new Error('clamd closed without an answer')));
    socket.once('connect', () => send(socket).catch(fail));
  });
}

/** INSTREAM: pieces with their length before them as four bytes, and a length of nought at the end. */
async function sendFile(socket: Socket, file: string): Promise<void> {
  socket.write('zINSTREAM\0');
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 16 })) {
    await setImmediate(); // an answer that has come is read before a write finds the other end closed
    if (socket.destroyed) return;
    const length = Buffer.alloc(4);
    length.writeUInt32BE((chunk as Buffer).length);
    socket.write(length);
    if (!socket.write(chunk)) await drained(socket);
  }
  socket.write(Buffer.alloc(4));
}

const drained = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    const go = () => {
      socket.off('drain', go).off('close', go);
      resolve();
    };
    socket.on('drain', go).on('close', go);
  });

function whereIs(address: string): { path: string } | { host: string; port: number } {
  const match = /^\[?([^/\\]*?)\]?:(\d+)$/.exec(address);
  return match ? { host: match[1] || '127.0.0.1', port: Number(match[2]) } : { path: address };
}
