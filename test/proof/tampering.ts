import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';

/** A change behind the application's back, and the first position that is not what was recorded after it. */
export type Tampering = { readonly what: string; readonly sql: readonly string[]; readonly first: number };

/** A connection to the file of a ledger in a folder, as a SQL shell has one, with what keeps events as they are dropped. */
export const shellIn = (folder: string): DatabaseSync => {
  const shell = new DatabaseSync(join(folder, 'ledger.sqlite'), { enableForeignKeyConstraints: false });
  shell.exec('PRAGMA synchronous = OFF; PRAGMA busy_timeout = 5000');
  for (const { name } of shell.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").all()) {
    shell.exec(`DROP TRIGGER ${String(name)}`);
  }
  shell.exec('DROP INDEX IF EXISTS events_by_stream');
  return shell;
};

type Named = { readonly number: number; readonly name: string };
type Row = { readonly position: number; readonly stream: number; readonly revision: number };

const bytesOf = (shell: DatabaseSync, column: string, position: number): Buffer => {
  const sql = `SELECT CAST(${column} AS BLOB) AS bytes FROM events WHERE position = ${position}`;
  return Buffer.from(shell.prepare(sql).get()?.['bytes'] as Uint8Array);
};

const flipped = (bytes: Buffer, choice: number, bit: number): string => {
  const at = choice % bytes.length;
  bytes[at] = (bytes[at] as number) ^ (1 << bit);
  return `CAST(x'${bytes.toString('hex')}' AS TEXT)`;
};

// Positions of others are out of the way while they are changed: the column is unique.
const moved = (where: string, by: number): readonly string[] => [
  `UPDATE events SET position = -position WHERE ${where}`,
  `UPDATE events SET position = -position + ${by} WHERE position < 0`,
];

/** An arbitrary of tamperings with a ledger. */
export const anyTampering = (shell: DatabaseSync): fc.Arbitrary<Tampering> => {
  const rows = shell
    .prepare('SELECT position, stream, revision FROM events ORDER BY position')
    .all() as unknown as readonly Row[];
  const head = rows.length;
  const row = (position: number): Row => rows[position - 1] as Row;
  const position = fc.integer({ min: 1, max: head });
  const text = fc.constantFrom('id', 'type', 'data', 'metadata');
  const number = fc.constantFrom('stream', 'revision', 'recorded_at');

  const flipText = fc.tuple(position, text, fc.nat(), fc.nat(7)).map(([at, column, choice, bit]): Tampering => {
    const value = flipped(bytesOf(shell, column, at), choice, bit);
    const sql = [`UPDATE events SET ${column} = ${value} WHERE position = ${at}`];
    return { what: `bit ${bit} of a byte in ${column} of ${at}`, sql, first: at };
  });
  const flipNumber = fc.tuple(position, number, fc.nat(40)).map(([at, column, bit]): Tampering => {
    const sql = `UPDATE events SET ${column} = (${column} | ${2 ** bit}) - (${column} & ${2 ** bit}) WHERE position = ${at}`;
    return { what: `bit ${bit} of ${column} of ${at}`, sql: [sql], first: at };
  });
  const names = shell.prepare('SELECT number, name FROM streams').all() as unknown as readonly Named[];
  const flipStream = fc
    .tuple(fc.constantFrom(...names), fc.nat(), fc.nat(7))
    .map(([{ number, name }, choice, bit]): Tampering => {
      const sql = [`UPDATE streams SET name = ${flipped(Buffer.from(name), choice, bit)} WHERE number = ${number}`];
      const first = rows.findIndex(({ stream }) => stream === number) + 1;
      return { what: `bit ${bit} of the name of stream ${number}`, sql, first };
    })
    // The name of another stream is refused: names are unique.
    .filter(({ sql }) => !names.some(({ name }) => sql[0]?.includes(`'${Buffer.from(name).toString('hex')}'`)));
  const drop = fc.tuple(position, fc.boolean()).map(([at, closed]): Tampering => {
    const { stream, revision } = row(at);
    const close = [
      ...moved(`position > ${at}`, -1),
      `UPDATE events SET revision = revision - 1 WHERE stream = ${stream} AND revision > ${revision}`,
    ];
    const sql = [`DELETE FROM events WHERE position = ${at}`, ...(closed ? close : [])];
    return { what: `${at} dropped${closed ? ', the rest renumbered' : ''}`, sql, first: at };
  });
  const cut = position.map(
    (at): Tampering => ({
      what: `all from ${at} on dropped`,
      sql: [`DELETE FROM events WHERE position >= ${at}`],
      first: at,
    }),
  );
  const swap = fc
    .tuple(position, position, fc.boolean())
    .filter(([one, other]) => one < other)
    .map(([one, other, deeply]): Tampering => {
      const revisions = deeply && row(one).stream === row(other).stream;
      const sql = [
        `UPDATE events SET position = -${one} WHERE position = ${one}`,
        `UPDATE events SET position = ${one} WHERE position = ${other}`,
        `UPDATE events SET position = ${other} WHERE position = -${one}`,
        ...(revisions ? [`UPDATE events SET revision = ${row(one).revision} WHERE position = ${one}`] : []),
        ...(revisions ? [`UPDATE events SET revision = ${row(other).revision} WHERE position = ${other}`] : []),
      ];
      return { what: `${one} and ${other} swapped${revisions ? ', revisions too' : ''}`, sql, first: one };
    });
  const insert = fc.tuple(position, fc.uuid({ version: 5 })).map(([at, id]): Tampering => {
    const { stream, revision } = row(at);
    const sql = [
      ...moved(`position >= ${at}`, 1),
      `UPDATE events SET revision = revision + 1 WHERE stream = ${stream} AND revision >= ${revision}`,
      `INSERT INTO events SELECT ${at}, stream, ${revision}, recorded_at, '${id}', type, data, metadata
        FROM events WHERE position = ${at + 1}`,
    ];
    return { what: `one put in at ${at}, the rest renumbered`, sql, first: at };
  });
  const putBefore = fc
    .tuple(position, fc.integer({ min: -3, max: 0 }), fc.uuid({ version: 5 }))
    .map(([like, at, id]): Tampering => {
      const { stream } = row(like);
      const next = `(SELECT max(revision) + 1 FROM events WHERE stream = ${stream})`;
      const sql = `INSERT INTO events SELECT ${at}, stream, ${next}, recorded_at, '${id}', type, data, metadata
        FROM events WHERE position = ${like}`;
      return { what: `one put in at ${at}, at the end of stream ${stream}`, sql: [sql], first: at };
    });
  return fc.oneof(
    { arbitrary: flipText, weight: 4 },
    { arbitrary: flipNumber, weight: 2 },
    flipStream,
    drop,
    cut,
    swap,
    insert,
    putBefore,
  );
};

/** Makes the index by which streams are read one that hides the event at a position, though its text says that it does not. */
export const hideFromIndex = (shell: DatabaseSync, position: number): void => {
  const index = 'CREATE UNIQUE INDEX events_by_stream ON events (stream, revision)';
  const text = `UPDATE sqlite_schema SET sql = '${index}' WHERE name = 'events_by_stream'`;
  shell.enableDefensive(false);
  shell.exec(`DROP INDEX IF EXISTS events_by_stream; ${index} WHERE position <> ${position}`);
  shell.exec(`PRAGMA writable_schema = ON; ${text}; PRAGMA writable_schema = RESET`);
};

/** Keeps a copy of all rows in the file, and gives what puts them back. */
export const restoring = (shell: DatabaseSync): (() => void) => {
  const tables = ['events', 'streams'];
  const copy = (table: string): string => `kept_${table}_${randomUUID().replaceAll('-', '')}`;
  const copies = tables.map((table) => [table, copy(table)] as const);
  for (const [table, kept] of copies) shell.exec(`CREATE TABLE ${kept} AS SELECT * FROM ${table}`);
  return () => {
    const back = copies.map(([table, kept]) => `DELETE FROM ${table}; INSERT INTO ${table} SELECT * FROM ${kept};`);
    shell.exec(`BEGIN; ${back.join(' ')} COMMIT`);
  };
};

/** Applies a tampering in one transaction. */
export const tamper = (shell: DatabaseSync, { sql }: Pick<Tampering, 'sql'>): void => {
  try {
    shell.exec(`BEGIN; ${sql.join('; ')}; COMMIT`);
  } catch (error) {
    shell.exec('ROLLBACK');
    throw error;
  }
};
