import { LRUCache } from 'lru-cache';
import { bearing, type Ground, wholeIngests } from '../../domain/facts/facts-at.ts';
import { gamesStream, type LedgerEvent, ledgerStream, partnershipStream } from '../../domain/vocabulary/events.ts';
import type { Edition } from '../../domain/vocabulary/games-editions.ts';
import { type EventStore, type Head, type RecordedEvent, StoreClosed } from '../../event-store/event-store.ts';
import { categoriesIn } from '../holdings.ts';
import { editionsIn, type PartnershipView, partnershipView } from '../partnership-view.ts';
import { upTo } from '../relevant-history.ts';
import type { Catalogue } from './catalogue.ts';
import {
  type ClockDoubt,
  type ClockTexts,
  clockDoubt,
  positionOf,
  type Resolved,
  type ResolvedCut,
  resolveClocks,
} from './clocks.ts';
import type { Feed, Histories } from './histories.ts';
import { otherHoldings } from './other-holdings.ts';

/** The read side over a store, its catalogue, loaded histories and feed. */
export function ledgerViews(given: Parts): LedgerViews {
  const parts: WithHoldings = { ...given, heldElsewhere: otherHoldings(given) };
  const { store, catalogue, histories, feed, now, sharesLog } = parts;

  const { partnership, bytes } = partnershipViews(parts);

  const closing = Promise.withResolvers<never>();
  // Nobody may be waiting.
  closing.promise.catch(() => undefined);

  const head = async () => {
    const last = await store.head();
    await feed.until(last.position);
    return last;
  };

  const arrived: LedgerViews['arrived'] = async ({ atLeast, atPosition }, shown = 0, latest = null) => {
    const elsewhere = sharesLog ? Math.max(positionOf(atPosition) ?? 0, shown) : 0;
    const awaited = Math.max(positionOf(atLeast) ?? 0, elsewhere);
    if (awaited > feed.position()) await Promise.race([store.waitFor(awaited), closing.promise]);
    return latest !== null && latest.position >= awaited ? latest : await head();
  };

  const recordedAt = async (position: number): Promise<string | null> => {
    if (position === 0) return null;
    for await (const { recordedAt } of store.readAll({ after: position - 1, limit: 1 })) return recordedAt;
    return null;
  };

  return {
    catalogue,
    head,
    arrived,
    resolve: async (texts, latest = null) =>
      await resolveClocks(texts, {
        head: await arrived(texts, 0, latest),
        now: now(),
        positionAt: (instant) => store.positionAt(instant),
        recordedAtOf: recordedAt,
      }),
    endWaits: () => closing.reject(new StoreClosed()),
    clockDoubt: (last) => clockDoubt({ now: now(), head: last }),
    recordedAt,
    partnership,
    groundOf: async (id, history, cut) => (await groundAt(id, history, cut, parts)).ground,
    beside: async (id, names, cut) => (await besideAt(id, names, cut, parts)).beside,
    games: async ({ position }) => await gamesEvents(histories, catalogue.editions(position), position),
    gamesOf: async (edition, { position }) => await gamesEvents(histories, [edition], position),
    ledger: async ({ position }) => {
      const events = await Array.fromAsync(store.readStream(ledgerStream));
      return events.filter((event) => event.position <= position);
    },
    bytes,
  };
}

type Parts = {
  readonly store: EventStore;
  readonly catalogue: Catalogue;
  readonly histories: Histories;
  readonly feed: Feed;
  /** The present instant; its day is "today". */
  readonly now: () => string;
  /** Whether other servers write to the log too, so that this one may not know its end yet. */
  readonly sharesLog: boolean;
};

type WithHoldings = Parts & { readonly heldElsewhere: ReturnType<typeof otherHoldings> };

/** The read side of a ledger: resolves clocks, and shows partnerships and Games through a cut. */
export type LedgerViews = {
  readonly catalogue: Catalogue;
  /** The last event, once the feed has taken in everything up to it. */
  readonly head: () => Promise<Head>;
  /**
   * Waits, bounded, for the positions that a client knows from elsewhere, which may still be on their way here. `shown`
   * is one that another answer showed. Gives the head, once the feed has taken in everything up to it. A
   * caller that has read the head passes it as `latest`; it is read again only to wait for more. Throws StoreBehind.
   */
  readonly arrived: (
    texts: Pick<ClockTexts, 'atLeast' | 'atPosition'>,
    shown?: number,
    latest?: Head | null,
  ) => Promise<Head>;
  /** The cut of clocks as a user writes them, once the positions that they name have arrived; `latest` as in `arrived`. */
  readonly resolve: (texts: ClockTexts, latest?: Head | null) => Promise<Resolved>;
  /** Whoever waits for a position is told that the store is being closed. */
  readonly endWaits: () => void;
  /** What is odd between the present and the last event, or null. */
  readonly clockDoubt: (last: Head) => ClockDoubt | null;
  /** When the event at a position was recorded; null if there is none. */
  readonly recordedAt: (position: number) => Promise<string | null>;
  readonly partnership: (id: string, cut: ResolvedCut) => Promise<PartnershipView>;
  /** What the facts of a partnership would rest on if its stream held this history. */
  readonly groundOf: (id: string, history: readonly LedgerEvent[], cut: ResolvedCut) => Promise<Ground>;
  /** What the facts of a partnership rest on beside its own history, if that names these Games and categories. */
  readonly beside: (id: string, names: Named, cut: ResolvedCut) => Promise<Beside>;
  /** The events of the streams of all Games up to the cut. */
  readonly games: (cut: ResolvedCut) => Promise<readonly LedgerEvent[]>;
  /** The events of the stream of one edition up to the cut. */
  readonly gamesOf: (edition: Edition, cut: ResolvedCut) => Promise<readonly LedgerEvent[]>;
  /** The events of the ledger's own stream up to the cut. */
  readonly ledger: (cut: ResolvedCut) => Promise<readonly RecordedEvent[]>;
  /** About what the kept views of partnerships take in memory. */
  readonly bytes: () => number;
};

function partnershipViews(parts: WithHoldings): Pick<LedgerViews, 'partnership' | 'bytes'> {
  const { histories } = parts;
  const views = new LRUCache<string, PartnershipView>({
    maxSize: maxBytes,
    // A view larger than the whole cache is kept alone.
    sizeCalculation: ({ ground }) => Math.min(bytesPerEvent * (ground.history.length + 1), maxBytes),
  });
  // Later events do not change what a cut shows, because its position is resolved. Only `views` holds large values.
  const keys = new LRUCache<string, string>({ max: 10_000 });

  const partnership: LedgerViews['partnership'] = async (id, cut) => {
    const cutKey = JSON.stringify([id, cut]);
    const cached = views.get(keys.get(cutKey) ?? '');
    if (cached !== undefined) return cached;
    const { events, relevant } = await histories.of(partnershipStream(id));
    const { ground, lastElsewhere } = await groundAt(id, wholeIngests(upTo(events, cut.position)), cut, parts);
    const view = partnershipView(ground, cut, relevant, lastElsewhere);
    // A new event elsewhere moves the head, but does not change the view.
    const same = views.get(view.dependsOn) ?? view;
    views.set(view.dependsOn, same);
    keys.set(cutKey, view.dependsOn);
    return same;
  };
  return { partnership, bytes: () => views.calculatedSize };
}

// What the facts of a partnership rest on, with this history of its stream, and the last event of others that it uses.
async function groundAt(id: string, history: readonly LedgerEvent[], cut: ResolvedCut, parts: WithHoldings) {
  const visible = bearing(history, cut.reportedAsOf);
  const names = { editions: editionsIn(visible), categories: categoriesIn(visible) };
  const { beside, lastElsewhere } = await besideAt(id, names, cut, parts);
  const ground: Ground = { partnership: id, history, ...beside };
  return { ground, lastElsewhere };
}

async function besideAt(
  id: string,
  { editions, categories }: Named,
  cut: ResolvedCut,
  { histories, heldElsewhere }: WithHoldings,
) {
  const games = await gamesEvents(histories, editions, cut.position);
  const { otherHoldings, last } = await heldElsewhere(id, categories, cut);
  const beside: Beside = { games, otherHoldings };
  return { beside, lastElsewhere: last };
}

type Beside = Pick<Ground, 'games' | 'otherHoldings'>;

/** The Games and the categories that a history names. */
type Named = { readonly editions: ReadonlySet<string>; readonly categories: ReadonlySet<string> };

/** The size of the cache. */
const maxBytes = 128 * 1024 * 1024;

// Facts take some 1,600 bytes an event, the audit trail as many, and a view holds its events.
const bytesPerEvent = 4_500;

async function gamesEvents(
  histories: Histories,
  editions: Iterable<string>,
  position: number,
): Promise<readonly LedgerEvent[]> {
  const streams = await Promise.all([...editions].map(async (edition) => await histories.of(gamesStream(edition))));
  return streams.flatMap(({ events }) => upTo(events, position)).toSorted((a, b) => a.position - b.position);
}
