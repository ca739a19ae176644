import type { Day } from '../../domain/vocabulary/dates.ts';
import type { Edition } from '../../domain/vocabulary/games-editions.ts';
import { type DatabaseSync, inTransaction } from '../../event-store/sqlite-file.ts';
import type { Listed, Page } from '../answer.ts';
import { type Article, type ArticlePart, joinArticles, publicationKey } from '../articles.ts';
import type { Filters } from '../filters.ts';
import type { GamesObligations, NamedGames } from '../games.ts';
import type { LastEvent } from '../partnership-view.ts';
import type { PartnershipDetail } from '../partnerships.ts';
import type { FirstPartnerships, PendingOf, Summary } from '../summary.ts';

/** The summaries of partnerships in the file of a catalogue: what each shows of now, and which are out of date. */
export function summaryTable(database: DatabaseSync): SummaryTable {
  const q = prepareStatements(database);

  return {
    markStale: (partnerships, editions, position) => {
      for (const partnership of partnerships) q.markStale.run(partnership, position);
      for (const edition of editions) q.markNaming.run(position, edition);
    },
    stale: (day, limit) => q.stale.all(day, day, limit).map(({ partnership }) => String(partnership)),
    keep: ({ partnership, last, detail, facts, pending, owed, articles }, { position, day, until }) =>
      inTransaction(database, () => {
        if (q.isStaleSince.get(partnership, position) !== undefined) return;
        const [lastPosition, lastAt] = [last?.position ?? null, last?.recordedAt ?? null];
        const [kinds, ...texts] = [kindsOf(facts), detail, facts, pending].map((part) => JSON.stringify(part)) as [
          string,
          string,
          string,
          string,
        ];
        const parties = JSON.stringify(detail.parties.map(({ id }) => id));
        const listedBy = [Number(detail.facts > 0), detail.status, parties, detail.name, kinds] as const;
        q.keep.run(partnership, day, until, lastPosition, lastAt, ...listedBy, ...texts);
        q.dropOwed.run(partnership);
        for (const { edition, isOfFact, owes } of owed) {
          const text = owes === null ? null : JSON.stringify(owes);
          q.addOwed.run(edition, partnership, lastPosition, lastAt, Number(isOfFact), text);
        }
        q.dropArticles.run(partnership);
        for (const { article } of articles) {
          const { id, revision, textSha256 } = article;
          q.addArticle.run(id, partnership, revision, textSha256, publicationKey(article), JSON.stringify(article));
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
        .prepare(`SELECT detail FROM summary WHERE ${where} ORDER BY partnership LIMIT ? OFFSET ?`)
        .all(...values, boundedLimit(limit), offset);
      return {
        total: Number(count?.['total']),
        items: rows.map((row) => ({ detail: parse(row['detail']) as PartnershipDetail })),
        last: lastIn(q.last.get()),
        isRecorded: q.any.get() !== undefined,
      };
    },
    first: (most) => ({
      total: Number(q.countShown.get()?.['total']),
      items: q.first.all(most).map(listedIn),
    }),
    pending: () => q.pending.all().map((row) => ({ ...row, pending: parse(row['pending']) }) as PendingOf),
    owedFor: (edition, { offset, limit }) => ({
      total: Number(q.countOwed.get(edition)?.['total']),
      items: q.owed.all(edition, boundedLimit(limit), offset).map(({ owes }) => parse(owes) as GamesObligations),
      last: lastIn(q.lastOwed.get(edition)),
      isRecorded: q.isNamed.get(edition) !== undefined,
    }),
    named: (edition) => {
      const row = q.lastOwed.get(edition);
      if (row === undefined) return null;
      return { edition, isOfFact: q.isOfFact.get(edition) !== undefined, last: lastIn(row) };
    },
    articles: ({ offset, limit }) => {
      const ids = q.articles.all(boundedLimit(limit), offset).map(({ article }) => String(article));
      // Those of the same text are named beside them.
      const rows = [...new Set(ids)].flatMap((id) => q.ofSameText.all(id));
      const parts = new Map(rows.map((row) => [JSON.stringify([row['article'], row['partnership']]), row]));
      const joined = new Map(joinArticles([...parts.values()].map(partIn)).map((article) => [article.id, article]));
      return {
        total: Number(q.countArticles.get()?.['total']),
        items: ids.flatMap((id) => joined.get(id) ?? []),
        last: lastIn(q.last.get()),
        isRecorded: q.any.get() !== undefined,
      };
    },
    at: (partnership, day, position) => {
      const row = q.at.get(partnership, position, day, day);
      if (row === undefined) return null;
      return {
        partnership,
        last: lastIn(row),
        ...listedIn(row),
        facts: parse(row['facts']) as Summary['facts'],
        owed: q.owedBy.all(partnership).map(owedIn),
        articles: q.articlesBy.all(partnership).map(partIn),
      };
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
  readonly listed: (filters: Filters, page: Pick<Page, 'offset' | 'limit'>) => Listed<Pick<Summary, 'detail'>>;
  /** The first partnerships with a fact that counts, in order of id, each with what of it is due or overdue. */
  readonly first: (most: number) => FirstPartnerships;
  /** What is due or overdue, of each partnership where anything is, in order of id. */
  readonly pending: () => readonly PendingOf[];
  readonly owedFor: (edition: Edition, page: Pick<Page, 'offset' | 'limit'>) => Listed<GamesObligations>;
  /** An edition that reports name; null if none does. */
  readonly named: (edition: Edition) => NamedGames | null;
  /** One page of the articles, in order of publication. */
  readonly articles: (page: Pick<Page, 'offset' | 'limit'>) => Listed<Article>;
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
            sql: `EXISTS (SELECT 1 FROM json_each(${article.length > 0 ? 'facts' : 'kinds'}) AS fact WHERE ${ofFact.map(({ sql }) => sql).join(' AND ')})`,
            values: ofFact.flatMap(({ values }) => [...values]),
          },
        ]),
  ];
}

// The facts without their articles, which few questions ask for: those alike stand once.
function kindsOf(facts: Summary['facts']): readonly Omit<Summary['facts'][number], 'articles'>[] {
  const kinds = facts.map(({ articles: _articles, ...kind }) => kind);
  return [...new Map(kinds.map((kind) => [JSON.stringify(kind), kind])).values()];
}

function boundedLimit(limit: number): number {
  return Number.isFinite(limit) ? limit : -1;
}

function lastIn(row: Readonly<Record<string, unknown>> | undefined): LastEvent {
  if (row === undefined || row['last'] === null) return null;
  return { position: Number(row['last']), recordedAt: String(row['last_recorded_at']) };
}

function listedIn(row: Readonly<Record<string, unknown>>): Pick<Summary, 'detail' | 'pending'> {
  return { detail: parse(row['detail']) as PartnershipDetail, pending: parse(row['pending']) as Summary['pending'] };
}

function owedIn({ edition, is_of_fact: isOfFact, owes }: Readonly<Record<string, unknown>>): Summary['owed'][number] {
  return { edition: String(edition), isOfFact: isOfFact === 1, owes: parse(owes) as GamesObligations | null };
}

function partIn(row: Readonly<Record<string, unknown>>): ArticlePart {
  return { partnership: row['partnership'], article: parse(row['part']) } as ArticlePart;
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
      UNION ALL SELECT partnership FROM summary WHERE until <= ?
      UNION ALL SELECT partnership FROM summary WHERE day > ? LIMIT ?`),
    dropStale: sql('DELETE FROM stale WHERE partnership = ?'),
    names: sql('SELECT digest FROM summary_names'),
    setNames: sql('UPDATE summary_names SET digest = ?'),
    keep: sql('INSERT OR REPLACE INTO summary VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'),
    dropOwed: sql('DELETE FROM owed WHERE partnership = ?'),
    addOwed: sql('INSERT INTO owed VALUES (?, ?, ?, ?, ?, ?)'),
    isOfFact: sql('SELECT 1 FROM owed WHERE edition = ? AND is_of_fact LIMIT 1'),
    dropArticles: sql('DELETE FROM article_part WHERE partnership = ?'),
    addArticle: sql('INSERT INTO article_part VALUES (?, ?, ?, ?, ?, ?)'),
    // Of an article on several partnerships, the part with the highest revision tells when it came out.
    articles: sql(`SELECT article FROM article_part AS shown WHERE NOT EXISTS (
        SELECT 1 FROM article_part AS other WHERE other.article = shown.article AND (other.revision > shown.revision
          OR (other.revision = shown.revision AND other.partnership < shown.partnership)))
      ORDER BY publication LIMIT ? OFFSET ?`),
    countArticles: sql('SELECT count(DISTINCT article) AS total FROM article_part'),
    articlesBy: sql('SELECT partnership, part FROM article_part WHERE partnership = ? ORDER BY rowid'),
    ofSameText: sql(`SELECT article, partnership, part FROM article_part WHERE article IN (
      SELECT same.article FROM article_part AS same JOIN article_part AS one USING (text) WHERE one.article = ?)`),
    countShown: sql('SELECT count(*) AS total FROM summary WHERE shown'),
    first: sql('SELECT detail, pending FROM summary WHERE shown ORDER BY partnership LIMIT ?'),
    any: sql('SELECT 1 FROM summary LIMIT 1'),
    last: sql('SELECT last, last_recorded_at FROM summary ORDER BY last DESC LIMIT 1'),
    pending: sql(`SELECT partnership, name, pending FROM summary WHERE shown AND pending <> '[]' ORDER BY partnership`),
    owed: sql('SELECT owes FROM owed WHERE edition = ? AND owes IS NOT NULL ORDER BY partnership LIMIT ? OFFSET ?'),
    countOwed: sql('SELECT count(*) AS total FROM owed INDEXED BY owed_listed WHERE edition = ? AND owes IS NOT NULL'),
    lastOwed: sql('SELECT last, last_recorded_at FROM owed WHERE edition = ? ORDER BY last DESC LIMIT 1'),
    isNamed: sql('SELECT 1 FROM concern WHERE edition = ? LIMIT 1'),
    owedBy: sql('SELECT edition, is_of_fact, owes FROM owed WHERE partnership = ? ORDER BY rowid'),
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
    kinds TEXT NOT NULL,    detail TEXT NOT NULL, facts TEXT NOT NULL, pending TEXT NOT NULL
  ) STRICT;
  CREATE INDEX summary_until ON summary (until);
  CREATE INDEX summary_day ON summary (day);
  CREATE INDEX summary_last ON summary (last, last_recorded_at);
  CREATE INDEX summary_shown ON summary (partnership) WHERE shown;
  CREATE INDEX summary_pending ON summary (partnership) WHERE shown AND pending <> '[]';
  CREATE TABLE stale (partnership TEXT PRIMARY KEY, since INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE owed (
    edition TEXT NOT NULL, partnership TEXT NOT NULL, last INTEGER, last_recorded_at TEXT,
    is_of_fact INTEGER NOT NULL, owes TEXT,
    PRIMARY KEY (edition, partnership)
  ) STRICT;
  CREATE INDEX owed_of_fact ON owed (edition) WHERE is_of_fact;
  CREATE INDEX owed_by ON owed (partnership);
  CREATE INDEX owed_listed ON owed (edition, partnership) WHERE owes IS NOT NULL;
  CREATE INDEX owed_last ON owed (edition, last, last_recorded_at);
  CREATE TABLE article_part (
    article TEXT NOT NULL, partnership TEXT NOT NULL, revision INTEGER NOT NULL, text TEXT NOT NULL,
    publication TEXT NOT NULL, part TEXT NOT NULL, PRIMARY KEY (article, partnership)
  ) STRICT;
  CREATE INDEX article_part_by ON article_part (partnership);
  CREATE INDEX article_part_of_text ON article_part (text, article);
  CREATE INDEX article_part_in_order ON article_part (publication, article, revision, partnership);
  CREATE TABLE summary_names (digest TEXT NOT NULL) STRICT;
  INSERT INTO summary_names VALUES ('');
`;
