#!/usr/bin/env node
// Compiles src, test and bench to build/ when something changed, and removes what no longer has a source.
const { execFileSync } = require('node:child_process');
const { existsSync, readdirSync, rmSync, statSync, writeFileSync } = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');
const build = path.join(root, 'build');
const stamp = path.join(build, '.built');

const files = (folder, ending) =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
        .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
    : [];

const sources = ['src', 'test', 'bench'].flatMap((folder) => files(path.join(root, folder), '.ts'));
const inputs = [...sources, path.join(root, 'tsconfig.json'), path.join(root, 'package-lock.json'), __filename];
const builtAt = existsSync(stamp) ? statSync(stamp).mtimeMs : 0;
const compiled = sources.filter((file) => !file.endsWith('.d.ts'));
const expected = new Set(compiled.map((file) => path.join(build, path.relative(root, file)).replace(/\.ts$/, '.js')));
const built = files(build, '.js');

const fresh =
  inputs.every((file) => statSync(file).mtimeMs < builtAt) && [...expected].every((file) => existsSync(file));
for (const file of built)
  if (!expected.has(file)) for (const twin of [file, `${file}.map`]) rmSync(twin, { force: true });
if (!fresh) {
  const startedAt = new Date();
  try {
    execFileSync(process.execPath, [path.join(root, 'node_modules/typescript/bin/tsc'), '-p', root], {
      stdio: 'inherit',
      cwd: root,
    });
  } catch {
    process.exit(1);
  }
  writeFileSync(stamp, `${startedAt.toISOString()}\n`);
}
