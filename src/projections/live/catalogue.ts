import { editionOfStream, ledgerStream, partnershipOfStream } from '../../domain/vocabulary/events.ts';
import { rightsHolderOf } from '../../domain/vocabulary/fact-key.ts';
import type { Edition } from '../../domain/vocabulary/games-editions.ts';
import type { RecordedEvent } from '../../event-store/event-store.ts';
import { inTransaction, makeTables, openSqliteFile, type SqliteKind } from '../../event-store/sqlite-file.ts';

/**
 * What spans partnerships: a persistent index over the whole ledger, which can be deleted and is then made anew.
 * Several processes may share its file; each event is applied once.
 */
export type Catalogue = {
  readonly position: () => number;
  /** What the index ends with; null where nothing was applied. A ledger without this event there is another one. */
  readonly checkpoint: () => CatalogueCheckpoint | null;
  /** Applies events in order of position, in one transaction; those that were applied before are skipped. */
  readonly apply: (events: readonly RecordedEvent[]) => void;
  readonly reset: () => void;
  readonly ledger: () => LedgerIdentity | null;
  readonly partnership: (id: string) => CataloguedStream | null;
  /** Ids of the partnerships with an event up to `position`, in order of id. */
  readonly partnerships: (position: number) => readonly string[];
  /** The partnerships whose reports name these Games. */
  readonly concernedBy: (edition: Edition, position: number) => readonly string[];
  readonly editions: (position: number) => readonly Edition[];
  readonly article: (id: string) => CataloguedArticle | null;
  readonly articles: (position: number) => readonly CataloguedArticle[];
  /** The partnerships of a rights holder in which a category was reported as granted. */
  readonly holders: (rightsHolder: string, category: string, position: number) => readonly string[];
  /** Whether anybody of this name ever recorded anything. */
  readonly hasActor: (name: string) => boolean;
  readonly actors: () => readonly string[];
  /** Whether a statement on a fact of this key was ever recorded, by an article or a reference. */
  readonly hasFact: (key: string) => boolean;
  readonly facts: () => readonly string[];
  readonly close: () => void;
};

/** The last event that was applied. A retry has its id again, but not also its time. */
export type CatalogueCheckpoint = Pick<RecordedEvent, 'position' | 'id' | 'recordedAt'>;

/** The ledger itself: its id, and when it was opened. */
export type LedgerIdentity = { readonly id: string; readonly createdAt: string };

/** A partnership that the ledger knows: the positions of its first and last event, and when the first was recorded. */
export type CataloguedStream = {
  readonly name: string;
  readonly first: number;
  readonly last: number;
  readonly firstRecordedAt: string;
};

/** An article that the ledger knows, and the partnership that it is about. */
export type CataloguedArticle = { readonly id: string; readonly partnership: string; readonly first: number };

/** Opens the index in `file`; `:memory:` is one that is made anew at each start. */
export function openCatalogue(file: string): Catalogue {
  const database = openSqliteFile(file, catalogueFile);
  const sql = (text: string) => {
    let statement = database.prepare(text);
    return {
      all: (...values: (string | number)[]) => statement.all(...values) as Record<string, string | number>[],
      get: (...values: (string | number)[]) => statement.get(...values) as Record<string, string | number> | undefined,
      run: (...values: (string | number)[]) => statement.run(...values),
      renew: () => {
        statement = database.prepare(text);
      },
    };
  };
  const q = {
    addActor: sql('INSERT OR IGNORE INTO actor VALUES (?)'),
    addFact: sql('INSERT OR IGNORE INTO fact VALUES (?)'),
    actor: sql('SELECT name FROM actor WHERE name = ?'),
    actors: sql('SELECT name FROM actor ORDER BY name'),
    fact: sql('SELECT key FROM fact WHERE key = ?'),
    facts: sql('SELECT key FROM fact ORDER BY key'),
    checkpoint: sql('SELECT position, id, recorded_at FROM checkpoint'),
    advance: sql('UPDATE checkpoint SET position = ?, id = ?, recorded_at = ?'),
    ledger: sql('SELECT id, created_at FROM ledger'),
    openLedger: sql('INSERT INTO ledger VALUES (?, ?)'),
    stream: sql(`INSERT INTO stream VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (name) DO UPDATE SET last = excluded.last, revision = excluded.revision`),
    addArticle: sql('INSERT OR IGNORE INTO article VALUES (?, ?, ?)'),
    addHolder: sql('INSERT OR IGNORE INTO holder VALUES (?, ?, ?, ?)'),
    addConcern: sql('INSERT OR IGNORE INTO concern VALUES (?, ?, ?)'),
    partnership: sql('SELECT name, first, last, first_recorded_at FROM stream WHERE name = ?'),
    streams: sql('SELECT name FROM stream WHERE first <= ? AND name GLOB ? ORDER BY name'),
    concernedBy: sql('SELECT partnership FROM concern WHERE edition = ? AND first <= ? ORDER BY partnership'),
    concerns: sql('SELECT DISTINCT edition FROM concern WHERE first <= ?'),
    article: sql('SELECT id, partnership, first FROM article WHERE id = ?'),
    articles: sql('SELECT id, partnership, first FROM article WHERE first <= ? ORDER BY id'),
    holders: sql(`SELECT partnership FROM holder WHERE rights_holder = ? AND category = ? AND first <= ?
      ORDER BY partnership`),
  };

  const position = () => Number(q.checkpoint.get()?.['position'] ?? 0);

  const index = (event: RecordedEvent) => {
    q.stream.run(event.stream, event.position, event.position, event.revision, event.recordedAt);
    if (event.stream === ledgerStream && event.type === 'LedgerOpened') {
      q.openLedger.run(String(event.data['ledger']), event.recordedAt);
    }
    q.addActor.run(String(event.metadata.recordedBy));
    const { fact } = event.data as Record<string, unknown>;
    if (typeof fact === 'string') q.addFact.run(fact);
    const partnership = partnershipOfStream(event.stream);
    if (partnership === null) return;
    const { games, subject, article } = event.data as Record<string, unknown>;
    if (event.type === 'ArticleRead') q.addArticle.run(String(article), partnership, event.position);
    if (event.type === 'CategoryGranted') {
      q.addHolder.run(rightsHolderOf(partnership), String(subject), partnership, event.position);
    }
    for (const edition of (games ?? []) as string[]) q.addConcern.run(edition, partnership, event.position);
  };

  const toArticle = (row: Record<string, string | number>): CataloguedArticle => ({
    id: String(row['id']),
    partnership: String(row['partnership']),
    first: Number(row['first']),
  });

  return {
    position,
    checkpoint: () => {
      const { position = 0, id = '', recorded_at: recordedAt = '' } = q.checkpoint.get() ?? {};
      return position === 0 ? null : { position: Number(position), id: String(id), recordedAt: String(recordedAt) };
    },
    apply: (events) => {
      if (events.length === 0) return;
      inTransaction(database, () => {
        const before = position();
        const fresh = events.filter((event) => event.position > before);
        for (const event of fresh) index(event);
        const last = fresh.at(-1);
        if (last !== undefined) q.advance.run(last.position, last.id, last.recordedAt);
      });
    },
    reset: () => {
      inTransaction(database, () => makeTables(database, catalogueFile));
      for (const statement of Object.values(q)) statement.renew();
    },
    ledger: () => {
      const row = q.ledger.get();
      return row === undefined ? null : { id: String(row['id']), createdAt: String(row['created_at']) };
    },
    partnership: (id) => {
      const row = q.partnership.get(`partnership-${id}`);
      if (row === undefined) return null;
      return {
        name: String(row['name']),
        first: Number(row['first']),
        last: Number(row['last']),
        firstRecordedAt: String(row['first_recorded_at']),
      };
    },
    partnerships: (at) =>
      q.streams.all(at, 'partnership-*').flatMap(({ name }) => partnershipOfStream(String(name)) ?? []),
    concernedBy: (edition, at) => q.concernedBy.all(edition, at).map(({ partnership }) => String(partnership)),
    editions: (at) => [
      ...new Set([
        ...q.streams.all(at, 'games-*').flatMap(({ name }) => editionOfStream(String(name)) ?? []),
        ...q.concerns.all(at).map(({ edition }) => String(edition)),
      ]),
    ],
    article: (id) => {
      const row = q.article.get(id);
      return row === undefined ? null : toArticle(row);
    },
    articles: (at) => q.articles.all(at).map(toArticle),
    holders: (rightsHolder, category, at) =>
      q.holders.all(rightsHolder, category, at).map(({ partnership }) => String(partnership)),
    hasActor: (name) => q.actor.get(name) !== undefined,
    actors: () => q.actors.all().map(({ name }) => String(name)),
    hasFact: (key) => q.fact.get(key) !== undefined,
    facts: () => q.facts.all().map(({ key }) => String(key)),
    close: () => database.close(),
  };
}

const schema = `
  CREATE TABLE checkpoint (position INTEGER NOT NULL, id TEXT NOT NULL, recorded_at TEXT NOT NULL) STRICT;
  INSERT INTO checkpoint VALUES (0, '', '');
  CREATE TABLE ledger (id TEXT NOT NULL, created_at TEXT NOT NULL) STRICT;
  CREATE TABLE stream (
    name TEXT PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL, revision INTEGER NOT NULL,
    first_recorded_at TEXT NOT NULL
  ) STRICT;
  CREATE TABLE article (id TEXT PRIMARY KEY, partnership TEXT NOT NULL, first INTEGER NOT NULL) STRICT;
  CREATE TABLE holder (
    rights_holder TEXT NOT NULL, category TEXT NOT NULL, partnership TEXT NOT NULL, first INTEGER NOT NULL,
    PRIMARY KEY (rights_holder, category, partnership)
  ) STRICT;
  CREATE TABLE concern (
    edition TEXT NOT NULL, partnership TEXT NOT NULL, first INTEGER NOT NULL, PRIMARY KEY (edition, partnership)
  ) STRICT;
  CREATE TABLE actor (name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
  CREATE TABLE fact (key TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
`;

const catalogueFile: SqliteKind = {
  // "PLca"
  applicationId: 0x504c6361,
  // Raised whenever what is derived from events changes.
  version: 2,
  schema,
  synchronous: 'OFF',
  isDerived: true,
};
