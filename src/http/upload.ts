import type { NextFunction, Request, RequestHandler, Response } from 'express';
import multer from 'multer';
import { type UploadedFile, UploadStorage } from '../archive/upload-storage';
import type { ArrivedFile } from '../deposit/deposit';
import { HouseError, Invalid } from '../errors';
import type { House } from '../house';
import { mediaTypeOf } from '../text/media-type';

declare global {
  namespace Express {
    interface Request {
      /** The files that came with this request, whole and judged by their content. Set by `receiveFiles`. */
      arrived: ArrivedFile[];
      /** Why the files of this request were refused, where `receiveFiles` was told to leave that to the handler. */
      refusal: unknown;
    }
  }
}

const MOST_FILES = 100;
const FIELD_BYTES = 2_000_000;

/**
 * Takes in what a multipart request brings in the fields named `field`, many files or none; other fields become
 * `req.body`. Either every file arrives and is of a kind we take, or none stays. Who may send is asked before.
 * @param limits with `refuseLater` the handler goes on with `req.refusal`, to keep what was typed beside the file.
 * @throws Invalid at path `file`, with the file's name as `name`
 */
export function receiveFiles(
  house: Pick<House, 'incoming' | 'config'>,
  field: string,
  limits: { files?: number; bytes?: number; refuseLater?: boolean } = {},
): RequestHandler {
  const receive = multer({
    storage: new UploadStorage(house.incoming, limits.bytes ?? house.config.maxUploadBytes),
    defParamCharset: 'utf8', // else names in Cyrillic arrive as Latin-1
    limits: { files: limits.files ?? MOST_FILES, fieldSize: FIELD_BYTES, fields: 5_000 },
    // A browser sends a file field that nobody filled as a file without a name.
    fileFilter: (_req, file, take) => take(null, file.originalname !== ''),
  }).array(field);
  return (req: Request, res: Response, next: NextFunction) => {
    req.arrived = [];
    const refuse = (error: unknown) => {
      if (!limits.refuseLater || !(error instanceof HouseError)) return next(error);
      req.body ??= {};
      req.refusal = error;
      next();
    };
    receive(req, res, (error: unknown) => {
      if (error) return refuse(error);
      judge(house, (req.files ?? []) as unknown as UploadedFile[]).then((arrived) => {
        req.arrived = arrived;
        next();
      }, refuse);
    });
  };
}

/** Throws away what arrived and will not be kept. */
export async function forgetArrived(house: Pick<House, 'incoming'>, files: readonly ArrivedFile[]): Promise<void> {
  for (const file of files) await house.incoming.remove(file.key);
}

async function judge(house: Pick<House, 'incoming'>, files: readonly UploadedFile[]): Promise<ArrivedFile[]> {
  const arrived: ArrivedFile[] = [];
  try {
    for (const { key, path, size, sha512, safeName } of files) {
      const mediaType = await mediaTypeOf(path, safeName).catch((error: unknown) => {
        throw error instanceof Invalid ? named(error, safeName) : error;
      });
      arrived.push({ key, path, size, sha512, name: safeName, mediaType });
    }
    return arrived;
  } catch (error) {
    for (const { key } of files) await house.incoming.remove(key);
    throw error;
  }
}

const named = (error: Invalid, name: string): Invalid =>
  new Invalid(
    error.issues.map((issue) => ({ ...issue, params: { ...issue.params, name } })),
    error.messageKey,
  );
