import { statSync } from 'node:fs';
import { isIP } from 'node:net';
import process from 'node:process';
import * as z from 'zod';
import { readWriteTokens, tokenRule } from './secrets.ts';

/**
 * Reads the settings from environment variables; an empty one counts as not set. Throws a ConfigError that names every
 * problem.
 */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  return read(schema, environment);
}

/** Reads the settings of a server, which with EventStoreDB must include both secrets. Throws a ConfigError. */
export function readServerConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  return read(serverSchema, environment);
}

/** The settings of this process. */
export type Config = z.infer<typeof schema>;

function read(rules: typeof schema, environment: NodeJS.ProcessEnv): Config {
  const values = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const { data, error } = rules.safeParse(values);
  if (error === undefined) return data;
  const problems = error.issues.map(({ path, message }) => {
    const name = path.join('.');
    return `${name}${secretSettings.has(name) ? '' : `=${values[name] ?? ''}`}: ${name} ${message}`;
  });
  throw new ConfigError(
    problems.length === 1
      ? `a setting cannot be used: ${problems[0]}`
      : `${problems.length} of the settings cannot be used:\n${problems.map((one) => `  ${one}`).join('\n')}`,
  );
}

// Never printed: these are secrets, or may contain one.
const secretSettings: ReadonlySet<string> = new Set(['EVENT_STORE', 'WRITE_TOKEN', 'WRITE_TOKENS', 'SIGNING_KEY']);

/** The settings are wrong; the message names every problem. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const folder = z.string().min(1, 'must be a folder');

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

const portRule = 'must be a whole number from 0 (any free port) to 65535';

// A list with commas. Reports every entry that is wrong.
function hosts(read: (entry: string) => string | HostProblem) {
  return z.string().transform((text, { issues }): readonly string[] => {
    const entries = text.split(',').map((entry) => read(entry.trim().toLowerCase()));
    for (const entry of entries) {
      if (typeof entry === 'string') continue;
      issues.push({ code: 'custom', message: `is wrong: ${entry.problem}`, input: text });
    }
    return entries.filter((entry) => typeof entry === 'string');
  });
}

type HostProblem = { readonly problem: string };

// A source of `frame-ancestors`: https, unless the entry says otherwise.
function toEmbeddingSite(entry: string): string | HostProblem {
  const [, scheme = 'https', host = ''] = /^(?:(https?):\/\/)?((?:\*\.)?[^*]*)$/.exec(entry) ?? [];
  if (hostPattern.test(host.replace(/^\*\./, ''))) return `${scheme}://${host}`;
  return { problem: `"${entry}" is not a site, as in news.example, *.club.example or http://localhost:8080` };
}

function toReceiver(entry: string): string | HostProblem {
  if (hostPattern.test(entry)) return entry;
  return { problem: `"${entry}" is not a host, as in hooks.example, 10.0.0.5 or localhost:8080` };
}

function toHost(entry: string): string | HostProblem {
  if (hostPattern.test(entry)) return entry;
  return { problem: `"${entry}" is not a host, as in ledger.example, 10.0.0.5 or ledger.example:8080` };
}

function toProxy(entry: string): string | HostProblem {
  const [address = '', bits] = entry.split('/');
  const most = isIP(address) === 6 ? 128 : 32;
  const isNetwork = isIP(address) > 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most));
  if (isNetwork || ['loopback', 'linklocal', 'uniquelocal'].includes(entry)) return entry;
  return { problem: `"${entry}" is not a proxy, as in 10.0.0.5, 10.1.0.0/16, loopback, linklocal or uniquelocal` };
}

function toOrigin(entry: string): string | HostProblem {
  if (/^https?:\/\//.test(entry) && hostPattern.test(entry.replace(/^https?:\/\//, ''))) return entry;
  return { problem: `"${entry}" is not a site, as in https://news.example or http://localhost:8080` };
}

// By plain HTTP whoever is in between could put in keys of their own.
function isKeyAddress(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname)));
}

/** Whether an address or a name is one of this machine alone. */
export function isLoopback(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/i.test(host);
}

// A name, an IPv4 address or an IPv6 address in brackets, and perhaps a port.
const hostPattern = /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::\d{1,5})?$/;

const levels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** Every setting: its default and what it means. --help prints this list. */
export const settings = {
  HOST: z.string().min(1, 'must be an address, as in 127.0.0.1').default('127.0.0.1').describe('address to serve on'),
  PORT: z
    .string()
    .regex(/^\d+$/, portRule)
    .transform(Number)
    .refine((port) => port <= 65_535, portRule)
    .default(3000)
    .describe('port to serve on; 0 takes any free port'),
  DATA_DIR: folder
    .default('data')
    .describe('folder of the embedded store, its index, its proof, the write token and the signing key'),
  // A folder that is set must exist: without its references no Games would have dates.
  SEEDS_DIR: folder
    .refine(isFolder, 'must be a folder that exists')
    .default('seeds')
    .describe('articles to replay at start, unless they are recorded already, and references on names and Games'),
  ARTICLES_DIR: folder
    .optional()
    .describe('folder of the texts of articles, for "evidence"; they are not part of the project'),
  EVENT_STORE: z
    .string()
    .regex(
      /^(sqlite$|esdb(\+discover)?:\/\/.)/,
      'must be sqlite (the embedded store) or an address, as in esdb://host:2113?tls=false',
    )
    .default('sqlite')
    .describe('sqlite, the embedded store, or esdb://… for EventStoreDB or KurrentDB'),
  STREAM_PREFIX: z
    .string()
    .regex(/^[a-z][a-z0-9_]*_$/, 'must be lower-case letters, digits and underscores, and end in an underscore')
    .default('ledger_')
    .describe("what the names of this ledger's streams begin with in EventStoreDB"),
  WRITE_TOKEN: z
    .string()
    .min(tokenRule.minLength, `must have at least ${tokenRule.minLength} characters; leave it out to have one made`)
    .regex(tokenRule.pattern, 'must have visible ASCII characters only')
    .optional()
    .describe('bearer token for writes; if not set, the first start makes one and keeps it under DATA_DIR'),
  WRITE_TOKENS: z
    .string()
    .transform((text, { issues }) => {
      const { tokens, problems } = readWriteTokens(text);
      for (const problem of problems) issues.push({ code: 'custom', message: `is wrong: ${problem}`, input: text });
      return tokens;
    })
    .optional()
    .describe('tokens of people, as anna:<token>,ben:<token>; what they write carries their names'),
  ACCESS_DIR: folder
    .optional()
    .describe(
      'folder of the tokens of "partnership-ledger token"; servers on one machine may share one (default DATA_DIR)',
    ),
  PUBLIC_READS: z
    .enum(['true', 'false'], 'must be true or false')
    .transform((text) => text === 'true')
    .optional()
    .describe(
      'whether reading needs no token; if not set, only where HOST is this machine and ALLOWED_HOSTS is not set',
    ),
  ALLOWED_HOSTS: hosts(toHost)
    .optional()
    .describe('names under which clients reach the server, as ledger.example; those of this machine always count'),
  TRUSTED_PROXIES: hosts(toProxy)
    .optional()
    .describe('proxies whose X-Forwarded-… headers count, as 10.0.0.5,10.1.0.0/16 or uniquelocal; if not set, none'),
  CORS_ORIGINS: hosts(toOrigin)
    .optional()
    .describe('sites whose scripts may read answers, as https://news.example; if not set, none'),
  RATE_LIMIT: z
    .string()
    .regex(/^\d{1,7}$/, 'must be a whole number; 0 sets no limit')
    .transform(Number)
    .default(1200)
    .describe('requests that one address may send in a minute; this machine may send any number'),
  JWT_ISSUER: z.string().optional().describe('`iss` of tokens (JWT) of an identity provider; if not set, none count'),
  JWT_AUDIENCE: z.string().optional().describe('`aud` of these tokens'),
  JWT_KEYS: z
    .string()
    .refine(isKeyAddress, 'must be the https address of a JWKS document')
    .optional()
    .describe('where the keys of the identity provider are published (JWKS)'),
  JWT_ROLE_CLAIM: z
    .string()
    .min(1)
    .default('roles')
    .describe('the claim that names a role: reader, recorder, steward or admin'),
  EMBED_HOSTS: hosts(toEmbeddingSite)
    .optional()
    .describe('sites that may show a timeline in a frame, as news.example,*.club.example; if not set, none'),
  WEBHOOK_HOSTS: hosts(toReceiver)
    .optional()
    .describe('hosts that webhooks may be sent to, as hooks.example,localhost:8080; if not set, none'),
  SIGNING_KEY: z
    .string()
    .regex(
      /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/,
      'must be 32 random bytes in base64; openssl rand -base64 32 makes them',
    )
    .optional()
    .describe('Ed25519 seed that signs checkpoints; if not set, the first start makes one and keeps it under DATA_DIR'),
  READ_THREADS: z
    .string()
    .regex(/^\d$/, 'must be a whole number from 0 to 9')
    .transform(Number)
    .default(1)
    .describe('threads that answer reads of much, each with memory of its own; 0: none, the server answers itself'),
  LOG_LEVEL: z
    .enum(levels, `must be one of ${levels.join(', ')}`)
    .default('info')
    .describe(`one of ${levels.join(', ')}`),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/, error: 'must be the address of a collector, as in http://localhost:4318' })
    .optional()
    .describe('collector that traces go to, by OTLP over HTTP; if not set, nothing is traced'),
  OTEL_SERVICE_NAME: z.string().min(1).default('partnership-ledger').describe('name of this server in its traces'),
} as const;

const schema = z.object(settings).check(({ value, issues }) => {
  if (value.WRITE_TOKENS?.some(({ token }) => token === value.WRITE_TOKEN)) {
    const message = 'contains WRITE_TOKEN: give the person another one';
    issues.push({ code: 'custom', path: ['WRITE_TOKENS'], message, input: value });
  }
  const ofProvider = ['JWT_ISSUER', 'JWT_AUDIENCE', 'JWT_KEYS'] as const;
  const missing = ofProvider.filter((name) => value[name] === undefined);
  if (missing.length === ofProvider.length) return;
  for (const name of missing) {
    const message = `must be set too: tokens of an identity provider need ${ofProvider.join(', ')}`;
    issues.push({ code: 'custom', path: [name], message, input: value });
  }
});

const serverSchema = schema.check(({ value, issues }) => {
  if (value.EVENT_STORE === 'sqlite') return;
  for (const [name, secret] of [
    ['WRITE_TOKEN', 'token'],
    ['SIGNING_KEY', 'signing key'],
  ] as const) {
    if (value[name] !== undefined) continue;
    const message = `must be set with EventStoreDB: all servers of a ledger share its ${secret}`;
    issues.push({ code: 'custom', path: [name], message, input: value });
  }
});

/** Reads the variable that a user named to keep a secret off the command line. */
export function readVariable(name: string, environment: NodeJS.ProcessEnv = process.env): string | undefined {
  return environment[name];
}

/** The settings with their defaults, a line each, for --help. */
export function describeSettings(): string {
  return Object.entries(settings)
    .map(([name, setting]) => {
      const value = setting.safeParse(undefined).data;
      const fallback = typeof value === 'string' || typeof value === 'number' ? ` (default ${value})` : '';
      return `  ${name.padEnd(27)} ${setting.description}${fallback}`;
    })
    .join('\n');
}
