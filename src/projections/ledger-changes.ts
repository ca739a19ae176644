import { LRUCache } from 'lru-cache';
import { gamesStream, partnershipStream } from '../domain/streams.ts';
import type { Day } from '../domain/uncertain-date.ts';
import type { EventStore } from '../event-store/event-store.ts';
import { type Catalogue, rightsHolderOf } from './catalogue.ts';
import { type Change, changesOf, type OtherHolder } from './changes.ts';
import type { Histories } from './histories.ts';

/** Some changes in recorded order, and whether there are older ones. */
export type ChangesPage = { readonly changes: readonly Change[]; readonly older: boolean };

/** When what answers is changed: of a partnership, and of the ledger as a whole. */
export type LedgerChanges = {
  /** Every change that bears on a partnership. */
  readonly ofPartnership: (id: string, reportedAsOf: Day | null) => Promise<readonly Change[]>;
  /** The last changes of the ledger up to a position: everything that was recorded, whatever it is about. */
  readonly ofLedger: (upTo: number) => Promise<ChangesPage>;
  /** The first change of the ledger. */
  readonly first: () => Promise<Change | null>;
};

type Parts = {
  readonly store: Pick<EventStore, 'readAll'>;
  readonly catalogue: Catalogue;
  readonly histories: Histories;
  /** Position of the last event that was taken in. */
  readonly head: () => number;
};

// So many events are looked through for the changes of one page.
const window = 1_000;

/** The changes of a ledger, from its streams; those of a partnership are worked out once a position of the head. */
export const ledgerChanges = ({ store, catalogue, histories, head }: Parts): LedgerChanges => {
  const known = new LRUCache<string, Promise<readonly Change[]>>({ max: 100 });

  const holdersOf = async (id: string, category: string, position: number): Promise<readonly OtherHolder[]> => {
    const others = catalogue.holders(rightsHolderOf(id), category, position).filter((other) => other !== id);
    return await Promise.all(
      others.map(async (other) => {
        const { events, relevant } = await histories.of(partnershipStream(other));
        return { history: events, relevant };
      }),
    );
  };

  const find = async (id: string, reportedAsOf: Day | null): Promise<readonly Change[]> => {
    const { events: history } = await histories.of(partnershipStream(id));
    const reports = history.filter((event) => event.kind === 'report');
    const editions = new Set(reports.flatMap(({ games }) => games));
    const categories = new Set(
      reports.flatMap(({ type, subject }) => (type.type === 'CategoryGranted' && subject !== null ? [subject] : [])),
    );
    const games = await Promise.all(
      [...editions].map(async (edition) => (await histories.of(gamesStream(edition))).events),
    );
    const others = new Map<string, readonly OtherHolder[]>();
    for (const category of categories) others.set(category, await holdersOf(id, category, head()));
    return changesOf({ history, games: games.flat(), others }, reportedAsOf);
  };

  const ends = async (after: number, limit: number): Promise<readonly Change[]> => {
    // One event more than asked for tells whether the last one of them ends what it was recorded with.
    const events = await Array.fromAsync(store.readAll({ after, limit: limit + 1 }));
    return events.flatMap(({ position, recordedAt, metadata }, i) => {
      const isLast = position > after + limit || metadata.correlationId === events[i + 1]?.metadata.correlationId;
      return isLast ? [] : [{ position, recordedAt }];
    });
  };

  return {
    ofPartnership: async (id, reportedAsOf) => {
      const key = JSON.stringify([id, reportedAsOf, head()]);
      const found = known.get(key) ?? find(id, reportedAsOf);
      known.set(key, found);
      found.catch(() => known.delete(key));
      return await found;
    },
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
};
