import { LRUCache } from 'lru-cache';
import type { Certainty } from '../domain/facts/evidence.ts';
import { bearing, type IngestEvents, ingestsOf } from '../domain/facts/facts-at.ts';
import { gamesCalendar } from '../domain/facts/games-calendar.ts';
import type { Day } from '../domain/vocabulary/dates.ts';
import {
  articleNamed,
  gamesStream,
  type LedgerEvent,
  ledgerStream,
  partnershipStream,
} from '../domain/vocabulary/events.ts';
import { rightsHolderOf } from '../domain/vocabulary/fact-key.ts';
import type { Edition } from '../domain/vocabulary/games-editions.ts';
import type { EventStore } from '../event-store/event-store.ts';
import type { Catalogue } from './live/catalogue.ts';
import { type Histories, type RelevantHistory, upTo } from './live/histories.ts';
import { bearsOnHoldings, lastOnHoldings } from './partnership-view.ts';

/** The events of a history up to a position that bear on an answer for a reader on `reportedAsOf` (null: no limit). */
export function bearingAt(
  history: readonly LedgerEvent[],
  position: number,
  reportedAsOf: Day | null,
): readonly LedgerEvent[] {
  return bearing(upTo(history, position), reportedAsOf);
}

/**
 * The ingests of a history that bore on an answer for a reader on `reportedAsOf` when they were recorded: what a later
 * reading or decision makes of them does not count.
 */
export function visibleIngests(history: readonly LedgerEvent[], reportedAsOf: Day | null): readonly IngestEvents[] {
  const ingests = ingestsOf(history);
  if (reportedAsOf === null) return ingests;
  const visible = new Set(bearing(history, reportedAsOf));
  const readings = Map.groupBy(
    history.filter(({ kind }) => kind === 'reading'),
    articleNamed,
  );
  // An article that was read once is dated for good; all else is looked at as it was then.
  const isSettled = (event: LedgerEvent): boolean =>
    (event.kind === 'report' || event.kind === 'reading') && readings.get(articleNamed(event))?.length === 1;
  return ingests.filter((ingest) => {
    if (ingest.every(isSettled)) return ingest.some((event) => visible.has(event));
    const then = new Set(bearingAt(history, ingest.at(-1)?.position ?? 0, reportedAsOf));
    return ingest.some((event) => then.has(event));
  });
}

/** Where each Games edition was first named in what a reader on `reportedAsOf` could know of. */
export function namingsIn(history: readonly LedgerEvent[], reportedAsOf: Day | null): ReadonlyMap<string, number> {
  const named = new Map<string, number>();
  for (const ingest of visibleIngests(history, reportedAsOf)) {
    const position = ingest.at(-1)?.position ?? 0;
    for (const event of ingest) {
      for (const edition of event.kind === 'report' ? event.games : []) {
        if (!named.has(edition)) named.set(edition, position);
      }
    }
  }
  return named;
}

/** Changes by position, each once, in recorded order. */
export function inOrder(changes: Iterable<Change>): readonly Change[] {
  const byPosition = new Map([...changes].map(({ position, recordedAt }) => [position, recordedAt]));
  return [...byPosition]
    .map(([position, recordedAt]) => ({ position, recordedAt }))
    .toSorted((a, b) => a.position - b.position);
}

/** The last event of something that was recorded in one go, after which answers may be others than before. */
export type Change = { readonly position: number; readonly recordedAt: string };

/**
 * Every change that bears on what is answered on a partnership, in recorded order: its own ingests and decisions, what
 * references say of the Games that it names by then, and what bears on who else holds its categories. What was
 * certainly published after `reportedAsOf` bears on nothing.
 */
export function changesOf({ history, games, others }: ChangingGround, reportedAsOf: Day | null): readonly Change[] {
  const own = endsOf(visibleIngests(history, reportedAsOf));
  const named = namingsIn(history, reportedAsOf);
  const ofGames = bearing(games, reportedAsOf).filter(
    (event) =>
      event.kind === 'reference' &&
      event.games.some((edition) => (named.get(edition) ?? Number.POSITIVE_INFINITY) < event.position),
  );
  const ofOthers = [...others].flatMap(([category, holders]) =>
    holders.flatMap((holder) => elsewhere(category, history, holder, reportedAsOf)),
  );
  const first = own[0]?.position ?? Number.POSITIVE_INFINITY;
  return inOrder([...own, ...ofGames, ...ofOthers].filter(({ position }) => position >= first));
}

/** All that may change what is answered on a partnership. */
export type ChangingGround = {
  readonly history: readonly LedgerEvent[];
  /** The events of the streams of Games. */
  readonly games: readonly LedgerEvent[];
  /** For each category that the partnership grants, its other holders. */
  readonly others: ReadonlyMap<string, readonly OtherHolder[]>;
};

/** The partnership of another holder of a category, its stream indexed. */
export type OtherHolder = { readonly history: readonly LedgerEvent[]; readonly relevant: RelevantHistory };

function endsOf(ingests: readonly IngestEvents[]): readonly Change[] {
  return ingests.flatMap((ingest) => ingest.at(-1) ?? []);
}

// What another partnership records on a category and on its own term bears on this one once both hold the category.
function elsewhere(
  category: string,
  own: readonly LedgerEvent[],
  { history, relevant }: OtherHolder,
  reportedAsOf: Day | null,
): readonly Change[] {
  const held = (events: readonly LedgerEvent[]) => events.some(grants(category));
  return visibleIngests(history, reportedAsOf).flatMap((ingest) => {
    const last = ingest.at(-1);
    // The index knows all that came later, and may say too much; what it leaves is looked at as it was then.
    if (last === undefined || !bearsOnHoldings([...relevant.touchedBy(ingest)], category)) return [];
    const { position } = last;
    if (!held(upTo(history, position)) || !held(bearingAt(own, position, reportedAsOf))) return [];
    const bearing = lastOnHoldings(bearingAt(history, position, reportedAsOf), new Set([category]));
    return bearing?.position === position ? [last] : [];
  });
}

function grants(category: string) {
  return (event: LedgerEvent): boolean =>
    event.kind === 'report' && event.type.type === 'CategoryGranted' && event.subject === category;
}

/**
 * Every change that bears on what is owed for one edition: what references say of it, and what bears on a partnership
 * from where that names it. `games` are the events of its stream.
 */
export function changesOfEdition(
  edition: Edition,
  games: readonly LedgerEvent[],
  concerned: readonly Naming[],
  reportedAsOf: Day | null,
): readonly Change[] {
  const since = ({ named }: Naming) => named.get(edition) ?? Number.POSITIVE_INFINITY;
  const ofPartnerships = concerned.flatMap((one) => one.changes.filter(({ position }) => position >= since(one)));
  return inOrder([...bearing(games, reportedAsOf), ...ofPartnerships]);
}

/** A partnership that names Games: where it first named each edition, and all that bears on it. */
export type Naming = {
  readonly named: ReadonlyMap<Edition, number>;
  readonly changes: readonly Change[];
};

/**
 * Every change that bears on the list of Games: what references say, and what bears on a partnership as long as it names
 * an edition of which no reference tells. `games` are the events of the streams of all editions.
 */
export function changesOfGames(
  games: readonly LedgerEvent[],
  concerned: readonly Naming[],
  { reportedAsOf, occurredAsOf, certainty }: OtherClocks,
): readonly Change[] {
  const byEdition = Map.groupBy(games, (event) => (event.kind === 'reference' ? event.games[0] : undefined));
  const isTold = (edition: Edition, { position, recordedAt }: Change): boolean => {
    const known = (byEdition.get(edition) ?? []).filter((event) => event.position <= position);
    return gamesCalendar(known, reportedAsOf, occurredAsOf ?? recordedAt.slice(0, 10), certainty).length > 0;
  };
  const telling = concerned.flatMap(({ named, changes }) =>
    changes.filter((change) =>
      [...named].some(([edition, first]) => first <= change.position && !isTold(edition, change)),
    ),
  );
  return inOrder([...bearing(games, reportedAsOf), ...telling]);
}

/** The other clocks of a resource, through which its changes are seen. */
export type OtherClocks = {
  readonly reportedAsOf: Day | null;
  /** Null: the day of each recording. */
  readonly occurredAsOf: Day | null;
  readonly certainty: Certainty;
};

/** The changes of a ledger, from its streams; those of a partnership are worked out once a position of the head. */
export function ledgerChanges({ store, catalogue, histories, head }: Parts): LedgerChanges {
  const known = new LRUCache<string, Promise<readonly Change[]>>({ max: 1_000 });

  const holdersOf = async (id: string, category: string, position: number): Promise<readonly OtherHolder[]> => {
    const others = catalogue.holders(rightsHolderOf(id), category, position).filter((other) => other !== id);
    return await Promise.all(
      others.map(async (other) => {
        const { events, relevant } = await histories.of(partnershipStream(other));
        return { history: events, relevant };
      }),
    );
  };

  const editions = async (names: Iterable<Edition>): Promise<readonly LedgerEvent[]> =>
    (await Promise.all([...names].map(async (name) => (await histories.of(gamesStream(name))).events))).flat();

  const find = async (id: string, reportedAsOf: Day | null): Promise<readonly Change[]> => {
    const { events: history } = await histories.of(partnershipStream(id));
    const reports = history.filter((event) => event.kind === 'report');
    const categories = new Set(
      reports.flatMap(({ type, subject }) => (type.type === 'CategoryGranted' && subject !== null ? [subject] : [])),
    );
    const games = await editions(new Set(reports.flatMap((report) => report.games)));
    const others = new Map<string, readonly OtherHolder[]>();
    for (const category of categories) others.set(category, await holdersOf(id, category, head()));
    return changesOf({ history, games, others }, reportedAsOf);
  };

  const kept = async (what: readonly unknown[], make: () => Promise<readonly Change[]>): Promise<readonly Change[]> => {
    const key = JSON.stringify([...what, head()]);
    const found = known.get(key) ?? make();
    known.set(key, found);
    found.catch(() => known.delete(key));
    return await found;
  };

  const ofPartnership: LedgerChanges['ofPartnership'] = async (id, reportedAsOf) =>
    await kept(['partnership', id, reportedAsOf], async () => await find(id, reportedAsOf));

  const naming = async (ids: readonly string[], reportedAsOf: Day | null): Promise<readonly Naming[]> =>
    await Promise.all(
      ids.map(async (id) => {
        const { events } = await histories.of(partnershipStream(id));
        return { named: namingsIn(events, reportedAsOf), changes: await ofPartnership(id, reportedAsOf) };
      }),
    );

  const ends = async (after: number, limit: number): Promise<readonly Change[]> => {
    // One event more than asked for tells whether the last one of them ends what it was recorded with.
    const events = await Array.fromAsync(store.readAll({ after, limit: limit + 1 }));
    return events.flatMap(({ position, recordedAt, metadata }, i) => {
      const isLast = position > after + limit || metadata.correlationId === events[i + 1]?.metadata.correlationId;
      return isLast ? [] : [{ position, recordedAt }];
    });
  };

  return {
    ofPartnership,
    ofPartnerships: async (reportedAsOf) =>
      await kept(['partnerships', reportedAsOf], async () => {
        const ids = catalogue.partnerships(head());
        const all = await Promise.all(ids.map(async (id) => await ofPartnership(id, reportedAsOf)));
        return inOrder(all.flat());
      }),
    ofGames: async (clocks) =>
      await kept(['games', clocks], async () => {
        const names = catalogue.editions(head());
        const ids = new Set(names.flatMap((edition) => catalogue.concernedBy(edition, head())));
        return changesOfGames(await editions(names), await naming([...ids], clocks.reportedAsOf), clocks);
      }),
    ofEdition: async (edition, reportedAsOf) =>
      await kept(['edition', edition, reportedAsOf], async () => {
        const concerned = await naming(catalogue.concernedBy(edition, head()), reportedAsOf);
        return changesOfEdition(edition, await editions([edition]), concerned, reportedAsOf);
      }),
    ofTrail: async (reportedAsOf) =>
      await kept(['trail', reportedAsOf], async () => {
        const own = await Array.fromAsync(store.readStream(ledgerStream));
        const streams = await Promise.all(
          catalogue.partnerships(head()).map(async (id) => (await histories.of(partnershipStream(id))).events),
        );
        const games = bearing(await editions(catalogue.editions(head())), reportedAsOf);
        const ingests = streams.flatMap((history) => visibleIngests(history, reportedAsOf));
        return inOrder([...own, ...games, ...ingests.flatMap((ingest) => ingest.at(-1) ?? [])]);
      }),
    ofLedger: async (upTo) => {
      let to = upTo;
      for (;;) {
        const after = Math.max(0, to - window);
        const changes = await ends(after, to - after);
        // What was recorded in one go may fill more than a window.
        if (changes.length > 0 || after === 0) return { changes, older: after > 0 };
        to = after;
      }
    },
    first: async () => {
      let after = 0;
      for (;;) {
        const [first] = await ends(after, window);
        if (first !== undefined || after >= head()) return first ?? null;
        after += window;
      }
    },
  };
}

type Parts = {
  readonly store: Pick<EventStore, 'readAll' | 'readStream'>;
  readonly catalogue: Catalogue;
  readonly histories: Histories;
  /** Position of the last event that was taken in. */
  readonly head: () => number;
};

/** When what answers is changed: of a partnership, of what spans partnerships, and of the ledger as a whole. */
export type LedgerChanges = {
  /** Every change that bears on a partnership. */
  readonly ofPartnership: (id: string, reportedAsOf: Day | null) => Promise<readonly Change[]>;
  /** Every change that bears on some partnership. */
  readonly ofPartnerships: (reportedAsOf: Day | null) => Promise<readonly Change[]>;
  /** Every change that bears on the list of Games: what references say, and reports of Games of which none tells yet. */
  readonly ofGames: (clocks: OtherClocks) => Promise<readonly Change[]>;
  /** Every change that bears on what is owed for one edition. */
  readonly ofEdition: (edition: Edition, reportedAsOf: Day | null) => Promise<readonly Change[]>;
  /** Everything in the audit trail of the ledger, as far as a reader on a day could know of it. */
  readonly ofTrail: (reportedAsOf: Day) => Promise<readonly Change[]>;
  /** The last changes of the ledger up to a position: everything that was recorded, whatever it is about. */
  readonly ofLedger: (upTo: number) => Promise<ChangesPage>;
  /** The first change of the ledger. */
  readonly first: () => Promise<Change | null>;
};

/** Some changes in recorded order, and whether there are older ones. */
export type ChangesPage = { readonly changes: readonly Change[]; readonly older: boolean };

// So many events are looked through for the changes of one page.
const window = 1_000;
