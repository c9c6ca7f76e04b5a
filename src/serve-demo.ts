import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { App } from './app';
import { type Config, ConfigError } from './config';
import { claim, fillSampleLibrary, mayFill, SAMPLE_ACCOUNTS } from './demo/fill';
import { inProject } from './paths';
import { serveUntilStopped } from './serve';

/** The same configuration on a data folder of the demo's own: `storage/demo`, unless DATA_DIR names another. */
export function demoConfig(config: Config): Config {
  if (config.dataDir !== inProject('storage')) return config;
  const dataDir = inProject('storage/demo');
  return { ...config, dataDir, databaseFile: path.join(dataDir, 'achyk.sqlite') };
}

/** Serves the sample library until the process is asked to stop; the first start fills it. */
export async function serveDemo(given: Config): Promise<void> {
  const config = demoConfig(given);
  openDemoFolder(config);
  const out = (text: string) => process.stdout.write(text);
  await serveUntilStopped(config, (app) => prepareDemo(app, out, process.stdout.isTTY === true));
}

/** @throws ConfigError where a library that is not the demo's lives in the folder. */
export function openDemoFolder({ dataDir, databaseFile }: Config): void {
  if (!mayFill(dataDir, databaseFile)) {
    throw new ConfigError(
      `DATA_DIR is ${JSON.stringify(dataDir)}, where a library lives already; allowed: an empty folder or an earlier demo's.`,
    );
  }
  mkdirSync(dataDir, { recursive: true });
  claim(dataDir);
}

export async function prepareDemo(app: App, out: (text: string) => void, isTerminal = false): Promise<void> {
  const startedAt = Date.now();
  let filled = 0;
  if (app.house.scanner.isConfigured) app.runner.start(); // the scan of a file is a job
  await fillSampleLibrary(app.house, (done, of) => {
    filled = of;
    if (isTerminal) out(`\r\u001b[KThe sample library is being filled: ${done} of ${of} works`);
    else if (done === 0) out(`The sample library is being filled with ${of} works.\n`);
  });
  if (filled > 0) {
    const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
    out(`${isTerminal ? '\r\u001b[K' : ''}${filled} sample works were deposited and published in ${seconds} s;`);
    out(' their texts are read in the background.\n');
  }
  out('Sample accounts (for the demo only; anyone who reaches the address may use them):\n');
  const width = Math.max(...SAMPLE_ACCOUNTS.map((account) => account.email.length));
  for (const { role, email, password } of SAMPLE_ACCOUNTS) {
    out(`  ${role.padEnd(13)} ${email.padEnd(width)}  password ${password}\n`);
  }
}
