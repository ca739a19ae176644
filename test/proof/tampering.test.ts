import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import type { Test } from 'tap';
import t from 'tap';
import type { EventStore } from '../../src/event-store/event-store.ts';
import { openSqliteEventStore } from '../../src/event-store/sqlite.ts';
import { checkLog, type LogChecked } from '../../src/proof/check-log.ts';
import type { Checkpoint } from '../../src/proof/checkpoint.ts';
import { frontierAt, rootOf } from '../../src/proof/merkle-tree.ts';
import { growTree, openTreeFile, type TreeFile } from '../../src/proof/tree-file.ts';
import { madeUp } from '../event-store/made-up-events.ts';
import { anyTampering, hideFromIndex, restoring, shellIn, tamper } from './tampering.ts';

const events = 40;

const treeOf = async (t: Test, store: EventStore, file: string): Promise<TreeFile> => {
  const tree = openTreeFile(file);
  t.teardown(() => tree.close());
  const growing = growTree(store, tree);
  await growing.until((await store.head()).position, 5_000);
  await growing.stop();
  return tree;
};

/** A ledger of several streams with its tree, and the checkpoint of its head. */
const begun = async (t: Test) => {
  const folder = t.testdir();
  let now = Date.UTC(2026, 0, 1);
  const store = await openSqliteEventStore({ file: join(folder, 'ledger.sqlite'), now: () => (now += 1_000) });
  t.teardown(store.close);
  const revisions = new Map<string, number>();
  for (let number = 1; number <= events; number += 1) {
    const stream = `partnership-acme.${'abc'[number % 3] ?? ''}`;
    const revision = revisions.get(stream);
    const note = `Fact no. ${number}, “quoted”, of 2018W`;
    await store.append(stream, revision ?? 'no_stream', [madeUp({ number, note, games: ['2018W'], none: null })]);
    revisions.set(stream, (revision ?? -1) + 1);
  }
  const tree = await treeOf(t, store, join(folder, 'proof.sqlite'));
  const checkpoint: Checkpoint = { origin: 'test', size: events, root: rootOf(frontierAt(tree.lookup, events)) };
  // A shell has dropped the triggers: only the rows are compared here.
  const { oddSchema: _, ...rows } = store;
  const check = async (against: Partial<Parameters<typeof checkLog>[0]> = {}): Promise<LogChecked> =>
    await checkLog({ store: rows, tree, checkpoints: [checkpoint], share: 1, ...against });
  return { folder, store, tree, checkpoint, check };
};

t.test('an untouched ledger is good', async (t) => {
  const { check, checkpoint } = await begun(t);
  t.match(await check(), { checked: events, fault: null, root: checkpoint.root });
});

t.test('each of 1,000 tamperings is found at the first position that it touched', async (t) => {
  const { folder, check } = await begun(t);
  const shell = shellIn(folder);
  t.teardown(() => shell.close());
  const restore = restoring(shell);
  const property = fc.asyncProperty(anyTampering(shell), async (tampering) => {
    tamper(shell, tampering);
    try {
      const { fault } = await check();
      if (fault?.first === tampering.first && fault.last === tampering.first) return;
      throw new Error(`${tampering.what}: found ${fault?.message ?? 'nothing'}`);
    } finally {
      restore();
    }
  });
  await fc.assert(property, { numRuns: 1_000 });
  t.match(await check(), { fault: null }, 'and what was put back is good');
});

t.test('tampering is found by the checkpoint when the tree was deleted too', async (t) => {
  const { folder, store, check, checkpoint } = await begun(t);
  const shell = shellIn(folder);
  t.teardown(() => shell.close());
  const restore = restoring(shell);
  let number = 0;
  const property = fc.asyncProperty(anyTampering(shell), async (tampering) => {
    tamper(shell, tampering);
    try {
      number += 1;
      const withoutTree = await check({ tree: null });
      if (withoutTree.fault === null) throw new Error(`${tampering.what}: not found without a tree`);
      const { first, last } = withoutTree.fault;
      if (first > tampering.first && last < tampering.first) throw new Error(`${tampering.what}: found elsewhere`);
    } finally {
      restore();
    }
  });
  await fc.assert(property, { numRuns: 150 });
  t.equal(number, 150);

  // A tree that is made anew of what was changed fits it, and does not fit the checkpoint.
  tamper(shell, { sql: [`UPDATE events SET data = '{"number":7}' WHERE position = 7`] });
  const anew = await treeOf(t, store, join(folder, 'anew.sqlite'));
  t.match(await check({ tree: anew, checkpoints: [] }), { fault: null }, 'nothing is left to compare with');
  t.match(await check({ tree: anew }), { fault: { first: 1, last: events } });
  const before: Checkpoint = { ...checkpoint, size: 5, root: rootOf(frontierAt(anew.lookup, 5)) };
  t.match(await check({ tree: anew, checkpoints: [checkpoint, before] }), { fault: { first: 6, last: events } });
});

t.test('each fault of a ledger is described in words', async (t) => {
  const { folder, check } = await begun(t);
  const shell = shellIn(folder);
  t.teardown(() => shell.close());
  const restore = restoring(shell);
  const cases: Readonly<Record<string, readonly [RegExp, readonly string[]]>> = {
    changed: [
      /^position 7: TermAgreed .* is not what was recorded here/,
      ["UPDATE events SET type = 'TermAgreed', data = '{}' WHERE position = 7"],
    ],
    'no JSON': [
      /^position 7: position 7 of the ledger cannot be read: its data is not JSON$/,
      ["UPDATE events SET data = '{' WHERE position = 7"],
    ],
    'no object': [/its metadata is not a JSON object/, ["UPDATE events SET metadata = 'null' WHERE position = 7"]],
    'no canonical JSON': [
      /is not what its value prints as/,
      [`UPDATE events SET data = '{"n":1e999}' WHERE position = 7`],
    ],
    'no instant': [
      /time when it was recorded is not valid/,
      ['UPDATE events SET recorded_at = 9000000000000000 WHERE position = 7'],
    ],
    'no number': [/cannot be read/, ['UPDATE events SET recorded_at = 9223372036854775807 WHERE position = 7']],
    'of no stream': [
      /^position 7: the event recorded here is missing/,
      ['UPDATE events SET stream = 99 WHERE position = 7'],
    ],
    moved: [
      /^position 7: .* was recorded at position 9$/,
      ['UPDATE events SET position = -7 WHERE position = 7', 'UPDATE events SET position = 7 WHERE position = 9'],
    ],
    'two, the later one not even JSON': [
      /^position 5: /,
      ["UPDATE events SET data = '{' WHERE position = 9", "UPDATE events SET data = '{}' WHERE position = 5"],
    ],
  };
  for (const [name, [message, sql]] of Object.entries(cases)) {
    tamper(shell, { sql });
    t.match((await check()).fault?.message, message, name);
    restore();
  }
});

t.test('an index that hides an event from its stream is found although the log is unchanged', async (t) => {
  const { folder, tree, checkpoint } = await begun(t);
  for (const position of [1, 20, events]) {
    const shell = shellIn(folder);
    hideFromIndex(shell, position);
    shell.close();
    const store = await openSqliteEventStore({ file: join(folder, 'ledger.sqlite') });
    const { fault } = await checkLog({ store, tree, checkpoints: [checkpoint], share: 1 });
    await store.close();
    t.match(fault, { first: position, last: position, message: /a read of its stream does not give it/ });
  }
});

t.test('an event inserted before the first position changes no answer and is reported', async (t) => {
  const { folder, store, check } = await begun(t);
  const streams = async () =>
    await Promise.all(
      (['forwards', 'backwards'] as const).map((direction) =>
        Array.fromAsync(store.readStream('partnership-acme.a', { direction })),
      ),
    );
  const before = await streams();
  const shell = shellIn(folder);
  t.teardown(() => shell.close());
  for (const position of [0, -3]) {
    shell.exec(`INSERT INTO events SELECT ${position}, stream, 100 + revision, recorded_at, id, 'ArticleRetracted', data, metadata
      FROM events WHERE position = 3`);
    t.match((await check()).fault, {
      first: position,
      message: /put an event in here: the ledger begins at position 1/,
    });
  }
  t.same(await streams(), before);
  t.match(await store.append('partnership-acme.a', before[0]?.at(-1)?.revision ?? 0, [madeUp({ number: 99 })]), {
    position: events + 1,
  });
});

t.test('a changed tree is distinguished from a changed event', async (t) => {
  const { folder, check } = await begun(t);
  const shell = new DatabaseSync(join(folder, 'proof.sqlite'));
  t.teardown(() => shell.close());
  shell.exec('CREATE TABLE kept AS SELECT * FROM subtree');
  for (const [level, number] of [
    [0, 0],
    [0, 17],
    [1, 3],
    [4, 1],
    [5, 0],
  ] as const) {
    for (const sql of [
      `UPDATE subtree SET hash = zeroblob(32) WHERE level = ${level} AND number = ${number}`,
      `DELETE FROM subtree WHERE level = ${level} AND number = ${number}`,
    ]) {
      shell.exec(sql);
      const found = { fault: null, treeDamage: /the kept tree is damaged/ };
      t.match(await check(), found, `${level} ${number}`);
      shell.exec('DELETE FROM subtree; INSERT INTO subtree SELECT * FROM kept');
    }
  }
  t.match(await check(), { fault: null, treeDamage: null });
});

t.test('a flipped byte in the ledger file is found', async (t) => {
  const { folder, store, tree, checkpoint } = await begun(t);
  const ids = (await Array.fromAsync(store.readAll())).map(({ id }) => id);
  const shell = new DatabaseSync(join(folder, 'ledger.sqlite'));
  shell.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  shell.close();
  const whole = readFileSync(join(folder, 'ledger.sqlite'));
  let found = 0;
  for (const [index, id] of ids.entries()) {
    const bytes = Buffer.from(whole);
    // Somewhere in the row, where id, type, data and metadata follow each other; and wherever SQLite left a copy of it
    // behind when it divided a page.
    for (let row = whole.indexOf(id); row >= 0; row = whole.indexOf(id, row + 1)) {
      const at = row + ((index * 31) % 150);
      bytes[at] = (bytes[at] as number) ^ (1 << (index % 7));
    }
    const place = join(folder, `flipped-${index}`);
    mkdirSync(place);
    const file = join(place, 'ledger.sqlite');
    writeFileSync(file, bytes);
    const flipped = await openSqliteEventStore({ file });
    const { fault } = await checkLog({ store: flipped, tree, checkpoints: [checkpoint], share: 1 });
    await flipped.close();
    if (fault?.first === index + 1) found += 1;
    else t.fail(`position ${index + 1}: ${fault?.message ?? 'nothing found'}`);
  }
  t.equal(found, events);
});
