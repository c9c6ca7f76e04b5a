import { ConfigError, readConfig } from './config';
import { serveUntilStopped } from './serve';

async function main(): Promise<void> {
  try {
    await serveUntilStopped(readConfig(process.env));
    process.exit(0);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof ConfigError) process.stderr.write(`${error.message}\n`);
    else if (['EACCES', 'EROFS', 'ENOTDIR', 'EEXIST', 'SQLITE_CANTOPEN', 'SQLITE_READONLY'].includes(code ?? ''))
      process.stderr.write(`${(error as Error).message}: DATA_DIR must be a folder this program may write in.\n`);
    else process.stderr.write(`Achyk cannot start: ${(error as Error).stack ?? error}\n`);
    process.exit(1);
  }
}

void main();
