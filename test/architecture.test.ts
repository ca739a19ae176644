import { globSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import t from 'tap';
import { checkImportDirections } from '../scripts/import-directions.ts';

const violationsOf = (folder: string, files: Record<string, string>): readonly string[] => {
  for (const [file, source] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), source);
  }
  return checkImportDirections(folder).violations;
};

t.test('imports point inwards, without cycles, in every module of the project', async (t) => {
  const { modules, violations } = checkImportDirections(join(import.meta.dirname, '..'));
  const sources = globSync('src/**/*.ts', { cwd: join(import.meta.dirname, '..') });
  t.equal(modules, sources.filter((file) => !file.endsWith('.d.ts')).length, 'every module was looked at');
  t.ok(modules > 100, `${modules} modules were looked at`);
  t.same(violations, []);
});

t.test('looking at no module is no proof', async (t) => {
  t.match(violationsOf(t.testdir(), {}), [/nothing was checked/]);
});

const allowed: Record<string, Record<string, string>> = {
  'the domain imports its few libraries': { 'src/domain/a.ts': `import { z } from 'zod'; export const a = z;` },
  'everyone imports the port': {
    'src/event-store/event-store.ts': 'export type A = 1;',
    'src/http/a.ts': `import type { A } from '../event-store/event-store.ts'; export type B = A;`,
  },
  'a date that is given is no clock': { 'src/domain/a.ts': 'export const a = (ms: number) => new Date(ms);' },
};

for (const [name, files] of Object.entries(allowed)) {
  t.test(name, async (t) => t.same(violationsOf(t.testdir(), files), []));
}

const refused: Record<string, readonly [RegExp, Record<string, string>]> = {
  'the domain may not import http': [
    /^src\/domain\/a\.ts:2: domain may import port, not http/,
    { 'src/domain/a.ts': `// first line\nimport '../http/b.ts';`, 'src/http/b.ts': '' },
  ],
  'not even a type of it': [
    /domain may import port, not projections/,
    {
      'src/domain/a.ts': `import type { B } from '../projections/b.ts'; export type A = B;`,
      'src/projections/b.ts': 'export type B = 1;',
    },
  ],
  'nor through a re-export': [
    /not articles/,
    { 'src/domain/a.ts': `export * from '../articles/b.ts';`, 'src/articles/b.ts': '' },
  ],
  'nor when it runs': [/not http/, { 'src/domain/a.ts': `await import('../http/b.ts');`, 'src/http/b.ts': '' }],
  'http may not import an adapter of the store': [
    /not event-store/,
    { 'src/http/a.ts': `import '../event-store/sqlite.ts';`, 'src/event-store/sqlite.ts': '' },
  ],
  'the domain has no other library': [/not lru-cache/, { 'src/domain/a.ts': `import 'lru-cache';` }],
  'the domain has no I/O': [/not node:fs/, { 'src/domain/a.ts': `import 'node:fs/promises';` }],
  'the client of the other store stays in its folder': [
    /belongs to event-store/,
    { 'src/articles/a.ts': `import '@eventstore/db-client';` },
  ],
  'the environment is read in one place': [
    /process\.env is read by src\/config\.ts alone/,
    { 'src/http/a.ts': 'export const port = process.env.PORT;' },
  ],
  'not through a module either': [/node:process/, { 'src/http/a.ts': `import { env } from 'node:process'; env;` }],
  'the domain has no clock': [/Date\.now/, { 'src/domain/a.ts': 'export const a = () => Date.now();' }],
  'in no disguise': [/new Date\(\)/, { 'src/domain/a.ts': 'export const a = new Date();' }],
  'not the new one': [/Temporal\.Now/, { 'src/domain/a.ts': 'export const a = Temporal.Now.instant();' }],
  'a projection has no chance': [/Math\.random/, { 'src/projections/a.ts': 'export const a = Math.random();' }],
  'ids are derived, not drawn': [/random uuid/, { 'src/domain/a.ts': `import { v4 } from 'uuid'; v4();` }],
  'modules do not go in circles': [
    /^cycle: src\/domain\/a\.ts -> src\/domain\/b\.ts -> src\/domain\/a\.ts$/,
    { 'src/domain/a.ts': `import './b.ts';`, 'src/domain/b.ts': `import './a.ts';` },
  ],
  'every module has a place': [/belongs to no area/, { 'src/helpers/a.ts': '' }],
};

for (const [name, [violation, files]] of Object.entries(refused)) {
  t.test(name, async (t) => t.match(violationsOf(t.testdir(), files), [violation]));
}
