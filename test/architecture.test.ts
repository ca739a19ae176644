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

t.test('the import check fails when it has looked at no module', async (t) => {
  t.match(violationsOf(t.testdir(), {}), [/nothing was checked/]);
});

const allowed: Record<string, Record<string, string>> = {
  'the domain may import its few libraries': { 'src/domain/a.ts': `import { z } from 'zod'; export const a = z;` },
  'every area may import the port': {
    'src/event-store/event-store.ts': 'export type A = 1;',
    'src/http/a.ts': `import type { A } from '../event-store/event-store.ts'; export type B = A;`,
  },
  'the domain may build a Date from a given instant': {
    'src/domain/a.ts': 'export const a = (ms: number) => new Date(ms);',
  },
};

for (const [name, files] of Object.entries(allowed)) {
  t.test(name, async (t) => t.same(violationsOf(t.testdir(), files), []));
}

const refused: Record<string, readonly [RegExp, Record<string, string>]> = {
  'the domain may not import http': [
    /^src\/domain\/a\.ts:2: domain may import port, not http/,
    { 'src/domain/a.ts': `// first line\nimport '../http/b.ts';`, 'src/http/b.ts': '' },
  ],
  'the domain may not import a type of a projection': [
    /domain may import port, not projections/,
    {
      'src/domain/a.ts': `import type { B } from '../projections/b.ts'; export type A = B;`,
      'src/projections/b.ts': 'export type B = 1;',
    },
  ],
  'the domain may not re-export an article module': [
    /not articles/,
    { 'src/domain/a.ts': `export * from '../articles/b.ts';`, 'src/articles/b.ts': '' },
  ],
  'the domain may not import http dynamically': [
    /not http/,
    { 'src/domain/a.ts': `await import('../http/b.ts');`, 'src/http/b.ts': '' },
  ],
  'http may not import an adapter of the store': [
    /not event-store/,
    { 'src/http/a.ts': `import '../event-store/sqlite.ts';`, 'src/event-store/sqlite.ts': '' },
  ],
  'the domain may import no other library': [/not lru-cache/, { 'src/domain/a.ts': `import 'lru-cache';` }],
  'the domain may not import file access': [/not node:fs/, { 'src/domain/a.ts': `import 'node:fs/promises';` }],
  'only the event store may import the EventStoreDB client': [
    /belongs to event-store/,
    { 'src/articles/a.ts': `import '@eventstore/db-client';` },
  ],
  'only src/config.ts may read process.env': [
    /process\.env is read by src\/config\.ts alone/,
    { 'src/http/a.ts': 'export const port = process.env.PORT;' },
  ],
  'only src/config.ts may import env from node:process': [
    /node:process/,
    { 'src/http/a.ts': `import { env } from 'node:process'; env;` },
  ],
  'the domain may not call Date.now': [/Date\.now/, { 'src/domain/a.ts': 'export const a = () => Date.now();' }],
  'the domain may not call new Date without an instant': [
    /new Date\(\)/,
    { 'src/domain/a.ts': 'export const a = new Date();' },
  ],
  'the domain may not call Temporal.Now': [
    /Temporal\.Now/,
    { 'src/domain/a.ts': 'export const a = Temporal.Now.instant();' },
  ],
  'a projection may not call Math.random': [
    /Math\.random/,
    { 'src/projections/a.ts': 'export const a = Math.random();' },
  ],
  'the domain may not draw random ids': [/random uuid/, { 'src/domain/a.ts': `import { v4 } from 'uuid'; v4();` }],
  'modules may not import each other in a cycle': [
    /^cycle: src\/domain\/a\.ts -> src\/domain\/b\.ts -> src\/domain\/a\.ts$/,
    { 'src/domain/a.ts': `import './b.ts';`, 'src/domain/b.ts': `import './a.ts';` },
  ],
  'every module belongs to an area': [/belongs to no area/, { 'src/helpers/a.ts': '' }],
};

for (const [name, [violation, files]] of Object.entries(refused)) {
  t.test(name, async (t) => t.match(violationsOf(t.testdir(), files), [violation]));
}
