import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export interface ReceivedLetter {
  to: string[];
  from: string;
  /** The headers and the body as sent, with both transfer encodings undone. */
  subject: string;
  text: string;
  headers: string;
}

/** A small real mail server that keeps what it is sent. */
export async function openMailbox(): Promise<{ url: string; letters: ReceivedLetter[]; close(): Promise<void> }> {
  const letters: ReceivedLetter[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const [headers, body] = Buffer.concat(chunks)
          .toString('utf8')
          .replace(/\r\n/g, '\n')
          .split(/\n\n([\s\S]*)/) as [string, string];
        const { mailFrom, rcptTo } = session.envelope;
        letters.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map((each) => each.address),
          subject: decodedWords(/^Subject: ((?:.|\n[ \t])*)/m.exec(headers)?.[1] ?? ''),
          text: /base64/i.test(/^Content-Transfer-Encoding: (.*)$/im.exec(headers)?.[1] ?? '')
            ? Buffer.from(body, 'base64').toString('utf8')
            : quotedPrintable(body),
          headers,
        });
        done();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    letters,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

const bytesOf = (text: string) =>
  Buffer.from(
    text.replace(/=([0-9A-F]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );
const quotedPrintable = (text: string) =>
  /=[0-9A-F]{2}/.test(text) ? bytesOf(text.replace(/=\n/g, '')).toString('utf8') : text;
const decodedWords = (text: string) => {
  const bytes = text
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, kind: string, word: string) =>
      kind.toLowerCase() === 'b'
        ? Buffer.from(word, 'base64').toString('latin1')
        : bytesOf(word.replace(/_/g, ' ')).toString('latin1'),
    );
  return Buffer.from(bytes, 'latin1').toString('utf8');
};
