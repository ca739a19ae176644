import type { Day } from '../../domain/vocabulary/dates.ts';
import type { Edition } from '../../domain/vocabulary/games-editions.ts';
import { type DatabaseSync, inTransaction } from '../../event-store/sqlite-file.ts';
import type { Listed, Page } from '../answer.ts';
import type { Filters } from '../filters.ts';
import type { GamesObligations } from '../games.ts';
import type { LastEvent } from '../partnership-view.ts';
import type { ListedPartnership, PendingOf, Summary } from '../summary.ts';

/** The summaries of partnerships in the file of a catalogue: what each shows of now, and which are out of date. */
export function summaryTable(database: DatabaseSync): SummaryTable {
  const q = prepareStatements(database);

  return {
    markStale: (partnerships, editions, position) => {
      for (const partnership of partnerships) q.markStale.run(partnership, position);
      for (const edition of editions) q.markNaming.run(position, edition);
    },
    stale: (day, limit) => q.stale.all(day, day, limit).map(({ partnership }) => String(partnership)),
    keep: ({ partnership, last, detail, facts, pending, owed }, { position, day, until }) =>
      inTransaction(database, () => {
        if (q.isStaleSince.get(partnership, position) !== undefined) return;
        const [lastPosition, lastAt] = [last?.position ?? null, last?.recordedAt ?? null];
        const texts = [detail, facts, pending].map((part) => JSON.stringify(part)) as [string, string, string];
        const parties = JSON.stringify(detail.parties.map(({ id }) => id));
        const listedBy = [Number(detail.facts > 0), detail.status, parties, detail.name] as const;
        q.keep.run(partnership, day, until, lastPosition, lastAt, ...listedBy, ...texts);
        q.dropOwed.run(partnership);
        for (const { edition, owes } of owed) {
          q.addOwed.run(edition, partnership, lastPosition, lastAt, owes === null ? null : JSON.stringify(owes));
        }
        q.dropStale.run(partnership);
      }),
    nameBy: (digest) =>
      inTransaction(database, () => {
        if (q.names.get()?.['digest'] === digest) return;
        q.markAll.run();
        q.setNames.run(digest);
      }),
    listed: (filters, { offset, limit }) => {
      const conditions = conditionsOf(filters);
      const where = ['shown', ...conditions.map(({ sql }) => sql)].join(' AND ');
      const values = conditions.flatMap((condition) => [...condition.values]);
      const count = database.prepare(`SELECT count(*) AS total FROM summary WHERE ${where}`).get(...values);
      const rows = database
        .prepare(`SELECT detail, pending FROM summary WHERE ${where} ORDER BY partnership LIMIT ? OFFSET ?`)
        .all(...values, boundedLimit(limit), offset);
      return {
        total: Number(count?.['total']),
        items: rows.map(listedIn),
        last: lastIn(q.last.get()),
        isRecorded: q.any.get() !== undefined,
      };
    },
    pending: () => q.pending.all().map((row) => ({ ...row, pending: parse(row['pending']) }) as PendingOf),
    owedFor: (edition, { offset, limit }) => ({
      total: Number(q.countOwed.get(edition)?.['total']),
      items: q.owed.all(edition, boundedLimit(limit), offset).map(({ owes }) => parse(owes) as GamesObligations),
      last: lastIn(q.lastOwed.get(edition)),
      isRecorded: q.isNamed.get(edition) !== undefined,
    }),
    at: (partnership, day, position) => {
      const row = q.at.get(partnership, position, day, day);
      if (row === undefined) return null;
      const owed = q.owedBy.all(partnership).map((one) => ({ ...one, owes: parse(one['owes']) }));
      return {
        partnership,
        last: lastIn(row),
        ...listedIn(row),
        facts: parse(row['facts']),
        owed,
      } as unknown as Summary;
    },
  };
}

/**
 * What each partnership shows of now. A summary is of the days from the one on which it was made until the next on which
 * something may change; it is stale after any event that bears on it.
 */
export type SummaryTable = {
  /** Events up to a position bear on these partnerships, and on those whose reports name these Games. */
  readonly markStale: (partnerships: Iterable<string>, editions: Iterable<Edition>, position: number) => void;
  /** The first partnerships without a summary of this day. */
  readonly stale: (day: Day, limit: number) => readonly string[];
  /** Keeps a summary that was made with all events up to a position, unless a later one bears on it. */
  readonly keep: (summary: Summary, of: { readonly position: number; readonly day: Day; readonly until: Day }) => void;
  /** Summaries made with other names of subjects are stale. */
  readonly nameBy: (digest: string) => void;
  /** One page of the partnerships with a fact that counts, in order of id. */
  readonly listed: (filters: Filters, page: Pick<Page, 'offset' | 'limit'>) => Listed<ListedPartnership>;
  /** What is due or overdue, of each partnership where anything is, in order of id. */
  readonly pending: () => readonly PendingOf[];
  readonly owedFor: (edition: Edition, page: Pick<Page, 'offset' | 'limit'>) => Listed<GamesObligations>;
  /** The summary of a partnership if it is the same on a day, with all events up to a position; else null. */
  readonly at: (partnership: string, day: Day, position: number) => Summary | null;
};

type Condition = { readonly sql: string; readonly values: readonly (string | number)[] };

// As `listed` of a summary has it: `status` and `party` are of the partnership; one fact has to pass all other filters.
function conditionsOf({ status, party, type, games, article, contested }: Filters): readonly Condition[] {
  const oneOf = (sql: (marks: string) => string, values: readonly string[]): readonly Condition[] =>
    values.length === 0 ? [] : [{ sql: sql(values.map(() => '?').join(', ')), values }];
  const ofFact = [
    ...oneOf((marks) => `fact.value ->> 'type' IN (${marks})`, type),
    ...oneOf((marks) => `EXISTS (SELECT 1 FROM json_each(fact.value, '$.games') WHERE value IN (${marks}))`, games),
    ...oneOf(
      (marks) => `EXISTS (SELECT 1 FROM json_each(fact.value, '$.articles') WHERE value IN (${marks}))`,
      article,
    ),
    ...(contested === null ? [] : [{ sql: `fact.value ->> 'contested' = ?`, values: [Number(contested)] }]),
  ];
  return [
    ...oneOf((marks) => `status IN (${marks})`, status),
    ...oneOf((marks) => `EXISTS (SELECT 1 FROM json_each(parties) WHERE value IN (${marks}))`, party),
    ...oneOf((marks) => `partnership IN (SELECT partnership FROM concern WHERE edition IN (${marks}))`, games),
    ...oneOf((marks) => `partnership IN (SELECT partnership FROM reading WHERE article IN (${marks}))`, article),
    ...(ofFact.length === 0
      ? []
      : [
          {
            sql: `EXISTS (SELECT 1 FROM json_each(facts) AS fact WHERE ${ofFact.map(({ sql }) => sql).join(' AND ')})`,
            values: ofFact.flatMap(({ values }) => [...values]),
          },
        ]),
  ];
}

function boundedLimit(limit: number): number {
  return Number.isFinite(limit) ? limit : -1;
}

function lastIn(row: Readonly<Record<string, unknown>> | undefined): LastEvent {
  if (row === undefined || row['last'] === null) return null;
  return { position: Number(row['last']), recordedAt: String(row['last_recorded_at']) };
}

function listedIn(row: Readonly<Record<string, unknown>>): ListedPartnership {
  return { detail: parse(row['detail']), pending: parse(row['pending']) } as ListedPartnership;
}

// What `keep` wrote.
function parse(text: unknown): unknown {
  return typeof text === 'string' ? JSON.parse(text) : null;
}

function prepareStatements(database: DatabaseSync) {
  const sql = (text: string) => database.prepare(text);
  return {
    markStale: sql('INSERT INTO stale VALUES (?, ?) ON CONFLICT DO UPDATE SET since = excluded.since'),
    markNaming: sql(`INSERT INTO stale SELECT partnership, ? FROM concern WHERE edition = ?
      ON CONFLICT DO UPDATE SET since = excluded.since`),
    markAll: sql('INSERT OR IGNORE INTO stale SELECT partnership, 0 FROM summary'),
    isStaleSince: sql('SELECT 1 FROM stale WHERE partnership = ? AND since > ?'),
    stale: sql(`SELECT partnership FROM stale
      UNION SELECT partnership FROM summary WHERE until <= ? OR day > ? ORDER BY partnership LIMIT ?`),
    dropStale: sql('DELETE FROM stale WHERE partnership = ?'),
    names: sql('SELECT digest FROM summary_names'),
    setNames: sql('UPDATE summary_names SET digest = ?'),
    keep: sql('INSERT OR REPLACE INTO summary VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'),
    dropOwed: sql('DELETE FROM owed WHERE partnership = ?'),
    addOwed: sql('INSERT INTO owed VALUES (?, ?, ?, ?, ?)'),
    any: sql('SELECT 1 FROM summary LIMIT 1'),
    last: sql('SELECT last, last_recorded_at FROM summary ORDER BY last DESC LIMIT 1'),
    pending: sql(`SELECT partnership, name, pending FROM summary WHERE shown AND pending <> '[]' ORDER BY partnership`),
    owed: sql('SELECT owes FROM owed WHERE edition = ? AND owes IS NOT NULL ORDER BY partnership LIMIT ? OFFSET ?'),
    countOwed: sql('SELECT count(*) AS total FROM owed WHERE edition = ? AND owes IS NOT NULL'),
    lastOwed: sql('SELECT last, last_recorded_at FROM owed WHERE edition = ? ORDER BY last DESC LIMIT 1'),
    isNamed: sql('SELECT 1 FROM concern WHERE edition = ? LIMIT 1'),
    owedBy: sql('SELECT edition, owes FROM owed WHERE partnership = ?'),
    at: sql(`SELECT last, last_recorded_at, detail, facts, pending FROM summary AS s WHERE partnership = ?
      AND last <= ? AND day <= ? AND until > ?
      AND NOT EXISTS (SELECT 1 FROM stale WHERE stale.partnership = s.partnership)`),
  };
}

/** The tables of the summaries. `last` is the last event that bears on a partnership. */
export const summarySchema = `
  CREATE TABLE summary (
    partnership TEXT PRIMARY KEY, day TEXT NOT NULL, until TEXT NOT NULL, last INTEGER, last_recorded_at TEXT,
    shown INTEGER NOT NULL, status TEXT NOT NULL, parties TEXT NOT NULL, name TEXT NOT NULL,
    detail TEXT NOT NULL, facts TEXT NOT NULL, pending TEXT NOT NULL
  ) STRICT;
  CREATE INDEX summary_until ON summary (until);
  CREATE INDEX summary_day ON summary (day);
  CREATE INDEX summary_last ON summary (last, last_recorded_at);
  CREATE INDEX summary_shown ON summary (partnership) WHERE shown;
  CREATE INDEX summary_pending ON summary (partnership) WHERE shown AND pending <> '[]';
  CREATE TABLE stale (partnership TEXT PRIMARY KEY, since INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE owed (
    edition TEXT NOT NULL, partnership TEXT NOT NULL, last INTEGER, last_recorded_at TEXT, owes TEXT,
    PRIMARY KEY (edition, partnership)
  ) STRICT;
  CREATE INDEX owed_by ON owed (partnership);
  CREATE INDEX owed_listed ON owed (edition, partnership) WHERE owes IS NOT NULL;
  CREATE INDEX owed_last ON owed (edition, last, last_recorded_at);
  CREATE TABLE summary_names (digest TEXT NOT NULL) STRICT;
  INSERT INTO summary_names VALUES ('');
`;
