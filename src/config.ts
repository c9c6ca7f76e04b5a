import { isIP } from 'node:net';
import path from 'node:path';
import { z } from 'zod';
import { inProject } from './paths';

export const LANGUAGES = ['ky', 'ru', 'tr', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Is `text` a network in CIDR notation, or one address? */
function isNetwork(text: string): boolean {
  const [address, bits, rest] = text.split('/');
  const family = isIP(address ?? '');
  if (family === 0 || rest !== undefined || text.includes('%')) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

/** May `part` stand in TRUST_PROXY? To trust everybody (`/0`) is not possible: anyone could forge an address on campus. */
const isProxy = (part: string): boolean =>
  ['loopback', 'linklocal', 'uniquelocal'].includes(part) || (isNetwork(part) && !/\/0+$/.test(part));

/** A scheme and a host, nothing behind them but one slash: links are rooted at `/`. */
const isRoot = (address: string): boolean =>
  URL.canParse(address) && new URL(address).href === `${new URL(address).origin}/`;

const divided = (value: string): string[] =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
const list = z.string().default('').transform(divided);

/** Where another repository answers harvesters: a whole web address, as it will stand in Identify. */
const isEndpoint = (address: string): boolean => {
  if (!URL.canParse(address)) return false;
  const { protocol, username, hash } = new URL(address);
  return /^https?:$/.test(protocol) && username === '' && hash === '' && address.length <= 500;
};

const whole = (from: number, to: number) =>
  z.string().regex(/^\d+$/).transform(Number).pipe(z.number().min(from).max(to));

/** Name → [schema, what is allowed]. README lists each with its default. */
const VARIABLES = {
  PORT: [whole(0, 65_535).default(3000), 'a port from 0 to 65535'],
  HOST: [z.string().min(1).default('127.0.0.1'), 'a host name or address to listen on'],
  BASE_URL: [
    z
      .url({ protocol: /^https?$/ })
      .refine(isRoot)
      .transform((value) => new URL(value).origin)
      .optional(),
    'the public address without a path, such as https://library.example.kg',
  ],
  DATA_DIR: [
    z
      .string()
      .min(1)
      .transform((value) => path.resolve(value))
      .default(() => inProject('storage')),
    'a folder',
  ],
  DATABASE_URL: [
    z
      .string()
      .regex(/^(sqlite:|\/|\.)/)
      .optional(),
    'sqlite:FILE or a path (PostgreSQL is not supported yet)',
  ],
  REPOSITORY_NAME: [z.string().trim().min(1).max(200).default('Ачык'), 'a name of at most 200 characters'],
  REPOSITORY_ID: [
    z
      .string()
      .regex(/^[a-zA-Z][a-zA-Z0-9-]*(\.[a-zA-Z][a-zA-Z0-9-]*)+$/)
      .optional(),
    'a domain name such as library.example.kg',
  ],
  ADMIN_EMAIL: [z.email().optional(), 'an e-mail address'],
  ADMIN_PASSWORD: [z.string().min(10).max(1000).optional(), 'at least 10 characters'],
  CAMPUS_NETWORKS: [list.refine((all) => all.every(isNetwork)), 'networks such as 10.1.0.0/16, divided by commas'],
  TRUST_PROXY: [
    z
      .string()
      .transform((value) => (/^\d{1,2}$/.test(value.trim()) ? Number(value) : divided(value)))
      .refine((value) => typeof value === 'number' || (value.length > 0 && value.every(isProxy)))
      .transform((value) => (typeof value === 'number' ? value : value.join(',')))
      .default('loopback'),
    'loopback, linklocal, uniquelocal, a number of proxies, or addresses and networks such as 10.0.0.0/8, divided by commas; never true',
  ],
  MAX_UPLOAD_MB: [whole(1, 1_000_000).default(2048), 'megabytes from 1 to 1000000'],
  CLAMD: [
    z
      .string()
      .regex(/^(\/|.+:\d+$)/)
      .optional(),
    'a socket path or host:port',
  ],
  SMTP_URL: [z.url({ protocol: /^smtps?$/ }).optional(), 'smtp://host:port or smtps://user:password@host'],
  MAIL_FROM: [z.string().min(3).max(200).optional(), 'an e-mail address'],
  DEFAULT_LANGUAGE: [z.enum(LANGUAGES).default('ky'), LANGUAGES.join(', ')],
  OAI_PAGE_SIZE: [whole(1, 1000).default(100), 'records from 1 to 1000'],
  OAI_FRIENDS: [
    list
      .refine((all) => all.every(isEndpoint))
      .transform((all) => [...new Set(all.map((address) => new URL(address).href))]),
    'addresses where other repositories answer OAI-PMH, such as https://library.example.kg/oai, divided by commas',
  ],
  TIME_ZONE: [
    z
      .string()
      .refine((value) => {
        try {
          return Boolean(new Intl.DateTimeFormat('en', { timeZone: value }));
        } catch {
          return false;
        }
      })
      .default('Asia/Bishkek'),
    'a time zone such as Asia/Bishkek',
  ],
  LOG_LEVEL: [
    z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
    'debug, info, warn, error or silent',
  ],
} as const;

type Values = { [Name in keyof typeof VARIABLES]: z.output<(typeof VARIABLES)[Name][0]> };

export interface Config {
  port: number;
  host: string;
  /** Without a slash at the end. */
  baseUrl: string;
  dataDir: string;
  databaseFile: string;
  repositoryName: string;
  repositoryId: string;
  adminEmail: string | undefined;
  adminPassword: string | undefined;
  campusNetworks: string[];
  /** As Express takes it; never `true`, which would let anyone forge an address on campus. */
  trustProxy: string | number;
  maxUploadBytes: number;
  clamd: string | undefined;
  smtpUrl: string | undefined;
  mailFrom: string;
  defaultLanguage: Language;
  oaiPageSize: number;
  /** Other repositories' OAI-PMH addresses, told to harvesters. */
  oaiFriends: string[];
  timeZone: string;
  logLevel: Values['LOG_LEVEL'];
}

export class ConfigError extends Error {}

/** The configuration in `env`. An empty value counts as not given. @throws ConfigError naming variable, value and what is allowed. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const wrong: string[] = [];
  const read = <Name extends keyof typeof VARIABLES>(name: Name): Values[Name] => {
    const [schema, allowed] = VARIABLES[name];
    const given = env[name] === '' ? undefined : env[name];
    const result = schema.safeParse(given);
    if (!result.success) {
      const shown = name.includes('PASSWORD') || name === 'SMTP_URL' ? '(hidden)' : JSON.stringify(given);
      wrong.push(`${name} is ${shown}; allowed: ${allowed}.`);
    }
    return result.data as Values[Name];
  };
  const values = Object.fromEntries(
    (Object.keys(VARIABLES) as (keyof typeof VARIABLES)[]).map((name) => [name, read(name)]),
  ) as unknown as Values;
  // ADMIN_EMAIL may stand alone once there are accounts: harvesters write to it.
  if (env.ADMIN_PASSWORD && !env.ADMIN_EMAIL) {
    wrong.push('ADMIN_EMAIL is not given, but ADMIN_PASSWORD is; allowed: both, or no ADMIN_PASSWORD.');
  }
  if (wrong.length > 0) throw new ConfigError(wrong.join('\n'));

  const baseUrl = values.BASE_URL ?? `http://localhost:${values.PORT}`;
  const hostname = new URL(baseUrl).hostname;
  return {
    port: values.PORT,
    host: values.HOST,
    baseUrl,
    dataDir: values.DATA_DIR,
    databaseFile: values.DATABASE_URL
      ? path.resolve(values.DATABASE_URL.replace(/^sqlite:(\/\/)?/, ''))
      : path.join(values.DATA_DIR, 'achyk.sqlite'),
    repositoryName: values.REPOSITORY_NAME,
    repositoryId: values.REPOSITORY_ID ?? (/^[a-zA-Z].*\./.test(hostname) ? hostname : 'achyk.localhost'),
    adminEmail: values.ADMIN_EMAIL,
    adminPassword: values.ADMIN_PASSWORD,
    campusNetworks: values.CAMPUS_NETWORKS,
    trustProxy: values.TRUST_PROXY,
    maxUploadBytes: values.MAX_UPLOAD_MB * 1024 * 1024,
    clamd: values.CLAMD,
    smtpUrl: values.SMTP_URL,
    mailFrom: values.MAIL_FROM ?? `achyk@${hostname}`,
    defaultLanguage: values.DEFAULT_LANGUAGE,
    oaiPageSize: values.OAI_PAGE_SIZE,
    oaiFriends: values.OAI_FRIENDS,
    timeZone: values.TIME_ZONE,
    logLevel: values.LOG_LEVEL,
  };
}
