import path from 'node:path';
import express from 'express';
import { ConfigError, readConfig } from '../src/config';
import { campusOf } from '../src/http/visitor';

const wrong = (env: Record<string, string>): string => {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return '';
};

test('with nothing said, the library opens for this machine alone, in Kyrgyz', () => {
  expect(readConfig({})).toMatchObject({
    port: 3000,
    host: '127.0.0.1',
    baseUrl: 'http://localhost:3000',
    defaultLanguage: 'ky',
    oaiPageSize: 100,
    trustProxy: 'loopback',
    campusNetworks: [],
    adminEmail: undefined,
    clamd: undefined,
  });
  const { dataDir, databaseFile } = readConfig({});
  expect(path.basename(dataDir)).toBe('storage');
  expect(databaseFile).toBe(path.join(dataDir, 'achyk.sqlite'));
});

test('an empty value counts as not given', () => {
  expect(readConfig({ PORT: '', BASE_URL: '', SMTP_URL: '', ADMIN_EMAIL: '' }).port).toBe(3000);
});

test('what follows from what: address, repository id, sender', () => {
  const config = readConfig({ BASE_URL: 'https://kitep.example.kg/', DATA_DIR: 'data', MAX_UPLOAD_MB: '5' });
  expect(config).toMatchObject({
    baseUrl: 'https://kitep.example.kg',
    repositoryId: 'kitep.example.kg',
    mailFrom: 'achyk@kitep.example.kg',
    dataDir: path.resolve('data'),
    maxUploadBytes: 5 * 1024 * 1024,
  });
  expect(readConfig({ PORT: '8080' }).baseUrl).toBe('http://localhost:8080');
  expect(readConfig({ BASE_URL: 'http://localhost:3000' }).repositoryId).toMatch(/^[a-z]+\.[a-z]+$/);
  expect(readConfig({ DATABASE_URL: 'sqlite:/srv/a.sqlite' }).databaseFile).toBe('/srv/a.sqlite');
});

test.each([
  ['PORT', '80000'],
  ['PORT', 'http'],
  ['PORT', '-1'],
  ['BASE_URL', 'library.example.kg'],
  ['BASE_URL', 'ftp://library.example.kg'],
  ['BASE_URL', 'https://library.example.kg/achyk'],
  ['BASE_URL', 'https://library.example.kg//'],
  ['BASE_URL', 'https://library.example.kg/?'],
  ['BASE_URL', 'https://library.example.kg?lang=ky'],
  ['BASE_URL', 'https://library.example.kg/#top'],
  ['BASE_URL', 'https://user@library.example.kg'],
  ['DATABASE_URL', 'postgres://localhost/achyk'],
  ['REPOSITORY_ID', 'library'],
  ['REPOSITORY_ID', 'a b.kg'],
  ['ADMIN_EMAIL', 'admin'],
  ['CAMPUS_NETWORKS', '10.0.0.0/33'],
  ['CAMPUS_NETWORKS', '10.0.0.0/8,campus'],
  ['CAMPUS_NETWORKS', '10.0.0.0/'],
  ['TRUST_PROXY', 'true'],
  ['TRUST_PROXY', 'yes'],
  ['TRUST_PROXY', '/,:'],
  ['TRUST_PROXY', ','],
  ['TRUST_PROXY', '10.0.0.1,10.0.0.0/33'],
  ['TRUST_PROXY', '0.0.0.0/0'],
  ['TRUST_PROXY', '::/00'],
  ['TRUST_PROXY', 'fe80::1%eth0'],
  ['TRUST_PROXY', 'loopback 10.0.0.1'],
  ['MAX_UPLOAD_MB', '0'],
  ['MAX_UPLOAD_MB', '1.5'],
  ['CLAMD', 'localhost'],
  ['SMTP_URL', 'mail.example.kg'],
  ['DEFAULT_LANGUAGE', 'kg'],
  ['OAI_PAGE_SIZE', '0'],
  ['OAI_FRIENDS', 'library.example.kg/oai'],
  ['OAI_FRIENDS', 'https://library.example.kg/oai, ftp://library.example.kg/oai'],
  ['OAI_FRIENDS', 'https://user@library.example.kg/oai'],
  ['OAI_FRIENDS', 'https://library.example.kg/oai#top'],
  ['TIME_ZONE', 'Bishkek'],
  ['LOG_LEVEL', 'loud'],
])('%s=%s ends the start with the name, the value and what is allowed', (name, value) => {
  const message = wrong({ [name]: value });
  expect(message).toContain(name);
  expect(message).toContain('allowed');
  if (name !== 'SMTP_URL') expect(message).toContain(JSON.stringify(value));
});

test('all that is wrong is told at once, and no secret with it', () => {
  const message = wrong({ PORT: 'x', ADMIN_PASSWORD: 'geheim', SMTP_URL: 'user:geheim@host', TIME_ZONE: 'x' });
  expect(message.split('\n')).toHaveLength(5); // and ADMIN_EMAIL, which the password needs
  expect(message).not.toContain('geheim');
});

test('the campus is told by its networks, IPv4 inside IPv6 counted as what it is', () => {
  const { campusNetworks } = readConfig({ CAMPUS_NETWORKS: '10.1.0.0/16, 192.0.2.7, 2001:db8::/32' });
  const isOnCampus = campusOf(campusNetworks);
  for (const address of ['10.1.2.3', '::ffff:10.1.2.3', '192.0.2.7', '2001:db8::1']) {
    expect([address, isOnCampus(address)]).toEqual([address, true]);
  }
  for (const address of ['10.2.0.1', '192.0.2.8', '2001:db9::1', '::1', undefined]) {
    expect([address, isOnCampus(address)]).toEqual([address, false]);
  }
});

test('other repositories are told by their addresses, each once, fit to stand in XML', () => {
  const OAI_FRIENDS = 'https://a.kg/oai, https://b.kg/oai?x=1&y=2 ,https://a.kg/oai,https://китеп.kg/о а';
  expect(readConfig({ OAI_FRIENDS }).oaiFriends).toEqual([
    'https://a.kg/oai',
    'https://b.kg/oai?x=1&y=2',
    'https://xn--e1affwn.kg/%D0%BE%20%D0%B0',
  ]);
  expect(readConfig({}).oaiFriends).toEqual([]);
});

test.each(['loopback', 'loopback, 10.0.0.0/8', 'uniquelocal,linklocal', '10.0.0.1,', '2001:db8::/32', '0', '2'])(
  'TRUST_PROXY=%s is taken, by the server too',
  (TRUST_PROXY) => {
    const { trustProxy } = readConfig({ TRUST_PROXY });
    expect(() => express().set('trust proxy', trustProxy)).not.toThrow();
    expect(typeof trustProxy).toBe(/^\d+$/.test(TRUST_PROXY) ? 'number' : 'string');
  },
);

test('a password for the administrator needs an address; the address may stand alone', () => {
  expect(wrong({ ADMIN_PASSWORD: 'long-enough-for-us' })).toMatch(/^ADMIN_EMAIL is not given[^\n]*$/);
  expect(wrong({ ADMIN_EMAIL: 'aigul@library.kg', ADMIN_PASSWORD: 'long-enough-for-us' })).toBe('');
  expect(wrong({ ADMIN_EMAIL: 'aigul@library.kg' })).toBe('');
});
