import { StoreUnavailable } from '../event-store.ts';
import { emptyNumberFile, inTransaction, openNumberFileDatabase } from './number-file-schema.ts';
import type { LogPosition } from './read-request.ts';
import type { Truncation } from './truncation.ts';

/** An event that has its number, which is its position in the ledger, and when it was recorded (milliseconds). */
export type IndexedEvent = {
  readonly number: number;
  readonly revision: number;
  readonly commit: number;
  readonly recordedAt: number;
};

/** An event as it is kept: also of which stream, with prefix. */
export type KeptEvent = IndexedEvent & { readonly stream: string };

/** The last event, 0 and -1 where there is none, and where to go on in the log of the server. */
export type IndexHead = {
  readonly number: number;
  readonly commit: number;
  readonly recordedAt: number;
  readonly id: string;
  readonly checkpoint: LogPosition | 'start';
};

/** What cuts streams short, by the name of the stream with prefix; null where nothing does any more. */
export type Truncations = ReadonlyMap<string, Truncation | null>;

/** The numbers of events in a SQLite file, for the next start and for what does not fit in memory. */
export type NumberFile = {
  readonly head: () => IndexHead;
  /**
   * Adds events, up to the last of them, in one transaction. What another process has added before is left out; throws
   * StoreUnavailable where that is another event.
   */
  readonly add: (events: readonly KeptEvent[], head: IndexHead, truncations: Truncations) => void;
  /** The events of a stream between two revisions, both included, in order; none beyond a number. */
  readonly ofStream: (stream: string, first: number, last: number, upTo: number) => readonly IndexedEvent[];
  /** The events between two numbers, both included, in order. */
  readonly between: (first: number, last: number) => readonly IndexedEvent[];
  readonly truncations: () => ReadonlyMap<string, Truncation>;
  readonly empty: () => void;
  readonly close: () => void;
};

type Checkpoint = Record<'commit' | 'prepare' | 'number' | 'lastCommit' | 'recordedAt', number> & { id: string };

const columns = 'number, revision, commit_position AS "commit", recorded_at AS recordedAt';

// The streams whose keys are kept in memory.
const mostStreams = 10_000;

/** Opens a file, which is made where it is missing; `:memory:` is one that is gone at the end. */
export function openNumberFile(file: string, prefix: string): NumberFile {
  const database = openNumberFileDatabase(file, prefix);
  const prepared = () => ({
    addEvent: database.prepare('INSERT INTO event VALUES (?, ?, ?, ?, ?)'),
    stream: database.prepare('SELECT number FROM stream WHERE name = ?'),
    addStream: database.prepare('INSERT INTO stream (name) VALUES (?)'),
    ofStream: database.prepare(`SELECT ${columns} FROM event
      WHERE stream = ? AND revision BETWEEN ? AND ? AND number <= ? ORDER BY revision`),
    between: database.prepare(`SELECT ${columns} FROM event WHERE number BETWEEN ? AND ? ORDER BY number`),
    checkpoint: database.prepare(`SELECT commit_position AS "commit", prepare_position AS "prepare",
      last_number AS number, last_commit_position AS lastCommit, last_recorded_at AS recordedAt, last_id AS id
      FROM checkpoint`),
    advance: database.prepare(`UPDATE checkpoint SET commit_position = ?, prepare_position = ?,
      last_number = ?, last_commit_position = ?, last_recorded_at = ?, last_id = ?`),
    truncations: database.prepare('SELECT stream, message, is_cut AS isCut FROM truncation ORDER BY stream'),
    truncated: database.prepare('INSERT OR REPLACE INTO truncation VALUES (?, ?, ?)'),
    mended: database.prepare('DELETE FROM truncation WHERE stream = ?'),
  });
  let sql = prepared();
  const streams = new Map<string, number>();

  const checkpoint = (): Checkpoint => sql.checkpoint.get() as unknown as Checkpoint;
  const between = (first: number, last: number) => sql.between.all(first, last) as unknown as IndexedEvent[];

  const keyOf = (name: string): number | undefined => {
    const key = streams.get(name) ?? (sql.stream.get(name) as { number: number } | undefined)?.number;
    if (key === undefined) return undefined;
    if (streams.size >= mostStreams) streams.clear();
    streams.set(name, key);
    return key;
  };

  const checkSame = (event: KeptEvent): void => {
    const [found] = between(event.number, event.number);
    if (found?.commit === event.commit) return;
    throw new StoreUnavailable(
      `the index has another event at position ${event.number}: delete it, and it is made anew`,
    );
  };

  return {
    head: () => {
      const { number, lastCommit, recordedAt, id, commit, prepare } = checkpoint();
      return { number, commit: lastCommit, recordedAt, id, checkpoint: commit < 0 ? 'start' : { commit, prepare } };
    },
    add: (events, head, truncations) =>
      inTransaction(database, () => {
        const before = checkpoint();
        for (const event of events) {
          if (event.number <= before.number) {
            checkSame(event);
            continue;
          }
          const stream = keyOf(event.stream) ?? Number(sql.addStream.run(event.stream).lastInsertRowid);
          sql.addEvent.run(event.number, stream, event.revision, event.commit, event.recordedAt);
        }
        const at = head.checkpoint === 'start' ? { commit: -1, prepare: -1 } : head.checkpoint;
        if (at.commit > before.commit) {
          sql.advance.run(at.commit, at.prepare, head.number, head.commit, head.recordedAt, head.id);
        }
        for (const [stream, truncation] of truncations) {
          if (truncation === null) sql.mended.run(stream);
          else sql.truncated.run(stream, truncation.message, Number(truncation.isCut));
        }
      }),
    ofStream: (name, first, last, upTo) => {
      const key = keyOf(name);
      return key === undefined ? [] : (sql.ofStream.all(key, first, last, upTo) as unknown as IndexedEvent[]);
    },
    between,
    truncations: () =>
      new Map(
        (sql.truncations.all() as { stream: string; message: string; isCut: number }[]).map(
          ({ stream, message, isCut }) => [stream, { message, isCut: isCut === 1 }],
        ),
      ),
    empty: () => {
      emptyNumberFile(database, prefix);
      streams.clear();
      sql = prepared();
    },
    close: () => database.close(),
  };
}
