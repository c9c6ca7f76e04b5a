import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import express from 'express';
import fc from 'fast-check';
import multer from 'multer';
import { Incoming } from '../src/archive/incoming';
import { type UploadedFile, UploadStorage } from '../src/archive/upload-storage';
import { Busy, Invalid } from '../src/errors';
import { safeName, uniqueName } from '../src/safe-name';

let folder: string;
let incoming: Incoming;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'achyk-incoming-'));
  incoming = await Incoming.open(folder);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const MB = 1_048_576;
const sha512 = (bytes: Buffer | string) => createHash('sha512').update(bytes).digest('hex');
/** `megabytes` of bytes, made while they are read. */
const long = (megabytes: number) => Readable.from(pieces(megabytes), { objectMode: false });
const piece = randomBytes(65_536);
function* pieces(megabytes: number) {
  for (let i = 0; i < megabytes * 16; i++) yield piece;
}

describe('an upload', () => {
  test('is kept whole, with the digest of its bytes', async () => {
    const received = await incoming.receive(Readable.from([Buffer.from('Мөңгү'), Buffer.from('лөр')]), {
      limitBytes: MB,
    });
    expect(received).toMatchObject({ size: 16, sha512: sha512('Мөңгүлөр'), path: incoming.pathOf(received.key) });
    expect(await readFile(received.path, 'utf8')).toBe('Мөңгүлөр');
    await incoming.remove(received.key);
    await incoming.remove(received.key);
    expect(await readdir(folder)).toEqual([]);
  });

  test('of no bytes is an empty file', async () => {
    expect((await incoming.receive(Readable.from([]), { limitBytes: MB })).size).toBe(0);
  });

  test('may have exactly as many bytes as allowed, and not one more', async () => {
    await incoming.receive(Readable.from([Buffer.alloc(1000)]), { limitBytes: 1000 });
    const tooLong = incoming.receive(Readable.from([Buffer.alloc(999), Buffer.alloc(2)]), { limitBytes: 1000 });
    await expect(tooLong).rejects.toThrow(Invalid);
    expect(await readdir(folder)).toHaveLength(1);
  });

  test('that says it will be too long is refused before a byte is written', async () => {
    const refused = incoming.receive(long(1), { limitBytes: 1000, expectedBytes: MB });
    await expect(refused).rejects.toThrow('fileTooLarge');
    expect(await readdir(folder)).toEqual([]);
  });

  test('that breaks off leaves nothing', async () => {
    const stream = new Readable({ read() {} });
    stream.push(Buffer.alloc(100_000));
    const received = incoming.receive(stream, { limitBytes: MB });
    setTimeout(() => stream.destroy(new Error('connection lost')), 50);
    await expect(received).rejects.toThrow('connection lost');
    expect(await readdir(folder)).toEqual([]);
  });

  test('is refused while the disk has no room for it', async () => {
    const full = await Incoming.open(folder, { reservedBytes: Number.MAX_SAFE_INTEGER });
    await expect(full.receive(long(1), { limitBytes: 10 * MB })).rejects.toThrow(Busy);
    expect(await readdir(folder)).toEqual([]);
  });

  test('of 500 MB takes under 60 MB of memory', async () => {
    global.gc?.();
    const before = process.memoryUsage().rss;
    let most = before;
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss);
    }, 20);
    const received = await incoming.receive(long(500), { limitBytes: 1000 * MB });
    clearInterval(watch);
    expect(received.size).toBe(500 * MB);
    expect((most - before) / MB).toBeLessThan(60);
  });

  test('has no key that leads out of the folder', () => {
    for (const key of ['../achyk.sqlite', '/etc/passwd', '']) expect(() => incoming.pathOf(key)).toThrow('Not a key');
  });
});

test('what nobody wants any more is swept, what is young or wanted is not', async () => {
  const keep = async (hours: number, unfinished = false) => {
    const { key, path: file } = await incoming.receive(Readable.from(['x']), { limitBytes: MB });
    const name = unfinished ? `${file}.part` : file;
    if (unfinished) await writeFile(name, '');
    if (unfinished) await rm(file);
    await utimes(name, new Date(), new Date(Date.now() - hours * 3_600_000));
    return unfinished ? `${key}.part` : key;
  };
  const [young, wanted, , youngPart] = [
    await keep(1),
    await keep(48),
    await keep(48),
    await keep(0, true),
    await keep(2, true),
  ];
  expect(await incoming.sweep(async (key) => key === wanted)).toBe(2);
  expect((await readdir(folder)).sort()).toEqual([young, wanted, youngPart].sort());
});

describe('a form sent by a browser', () => {
  let server: Server;
  let outcome: { error?: unknown; files?: UploadedFile[] };
  let finished: Promise<void>;

  beforeEach(async () => {
    let finish = () => {};
    finished = new Promise((resolve) => {
      finish = resolve;
    });
    const upload = multer({ storage: new UploadStorage(incoming, 2 * MB), defParamCharset: 'utf8' });
    server = createServer(
      express().post('/', (req, res) => {
        upload.array('file')(req, res, (error: unknown) => {
          outcome = { error, files: req.files as UploadedFile[] | undefined };
          res.status(error ? 400 : 200).end();
          finish();
        });
      }),
    ).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const send = async (...files: { name: string; bytes: Buffer }[]) => {
    const form = new FormData();
    for (const { name, bytes } of files) form.append('file', new Blob([new Uint8Array(bytes)]), name);
    const { port } = server.address() as AddressInfo;
    const { status } = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: form });
    await finished;
    return status;
  };

  test('brings its files in, hashed, under safe names', async () => {
    const bytes = randomBytes(MB);
    expect(await send({ name: 'Мөңгүлөр.pdf', bytes }, { name: '..\\..\\nul.txt', bytes: Buffer.from('x') })).toBe(200);
    expect(outcome.files).toMatchObject([
      { safeName: 'Мөңгүлөр.pdf', size: MB, sha512: sha512(bytes) },
      { safeName: '_nul.txt', size: 1 },
    ]);
    expect(await readFile(outcome.files?.[0]?.path ?? '')).toEqual(bytes);
  });

  test('with one file too long is refused whole, and nothing stays', async () => {
    const small = { name: 'small.pdf', bytes: randomBytes(1000) };
    expect(await send(small, { name: 'big.pdf', bytes: randomBytes(3 * MB) }, small)).toBe(400);
    expect(outcome.error).toBeInstanceOf(Invalid);
    await untilGone(() => readdir(folder)); // the file that was just beginning goes a moment after the answer
  });

  test('broken off half-way leaves nothing', async () => {
    const { port } = server.address() as AddressInfo;
    const headers = { 'content-type': 'multipart/form-data; boundary=b', 'content-length': '1000000' };
    const sender = request({ port, host: '127.0.0.1', method: 'POST', headers });
    sender.on('error', () => {});
    sender.write('--b\r\ncontent-disposition: form-data; name="file"; filename="a.pdf"\r\n\r\nfirst');
    sender.write(Buffer.alloc(300_000));
    await untilThere(() => readdir(folder));
    sender.destroy();
    await finished;
    expect(outcome.error).toBeDefined();
    await untilGone(() => readdir(folder));
  });

  test('cut short by a limit of multer itself is not taken for whole', async () => {
    const cut = Object.assign(Readable.from([Buffer.from('half')]), { truncated: true });
    const answer = await new Promise((resolve) => {
      const request = Object.assign(new Readable(), { complete: true }) as never;
      new UploadStorage(incoming, MB)._handleFile(request, { originalname: 'a', stream: cut }, (error) =>
        resolve(error),
      );
    });
    expect(answer).toBeInstanceOf(Invalid);
    expect(await readdir(folder)).toEqual([]);
  });

  const until = async (isSo: () => Promise<boolean>) => {
    for (let i = 0; i < 200 && !(await isSo()); i++) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(await isSo()).toBe(true);
  };
  const untilThere = (list: () => Promise<string[]>) => until(async () => (await list()).length > 0);
  const untilGone = (list: () => Promise<string[]>) => until(async () => (await list()).length === 0);
});

describe('the name of a file', () => {
  test.each([
    ['Мөңгүлөр.pdf', 'Мөңгүлөр.pdf'],
    ['C:\\fakepath\\Диссертация.docx', 'Диссертация.docx'],
    ['../../etc/passwd', 'passwd'],
    ['a\0b\n.pdf', 'a_b_.pdf'],
    ['fdp.\u202eexe', 'fdp.exe'],
    ['CON', '_CON'],
    ['aux.txt', '_aux.txt'],
    ['lpt9.', '_lpt9'],
    ['.htaccess', '_htaccess'],
    ['..', 'file'],
    ['', 'file'],
    ['what? "this": <that>|*.pdf', 'what_ _this__ _that___.pdf'],
    ['ends. . ', 'ends'],
    ['и\u0306.pdf', 'й.pdf'],
  ])('%j becomes %j', (given, safe) => expect(safeName(given)).toBe(safe));

  test('is shortened to 255 bytes without losing its ending or half a letter', () => {
    const name = safeName(`${'ң'.repeat(300)}.pdf`);
    expect(name).toBe(`${'ң'.repeat(125)}.pdf`);
    expect(Buffer.byteLength(safeName(`${'👩‍👧'.repeat(80)}.pdf`))).toBeLessThanOrEqual(255);
  });

  test('is made different from names that are taken', () => {
    expect(uniqueName('a.pdf', [])).toBe('a.pdf');
    expect(uniqueName('a.pdf', ['A.PDF', 'a (2).pdf'])).toBe('a (3).pdf');
    const long = safeName(`${'ң'.repeat(300)}.pdf`);
    expect(Buffer.byteLength(uniqueName(long, [long]))).toBeLessThanOrEqual(255);
  });

  test('is safe whatever was sent, and stays as it is the second time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (given) => {
        const name = safeName(given);
        expect(name).not.toMatch(/[/\\\u0000-\u001f<>:"|?*]|^\.|[. ]$|^$/);
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
        expect(safeName(name)).toBe(name);
      }),
    );
  });
});
