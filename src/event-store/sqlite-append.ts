import type { DatabaseSync } from 'node:sqlite';
import type { EncodedEvent } from './encode-append.ts';
import { type Appended, type ExpectedRevision, WrongExpectedRevision } from './event-store.ts';
import type { SqliteReads } from './sqlite-read.ts';

function appended(revision: number, position: number, recordedAt: number): Appended {
  return {
    revision,
    position,
    recordedAt: new Date(recordedAt).toISOString(),
  };
}

/** One append, to be run inside a write transaction; a conflict is an answer, and leaves nothing behind. */
export type AppendToSqlite = (
  stream: string,
  expected: ExpectedRevision,
  events: readonly EncodedEvent[],
) => Appended | WrongExpectedRevision;

/** Prepares appends to a database; `now` is the store's clock in milliseconds since 1970, which may step back. */
export function appendToSqlite(database: DatabaseSync, reads: SqliteReads, now: () => number): AppendToSqlite {
  const addStream = database.prepare('INSERT INTO streams (name) VALUES (?)');
  const addEvent = database.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  const findRetry = database.prepare(
    'SELECT id, position, recorded_at FROM events WHERE stream = ? AND revision > ? AND position >= 1 ORDER BY revision LIMIT ?',
  );

  const retried = (stream: number, after: number, events: readonly EncodedEvent[]): Appended | null => {
    const rows = findRetry.all(stream, after, events.length) as { id: string; position: number; recorded_at: number }[];
    const last = rows.at(-1);
    const same = rows.length === events.length && rows.every(({ id }, index) => id === events[index]?.id);
    return same && last ? appended(after + rows.length, last.position, last.recorded_at) : null;
  };

  return (stream, expected, events) => {
    const found = reads.stream(stream);
    const after = expected === 'no_stream' ? -1 : expected;
    const before = found && after < found.revision ? retried(found.number, after, events) : null;
    if (before) return before;
    if (after !== (found?.revision ?? -1)) {
      return new WrongExpectedRevision(stream, expected, found?.revision ?? 'no_stream');
    }

    const head = reads.head();
    const recordedAt = Math.max(now(), head.recordedAt ?? 0);
    const number = found?.number ?? addStream.run(stream).lastInsertRowid;
    for (const [index, { id, type, data, metadata }] of events.entries()) {
      const next = index + 1;
      addEvent.run(head.position + next, number, after + next, recordedAt, id, type, data, metadata);
    }
    return appended(after + events.length, head.position + events.length, recordedAt);
  };
}
