import type { DatabaseSync } from 'node:sqlite';

/** Marks a SQLite file as one of ours ("PLed"). */
const applicationId = 0x504c6564;
const schemaVersion = 1;

/**
 * `position` is the rowid, so a scan of the ledger is a scan of the table; a stream is read through its one index. There
 * is no index on the random id (it would cost most of the speed of a batch): a retry is found by its revision. Nor is
 * there one on `recorded_at`, which grows with the position.
 *
 * The triggers hold the promises against every writer, a SQL shell included. An `INSERT OR REPLACE` deletes without
 * a delete trigger, hence the check that a new row comes next in the ledger and in its stream.
 */
const schema = `
  CREATE TABLE streams (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
  ) STRICT;
  CREATE TABLE events (
    position INTEGER PRIMARY KEY,
    stream INTEGER NOT NULL REFERENCES streams (number),
    revision INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    id TEXT NOT NULL,
    type TEXT NOT NULL,
    data TEXT NOT NULL,
    metadata TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX events_by_stream ON events (stream, revision);

  CREATE TRIGGER events_come_next BEFORE INSERT ON events
    WHEN new.position <> 1 + ifnull((SELECT max(position) FROM events), 0)
      OR new.revision <> 1 + ifnull((SELECT max(revision) FROM events WHERE stream = new.stream), -1)
      OR new.recorded_at < (SELECT recorded_at FROM events ORDER BY position DESC LIMIT 1)
    BEGIN SELECT raise(ABORT, 'events are appended, one after another'); END;
  CREATE TRIGGER events_stay_unchanged BEFORE UPDATE ON events
    BEGIN SELECT raise(ABORT, 'recorded events are never changed'); END;
  CREATE TRIGGER events_stay BEFORE DELETE ON events
    BEGIN SELECT raise(ABORT, 'recorded events are never deleted'); END;
  CREATE TRIGGER streams_come_next BEFORE INSERT ON streams
    WHEN EXISTS (SELECT 1 FROM streams WHERE number = new.number OR name = new.name)
    BEGIN SELECT raise(ABORT, 'a stream is there already'); END;
  CREATE TRIGGER streams_stay_unchanged BEFORE UPDATE ON streams
    BEGIN SELECT raise(ABORT, 'streams are never changed'); END;
  CREATE TRIGGER streams_stay BEFORE DELETE ON streams
    BEGIN SELECT raise(ABORT, 'streams are never deleted'); END;

  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = ${schemaVersion};
`;

function pragma(database: DatabaseSync, name: string): number {
  return Number(Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
}

/**
 * Makes an open database a store: write-ahead log, every commit synced to disk, the tables on first use. Throws where
 * the file holds something else or was written by a newer version (close it then), and SQLITE_BUSY while another
 * process writes.
 */
export function prepareSchema(database: DatabaseSync): void {
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; BEGIN IMMEDIATE');
  const version = pragma(database, 'user_version');
  if (version === 0 && pragma(database, 'schema_version') === 0) database.exec(schema);
  else if (pragma(database, 'application_id') !== applicationId) throw new Error('the file is another database');
  else if (version !== schemaVersion)
    throw new Error(`the file has schema ${version}, this version knows ${schemaVersion}: use a newer version`);
  database.exec('COMMIT');
}
