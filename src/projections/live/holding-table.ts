import type { Day } from '../../domain/vocabulary/dates.ts';
import { type DatabaseSync, inTransaction, passingError } from '../../event-store/sqlite-file.ts';
import type { Holdings } from '../holdings.ts';

/** What partnerships hold, in the file of a catalogue. */
export function holdingTable(database: DatabaseSync): HoldingTable {
  const find = database.prepare(
    'SELECT held FROM holding WHERE partnership = ? AND from_day <= ? AND until > ? AND last = ?',
  );
  const dropOlder = database.prepare('DELETE FROM holding WHERE partnership = ? AND last < ?');
  const add = database.prepare('INSERT OR REPLACE INTO holding VALUES (?, ?, ?, ?, ?)');
  return {
    at: (partnership, day, last) => {
      const row = find.get(partnership, day, day, last);
      return row === undefined ? null : (JSON.parse(String(row['held'])) as Holdings);
    },
    keep: (partnership, { from, until, last }, held) => {
      try {
        inTransaction(database, () => {
          dropOlder.run(partnership, last);
          add.run(partnership, from, until, last, JSON.stringify(held));
        });
      } catch (error) {
        // What a full disk does not keep is worked out again.
        if (passingError(error, '') === null) throw error;
      }
    },
  };
}

/** What partnerships hold, each from one day until another, with all events of its stream up to `last`. */
export type HoldingTable = {
  readonly at: (partnership: string, day: Day, last: number) => Holdings | null;
  readonly keep: (
    partnership: string,
    of: { readonly from: Day; readonly until: Day; readonly last: number },
    held: Holdings,
  ) => void;
};

/** The table of the holdings. */
export const holdingSchema = `
  CREATE TABLE holding (
    partnership TEXT NOT NULL, from_day TEXT NOT NULL, until TEXT NOT NULL, last INTEGER NOT NULL, held TEXT NOT NULL,
    PRIMARY KEY (partnership, from_day)
  ) STRICT;
`;

/** A partnership that was granted a category, and the last event of its stream. */
export type Holder = { readonly partnership: string; readonly last: number };
