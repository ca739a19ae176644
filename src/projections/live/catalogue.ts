import { editionOfStream, keyOfEvent, ledgerStream, partnershipOfStream } from '../../domain/vocabulary/events.ts';
import { rightsHolderOf } from '../../domain/vocabulary/fact-key.ts';
import type { Edition } from '../../domain/vocabulary/games-editions.ts';
import type { RecordedEvent } from '../../event-store/event-store.ts';
import { inTransaction, makeTables, openSqliteFile, type SqliteKind } from '../../event-store/sqlite-file.ts';

/** Opens the index in `file`; `:memory:` is one that is built anew at each start. */
export function openCatalogue(file: string): Catalogue {
  const database = openSqliteFile(file, catalogueFile);
  let q = prepareStatements(database);
  const position = () => Number(q.checkpoint.get()?.['position'] ?? 0);

  return {
    position,
    checkpoint: () => {
      const checkpoint = q.checkpoint.get() as CatalogueCheckpoint | undefined;
      return checkpoint === undefined || checkpoint.position === 0 ? null : { ...checkpoint };
    },
    apply: (events) => {
      if (events.length === 0) return;
      inTransaction(database, () => {
        const before = position();
        const fresh = events.filter((event) => event.position > before);
        for (const event of fresh) index(event, q);
        const last = fresh.at(-1);
        if (last !== undefined) q.advance.run(last.position, last.id, last.recordedAt);
      });
    },
    reset: () => {
      inTransaction(database, () => makeTables(database, catalogueFile));
      q = prepareStatements(database);
    },
    ledger: () => toObject(q.ledger.get()) as LedgerIdentity | null,
    partnership: (id) => toObject(q.partnership.get(`partnership-${id}`)) as CataloguedStream | null,
    partnerships: (position) =>
      textsIn(q.streams.all(position, 'partnership-*')).flatMap((stream) => partnershipOfStream(stream) ?? []),
    concernedBy: (edition, position) => textsIn(q.concernedBy.all(edition, position)),
    editions: (position) => {
      const withReference = textsIn(q.streams.all(position, 'games-*')).flatMap((name) => editionOfStream(name) ?? []);
      return [...new Set([...withReference, ...textsIn(q.concerns.all(position))])];
    },
    article: (id) => toObject(q.article.get(id)) as CataloguedArticle | null,
    articles: (position) => q.articles.all(position).map((row) => ({ ...row }) as CataloguedArticle),
    holders: (rightsHolder, category, position) => textsIn(q.holders.all(rightsHolder, category, position)),
    hasActor: (name) => q.actor.get(name) !== undefined,
    actors: () => textsIn(q.actors.all()),
    hasFact: (key) => q.fact.get(key) !== undefined,
    facts: () => textsIn(q.facts.all()),
    close: () => database.close(),
  };
}

/**
 * What spans partnerships: a persistent index over the whole ledger. Deleting it rebuilds it. Several processes may share
 * its file; each event is applied once.
 */
export type Catalogue = {
  readonly position: () => number;
  /** The last event in the index; null if it is empty. A ledger without this event at its position is another one. */
  readonly checkpoint: () => CatalogueCheckpoint | null;
  /** Applies events in order of position, in one transaction; skips those that it holds already. */
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
  /** Whether anyone of this name ever recorded an event. */
  readonly hasActor: (name: string) => boolean;
  readonly actors: () => readonly string[];
  /** Whether a statement on a fact of this key was ever recorded, by an article or a reference. */
  readonly hasFact: (key: string) => boolean;
  readonly facts: () => readonly string[];
  readonly close: () => void;
};

/** The last event that was applied. A retry has the same id, but not the same time. */
type CatalogueCheckpoint = Pick<RecordedEvent, 'position' | 'id' | 'recordedAt'>;

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

function prepareStatements(database: ReturnType<typeof openSqliteFile>) {
  const sql = (text: string) => database.prepare(text);
  return {
    checkpoint: sql('SELECT position, id, recorded_at AS recordedAt FROM checkpoint'),
    advance: sql('UPDATE checkpoint SET position = ?, id = ?, recorded_at = ?'),
    addStream: sql(`INSERT INTO stream VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (name) DO UPDATE SET last = excluded.last, revision = excluded.revision`),
    addLedger: sql('INSERT INTO ledger VALUES (?, ?)'),
    addActor: sql('INSERT OR IGNORE INTO actor VALUES (?)'),
    addFact: sql('INSERT OR IGNORE INTO fact VALUES (?)'),
    addArticle: sql('INSERT OR IGNORE INTO article VALUES (?, ?, ?)'),
    addHolder: sql('INSERT OR IGNORE INTO holder VALUES (?, ?, ?, ?)'),
    addConcern: sql('INSERT OR IGNORE INTO concern VALUES (?, ?, ?)'),
    ledger: sql('SELECT id, created_at AS createdAt FROM ledger'),
    partnership: sql('SELECT name, first, last, first_recorded_at AS firstRecordedAt FROM stream WHERE name = ?'),
    streams: sql('SELECT name FROM stream WHERE first <= ? AND name GLOB ? ORDER BY name'),
    concernedBy: sql('SELECT partnership FROM concern WHERE edition = ? AND first <= ? ORDER BY partnership'),
    concerns: sql('SELECT DISTINCT edition FROM concern WHERE first <= ?'),
    article: sql('SELECT id, partnership, first FROM article WHERE id = ?'),
    articles: sql('SELECT id, partnership, first FROM article WHERE first <= ? ORDER BY id'),
    holders: sql(`SELECT partnership FROM holder WHERE rights_holder = ? AND category = ? AND first <= ?
      ORDER BY partnership`),
    actor: sql('SELECT name FROM actor WHERE name = ?'),
    actors: sql('SELECT name FROM actor ORDER BY name'),
    fact: sql('SELECT key FROM fact WHERE key = ?'),
    facts: sql('SELECT key FROM fact ORDER BY key'),
  };
}

function index(event: RecordedEvent, q: Statements): void {
  const { stream, position, revision, recordedAt, type, data, metadata } = event;
  q.addStream.run(stream, position, position, revision, recordedAt);
  q.addActor.run(String(metadata.recordedBy));
  const { ledger, games, subject, article } = data as Record<string, unknown>;
  const fact = keyOfEvent(event);
  if (stream === ledgerStream && type === 'LedgerOpened') q.addLedger.run(String(ledger), recordedAt);
  if (fact !== null) q.addFact.run(fact);
  const partnership = partnershipOfStream(stream);
  if (partnership === null) return;
  if (type === 'ArticleRead') q.addArticle.run(String(article), partnership, position);
  if (type === 'CategoryGranted') q.addHolder.run(rightsHolderOf(partnership), String(subject), partnership, position);
  for (const edition of (games ?? []) as string[]) q.addConcern.run(edition, partnership, position);
}

type Statements = ReturnType<typeof prepareStatements>;

type Row = Readonly<Record<string, unknown>>;

// Rows of node:sqlite have no prototype.
function toObject(row: Row | undefined): Row | null {
  return row === undefined ? null : { ...row };
}

// The rows of a query of one column.
function textsIn(rows: readonly Row[]): readonly string[] {
  return rows.map((row) => String(Object.values(row)[0]));
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
  version: 3,
  schema,
  synchronous: 'OFF',
  isDerived: true,
};
