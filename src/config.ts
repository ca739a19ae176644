import process from 'node:process';
import * as z from 'zod';
import { readWriteTokens, tokenRule } from './secrets.ts';

/** The settings of this process. */
export type Config = z.infer<typeof schema>;

const levels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

const portNumber = z
  .string()
  .regex(/^\d+$/, 'is a whole number from 0 (any free port) to 65535')
  .transform(Number)
  .refine((port) => port <= 65_535, 'is a whole number from 0 (any free port) to 65535');

/** Every setting: its default and what it means. The only list of them, which --help prints too. */
export const settings = {
  HOST: z.string().min(1, 'is an address, such as 127.0.0.1').default('127.0.0.1').describe('address to serve on'),
  PORT: portNumber.default(3000).describe('port to serve on; 0 takes any free one'),
  DATA_DIR: z
    .string()
    .min(1, 'is a folder')
    .default('data')
    .describe('folder of the embedded store, its index, its proof, the token and the signing key'),
  SEEDS_DIR: z
    .string()
    .min(1, 'is a folder')
    .default('seeds')
    .describe('articles that are replayed at start where not yet recorded'),
  ARTICLES_DIR: z
    .string()
    .min(1, 'is a folder')
    .optional()
    .describe('folder of the texts of articles, for "evidence"; they are no part of the project'),
  EVENT_STORE: z
    .string()
    .regex(
      /^(sqlite$|esdb(\+discover)?:\/\/.)/,
      'is sqlite, the embedded store, or an address as esdb://host:2113?tls=false',
    )
    .default('sqlite')
    .describe('sqlite, the embedded store, or esdb://… for EventStoreDB or KurrentDB'),
  STREAM_PREFIX: z
    .string()
    .regex(/^[a-z][a-z0-9_]*_$/, 'has small letters, digits and underscores, and ends in an underscore')
    .default('ledger_')
    .describe("what the names of this ledger's streams begin with in EventStoreDB"),
  WRITE_TOKEN: z
    .string()
    .min(tokenRule.shortest, `has at least ${tokenRule.shortest} characters; leave it out to have one made`)
    .regex(tokenRule.pattern, 'has visible ASCII characters only')
    .optional()
    .describe('bearer token for writes; else made on the first start and kept under DATA_DIR'),
  WRITE_TOKENS: z
    .string()
    .transform((text, { issues }) => {
      const { tokens, mistakes } = readWriteTokens(text);
      for (const mistake of mistakes) issues.push({ code: 'custom', message: `is wrong: ${mistake}`, input: text });
      return tokens;
    })
    .optional()
    .describe('tokens of people, as anna:<token>,ben:<token>; what they write stands under their names'),
  SIGNING_KEY: z
    .string()
    .regex(/^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/, 'is 32 random bytes in base64; openssl rand -base64 32 makes them')
    .optional()
    .describe('key that checkpoints are signed with, an Ed25519 seed; else made on the first start and kept there too'),
  LOG_LEVEL: z
    .enum(levels, `is one of ${levels.join(', ')}`)
    .default('info')
    .describe(`one of ${levels.join(', ')}`),
} as const;

const schema = z.object(settings).check(({ value, issues }) => {
  if (value.WRITE_TOKENS?.some(({ token }) => token === value.WRITE_TOKEN)) {
    issues.push({
      code: 'custom',
      path: ['WRITE_TOKENS'],
      message: 'has a token that is WRITE_TOKEN too',
      input: value,
    });
  }
});

/**
 * Reads the settings from environment variables, an empty one counting as not set. Throws a ConfigError that names
 * everything that is wrong.
 */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  return read(schema, environment);
}

function read(rules: typeof schema, environment: NodeJS.ProcessEnv): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const result = rules.safeParse(given);
  if (result.success) return result.data;
  const mistakes = result.error.issues.map(({ path, message }) => {
    const name = path.join('.');
    return `  ${name}${secret.has(name) ? '' : `=${given[name] ?? ''}`}: ${name} ${message}`;
  });
  throw new ConfigError(`${mistakes.length} of the settings cannot be used:\n${mistakes.join('\n')}`);
}

// What may hold a password or is one is never printed.
const secret: ReadonlySet<string> = new Set(['EVENT_STORE', 'WRITE_TOKEN', 'WRITE_TOKENS', 'SIGNING_KEY']);

/** The settings are wrong; the message names every mistake. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Reads the settings of a server, who needs some that a command does without. Throws a ConfigError likewise. */
export function readServerConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  return read(serverSchema, environment);
}

const serverSchema = schema.check(({ value, issues }) => {
  if (value.EVENT_STORE === 'sqlite') return;
  for (const [name, shared] of [
    ['WRITE_TOKEN', 'token'],
    ['SIGNING_KEY', 'signing key'],
  ] as const) {
    if (value[name] !== undefined) continue;
    const message = `must be set with EventStoreDB: several servers share a ledger, and so its ${shared}`;
    issues.push({ code: 'custom', path: [name], message, input: value });
  }
});

/** A variable of the environment that a user names where a secret would otherwise stand on a command line. */
export function readVariable(name: string, environment: NodeJS.ProcessEnv = process.env): string | undefined {
  return environment[name];
}

/** The settings with their defaults, a line each, for --help. */
export function describeSettings(): string {
  return Object.entries(settings)
    .map(([name, setting]) => {
      const fallback = setting.safeParse(undefined).data;
      const told = typeof fallback === 'string' || typeof fallback === 'number' ? ` (default ${fallback})` : '';
      return `  ${name.padEnd(13)} ${setting.description}${told}`;
    })
    .join('\n');
}
