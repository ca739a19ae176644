import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import t from 'tap';
import { inTransaction, openSqliteFile, readSqliteFile, type SqliteKind } from '../../src/event-store/sqlite-file.ts';

const kind: SqliteKind = {
  applicationId: 0x74657374,
  version: 2,
  schema: 'CREATE TABLE word (text TEXT PRIMARY KEY ON CONFLICT ROLLBACK) STRICT',
  synchronous: 'OFF',
  isDerived: true,
};

const wordsIn = (database: DatabaseSync): readonly unknown[] =>
  database
    .prepare('SELECT text FROM word')
    .all()
    .map(({ text }) => text);

t.test('a transaction that throws leaves nothing behind, and the next one works', async (t) => {
  const database = openSqliteFile(':memory:', kind);
  t.teardown(() => database.close());
  const broken = new Error('broken');
  const work = () => {
    database.exec("INSERT INTO word VALUES ('a')");
    throw broken;
  };
  t.throws(() => inTransaction(database, work), broken);
  t.same(wordsIn(database), []);
  t.equal(
    inTransaction(database, () => database.prepare("INSERT INTO word VALUES ('b')").run().changes),
    1,
  );
  t.same(wordsIn(database), ['b']);
});

t.test('the first error is thrown, even if SQLite has rolled back by itself', async (t) => {
  const database = openSqliteFile(':memory:', kind);
  t.teardown(() => database.close());
  const insert = (): void => database.exec("INSERT INTO word VALUES ('a')");
  insert();
  t.throws(() => inTransaction(database, insert), /UNIQUE constraint failed/);
  t.notOk(database.isTransaction);
});

t.test('a derived file that is damaged, unmarked or of another version is rebuilt', async (t) => {
  const file = join(t.testdir(), 'index.db');
  const spoil: readonly (() => void)[] = [
    () => writeFileSync(file, 'no database at all. '.repeat(300)),
    ...['PRAGMA user_version = 3', 'PRAGMA application_id = 0; CREATE TABLE old (a)'].map((sql) => () => {
      const shell = new DatabaseSync(file);
      shell.exec(sql);
      shell.close();
    }),
  ];
  for (const spoilFile of spoil) {
    spoilFile();
    t.throws(() => readSqliteFile(file, kind));
    const database = openSqliteFile(file, kind);
    t.same(wordsIn(database), []);
    database.exec("INSERT INTO word VALUES ('a')");
    database.close();
    const again = openSqliteFile(file, kind);
    t.same(wordsIn(again), ['a'], 'and is kept from then on');
    again.close();
  }
});

t.test('a file of another application is refused and left unchanged', async (t) => {
  const file = join(t.testdir(), 'other.db');
  const other = openSqliteFile(file, { ...kind, applicationId: 1 });
  other.exec("INSERT INTO word VALUES ('theirs')");
  t.throws(() => openSqliteFile(file, kind), /another database/);
  t.same(wordsIn(other), ['theirs']);
  other.close();
});

t.test('opening a missing file read-only does not create it', async (t) => {
  const file = join(t.testdir(), 'missing.db');
  t.throws(() => readSqliteFile(file, kind));
  t.notOk(existsSync(file));
});
