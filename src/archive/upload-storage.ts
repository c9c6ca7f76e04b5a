import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { Invalid } from '../errors';
import { safeName } from '../safe-name';
import { type Incoming, type Received, tooLarge } from './incoming';

/** A file as multer hands it over. */
interface ArrivingFile {
  originalname: string;
  stream: Readable & { truncated?: boolean };
}

/** What multer adds to `req.file`. */
export interface UploadedFile extends Received {
  /** The sender's name for it, made safe. */
  safeName: string;
}

/**
 * Where multer (2.x) puts what a browser sends: into `incoming/`, hashed while it streams. To be used as
 * `multer({ storage: new UploadStorage(incoming, limitBytes), defParamCharset: 'utf8', limits: { files: 100 } })`;
 * without that charset, names in Cyrillic arrive as Latin-1. The limit of size is kept here, not in multer's
 * `limits.fileSize`, for multer ends a file that it cuts short as if it were whole.
 */
export class UploadStorage {
  constructor(
    private readonly incoming: Incoming,
    private readonly limitBytes: number,
  ) {}

  _handleFile(
    request: IncomingMessage,
    file: ArrivingFile,
    done: (error?: unknown, info?: Partial<UploadedFile>) => void,
  ): void {
    const broken = new AbortController();
    const onClose = () => {
      if (!request.complete) broken.abort(new Error('The upload was broken off'));
    };
    request.once('close', onClose);
    this.incoming
      .requireRoom(Number(request.headers?.['content-length'] ?? 0))
      .then(() => this.incoming.receive(file.stream, { limitBytes: this.limitBytes, signal: broken.signal }))
      .then(async (received) => {
        if (!file.stream.truncated) return done(null, { ...received, safeName: safeName(file.originalname) });
        await this.incoming.remove(received.key);
        done(new Invalid([tooLarge(this.limitBytes)]));
      })
      .catch((error: unknown) => done(error))
      .finally(() => request.removeListener('close', onClose));
  }

  _removeFile(_request: IncomingMessage, file: Partial<UploadedFile>, done: (error: Error | null) => void): void {
    (file.key ? this.incoming.remove(file.key) : Promise.resolve()).then(
      () => done(null),
      (error: Error) => done(error),
    );
  }
}
