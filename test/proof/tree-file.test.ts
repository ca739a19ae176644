import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { StoreBehind } from '../../src/event-store/event-store.ts';
import { openSqliteEventStore } from '../../src/event-store/sqlite.ts';
import { frontierAt, leafHash, rootOf } from '../../src/proof/merkle-tree.ts';
import { growTree, openTreeFile, readTreeFile, type TreeFile } from '../../src/proof/tree-file.ts';
import { someEvents } from '../event-store/made-up-events.ts';
import { entries, grown, hex } from './grown-tree.ts';

const leaves = entries(300).map(leafHash);
const whole = grown(leaves);
const rootIn = ({ lookup, size }: Pick<TreeFile, 'lookup' | 'size'>): string => hex(rootOf(frontierAt(lookup, size())));

t.test('a reopened tree continues and equals one made in one go', async (t) => {
  const file = join(t.testdir(), 'proof.sqlite');
  for (let first = 0; first < leaves.length; first += 37) {
    const tree = openTreeFile(file);
    t.equal(tree.size(), first);
    tree.add(first, leaves.slice(first, first + 37));
    tree.close();
  }
  const tree = readTreeFile(file);
  t.equal(tree.size(), 300);
  t.equal(rootIn(tree), hex(whole.rootAt(300)));
  t.same(
    tree.leaves(250, 100).map((leaf) => hex(leaf ?? new Uint8Array())),
    leaves.slice(250).map(hex),
  );
  tree.close();
});

t.test('two processes may grow one tree, each skipping what the other has added', async (t) => {
  const file = join(t.testdir(), 'proof.sqlite');
  const [one, other] = [openTreeFile(file), openTreeFile(file)];
  one.add(0, leaves.slice(0, 100));
  other.add(50, leaves.slice(50, 130));
  one.add(100, leaves.slice(100, 120));
  one.add(120, leaves.slice(120, 200));
  other.add(130, leaves.slice(130, 190));
  t.equal(one.size(), 200);
  t.equal(rootIn(other), hex(whole.rootAt(200)));
  t.throws(() => one.add(201, leaves.slice(201)), RangeError, 'none can be left out');
  t.equal(one.size(), 200);
  one.close();
  other.close();
});

t.test('a damaged or foreign tree is rebuilt, and refused when opened read-only', async (t) => {
  const file = join(t.testdir(), 'proof.sqlite');
  writeFileSync(file, 'no database at all. '.repeat(300));
  t.throws(() => readTreeFile(file));
  const tree = openTreeFile(file);
  t.equal(tree.size(), 0);
  t.equal(tree.ledger(), null);
  tree.setLedger('a ledger');
  t.equal(tree.ledger(), 'a ledger');
  t.throws(() => tree.lookup(0, 0), /lacks subtree/);
  tree.close();
  const missing = join(t.testdir({}), 'missing.sqlite');
  t.throws(() => readTreeFile(missing));
  t.notOk(existsSync(missing), 'and nothing is made');
});

t.test('a tree grows with its ledger, and a wait beyond its end fails', async (t) => {
  const folder = t.testdir();
  const store = await openSqliteEventStore({ file: join(folder, 'ledger.sqlite') });
  const tree = openTreeFile(join(folder, 'proof.sqlite'));
  const growing = growTree(store, tree);
  await store.append('a', 'no_stream', someEvents(200));
  await growing.until(200, 5_000);
  const waiting = growing.until(203, 5_000);
  await store.append('b', 'no_stream', someEvents(3));
  await waiting;
  t.equal(tree.size(), 203);
  await t.rejects(growing.until(204, 20), StoreBehind);
  await growing.stop();
  tree.close();
  await store.close();
});
