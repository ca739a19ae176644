/** What the modules of one area may import: other areas, packages and Node's own modules. */
export type Area = {
  readonly name: string;
  /** A folder ending in `/`, or files, as paths from the root of the project. The first area that fits counts. */
  readonly holds: readonly string[];
  readonly areas: readonly string[];
  /** Packages and `node:` modules; `*` for any. */
  readonly packages: readonly string[];
  /** Without clock, randomness and I/O: the same input gives the same output. */
  readonly pure: boolean;
};

/**
 * The direction of imports: `http, cli -> decisions -> projections, articles, proof -> domain <- event-store`.
 * The port of the event store may be imported by all, its adapters by the composition alone; see docs/architecture.md.
 */
export const areas: readonly Area[] = [
  {
    name: 'composition',
    holds: [
      'src/main.ts',
      'src/cli.ts',
      'src/open-ledger.ts',
      'src/open-proof.ts',
      'src/verify-ledger.ts',
      'src/export-ledger.ts',
    ],
    areas: ['config', 'cli', 'http', 'proof', 'tree', 'projections', 'articles', 'domain', 'event-store', 'port'],
    packages: ['*'],
    pure: false,
  },
  { name: 'config', holds: ['src/config.ts'], areas: ['domain'], packages: ['*'], pure: false },
  { name: 'secret', holds: ['src/kept-secret.ts'], areas: [], packages: ['*'], pure: false },
  { name: 'port', holds: ['src/event-store/event-store.ts'], areas: [], packages: [], pure: true },
  { name: 'event-store', holds: ['src/event-store/'], areas: ['domain', 'port'], packages: ['*'], pure: false },
  {
    name: 'domain',
    holds: ['src/domain/'],
    areas: ['port'],
    packages: ['zod', 'uuid', 'edtf', 'canonicalize', 'fastest-levenshtein'],
    pure: true,
  },
  {
    name: 'tree',
    holds: ['merkle-tree', 'ledger-leaf', 'signed-note', 'checkpoint'].map((name) => `src/proof/${name}.ts`),
    areas: ['port'],
    packages: ['node:crypto', 'canonicalize'],
    pure: true,
  },
  { name: 'proof', holds: ['src/proof/'], areas: ['secret', 'tree', 'domain', 'port'], packages: ['*'], pure: false },
  { name: 'projections', holds: ['src/projections/'], areas: ['domain', 'port'], packages: ['*'], pure: true },
  { name: 'articles', holds: ['src/articles/'], areas: ['domain', 'port'], packages: ['*'], pure: false },
  { name: 'decisions', holds: ['src/decisions/'], areas: ['projections', 'domain', 'port'], packages: [], pure: true },
  {
    name: 'http',
    holds: ['src/http/'],
    areas: ['secret', 'proof', 'tree', 'projections', 'articles', 'decisions', 'domain', 'port'],
    packages: ['*'],
    pure: false,
  },
  {
    name: 'cli',
    holds: ['src/cli/'],
    areas: ['proof', 'tree', 'projections', 'articles', 'domain', 'port'],
    packages: ['*'],
    pure: false,
  },
];

/** Packages that are confined to some areas, wherever `packages` would allow them. */
export const confined: Readonly<Record<string, readonly string[]>> = {
  '@eventstore/db-client': ['event-store'],
  fastify: ['http', 'composition'],
  'node:sqlite': ['event-store', 'projections', 'proof'],
  'node:process': ['config', 'composition'],
};

/** The area of a file (path from the root, with `/`), or undefined where none holds it. */
export const areaOf = (file: string, from: readonly Area[] = areas): Area | undefined =>
  from.find(({ holds }) => holds.some((held) => (held.endsWith('/') ? file.startsWith(held) : file === held)));
