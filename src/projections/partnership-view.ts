import { LRUCache } from 'lru-cache';
import type { Certainty } from '../domain/facts/evidence.ts';
import { factState, factsAt } from '../domain/facts/fact.ts';
import {
  bearing,
  certaintyOf,
  type FactsInView,
  factsInView,
  type Ground,
  unsupportedFacts,
  type ViewFact,
  versionsOf,
  wholeIngests,
} from '../domain/facts/facts-at.ts';
import { type CategoryHolding, holdingsOf } from '../domain/facts/rules.ts';
import { gamesStream, type LedgerEvent, ledgerStream, partnershipStream } from '../domain/vocabulary/events.ts';
import { rightsHolderOf } from '../domain/vocabulary/fact-key.ts';
import type { Edition } from '../domain/vocabulary/games-editions.ts';
import type { EventStore, Head, RecordedEvent } from '../event-store/event-store.ts';
import { type AuditEntry, audit } from './effects.ts';
import type { Catalogue } from './live/catalogue.ts';
import { type ClockTexts, positionOf, type Resolved, type ResolvedCut, resolveClocks } from './live/clocks.ts';
import { type Feed, type Histories, type RelevantHistory, upTo } from './live/histories.ts';

/**
 * A partnership at a cut. `relevant` is the indexed history of its stream, which may go beyond the cut;
 * `elsewhere` is the last event of other partnerships that the answer uses.
 */
export function partnershipView(
  ground: Ground,
  cut: ResolvedCut,
  relevant: RelevantHistory,
  elsewhere: PartnershipView['last'],
): PartnershipView {
  const { partnership, history, games, otherHoldings } = ground;
  const facts = once(() => factsInView(ground, cut, cut.timing));
  const own = bearing(history, cut.reportedAsOf);
  const last = [lastOf(own), lastOf(bearing(games, cut.reportedAsOf)), elsewhere]
    .filter((event) => event !== null)
    .reduce<PartnershipView['last']>((a, b) => (a !== null && a.position > b.position ? a : b), null);
  const { occurredAsOf, reportedAsOf, timing } = cut;
  return {
    partnership,
    cut,
    ground,
    facts,
    unsupported: once(() => unsupportedFacts(ground, cut, facts().facts)),
    audit: once(() => visibleTo(bearing(history, reportedAsOf, certaintyOf(timing)), audit(history, relevant))),
    last: own.length === 0 ? null : last,
    editions: new Set(own.flatMap((event) => (event.kind === 'report' ? event.games : []))),
    dependsOn: JSON.stringify([
      partnership,
      history.at(-1)?.position ?? 0,
      games.map(({ position }) => position),
      otherHoldings,
      last,
      occurredAsOf,
      reportedAsOf,
      timing,
    ]),
  };
}

/** A partnership through a cut: what all its read models are made from, each part computed once when it is needed. */
export type PartnershipView = {
  readonly partnership: string;
  readonly cut: ResolvedCut;
  readonly ground: Ground;
  readonly facts: () => FactsInView;
  readonly unsupported: () => readonly ViewFact[];
  readonly audit: () => readonly AuditEntry[];
  /** The last event that bears on an answer; null if there is none. */
  readonly last: { readonly position: number; readonly recordedAt: string } | null;
  /** The Games that any report names that a reader could know of, be it that it counts no more. */
  readonly editions: ReadonlySet<Edition>;
  /** What the answers depend on, beside what is asked: equal text, equal answers. */
  readonly dependsOn: string;
};

function once<T>(compute: () => T): () => T {
  let value: { readonly of: T } | null = null;
  return () => {
    value ??= { of: compute() };
    return value.of;
  };
}

function lastOf(events: readonly LedgerEvent[]): PartnershipView['last'] {
  return events.reduce<PartnershipView['last']>(
    (last, { position, recordedAt }) => (last !== null && last.position >= position ? last : { position, recordedAt }),
    null,
  );
}

// What was published later neither stands in the trail nor shows through in what it replaced.
function visibleTo(events: readonly LedgerEvent[], entries: readonly AuditEntry[]): readonly AuditEntry[] {
  const positions = new Set(events.map(({ position }) => position));
  return entries.flatMap((entry) => {
    if (!positions.has(entry.position)) return [];
    const { supersededBy } = entry;
    return supersededBy === null || positions.has(supersededBy) ? [entry] : [{ ...entry, supersededBy: null }];
  });
}

/** The read side over a store, its catalogue, loaded histories and feed. */
export function ledgerViews({ store, catalogue, histories, feed, now, sharesLog }: Parts): LedgerViews {
  const views = new LRUCache<string, PartnershipView>({
    maxSize: mostEventsInViews,
    sizeCalculation: ({ ground }) => ground.history.length + 1,
  });

  // Nothing that is recorded later changes a cut: its position is resolved. Only `views` holds on to what is large.
  const byCut = new LRUCache<string, string>({ max: 10_000 });

  const head = async () => {
    const last = await store.head();
    await feed.until(last.position);
    return last;
  };

  const arrived: LedgerViews['arrived'] = async ({ atLeast, atPosition }, shown = 0) => {
    const elsewhere = sharesLog ? Math.max(positionOf(atPosition) ?? 0, shown) : 0;
    const awaited = Math.max(positionOf(atLeast) ?? 0, elsewhere);
    if (awaited > feed.position()) await store.waitFor(awaited);
    return await head();
  };

  const recordedAt = async (position: number): Promise<string | null> => {
    if (position === 0) return null;
    for await (const { recordedAt } of store.readAll({ after: position - 1, limit: 1 })) return recordedAt;
    return null;
  };

  const gamesEvents = async (editions: Iterable<string>, position: number): Promise<readonly LedgerEvent[]> => {
    const streams = await Promise.all([...editions].map((edition) => histories.of(gamesStream(edition))));
    return streams.flatMap(({ events }) => upTo(events, position)).toSorted((a, b) => a.position - b.position);
  };

  const holdingsElsewhere = async (id: string, own: readonly LedgerEvent[], cut: ResolvedCut): Promise<Elsewhere> => {
    const categories = categoriesOf(own);
    const others = new Set(
      [...categories].flatMap((category) => catalogue.holders(rightsHolderOf(id), category, cut.position)),
    );
    others.delete(id);
    const holdings: Record<Certainty, CategoryHolding[]> = { certain: [], possible: [] };
    let last: LastEvent = null;
    for (const other of others) {
      const { events } = await histories.of(partnershipStream(other));
      const history = wholeIngests(upTo(events, cut.position));
      for (const certainty of ['certain', 'possible'] as const) {
        const states = factsAt(history, cut.reportedAsOf, certainty).flatMap(
          (fact) => factState(fact, cut.occurredAsOf, certainty) ?? [],
        );
        holdings[certainty].push(...holdingsOf(other, states).filter(({ category }) => categories.has(category)));
      }
      const latest = lastOnHoldings(bearing(history, cut.reportedAsOf), categories);
      if (latest !== null && latest.position > (last?.position ?? 0)) last = latest;
    }
    return { holdings, last: last && { position: last.position, recordedAt: last.recordedAt } };
  };

  return {
    catalogue,
    head,
    arrived,
    resolve: async (texts) => {
      const head = await arrived(texts);
      return await resolveClocks(texts, {
        now: now(),
        head,
        positionAt: (instant) => store.positionAt(instant),
        recordedAtOf: recordedAt,
      });
    },
    recordedAt,
    partnership: async (id, cut) => {
      const key = JSON.stringify([id, cut]);
      const cached = views.get(byCut.get(key) ?? '');
      if (cached !== undefined) return cached;
      const loaded = await histories.of(partnershipStream(id));
      const history = wholeIngests(upTo(loaded.events, cut.position));
      const known = bearing(history, cut.reportedAsOf);
      const games = await gamesEvents(editionsOf(known), cut.position);
      const { holdings, last } = await holdingsElsewhere(id, known, cut);
      const view = partnershipView(
        { partnership: id, history, games, otherHoldings: holdings },
        cut,
        loaded.relevant,
        last,
      );
      // A new event elsewhere moves the head, not the view.
      const same = views.get(view.dependsOn) ?? view;
      views.set(view.dependsOn, same);
      byCut.set(key, view.dependsOn);
      return same;
    },
    games: async (cut) => await gamesEvents(catalogue.editions(cut.position), cut.position),
    ledger: async (cut) => {
      const events = await Array.fromAsync(store.readStream(ledgerStream));
      return events.filter(({ position }) => position <= cut.position);
    },
  };
}

type Parts = {
  readonly store: EventStore;
  readonly catalogue: Catalogue;
  readonly histories: Histories;
  readonly feed: Feed;
  /** The instant that "today" is taken from. */
  readonly now: () => string;
  /** Other servers write to the log too: its end, as this one knows it, may be behind. */
  readonly sharesLog: boolean;
};

/** The read side of a ledger: clocks resolved, partnerships and Games seen through a cut. */
export type LedgerViews = {
  readonly catalogue: Catalogue;
  /** Position of the last event, once everything up to it has been taken in. */
  readonly head: () => Promise<Head>;
  /**
   * Waits, bounded, for the positions that somebody was told elsewhere: what is not here yet may be on its way. `shown`
   * is one that another answer showed. Gives the head, once everything up to it has been taken in. Throws StoreBehind.
   */
  readonly arrived: (texts: Pick<ClockTexts, 'atLeast' | 'atPosition'>, shown?: number) => Promise<Head>;
  /** The cut of clocks as a user writes them, once what they name has arrived. */
  readonly resolve: (texts: ClockTexts) => Promise<Resolved>;
  /** When the event at a position was recorded; null where there is none. */
  readonly recordedAt: (position: number) => Promise<string | null>;
  readonly partnership: (id: string, cut: ResolvedCut) => Promise<PartnershipView>;
  /** The events of the streams of all Games up to the cut. */
  readonly games: (cut: ResolvedCut) => Promise<readonly LedgerEvent[]>;
  /** The events of the ledger's own stream up to the cut. */
  readonly ledger: (cut: ResolvedCut) => Promise<readonly RecordedEvent[]>;
};

// So many views are kept, by the events that they were made from.
const mostEventsInViews = 200_000;

type Elsewhere = {
  readonly holdings: Readonly<Record<Certainty, readonly CategoryHolding[]>>;
  readonly last: LastEvent;
};

type LastEvent = PartnershipView['last'];

// The categories that a history grants, and the Games that it names.
function categoriesOf(history: readonly LedgerEvent[]): ReadonlySet<string> {
  return new Set(
    history.flatMap((event) =>
      event.kind === 'report' && event.type.type === 'CategoryGranted' && event.subject ? [event.subject] : [],
    ),
  );
}

/**
 * The last event of a history on who holds one of the categories and until when; null if there is none. A grant that no
 * longer counts bears on that too. A report counts from the end of its ingest on, which is therefore the event that bears.
 */
export function lastOnHoldings(
  history: readonly LedgerEvent[],
  categories: ReadonlySet<string>,
): { readonly position: number; readonly recordedAt: string } | null {
  const granted = new Set([...categories].map((category) => `category/${category}/granted`));
  const touching = [...versionsOf(history)].filter(([fact]) => granted.has(fact) || onTerm.test(fact));
  const version = Math.max(0, ...touching.map(([, position]) => position));
  const touched = history.findLast(({ position }) => position === version);
  return history.findLast(({ correlationId }) => correlationId === touched?.correlationId) ?? null;
}

const onTerm = /^partnership\/.*\/(?:term-agreed|renewed|reinstated|terminated|expired)$/;

function editionsOf(history: readonly LedgerEvent[]): ReadonlySet<string> {
  return new Set(history.flatMap((event) => (event.kind === 'report' ? event.games : [])));
}

/** Whether one of these facts bears on who holds a category and until when. */
export function bearsOnHoldings(facts: readonly string[], category: string): boolean {
  return facts.some((fact) => fact === `category/${category}/granted` || onTerm.test(fact));
}
