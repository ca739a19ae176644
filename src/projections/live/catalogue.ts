import type { ArticleIndex, RecordedReading } from '../../domain/decisions/admission.ts';
import { eventType } from '../../domain/vocabulary/event-types.ts';
import { editionOfStream, keyOfEvent, ledgerStream, partnershipOfStream } from '../../domain/vocabulary/events.ts';
import { cycleOf, rightsHolderOf } from '../../domain/vocabulary/fact-key.ts';
import type { Edition } from '../../domain/vocabulary/games-editions.ts';
import type { DescribedEdition } from '../../domain/vocabulary/games-names.ts';
import { type RecordedEvent, StoreUnavailable } from '../../event-store/event-store.ts';
import {
  inodeOf,
  inTransaction,
  isDamaged,
  makeTables,
  openSqliteFile,
  readSqliteFile,
  type SqliteKind,
  setAside,
} from '../../event-store/sqlite-file.ts';
import { type Holder, type HoldingTable, holdingSchema, holdingTable } from './holding-table.ts';
import { type SummaryTable, summarySchema, summaryTable } from './summary-table.ts';

/**
 * Opens the index in `file`; `:memory:` is one that is built anew at each start. A file that turns out to be damaged is
 * set aside and made anew, which whoever met the damage is told by an IndexDamaged.
 */
export function openCatalogue(file: string): Catalogue {
  let index = openIndex(file);
  let inode = inodeOf(file);
  const notes: string[] = [];
  const renewed: (() => void)[] = [];
  let names = '';

  const renew = (): void => {
    index.close();
    const aside = setAside(file, inode);
    index = openIndex(file);
    inode = inodeOf(file);
    index.summaries().nameBy(names);
    notes.push(`the index ${file} was damaged; it was set aside as ${aside} and is made anew from the ledger`);
    for (const tell of renewed) tell();
  };
  const whileSound = <Answer>(work: () => Answer): Answer => {
    try {
      return work();
    } catch (error) {
      if (!isDamaged(error)) throw error;
      renew();
      throw new IndexDamaged('the index was damaged and is made anew from the ledger', { cause: error });
    }
  };
  const summaries = delegate(() => index.summaries(), whileSound);
  return {
    ...delegate(() => index, whileSound),
    summaries: {
      ...summaries,
      nameBy: (digest) => {
        names = digest;
        summaries.nameBy(digest);
      },
    },
    holdings: delegate(() => index.holdings(), whileSound),
    notes: () => notes,
    whenRenewed: (tell) => void renewed.push(tell),
  };
}

/** The ledger that a file is the index of; null if it is empty. Throws if it cannot be read. */
export function ledgerOfCatalogue(file: string): string | null {
  const database = readSqliteFile(file, catalogueFile);
  try {
    return (database.prepare('SELECT id FROM ledger').get()?.['id'] as string | undefined) ?? null;
  } finally {
    database.close();
  }
}

/** The index was damaged, which says nothing of the ledger: ask again a moment later. */
export class IndexDamaged extends StoreUnavailable {
  override readonly name = 'IndexDamaged';
}

// The same methods, each of the part as it is when it is called.
function delegate<Part extends object>(part: () => Part, call: <Answer>(work: () => Answer) => Answer): Part {
  type Methods = Readonly<Record<string, (...values: unknown[]) => unknown>>;
  const names = Object.keys(part());
  const methods = names.map((name) => [
    name,
    (...values: unknown[]) => call(() => (part() as Methods)[name]?.(...values)),
  ]);
  return Object.fromEntries(methods) as Part;
}

type Index = Omit<Catalogue, 'summaries' | 'holdings' | 'notes' | 'whenRenewed'> & {
  readonly summaries: () => SummaryTable;
  readonly holdings: () => HoldingTable;
};

function openIndex(file: string): Index {
  const database = openSqliteFile(file, catalogueFile);
  let q = prepareStatements(database);
  let summaries = summaryTable(database);
  let holdings = holdingTable(database);
  const position = () => Number(q.checkpoint.get()?.['position'] ?? 0);

  return {
    position,
    checkpoint: () => {
      const checkpoint = q.checkpoint.get() as CatalogueCheckpoint | undefined;
      return checkpoint === undefined || checkpoint.position === 0 ? null : { ...checkpoint };
    },
    apply: (events) => {
      // Another process or thread has been faster, as a rule: then this one need not wait for the file.
      if ((events.at(-1)?.position ?? 0) <= position()) return;
      inTransaction(database, () => {
        const before = position();
        const fresh = events.filter((event) => event.position > before);
        index(fresh, q);
        markStale(fresh, summaries);
        const last = fresh.at(-1);
        const bearing = fresh.findLast(({ stream }) => stream !== ledgerStream)?.position ?? null;
        if (last !== undefined) q.advance.run(last.position, last.id, last.recordedAt, bearing);
      });
    },
    reset: () => {
      inTransaction(database, () => makeTables(database, catalogueFile));
      q = prepareStatements(database);
      summaries = summaryTable(database);
      holdings = holdingTable(database);
    },
    lastBearing: () => Number(q.bearing.get()?.['bearing'] ?? 0),
    summaries: () => summaries,
    holdings: () => holdings,
    ledger: () => toObject(q.ledger.get()) as LedgerIdentity | null,
    partnership: (id) => toObject(q.partnership.get(`partnership-${id}`)) as CataloguedStream | null,
    partnerships: (position) =>
      textsIn(q.streams.all(position, 'partnership-*')).flatMap((stream) => partnershipOfStream(stream) ?? []),
    concernedBy: (edition, position) => textsIn(q.concernedBy.all(edition, position)),
    editions: (position) => {
      const withReference = textsIn(q.streams.all(position, 'games-*')).flatMap((name) => editionOfStream(name) ?? []);
      return [...new Set([...withReference, ...textsIn(q.concerns.all(position))])];
    },
    describedEditions: () => describedIn(q.described.all()),
    article: (id) => {
      const readings = readingsIn(q.readings.all(id));
      const [first] = readings;
      const partnerships = [...new Set(readings.map(({ partnership }) => partnership))].toSorted();
      if (first === undefined) return null;
      return { id, partnerships, sameText: textsIn(q.sameText.all(id)), first: first.position };
    },
    articles: (position) => textsIn(q.articles.all(position)),
    articleIds: () => textsIn(q.articles.all(Number.MAX_SAFE_INTEGER)),
    readingsOf: (article) => readingsIn(q.readings.all(article)),
    readingsOfText: (text) => readingsIn(q.readingsOfText.all(text)),
    isReported: (partnership) => q.isReported.get(partnership) !== undefined,
    reportedPartnerships: () => textsIn(q.reportedPartnerships.all()),
    holders: (rightsHolder, category, position) =>
      q.holders.all(rightsHolder, category, position).map((row) => ({ ...row }) as Holder),
    hasActor: (name) => q.actor.get(name) !== undefined,
    actors: () => textsIn(q.actors.all()),
    // What a store's reports are about may be a fact that none of them names.
    hasFact: (key) =>
      [key, cycleOf(key) ?? key].some((one) => q.fact.get(one) !== undefined || q.factLike.get(`${one}/*`)),
    facts: () => textsIn(q.facts.all()),
    close: () => database.close(),
  };
}

/**
 * What spans partnerships: a persistent index over the whole ledger. Deleting it rebuilds it. Several processes may share
 * its file; each event is applied once.
 */
export type Catalogue = ArticleIndex & {
  readonly position: () => number;
  /** The last event in the index; null if it is empty. A ledger without this event at its position is another one. */
  readonly checkpoint: () => CatalogueCheckpoint | null;
  /** Applies events in order of position, in one transaction; skips those that it holds already. */
  readonly apply: (events: readonly RecordedEvent[]) => void;
  readonly reset: () => void;
  /** Position of the last event that bears on a partnership or on Games. */
  readonly lastBearing: () => number;
  readonly summaries: SummaryTable;
  readonly holdings: HoldingTable;
  readonly ledger: () => LedgerIdentity | null;
  readonly partnership: (id: string) => CataloguedStream | null;
  /** Ids of the partnerships with an event up to `position`, in order of id. */
  readonly partnerships: (position: number) => readonly string[];
  /** The partnerships whose reports name these Games, be it as those after which something ends. */
  readonly concernedBy: (edition: Edition, position: number) => readonly string[];
  readonly editions: (position: number) => readonly Edition[];
  /** The editions for which a reference ever named a host or a series, with these names. */
  readonly describedEditions: () => readonly DescribedEdition[];
  readonly article: (id: string) => CataloguedArticle | null;
  /** Ids of the articles that were read up to `position`, in order of id. */
  readonly articles: (position: number) => readonly string[];
  /** The partnerships of a rights holder in which a category was reported as granted. */
  readonly holders: (rightsHolder: string, category: string, position: number) => readonly Holder[];
  /** Whether anyone of this name ever recorded an event. */
  readonly hasActor: (name: string) => boolean;
  readonly actors: () => readonly string[];
  /** Whether a statement on a fact of this key was ever recorded, by an article or a reference. */
  readonly hasFact: (key: string) => boolean;
  readonly facts: () => readonly string[];
  /** What was wrong with the file while it was open, and was mended. */
  readonly notes: () => readonly string[];
  /** Calls back whenever the index was emptied because its file was damaged. */
  readonly whenRenewed: (tell: () => void) => void;
  readonly close: () => void;
};

/** The last event that was applied. A retry has the same id, but not the same time. */
type CatalogueCheckpoint = Pick<RecordedEvent, 'position' | 'id' | 'recordedAt'>;

/** The ledger itself: its id, and when it was opened. */
export type LedgerIdentity = { readonly id: string; readonly createdAt: string };

/**
 * A partnership that the ledger knows: the positions of its first and last event, how many it has, and when the first
 * was recorded.
 */
export type CataloguedStream = {
  readonly name: string;
  readonly first: number;
  readonly last: number;
  readonly events: number;
  readonly firstRecordedAt: string;
};

/**
 * An article that the ledger knows, the partnerships in whose streams it was read, and the position of its first
 * reading.
 */
export type CataloguedArticle = {
  readonly id: string;
  readonly partnerships: readonly string[];
  /** The partnerships on which any article rests on a text of this one. */
  readonly sameText: readonly string[];
  readonly first: number;
};

// Of a reading `r`: whether its article was withdrawn up to it.
const isWithdrawn = `EXISTS (SELECT 1 FROM withdrawal AS w
  WHERE w.article = r.article AND w.partnership = r.partnership AND w.revision >= r.revision)`;

// Whether the next revision reads the same text anew, so that what this one says of the text is void.
const isReread = `COALESCE((SELECT h.because FROM reading AS h
  WHERE h.article = r.article AND h.revision > r.revision ORDER BY h.revision LIMIT 1), '') = 'reread'`;

// Whether it is the last reading of its article here, and reports something.
const isReporting = `r.reports > 0 AND NOT ${isWithdrawn} AND NOT EXISTS (SELECT 1 FROM reading AS h
  WHERE h.article = r.article AND h.partnership = r.partnership AND h.revision > r.revision)`;

function prepareStatements(database: ReturnType<typeof openSqliteFile>) {
  const sql = (text: string) => database.prepare(text);
  return {
    checkpoint: sql('SELECT position, id, recorded_at AS recordedAt FROM checkpoint'),
    advance: sql('UPDATE checkpoint SET position = ?, id = ?, recorded_at = ?, bearing = COALESCE(?, bearing)'),
    bearing: sql('SELECT bearing FROM checkpoint'),
    addStream: sql(`INSERT INTO stream VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (name) DO UPDATE SET last = excluded.last, revision = excluded.revision`),
    addLedger: sql('INSERT INTO ledger VALUES (?, ?)'),
    addActor: sql('INSERT OR IGNORE INTO actor VALUES (?)'),
    addFact: sql('INSERT OR IGNORE INTO fact VALUES (?)'),
    addReading: sql('INSERT OR IGNORE INTO reading VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)'),
    addWithdrawal: sql('INSERT OR IGNORE INTO withdrawal VALUES (?, ?, ?)'),
    addHolder: sql('INSERT OR IGNORE INTO holder VALUES (?, ?, ?, ?)'),
    addConcern: sql('INSERT OR IGNORE INTO concern VALUES (?, ?, ?)'),
    addDescribed: sql('INSERT OR IGNORE INTO described VALUES (?, ?, ?)'),
    described: sql('SELECT edition, kind, name FROM described ORDER BY edition, kind, name'),
    ledger: sql('SELECT id, created_at AS createdAt FROM ledger'),
    partnership: sql(`SELECT name, first, last, revision + 1 AS events, first_recorded_at AS firstRecordedAt
      FROM stream WHERE name = ?`),
    streams: sql('SELECT name FROM stream WHERE first <= ? AND name GLOB ? ORDER BY name'),
    concernedBy: sql('SELECT partnership FROM concern WHERE edition = ? AND first <= ? ORDER BY partnership'),
    // From one edition to the next, since each has a row for every partnership.
    concerns: sql(`WITH RECURSIVE one (edition) AS (SELECT min(edition) FROM concern UNION ALL
        SELECT (SELECT min(edition) FROM concern WHERE edition > one.edition) FROM one WHERE edition IS NOT NULL)
      SELECT edition FROM one WHERE EXISTS (SELECT 1 FROM concern WHERE concern.edition = one.edition AND first <= ?)`),
    articles: sql('SELECT DISTINCT article FROM reading WHERE position <= ? ORDER BY article'),
    sameText: sql(`SELECT DISTINCT partnership FROM reading
      WHERE text IN (SELECT text FROM reading WHERE article = ?) ORDER BY partnership`),
    readings: sql(`SELECT * FROM reading WHERE article = ? ORDER BY position`),
    readingsOfText: sql(`SELECT * FROM reading AS r WHERE text = ? AND NOT ${isWithdrawn} AND NOT ${isReread}
      ORDER BY position`),
    isReported: sql(`SELECT 1 FROM reading AS r WHERE partnership = ? AND ${isReporting} LIMIT 1`),
    reportedPartnerships: sql(
      `SELECT DISTINCT partnership FROM reading AS r WHERE ${isReporting} ORDER BY partnership`,
    ),
    holders: sql(`SELECT partnership, last FROM holder JOIN stream ON stream.name = 'partnership-' || partnership
      WHERE rights_holder = ? AND category = ? AND holder.first <= ? ORDER BY partnership`),
    actor: sql('SELECT name FROM actor WHERE name = ?'),
    actors: sql('SELECT name FROM actor ORDER BY name'),
    fact: sql('SELECT key FROM fact WHERE key = ?'),
    factLike: sql('SELECT key FROM fact WHERE key GLOB ? LIMIT 1'),
    facts: sql('SELECT key FROM fact ORDER BY key'),
  };
}

// What many events of a batch have in common is written once.
function index(events: readonly RecordedEvent[], q: Statements): void {
  const streams = new Map<string, { readonly first: RecordedEvent; last: RecordedEvent }>();
  const concerns = new Map<string, readonly [edition: string, partnership: string, position: number]>();
  for (const event of events) {
    const known = streams.get(event.stream);
    if (known === undefined) streams.set(event.stream, { first: event, last: event });
    else known.last = event;
    indexByType(event, q);
    const partnership = partnershipOfStream(event.stream);
    if (partnership === null) continue;
    for (const edition of editionsNamedIn(event)) {
      const key = `${edition} ${partnership}`;
      if (!concerns.has(key)) concerns.set(key, [edition, partnership, event.position]);
    }
  }
  for (const [name, { first, last }] of streams) {
    q.addStream.run(name, first.position, last.position, last.revision, first.recordedAt);
  }
  for (const concern of concerns.values()) q.addConcern.run(...concern);
  for (const actor of new Set(events.map(({ metadata }) => String(metadata.recordedBy)))) q.addActor.run(actor);
  // In order, so that neighbours in the index are written one after another.
  for (const fact of [...new Set(events.flatMap((event) => keyOfEvent(event) ?? []))].toSorted()) q.addFact.run(fact);
}

function indexByType({ stream, position, recordedAt, type, data }: RecordedEvent, q: Statements): void {
  const { ledger, subject, article, revision: reading, host, series } = data as Record<string, unknown>;
  if (stream === ledgerStream && type === 'LedgerOpened') q.addLedger.run(String(ledger), recordedAt);
  if (type === 'HostElected') q.addDescribed.run(String(editionOfStream(stream)), 'host', String(host));
  if (type === 'SeriesNamed') q.addDescribed.run(String(editionOfStream(stream)), 'series', String(series));
  const partnership = partnershipOfStream(stream);
  if (partnership === null) return;
  if (type === 'ArticleRead') addReading(data, partnership, position, q);
  if (type === 'ArticleRetracted') q.addWithdrawal.run(String(article), partnership, Number(reading));
  if (type === 'CategoryGranted') q.addHolder.run(rightsHolderOf(partnership), String(subject), partnership, position);
}

// The Games that a report names, and those after which what it reports ends.
function editionsNamedIn({ type, data }: RecordedEvent): readonly string[] {
  const { games, after } = data as { readonly games?: readonly string[]; readonly after?: unknown };
  const endsAfter = typeof after === 'string' && eventType(type)?.fields['after']?.kind === 'edition' ? [after] : [];
  return [...(games ?? []), ...endsAfter];
}

// A partnership rests on its own events and on those of the Games that its reports name.
function markStale(events: readonly RecordedEvent[], summaries: SummaryTable): void {
  const streams = new Set(events.map(({ stream }) => stream));
  const position = events.at(-1)?.position ?? 0;
  const partnerships = [...streams].flatMap((stream) => partnershipOfStream(stream) ?? []);
  summaries.markStale(
    partnerships,
    [...streams].flatMap((stream) => editionOfStream(stream) ?? []),
    position,
  );
}

function addReading(data: RecordedEvent['data'], partnership: string, position: number, q: Statements): void {
  const { article, revision, because, digest, textSha256, copyOf, reports } = data as Record<string, unknown>;
  const textOrNull = (value: unknown) => (typeof value === 'string' ? value : null);
  q.addReading.run(
    String(article),
    partnership,
    Number(revision),
    textOrNull(because),
    String(digest),
    String(textSha256),
    textOrNull(copyOf),
    Array.isArray(reports) ? reports.length : 0,
    position,
  );
}

type Statements = ReturnType<typeof prepareStatements>;

type Row = Readonly<Record<string, unknown>>;

// Rows of node:sqlite have no prototype.
function toObject(row: Row | undefined): Row | null {
  return row === undefined ? null : { ...row };
}

function readingsIn(rows: readonly Row[]): readonly RecordedReading[] {
  return rows.map((row) => ({ ...row }) as unknown as RecordedReading);
}

function describedIn(rows: readonly Row[]): readonly DescribedEdition[] {
  return [...Map.groupBy(rows, (row) => String(row['edition']))].map(([edition, described]) => {
    const named = (kind: string) => described.filter((row) => row['kind'] === kind).map((row) => String(row['name']));
    return { edition, hosts: named('host'), series: named('series') };
  });
}

// The rows of a query of one column.
function textsIn(rows: readonly Row[]): readonly string[] {
  return rows.map((row) => String(Object.values(row)[0]));
}

const schema = `
  CREATE TABLE checkpoint (
    position INTEGER NOT NULL, id TEXT NOT NULL, recorded_at TEXT NOT NULL, bearing INTEGER NOT NULL
  ) STRICT;
  INSERT INTO checkpoint VALUES (0, '', '', 0);
  CREATE TABLE ledger (id TEXT NOT NULL, created_at TEXT NOT NULL) STRICT;
  CREATE TABLE stream (
    name TEXT PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL, revision INTEGER NOT NULL,
    first_recorded_at TEXT NOT NULL
  ) STRICT;
  CREATE TABLE reading (
    article TEXT NOT NULL, partnership TEXT NOT NULL, revision INTEGER NOT NULL, because TEXT, digest TEXT NOT NULL,
    text TEXT NOT NULL, copyOf TEXT, reports INTEGER NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (article, partnership, revision)
  ) STRICT;
  CREATE INDEX reading_of_text ON reading (text);
  CREATE INDEX reading_of_partnership ON reading (partnership, position);
  CREATE TABLE withdrawal (article TEXT NOT NULL, partnership TEXT NOT NULL, revision INTEGER NOT NULL) STRICT;
  CREATE INDEX withdrawal_of ON withdrawal (article, partnership);
  CREATE TABLE holder (
    rights_holder TEXT NOT NULL, category TEXT NOT NULL, partnership TEXT NOT NULL, first INTEGER NOT NULL,
    PRIMARY KEY (rights_holder, category, partnership)
  ) STRICT;
  CREATE TABLE concern (
    edition TEXT NOT NULL, partnership TEXT NOT NULL, first INTEGER NOT NULL, PRIMARY KEY (edition, partnership)
  ) STRICT;
  CREATE INDEX concern_first ON concern (edition, first);
  CREATE TABLE described (
    edition TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (edition, kind, name)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE actor (name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
  CREATE TABLE fact (key TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
`;

const catalogueFile: SqliteKind = {
  // "PLca"
  applicationId: 0x504c6361,
  // Raised whenever what is derived from events changes.
  version: 10,
  schema: schema + summarySchema + holdingSchema,
  synchronous: 'OFF',
  isDerived: true,
};
