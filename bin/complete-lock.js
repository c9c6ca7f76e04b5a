#!/usr/bin/env node
// Names in package-lock.json the packages of other platforms that a registry mirror did not offer. Without their names
// `npm ci` refuses the lock; with them it passes over what is not for the machine it runs on.
// To be run after `npm install` where the mirror keeps packages of one platform only.
const { readFileSync, writeFileSync } = require('node:fs');
const path = require('node:path');

const file = path.join(__dirname, '..', 'package-lock.json');
const lock = JSON.parse(readFileSync(file, 'utf8'));
const { packages } = lock;

const SYSTEMS = ['android', 'darwin', 'linux', 'win32', 'freebsd', 'openharmony'];
const PROCESSORS = ['arm64', 'x64', 'ia32', 'riscv64', 'ppc64', 's390x', 'loong64', 'arm'];
const depth = (at) => at.split('node_modules/').length;
const folderAbove = (at) => (at.includes('/node_modules/') ? at.slice(0, at.lastIndexOf('/node_modules/')) : '');

/** Does the lock have `name` where the package at `at` would find it, in the version it wants? */
function isNamed(at, name, version) {
  for (let folder = at; ; folder = folderAbove(folder)) {
    const found = packages[`${folder ? `${folder}/` : ''}node_modules/${name}`];
    if (found) return found.version === version || !/^\d/.test(version);
    if (!folder) return false;
  }
}

let added = 0;
for (const [at, wanting] of Object.entries(packages).sort(([a], [b]) => depth(a) - depth(b))) {
  for (const [name, version] of Object.entries(wanting.optionalDependencies ?? {})) {
    if (isNamed(at, name, version)) continue;
    const words = name.split('/').at(-1).split('-');
    const os = SYSTEMS.find((each) => words.includes(each));
    const cpu = PROCESSORS.find((each) => words.includes(each));
    if (!os || !cpu || !/^\d+\.\d+\.\d+$/.test(version)) {
      console.error(`Not added: ${name} ${version}, wanted by ${at}`);
      continue;
    }
    const libc = os === 'linux' && (/musl/.test(name) ? ['musl'] : /gnu/.test(name) ? ['glibc'] : null);
    const top = `node_modules/${name}`;
    const beside = depth(at) > 2 ? `${folderAbove(at)}/${top}` : packages[top] ? `${at}/${top}` : top;
    packages[beside] = {
      version,
      cpu: [cpu],
      ...(wanting.dev ? { dev: true } : {}),
      ...(libc ? { libc } : {}),
      license: wanting.license,
      optional: true,
      os: [os],
    };
    added += 1;
  }
}
const { '': root, ...rest } = packages;
lock.packages = { '': root, ...Object.fromEntries(Object.entries(rest).sort(([a], [b]) => a.localeCompare(b, 'en'))) };
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added} packages named`);
