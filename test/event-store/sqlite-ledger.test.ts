import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Test } from 'tap';
import t from 'tap';
import { type EventStore, StoreUnavailable } from '../../src/event-store/event-store.ts';
import { openSqliteEventStore } from '../../src/event-store/sqlite.ts';
import { asWritten, collect, madeUp, someEvents } from './made-up-events.ts';

/** A ledger with three events, and another connection to its file, as a SQL shell has one. */
const withShell = async (t: Test): Promise<{ store: EventStore; shell: DatabaseSync; file: string }> => {
  const file = join(t.testdir(), 'events.db');
  const store = await openSqliteEventStore({ file });
  await store.append('kept', 'no_stream', someEvents(3));
  const shell = new DatabaseSync(file);
  t.teardown(async () => {
    shell.close();
    await store.close();
  });
  return { store, shell, file };
};

t.test('the ledger file itself refuses to change, delete or insert an event', async (t) => {
  const { store, shell } = await withShell(t);
  const before = await collect(store.readAll());
  const row = (position: number, revision: number, recordedAt = 'recorded_at') =>
    `SELECT ${position}, stream, ${revision}, ${recordedAt}, id, type, data, metadata FROM events WHERE position = 3`;
  for (const [sql, reason] of [
    [`UPDATE events SET data = '{}' WHERE position = 2`, /never changed/],
    ['DELETE FROM events WHERE position = 3', /never deleted/],
    ['DELETE FROM events', /never deleted/],
    [`UPDATE streams SET name = 'renamed'`, /never changed/],
    ['DELETE FROM streams', /never deleted/],
    [`INSERT OR REPLACE INTO events ${row(3, 2)}`, /one after another/],
    [`INSERT OR REPLACE INTO events ${row(4, 2)}`, /one after another/],
    [`REPLACE INTO streams VALUES (1, 'renamed')`, /exists already/],
    [`REPLACE INTO streams VALUES (2, 'kept')`, /exists already/],
    [`INSERT INTO events ${row(5, 3)}`, /one after another/],
    [`INSERT INTO events ${row(4, 4)}`, /one after another/],
    [`INSERT INTO events ${row(4, 3, 'recorded_at - 1')}`, /one after another/],
    [`INSERT INTO events SELECT 4, 99, 0, recorded_at, id, type, data, metadata FROM events`, /FOREIGN KEY|one after/],
    [`INSERT INTO events SELECT 4, stream, 3, 'noon', id, type, data, metadata FROM events WHERE position = 3`, /TEXT/],
  ] as const) {
    t.throws(() => shell.exec(sql), reason, sql);
  }
  t.same(await collect(store.readAll()), before);
  t.match(await store.append('kept', 2, [madeUp()]), { position: 4 }, 'appending still works');
});

t.test('every read reports a number that the ledger never wrote with its position', async (t) => {
  const { store, shell } = await withShell(t);
  shell.exec('DROP TRIGGER events_stay_unchanged');
  shell.exec('UPDATE events SET recorded_at = 9007199254740993 WHERE position = 2');
  const damaged = { name: 'DamagedEvent', position: 2 };
  await t.rejects(collect(store.readAll()), damaged);
  await t.rejects(collect(store.readStream('kept')), damaged);
  await t.rejects(collect(store.readStream('kept', { direction: 'backwards' })), damaged);
  t.equal((await collect(store.readStream('kept', { limit: 1 }))).length, 1, 'the events around it are read');
  t.equal((await collect(store.readStream('kept', { from: 2 }))).length, 1);
  await t.resolves(store.positionAt('2026-01-01T00:00:00Z'));
});

t.test('the ledger file uses write-ahead logging', async (t) => {
  const { shell } = await withShell(t);
  t.match(shell.prepare('PRAGMA journal_mode').get(), { journal_mode: 'wal' });
});

t.test("an append waits for another process's write without blocking this process", async (t) => {
  const { store, shell } = await withShell(t);
  shell.exec('BEGIN IMMEDIATE');
  let turns = 0;
  const others = setInterval(() => {
    turns += 1;
    if (turns === 10) shell.exec('COMMIT');
  }, 1);
  const appending = Promise.all([store.append('kept', 2, [madeUp()]), store.append('new', 'no_stream', [madeUp()])]);
  t.match(await appending, [{ position: 4 }, { position: 5 }]);
  clearInterval(others);
  t.ok(turns >= 10, `${turns} turns for others`);
});

t.test('a ledger opens while another process writes to it', async (t) => {
  const { shell, file } = await withShell(t);
  shell.exec('BEGIN IMMEDIATE');
  const store = await openSqliteEventStore({ file, patienceMs: 0 });
  t.teardown(store.close);
  t.equal((await store.head()).position, 3);
  shell.exec('COMMIT');
});

t.test('creating a ledger waits for a held file no longer than its patience', async (t) => {
  const file = join(t.testdir(), 'events.db');
  const shell = new DatabaseSync(file);
  t.teardown(() => shell.close());
  shell.exec('BEGIN EXCLUSIVE');
  await t.rejects(openSqliteEventStore({ file, patienceMs: 30 }), { name: 'StoreUnavailable', message: /locked/ });
  const opening = openSqliteEventStore({ file });
  setTimeout(() => shell.exec('COMMIT'), 300);
  const store = await opening;
  t.teardown(store.close);
  t.equal((await store.head()).position, 0);
});

t.test('reads do not wait for a writer', async (t) => {
  const { store, shell } = await withShell(t);
  shell.exec('BEGIN IMMEDIATE');
  t.equal((await collect(store.readAll())).length, 3);
  shell.exec('COMMIT');
});

t.test('an append to a held file fails as unavailable and succeeds once the file is free', async (t) => {
  const { shell, file } = await withShell(t);
  const store = await openSqliteEventStore({ file, patienceMs: 30 });
  t.teardown(store.close);
  shell.exec('BEGIN IMMEDIATE');
  const events = someEvents(2);
  await t.rejects(store.append('kept', 2, events), StoreUnavailable);
  shell.exec('COMMIT');
  t.match(await store.append('kept', 2, events), { revision: 4 });
});

t.test('a file that is not a ledger, or a newer one, is refused by name and left unchanged', async (t) => {
  const folder = t.testdir();
  const text = join(folder, 'notes.txt');
  writeFileSync(text, 'These are notes on the Winter Games, and not a database. '.repeat(100));
  await t.rejects(openSqliteEventStore({ file: text }), {
    name: 'StoreUnavailable',
    message: /notes\.txt.*not a database/,
  });

  const other = join(folder, 'other.db');
  const foreign = new DatabaseSync(other);
  foreign.exec('CREATE TABLE events (title TEXT)');
  foreign.close();
  await t.rejects(openSqliteEventStore({ file: other }), {
    name: 'StoreUnavailable',
    message: /other\.db.*another database/,
  });

  const { shell, file } = await withShell(t);
  shell.exec('PRAGMA user_version = 99');
  await t.rejects(openSqliteEventStore({ file }), { name: 'StoreUnavailable', message: /schema 99.*newer version/ });
  t.equal(shell.prepare('SELECT count(*) AS events FROM events').get()?.events, 3);
});

t.test('opening a ledger creates its folder or fails as unavailable', async (t) => {
  const folder = t.testdir({ file: 'not a folder' });
  const store = await openSqliteEventStore({ file: join(folder, 'deep', 'down', 'events.db') });
  await store.close();
  await t.rejects(openSqliteEventStore({ file: join(folder, 'file', 'events.db') }), StoreUnavailable);
});

t.test('a ledger may live in memory', async (t) => {
  const store = await openSqliteEventStore({ file: ':memory:' });
  t.teardown(store.close);
  const events = someEvents(2);
  await store.append('s', 'no_stream', events);
  t.same((await collect(store.readAll())).map(asWritten), events);
});
