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

/** The last event of the index, 0 and -1 where there is none, and where to go on in the log of the server. */
export type IndexHead = {
  readonly number: number;
  readonly commit: number;
  readonly recordedAt: number;
  readonly id: string;
  readonly checkpoint: LogPosition | 'start';
};

/** What came from the log of the server, in its order. */
export type Taken = {
  readonly events: readonly LoggedEvent[];
  /** Up to where the log was looked at, if that is further than the last event. */
  readonly looked: LogPosition | null;
  /** By stream with prefix, what now cuts it short; null where nothing does any more. */
  readonly truncations: ReadonlyMap<string, string | null>;
};

/**
 * The numbers of the events of a ledger, in a file of this process's own or shared with others on the machine. They
 * depend on the log of the server alone: made anew they are the same.
 */
export type NumberIndex = {
  readonly head: () => IndexHead;
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

type Checkpoint = Record<'commit' | 'prepare' | 'number' | 'lastCommit' | 'recordedAt', number> & { id: string };

const columns = 'number, revision, commit_position AS "commit", recorded_at AS recordedAt';

// The streams whose numbers are kept in memory.
const mostStreams = 10_000;

/** Opens the index in `file`; `:memory:` is one that is made anew at each start. */
export const openNumberIndex = (file: string, prefix: string): NumberIndex => {
  const database = openNumberIndexFile(file, prefix);
  const prepared = () => ({
    addEvent: database.prepare('INSERT INTO event VALUES (?, ?, ?, ?, ?)'),
    stream: database.prepare('SELECT number FROM stream WHERE name = ?'),
    addStream: database.prepare('INSERT INTO stream (name) VALUES (?)'),
    ofStream: database.prepare(
      `SELECT ${columns} FROM event WHERE stream = ? AND revision BETWEEN ? AND ? ORDER BY revision`,
    ),
    between: database.prepare(`SELECT ${columns} FROM event WHERE number BETWEEN ? AND ? ORDER BY number`),
    recordedAt: database.prepare('SELECT recorded_at AS recordedAt FROM event WHERE number = ?'),
    checkpoint: database.prepare(`SELECT commit_position AS "commit", prepare_position AS "prepare",
      last_number AS number, last_commit_position AS lastCommit, last_recorded_at AS recordedAt, last_id AS id
      FROM checkpoint`),
    advance: database.prepare(`UPDATE checkpoint SET commit_position = ?, prepare_position = ?,
      last_number = ?, last_commit_position = ?, last_recorded_at = ?, last_id = ?`),
    truncations: database.prepare('SELECT stream, message FROM truncation ORDER BY stream'),
    truncated: database.prepare('INSERT OR REPLACE INTO truncation VALUES (?, ?)'),
    mended: database.prepare('DELETE FROM truncation WHERE stream = ?'),
  });
  let sql = prepared();
  const streams = new Map<string, number>();

  const checkpoint = (): Checkpoint => sql.checkpoint.get() as unknown as Checkpoint;

  const streamNumber = (name: string): number | undefined => {
    const known = streams.get(name) ?? (sql.stream.get(name) as { number: number } | undefined)?.number;
    if (known === undefined) return undefined;
    if (streams.size >= mostStreams) streams.clear();
    streams.set(name, known);
    return known;
  };

  return {
    head: () => {
      const { number, lastCommit, recordedAt, id, commit, prepare } = checkpoint();
      return { number, commit: lastCommit, recordedAt, id, checkpoint: commit < 0 ? 'start' : { commit, prepare } };
    },
    take: ({ events, looked, truncations }) =>
      inTransaction(database, () => {
        let { commit, prepare, number, lastCommit, recordedAt, id } = checkpoint();
        const indexed = events.map((event): IndexedEvent | null => {
          if (event.commit <= lastCommit) return null;
          number += 1;
          recordedAt = Math.max(recordedAt, event.created);
          const stream = streamNumber(event.stream) ?? Number(sql.addStream.run(event.stream).lastInsertRowid);
          sql.addEvent.run(number, stream, event.revision, event.commit, recordedAt);
          [commit, prepare, lastCommit, id] = [event.commit, event.commit, event.commit, event.id];
          return { number, revision: event.revision, commit, recordedAt };
        });
        if (looked && looked.commit > commit) ({ commit, prepare } = looked);
        sql.advance.run(commit, prepare, number, lastCommit, recordedAt, id);
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
    // By halving: numbers have no gaps, and recordedAt never goes back.
    numberAt: (instant) => {
      let [low, high] = [0, checkpoint().number];
      while (low < high) {
        const middle = Math.ceil((low + high) / 2);
        if ((sql.recordedAt.get(middle) as { recordedAt: number }).recordedAt <= instant) low = middle;
        else high = middle - 1;
      }
      return low;
    },
    truncations: () => sql.truncations.all() as { stream: string; message: string }[],
    empty: () => {
      emptyNumberIndex(database, prefix);
      streams.clear();
      sql = prepared();
    },
    close: () => database.close(),
  };
};
