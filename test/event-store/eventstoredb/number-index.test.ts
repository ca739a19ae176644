import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import fc from 'fast-check';
import t from 'tap';
import {
  type IndexedEvent,
  type LoggedEvent,
  type NumberIndex,
  openNumberIndex,
} from '../../../src/event-store/eventstoredb/number-index.ts';
import { numbers } from '../made-up-events.ts';
import { indexIn } from './on-a-server.ts';

const none = { searchedTo: null, truncations: new Map() };

/** An event of a stream with two, at a place in the log. */
const loggedAt = (commit: number, created = commit): LoggedEvent => ({
  id: `id-${commit}`,
  stream: `ledger_${commit % 2}`,
  revision: Math.floor(commit / 2),
  commit,
  created,
});

const rowOf = ({ number, revision, commit, recordedAt }: IndexedEvent) => [number, revision, commit, recordedAt];

/** Waits until the file holds so many events. Indexes keep the latest in memory for a moment. */
const isSaved = async (file: string, count: number): Promise<void> => {
  const shell = new DatabaseSync(file, { readOnly: true });
  const rows = shell.prepare('SELECT count(*) AS count FROM event');
  while (rows.get()?.['count'] !== count) await wait(5);
  shell.close();
};

/** Everything that an index says. */
const contentsOf = (index: NumberIndex) => ({
  head: index.head(),
  all: index.between(1, 10_000).map(rowOf),
  streams: ['ledger_0', 'ledger_1', 'ledger_2'].map((stream) => index.ofStream(stream, 0, 10_000).map(rowOf)),
  truncations: [...index.truncations()],
});

t.test('the index numbers events in log order with a monotonic clock', async (t) => {
  const index = openNumberIndex(':memory:', 'ledger_');
  t.match(index.head(), { number: 0, checkpoint: 'start' });
  index.take({ events: [loggedAt(10, 1_000), loggedAt(11, 900)], ...none });
  index.take({ events: [loggedAt(17, 1_001)], ...none });
  t.same(
    index.between(1, 99).map(({ number, commit, recordedAt }) => [number, commit, recordedAt]),
    [
      [1, 10, 1_000],
      [2, 11, 1_000],
      [3, 17, 1_001],
    ],
  );
  t.same(
    [999, 1_000, 1_001, 5_000].map((instant) => index.numberAt(instant)),
    [0, 2, 3, 3],
  );
});

t.test('an event that comes again keeps its number', async (t) => {
  const index = openNumberIndex(':memory:', 'ledger_');
  index.take({ events: [loggedAt(10), loggedAt(11)], ...none });
  const again = index.take({ events: [loggedAt(10), loggedAt(11), loggedAt(12)], ...none });
  t.match(again, [null, null, { number: 3 }]);
  t.equal(index.head().number, 3);
});

t.test('a checkpoint says where to resume and never goes back', async (t) => {
  const file = indexIn(t);
  const index = openNumberIndex(file, 'ledger_');
  index.take({ events: [loggedAt(10)], ...none });
  index.take({ events: [], searchedTo: { commit: 50, prepare: 0 }, truncations: new Map() });
  index.take({ events: [], searchedTo: { commit: 40, prepare: 40 }, truncations: new Map() });
  t.match(index.head(), { number: 1, commit: 10, id: 'id-10', checkpoint: { commit: 50, prepare: 0 } });
  index.close();
  const again = openNumberIndex(file, 'ledger_');
  t.teardown(again.close);
  t.match(again.head(), { number: 1, commit: 10, id: 'id-10', checkpoint: { commit: 50, prepare: 0 } });
});

t.test('an index does not depend on how its events were split, nor on restarts', async (t) => {
  const events = numbers(1, 40).map((commit) => loggedAt(commit, (commit * 7) % 13));
  const whole = openNumberIndex(':memory:', 'ledger_');
  whole.take({ events, ...none });
  const expected = contentsOf(whole);
  let run = 0;
  const folder = t.testdir();
  fc.assert(
    fc.property(fc.array(fc.record({ size: fc.integer({ min: 1, max: 15 }), closes: fc.boolean() })), (pieces) => {
      run += 1;
      const file = `${folder}/${run}.db`;
      let index = openNumberIndex(file, 'ledger_');
      let next = 0;
      for (const { size, closes } of [...pieces, { size: 40, closes: true }]) {
        // A piece overlaps the one before, as after a subscription that was cut.
        index.take({ events: events.slice(Math.max(0, next - 2), next + size), ...none });
        next += size;
        if (!closes) continue;
        index.close();
        index = openNumberIndex(file, 'ledger_');
      }
      const contents = contentsOf(index);
      index.close();
      t.same(contents, expected);
    }),
    { numRuns: 25 },
  );
});

t.test('several processes fill one index file with each event once', async (t) => {
  const file = indexIn(t);
  const [one, two] = [openNumberIndex(file, 'ledger_'), openNumberIndex(file, 'ledger_')];
  one.take({ events: numbers(1, 30).map((commit) => loggedAt(commit)), ...none });
  two.take({ events: numbers(1, 20).map((commit) => loggedAt(commit)), ...none });
  await isSaved(file, 30);
  two.take({ events: numbers(21, 40).map((commit) => loggedAt(commit)), ...none });
  await isSaved(file, 40);
  t.same(one.between(1, 30).map(rowOf), two.between(1, 30).map(rowOf));
  t.equal(one.ofStream('ledger_0', 0, 99).length, 15, 'none that this process has not taken in');
  one.take({ events: numbers(31, 40).map((commit) => loggedAt(commit)), ...none });
  t.same(contentsOf(one), contentsOf(two));
  one.close();
  two.close();
  const again = openNumberIndex(file, 'ledger_');
  t.teardown(again.close);
  t.same(
    again.between(1, 99).map(({ commit }) => commit),
    numbers(1, 40),
  );
});

t.test('an index of another prefix or version is rebuilt, and a foreign database is refused', async (t) => {
  const file = indexIn(t);
  const index = openNumberIndex(file, 'ledger_');
  index.take({ events: [loggedAt(1)], ...none });
  index.close();
  const other = openNumberIndex(file, 'other_');
  t.equal(other.head().number, 0);
  other.take({ events: [loggedAt(1)], ...none });
  other.close();

  const shell = new DatabaseSync(file);
  shell.exec('PRAGMA user_version = 99');
  const newer = openNumberIndex(file, 'other_');
  t.equal(newer.head().number, 0);
  newer.close();
  shell.exec('PRAGMA application_id = 1');
  shell.close();
  t.throws(() => openNumberIndex(file, 'other_'), /another database/);
});

t.test('the index keeps truncations until they are mended', async (t) => {
  const file = indexIn(t);
  const index = openNumberIndex(file, 'ledger_');
  const [cut, willCut] = [
    { message: 'x', isCut: true },
    { message: 'y', isCut: false },
  ];
  const truncations = new Map([
    ['ledger_a', cut],
    ['ledger_b', willCut],
    ['ledger_c', cut],
  ]);
  index.take({ events: [], searchedTo: null, truncations });
  index.take({ events: [], searchedTo: null, truncations: new Map([['ledger_a', null]]) });
  const left = [
    ['ledger_b', willCut],
    ['ledger_c', cut],
  ];
  t.same([...index.truncations()], left);
  index.close();
  const again = openNumberIndex(file, 'ledger_');
  t.teardown(again.close);
  t.same([...again.truncations()], left);
});
