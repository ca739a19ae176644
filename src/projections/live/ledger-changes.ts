import { LRUCache } from 'lru-cache';
import { bearing } from '../../domain/facts/facts-at.ts';
import type { Day } from '../../domain/vocabulary/dates.ts';
import { gamesStream, type LedgerEvent, ledgerStream, partnershipStream } from '../../domain/vocabulary/events.ts';
import { rightsHolderOf } from '../../domain/vocabulary/fact-key.ts';
import type { Edition } from '../../domain/vocabulary/games-editions.ts';
import type { EventStore } from '../../event-store/event-store.ts';
import {
  type Change,
  type ChangingGround,
  changesOf,
  changesOfEdition,
  changesOfGames,
  endsOf,
  firstNamings,
  inOrder,
  type NamingPartnership,
  type OtherClocks,
  visibleIngests,
} from '../changes.ts';
import { categoriesIn } from '../holdings.ts';
import { editionsIn } from '../partnership-view.ts';
import type { Catalogue } from './catalogue.ts';
import type { Histories } from './histories.ts';

/** The changes of a ledger, from its streams. Each answer is worked out once for each position of the head. */
export function ledgerChanges({ store, catalogue, histories, head }: Parts): LedgerChanges {
  const cache = new LRUCache<string, Promise<readonly Change[]>>({ max: 1_000 });
  const remember = async (question: readonly unknown[], answer: () => Promise<readonly Change[]>) => {
    const key = JSON.stringify([...question, head()]);
    const changes = cache.get(key) ?? answer();
    cache.set(key, changes);
    changes.catch(() => cache.delete(key));
    return await changes;
  };

  const historyOf = async (id: string) => await histories.of(partnershipStream(id));

  const eventsOf = async (editions: Iterable<Edition>): Promise<readonly LedgerEvent[]> =>
    (await Promise.all([...editions].map(async (edition) => (await histories.of(gamesStream(edition))).events))).flat();

  const groundOf = async (id: string): Promise<ChangingGround> => {
    const { events: history } = await historyOf(id);
    const others: [string, Awaited<ReturnType<typeof historyOf>>[]][] = [];
    for (const category of categoriesIn(history)) {
      const holders = catalogue.holders(rightsHolderOf(id), category, head()).map(({ partnership }) => partnership);
      others.push([category, await Promise.all(holders.filter((holder) => holder !== id).map(historyOf))]);
    }
    return { history, games: await eventsOf(editionsIn(history)), others: new Map(others) };
  };

  const ofPartnership = async (id: string, reportedAsOf: Day | null) =>
    await remember(['partnership', id, reportedAsOf], async () => changesOf(await groundOf(id), reportedAsOf));

  const namings = async (ids: Iterable<string>, reportedAsOf: Day | null): Promise<readonly NamingPartnership[]> =>
    await Promise.all(
      [...ids].map(async (id) => {
        const { events } = await historyOf(id);
        return { named: firstNamings(events, reportedAsOf), changes: await ofPartnership(id, reportedAsOf) };
      }),
    );

  return {
    ofPartnership,
    ofPartnerships: async (reportedAsOf) =>
      await remember(['partnerships', reportedAsOf], async () => {
        const ids = catalogue.partnerships(head());
        return inOrder((await Promise.all(ids.map(async (id) => await ofPartnership(id, reportedAsOf)))).flat());
      }),
    ofGames: async (clocks) =>
      await remember(['games', clocks], async () => {
        const editions = catalogue.editions(head());
        const ids = new Set(editions.flatMap((edition) => catalogue.concernedBy(edition, head())));
        return changesOfGames(await eventsOf(editions), await namings(ids, clocks.reportedAsOf), clocks);
      }),
    ofEdition: async (edition, reportedAsOf) =>
      await remember(['edition', edition, reportedAsOf], async () => {
        const partnerships = await namings(catalogue.concernedBy(edition, head()), reportedAsOf);
        return changesOfEdition(edition, await eventsOf([edition]), partnerships, reportedAsOf);
      }),
    ofTrail: async (reportedAsOf) =>
      await remember(['trail', reportedAsOf], async () => {
        const ledger = await Array.fromAsync(store.readStream(ledgerStream));
        const partnerships = await Promise.all(catalogue.partnerships(head()).map(historyOf));
        const games = bearing(await eventsOf(catalogue.editions(head())), reportedAsOf);
        const ingests = partnerships.flatMap(({ events }) => visibleIngests(events, reportedAsOf));
        return inOrder([...ledger, ...games, ...endsOf(ingests)]);
      }),
    ofLedger: async (position) => await lastChanges(store, position),
    first: async () => await firstChange(store, head()),
  };
}

type Parts = {
  readonly store: Pick<EventStore, 'readAll' | 'readStream'>;
  readonly catalogue: Catalogue;
  readonly histories: Histories;
  /** Position of the last event that the feed has taken in. */
  readonly head: () => number;
};

/** The changes that bear on each resource: one partnership, what spans partnerships, and the ledger as a whole. */
export type LedgerChanges = {
  /** Every change that bears on a partnership. */
  readonly ofPartnership: (id: string, reportedAsOf: Day | null) => Promise<readonly Change[]>;
  /** Every change that bears on some partnership. */
  readonly ofPartnerships: (reportedAsOf: Day | null) => Promise<readonly Change[]>;
  /** Every change that bears on the list of Games: references, and reports that name Games without a reference. */
  readonly ofGames: (clocks: OtherClocks) => Promise<readonly Change[]>;
  /** Every change that bears on what is owed for one edition. */
  readonly ofEdition: (edition: Edition, reportedAsOf: Day | null) => Promise<readonly Change[]>;
  /** Everything in the audit trail of the ledger that a reader on a day could know of. */
  readonly ofTrail: (reportedAsOf: Day) => Promise<readonly Change[]>;
  /** The last changes of the ledger up to a position, whatever they are about. */
  readonly ofLedger: (position: number) => Promise<ChangesPage>;
  /** The first change of the ledger. */
  readonly first: () => Promise<Change | null>;
};

/** Some changes in recorded order, and whether there are older ones. */
export type ChangesPage = { readonly changes: readonly Change[]; readonly older: boolean };

async function lastChanges(store: Parts['store'], position: number): Promise<ChangesPage> {
  let end = position;
  for (;;) {
    const after = Math.max(0, end - eventsPerPage);
    const changes = await changesAfter(store, after, end - after);
    // One ingest may fill more than a page.
    if (changes.length > 0 || after === 0) return { changes, older: after > 0 };
    end = after;
  }
}

// The changes of one page are looked for in this many events.
const eventsPerPage = 1_000;

async function changesAfter(store: Parts['store'], after: number, limit: number): Promise<readonly Change[]> {
  // One event more tells whether the last one ends its ingest.
  const events = await Array.fromAsync(store.readAll({ after, limit: limit + 1 }));
  return events.flatMap(({ position, recordedAt, metadata }, i) => {
    const isInside = position > after + limit || metadata.correlationId === events[i + 1]?.metadata.correlationId;
    return isInside ? [] : [{ position, recordedAt }];
  });
}

async function firstChange(store: Parts['store'], head: number): Promise<Change | null> {
  for (let after = 0; ; after += eventsPerPage) {
    const [first] = await changesAfter(store, after, eventsPerPage);
    if (first !== undefined || after >= head) return first ?? null;
  }
}
