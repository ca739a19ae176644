import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import t from 'tap';
import { align, changesBetween } from '../../src/projections/diff-changes.ts';
import { applyChanges } from '../support/apply-diff.ts';

t.test('a changed field is one change with its old and new value', async (t) => {
  t.same(changesBetween({ a: 1, b: 2 }, { a: 1, b: 3 }), [{ path: '/b', from: 2, to: 3 }]);
  t.same(changesBetween({ a: { b: 'x' } }, { a: { b: 'y' } }), [{ path: '/a/b', from: 'x', to: 'y' }]);
  t.same(changesBetween({ a: null }, { a: { b: 1 } }), [{ path: '/a', from: null, to: { b: 1 } }]);
  t.same(changesBetween({ a: 1 }, { b: 1 }), [
    { path: '/a', from: 1 },
    { path: '/b', to: 1 },
  ]);
  t.same(changesBetween({ 'a/b~c': 1 }, { 'a/b~c': 2 }), [{ path: '/a~1b~0c', from: 1, to: 2 }], 'RFC 6901');
  t.same(changesBetween({ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }), []);
});

t.test('a date, a quantity and a span of days are each compared as one value', async (t) => {
  const [was, is] = [
    { edtf: '2018', earliest: '2018-01-01', latest: '2018-12-31' },
    { edtf: '2018-02', earliest: '2018-02-01', latest: '2018-02-28' },
  ];
  t.same(changesBetween({ planned: was }, { planned: is }), [{ path: '/planned', from: was, to: is }]);
  t.same(changesBetween({ n: { min: 2 } }, { n: { about: 3 } }), [{ path: '/n', from: { min: 2 }, to: { about: 3 } }]);
});

t.test('an added or removed source is one change wherever it stands', async (t) => {
  const [a, b, c] = ['a', 'b', 'c'].map((id) => ({ id, note: null, corrections: [] as string[] }));
  t.same(changesBetween({ sources: [a, c] }, { sources: [a, b, c] }), [{ path: '/sources/1', to: b }]);
  t.same(changesBetween({ sources: [a, b, c] }, { sources: [b, c] }), [{ path: '/sources/0', from: a }]);
  const corrected = { ...c, corrections: ['x'] };
  t.same(
    changesBetween({ sources: [a, c] }, { sources: [b, corrected] }),
    [
      { path: '/sources/0', from: a },
      { path: '/sources/0', to: b },
      { path: '/sources/1/corrections/0', to: 'x' },
    ],
    'what changes within one is told by itself',
  );
});

t.test('changes that belong to another value are refused', async (t) => {
  t.throws(() => applyChanges({ a: 1 }, [{ path: '/b/c', to: 1 }]), { name: 'RangeError', message: /another value/ });
});

const anyLeaf = fc.constantFrom<unknown>(null, 0, 1, 'x', 'y', false, { edtf: '2018' }, { edtf: '2019' }, { min: 2 });
const { node: anyValue } = fc.letrec<{ node: unknown }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4 },
    anyLeaf,
    fc.array(tie('node'), { maxLength: 5 }),
    fc.dictionary(fc.constantFrom('id', 'fact', 'a', 'b/c', '~d', 'sources'), tie('node'), { maxKeys: 4 }),
  ),
}));
const sent = <T>(value: T): T => JSON.parse(JSON.stringify(value));

t.test('the changes between any two values turn the one into the other', async () => {
  fc.assert(
    fc.property(anyValue, anyValue, (from, to) => {
      const before = structuredClone(from);
      const reached = applyChanges(from, sent(changesBetween(from, to)));
      return isDeepStrictEqual(sent(reached), sent(to)) && isDeepStrictEqual(sent(from), sent(before));
    }),
    { numRuns: 2000 },
  );
});

t.test('equal values have no changes', async () => {
  fc.assert(fc.property(anyValue, (value) => changesBetween(value, structuredClone(value)).length === 0));
});

t.test('the changes between two lists keep as many items in place as possible', async (t) => {
  const of = (from: string, to: string) => align([...from], [...to]);
  t.same(of('abc', 'abc'), { taken: [], put: [], kept: [[0, 0], [1, 1], [2, 2]] }); // biome-ignore format: as pairs
  t.same(of('abcd', 'bcda').put, [3], 'one goes to the end: three stay');
  t.same(of('abcd', 'dabc').taken, [3]);
  t.same(of('', 'ab').put, [0, 1]);
  t.same(of('ab', '').taken, [0, 1]);
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(12).map(String)), fc.uniqueArray(fc.nat(12).map(String)), (from, to) => {
      const { taken, put, kept } = align(from, to);
      const rest = from.filter((_key, i) => !taken.includes(i));
      for (const at of put) rest.splice(at, 0, to[at] as string);
      return rest.join() === to.join() && kept.every(([old, now]) => from[old] === to[now]);
    }),
  );
});
