/** What the modules of one area may import: other areas, packages and Node's own modules. */
export type Area = {
  readonly name: string;
  /** Folders ending in `/`, or files, as paths from the root of the project. The first area that holds a file counts. */
  readonly holds: readonly string[];
  readonly areas: readonly string[];
  /** Packages and `node:` modules; `*` for any. */
  readonly packages: readonly string[];
  /** Without clock, randomness and I/O: the same input gives the same output. */
  readonly pure: boolean;
};

/**
 * The direction of imports: `domain ← articles ← recording ← http, cli`, `domain ← projections ← recording, webhooks, http, cli, page`.
 * Every area may import the port of the event store, but only the composition and the commands may import its adapters
 * (docs/architecture.md). A pure area names each package that it may import, so no I/O comes in under any name.
 */
export const areas: readonly Area[] = [
  {
    name: 'composition',
    holds: [
      'src/main.ts',
      'src/cli.ts',
      'src/open-ledger.ts',
      'src/ledger-traces.ts',
      'src/reader.ts',
      'src/reader-threads.ts',
    ],
    areas: [
      'config',
      'access',
      'secrets',
      'system-errors',
      'cli',
      'http',
      'telemetry',
      'webhooks',
      'proof',
      'recording',
      'live',
      'clocks',
      'projections',
      'articles',
      'domain',
      'event-store',
      'port',
    ],
    packages: ['*'],
    pure: false,
  },
  { name: 'config', holds: ['src/config.ts'], areas: ['secrets', 'domain'], packages: ['*'], pure: false },
  { name: 'secrets', holds: ['src/secrets.ts'], areas: ['domain'], packages: ['*'], pure: false },
  {
    name: 'access',
    holds: ['src/access/'],
    areas: ['secrets', 'domain', 'store-tools'],
    packages: ['*'],
    pure: false,
  },
  { name: 'system-errors', holds: ['src/system-errors.ts'], areas: [], packages: [], pure: true },
  { name: 'pauses', holds: ['src/pauses.ts'], areas: [], packages: ['node:timers/promises'], pure: false },
  { name: 'port', holds: ['src/event-store/event-store.ts'], areas: [], packages: [], pure: true },
  {
    name: 'store-tools',
    holds: ['src/event-store/sqlite-file.ts', 'src/event-store/follower.ts'],
    areas: ['port'],
    packages: ['*'],
    pure: false,
  },
  {
    name: 'event-store',
    holds: ['src/event-store/'],
    areas: ['domain', 'port', 'store-tools'],
    packages: ['*'],
    pure: false,
  },
  {
    name: 'domain',
    holds: ['src/domain/'],
    areas: ['port'],
    packages: ['zod', 'uuid', 'edtf', 'canonicalize', 'fastest-levenshtein'],
    pure: true,
  },
  { name: 'proof-path', holds: ['src/proof/inclusion-path.ts'], areas: [], packages: [], pure: true },
  // Shares no code with the rest: a second program that comes to the same verdict.
  {
    name: 'stand-alone',
    holds: ['src/proof/stand-alone/'],
    areas: [],
    packages: ['node:crypto', 'node:fs', 'node:fs/promises', 'node:process', 'node:util'],
    pure: false,
  },
  {
    name: 'proof',
    holds: ['src/proof/'],
    areas: ['proof-path', 'secrets', 'domain', 'port', 'store-tools'],
    packages: ['*'],
    pure: false,
  },
  { name: 'clocks', holds: ['src/projections/live/clocks.ts'], areas: ['domain'], packages: [], pure: true },
  {
    name: 'live',
    holds: ['src/projections/live/'],
    areas: ['clocks', 'projections', 'domain', 'pauses', 'port', 'store-tools'],
    packages: ['*'],
    pure: true,
  },
  {
    name: 'projections',
    holds: ['src/projections/'],
    areas: ['clocks', 'domain', 'port'],
    packages: ['zod', 'node:util'],
    pure: true,
  },
  {
    name: 'articles',
    holds: ['src/articles/'],
    areas: ['domain', 'port'],
    packages: ['zod', 'yaml', 'canonicalize', 'chrono-node', 'node:crypto', 'node:fs/promises', 'node:path'],
    pure: true,
  },
  {
    name: 'recording',
    holds: ['src/recording/'],
    areas: ['live', 'projections', 'articles', 'domain', 'port'],
    packages: [],
    pure: true,
  },
  { name: 'words', holds: ['src/page/words.ts', 'src/page/address.ts'], areas: [], packages: [], pure: true },
  {
    name: 'exports',
    holds: ['src/exports/'],
    areas: ['words', 'projections', 'clocks', 'domain'],
    packages: ['csv-stringify', 'feed', 'ical-generator'],
    pure: true,
  },
  { name: 'client', holds: ['src/client/'], areas: ['client-types'], packages: ['openapi-fetch'], pure: false },
  // Made by the build.
  { name: 'client-types', holds: ['dist/client/'], areas: [], packages: [], pure: true },
  {
    name: 'page-client',
    holds: ['src/page/client.ts', 'src/page/live/'],
    areas: ['page', 'words', 'proof-path'],
    packages: ['preact'],
    pure: false,
  },
  {
    name: 'page',
    holds: ['src/page/'],
    areas: ['exports', 'words', 'projections', 'clocks', 'domain'],
    packages: ['preact', 'preact-render-to-string'],
    pure: true,
  },
  {
    name: 'webhooks',
    holds: ['src/webhooks/'],
    areas: ['live', 'projections', 'domain', 'port', 'store-tools'],
    packages: ['*'],
    pure: false,
  },
  { name: 'telemetry', holds: ['src/telemetry/'], areas: ['proof', 'port'], packages: ['*'], pure: false },
  {
    name: 'http',
    holds: ['src/http/'],
    areas: [
      'telemetry',
      'access',
      'webhooks',
      'page',
      'words',
      'exports',
      'secrets',
      'proof',
      'recording',
      'live',
      'clocks',
      'projections',
      'articles',
      'domain',
      'pauses',
      'port',
    ],
    packages: ['*'],
    pure: false,
  },
  {
    name: 'cli',
    holds: ['src/cli/'],
    areas: [
      'composition',
      'access',
      'exports',
      'secrets',
      'system-errors',
      'proof',
      'event-store',
      'recording',
      'live',
      'clocks',
      'projections',
      'articles',
      'domain',
      'port',
    ],
    packages: ['*'],
    pure: false,
  },
];

/** Packages that only some areas may import, even if `packages` of another area allows all. */
export const confined: Readonly<Record<string, readonly string[]>> = {
  '@eventstore/db-client': ['event-store'],
  fastify: ['http', 'composition'],
  'node:sqlite': ['store-tools'],
  'node:process': ['config', 'composition', 'stand-alone'],
};

/** The area of a file (a path from the root, with `/`), or undefined if no area holds it. */
export const areaOf = (file: string, from: readonly Area[] = areas): Area | undefined =>
  from.find(({ holds }) => holds.some((held) => (held.endsWith('/') ? file.startsWith(held) : file === held)));
