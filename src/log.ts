import pino, { type Logger } from 'pino';

export type Log = Logger;

/** JSON lines on standard output, as a service manager wants them. Secrets in headers are not written. */
export function openLog(level: string): Log {
  return pino({
    level,
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: ['req.headers.authorization', 'req.headers.cookie'],
  });
}
