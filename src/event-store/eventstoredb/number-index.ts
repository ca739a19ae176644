import { emptyNumberIndex, inTransaction, openNumberIndexFile } from './number-index-schema.ts';
import type { LogPosition } from './read-request.ts';

/** An event of the ledger as the log of the server has it: its stream with prefix, its clock in milliseconds. */
export type LoggedEvent = {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly commit: number;
  readonly created: number;
};

/** An event in the index: its number, which is its position in the ledger, and when it was recorded (milliseconds). */
export type IndexedEvent = {
  readonly number: number;
  readonly revision: number;
  readonly commit: number;
  readonly recordedAt: number;
};

/** The last event of the index; zeros where there is none. */
export type IndexHead = { readonly number: number; readonly commit: number; readonly recordedAt: number };

/** What came from the log of the server, in its order. */
export type Taken = {
  readonly events: readonly LoggedEvent[];
  /** Up to where the log was looked at, if that is further than the last event. */
  readonly checkpoint: LogPosition | null;
  /** By stream with prefix, what now cuts it short; null where nothing does any more. */
  readonly truncations: ReadonlyMap<string, string | null>;
};

/**
 * The numbers of the events of a ledger, in a file of this process's own or shared with others on the machine. It
 * depends on the log of the server alone: made anew it is the same.
 */
export type NumberIndex = {
  readonly head: () => IndexHead;
  /** Where to go on in the log of the server, and the id of the last event; null where nothing was taken in. */
  readonly checkpoint: () => { readonly position: LogPosition; readonly lastId: string | null } | null;
  /**
   * Numbers events and keeps the checkpoint, in one transaction. Gives what it made of each event, in their order; null
   * for one that was taken in before, by this process or another.
   */
  readonly take: (taken: Taken) => readonly (IndexedEvent | null)[];
  /** The events of a stream between two revisions, both included, in order. */
  readonly ofStream: (stream: string, first: number, last: number) => readonly IndexedEvent[];
  /** The events between two numbers, both included, in order. */
  readonly between: (first: number, last: number) => readonly IndexedEvent[];
  /** The number of the last event recorded by then (milliseconds since 1970), 0 if there is none. */
  readonly numberAt: (instant: number) => number;
  /** The streams, with prefix, that are cut short, and by what. */
  readonly truncations: () => readonly { readonly stream: string; readonly message: string }[];
  readonly empty: () => void;
  readonly close: () => void;
};

const columns = 'number, revision, commit_position AS "commit", recorded_at AS recordedAt';

/** Opens the index in `file`; `:memory:` is one that is made anew at each start. */
export const openNumberIndex = (file: string, prefix: string): NumberIndex => {
  const database = openNumberIndexFile(file, prefix);
  const prepared = () => ({
    head: database.prepare(`SELECT ${columns} FROM event ORDER BY number DESC LIMIT 1`),
    addEvent: database.prepare('INSERT INTO event VALUES (?, ?, ?, ?, ?)'),
    stream: database.prepare('SELECT number FROM stream WHERE name = ?'),
    addStream: database.prepare('INSERT INTO stream (name) VALUES (?)'),
    ofStream: database.prepare(
      `SELECT ${columns} FROM event WHERE stream = ? AND revision BETWEEN ? AND ? ORDER BY revision`,
    ),
    between: database.prepare(`SELECT ${columns} FROM event WHERE number BETWEEN ? AND ? ORDER BY number`),
    checkpoint: database.prepare(
      'SELECT commit_position AS "commit", prepare_position AS "prepare", last_id AS lastId FROM checkpoint',
    ),
    advance: database.prepare('UPDATE checkpoint SET commit_position = ?, prepare_position = ?, last_id = ?'),
    truncations: database.prepare('SELECT stream, message FROM truncation ORDER BY stream'),
    truncated: database.prepare('INSERT OR REPLACE INTO truncation VALUES (?, ?)'),
    mended: database.prepare('DELETE FROM truncation WHERE stream = ?'),
  });
  let sql = prepared();

  const head = (): IndexHead => (sql.head.get() as IndexHead | undefined) ?? { number: 0, commit: -1, recordedAt: 0 };

  const checkpoint: NumberIndex['checkpoint'] = () => {
    const row = sql.checkpoint.get() as { commit: number | null; prepare: number; lastId: string | null };
    if (row.commit === null) return null;
    return { position: { commit: row.commit, prepare: row.prepare }, lastId: row.lastId };
  };

  const streamNumber = (name: string): number | undefined => sql.stream.get(name)?.['number'] as number | undefined;

  // The number of the last event before the instant, found by halving: numbers have no gaps.
  const numberAt = (instant: number): number => {
    let [low, high] = [0, head().number];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      const [found] = sql.between.all(middle, middle) as unknown as IndexedEvent[];
      if (found !== undefined && found.recordedAt <= instant) low = middle;
      else high = middle - 1;
    }
    return low;
  };

  return {
    head,
    checkpoint,
    take: ({ events, checkpoint: looked, truncations }) =>
      inTransaction(database, () => {
        let { number, commit, recordedAt } = head();
        const before = checkpoint();
        let lastId = before?.lastId ?? null;
        let position = before?.position ?? null;
        const indexed = events.map((event): IndexedEvent | null => {
          if (event.commit <= commit) return null;
          number += 1;
          recordedAt = Math.max(recordedAt, event.created);
          const stream = streamNumber(event.stream) ?? Number(sql.addStream.run(event.stream).lastInsertRowid);
          sql.addEvent.run(number, stream, event.revision, event.commit, recordedAt);
          commit = event.commit;
          lastId = event.id;
          position = { commit, prepare: commit };
          return { number, revision: event.revision, commit, recordedAt };
        });
        if (looked && looked.commit > (position?.commit ?? -1)) position = looked;
        if (position) sql.advance.run(position.commit, position.prepare, lastId);
        for (const [stream, message] of truncations) {
          if (message === null) sql.mended.run(stream);
          else sql.truncated.run(stream, message);
        }
        return indexed;
      }),
    ofStream: (name, first, last) => {
      const stream = streamNumber(name);
      return stream === undefined ? [] : (sql.ofStream.all(stream, first, last) as unknown as IndexedEvent[]);
    },
    between: (first, last) => sql.between.all(first, last) as unknown as IndexedEvent[],
    numberAt,
    truncations: () => sql.truncations.all() as { stream: string; message: string }[],
    empty: () => {
      emptyNumberIndex(database, prefix);
      sql = prepared();
    },
    close: () => database.close(),
  };
};
