import { LRUCache } from 'lru-cache';
import type { Edition } from '../domain/edition.ts';
import type { LedgerEvent } from '../domain/ledger-event.ts';
import { gamesStream, ledgerStream, partnershipStream } from '../domain/streams.ts';
import type { Day } from '../domain/uncertain-date.ts';
import type { EventStore } from '../event-store/event-store.ts';
import { bearing } from './bearing.ts';
import { type Catalogue, rightsHolderOf } from './catalogue.ts';
import { type Change, changesOf, inOrder, namingsIn, type OtherHolder } from './changes.ts';
import { changesOfEdition, changesOfGames, type Naming, type OtherClocks } from './changes-of-games.ts';
import type { Histories } from './histories.ts';
import { visibleIngests } from './visible-ingests.ts';

/** Some changes in recorded order, and whether there are older ones. */
export type ChangesPage = { readonly changes: readonly Change[]; readonly older: boolean };

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

type Parts = {
  readonly store: Pick<EventStore, 'readAll' | 'readStream'>;
  readonly catalogue: Catalogue;
  readonly histories: Histories;
  /** Position of the last event that was taken in. */
  readonly head: () => number;
};

// So many events are looked through for the changes of one page.
const window = 1_000;

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
