import t from 'tap';
import { testsThatUse } from '../../scripts/tests-that-use.ts';

t.test('tests that import a module directly, indirectly or through a cycle are found, and no others', async (t) => {
  const root = t.testdir({
    test: {
      'a.test.ts': `import { b } from './support/b.ts'; b();`,
      'pure.test.ts': `import t from 'tap'; t.pass();`,
      deep: { 'c.test.ts': `const { store } = await import('../support/store.ts'); store();` },
      support: {
        'b.ts': `import type { Store } from './store.ts'; export { d } from './d.ts'; export const b = (_: Store) => 1;`,
        'd.ts': `import './b.ts'; export const d = 1;`,
        'store.ts': `export type Store = 1; export const store = () => 1;`,
      },
    },
  });
  t.same(testsThatUse('test/support/store.ts', root), ['test/a.test.ts', 'test/deep/c.test.ts']);
  t.same(testsThatUse('test/support/nobody.ts', root), []);
});

t.test('many tests of this project open a ledger', async (t) => {
  const found = testsThatUse('test/support/open-test-ledger.ts');
  for (const file of [
    'test/open-ledger.test.ts',
    'test/main.test.ts',
    'test/http/reads.test.ts',
    'test/cli/show.test.ts',
  ]) {
    t.ok(found.includes(file), file);
  }
});
