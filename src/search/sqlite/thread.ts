import { readlinkSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { TextStore } from '../../text/text-store';
import { IndexReader } from './index-reader';
import { IndexWriter } from './index-writer';
import { Suggester } from './suggester';

/** What a search thread is for; one file has one writer, several readers and one suggester. */
export type ThreadRole = 'reader' | 'writer' | 'suggester';

export interface ThreadData {
  role: ThreadRole;
  file: string;
  textFile: string;
}

export interface Request {
  id: number;
  act: string;
  args: unknown[];
}
/** An answer; or, first of all, the number the system gives to this thread, where it tells. */
export type Response = { id: number; result: unknown } | { id: number; error: string } | { thread: number | null };

const port = parentPort;
if (port) serve(port, workerData as ThreadData);

function serve(messages: NonNullable<typeof port>, data: ThreadData): void {
  messages.postMessage({ thread: numberOfThread() } satisfies Response);
  const subject = open(data);
  let last: Promise<void> = Promise.resolve();
  let tidying: NodeJS.Timeout | null = null;

  // Index segments are put together in small steps, and only while nobody asks for anything.
  const tidySoon = () => {
    if (!(subject instanceof IndexWriter) || tidying) return;
    tidying = setTimeout(() => {
      tidying = null;
      last = last.then(() => {
        if (subject.merge()) tidySoon();
        else subject.rest();
      });
    }, 200);
  };

  messages.on('message', ({ id, act, args }: Request) => {
    last = last.then(async () => {
      if (tidying) clearTimeout(tidying);
      tidying = null;
      let response: Response;
      try {
        const method = (subject as unknown as Record<string, (...args: unknown[]) => unknown>)[act];
        if (typeof method !== 'function') throw new Error(`A search ${data.role} cannot ${act}`);
        response = { id, result: await method.apply(subject, args) };
      } catch (error) {
        response = { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
      }
      messages.postMessage(response);
      if (act === 'close') process.exit(0);
      if (act === 'index' || act === 'remove') tidySoon();
    });
  });
}

function numberOfThread(): number | null {
  try {
    return Number(/\d+$/.exec(readlinkSync('/proc/thread-self'))![0]);
  } catch {
    return null; // Linux alone has it
  }
}

function open({ role, file, textFile }: ThreadData): IndexReader | IndexWriter | Suggester {
  if (role === 'suggester') return new Suggester(file);
  const texts = new TextStore(textFile, { readOnly: true });
  return role === 'writer' ? new IndexWriter(file, texts) : new IndexReader(file, texts);
}
