import { emptyRegistry } from '../../src/articles/registry.ts';
import { ledgerStream } from '../../src/domain/vocabulary/events.ts';
import type { EventStore, RecordedEvent } from '../../src/event-store/event-store.ts';
import { type AddRead, etagOf, type ReadRoute } from '../../src/http/answers.ts';
import type { Context } from '../../src/http/context.ts';
import { HttpProblem } from '../../src/http/problems.ts';
import { articleRoutes } from '../../src/http/routes/articles.ts';
import { factRoutes } from '../../src/http/routes/facts.ts';
import { gamesRoutes } from '../../src/http/routes/games.ts';
import { auditRoute } from '../../src/http/routes/ledger.ts';
import { partnershipRoutes } from '../../src/http/routes/partnerships.ts';
import { wholeList } from '../../src/projections/answer.ts';
import { noFilters } from '../../src/projections/filters.ts';
import { openCatalogue } from '../../src/projections/live/catalogue.ts';
import type { ClockTexts } from '../../src/projections/live/clocks.ts';
import { createHistories } from '../../src/projections/live/histories.ts';
import { keepSummaries, type Summaries } from '../../src/projections/live/summaries.ts';
import { type LedgerViews, ledgerViews } from '../../src/projections/live/views.ts';

/** A question: the operation of the API and the parameters of its address. */
export type Question = { readonly operation: string; readonly params: Readonly<Record<string, string>> };

/** What the API answers: its bytes, and its ETag; null where what is asked for is unknown. */
export type Told = { readonly body: string; readonly etag: string } | null;

/** The read side of a ledger, all in memory: what HTTP asks, without HTTP. */
export type ReadSide = {
  /** Applies the next events, as the feed does. */
  readonly take: (events: readonly RecordedEvent[]) => void;
  readonly ask: (question: Question, clocks: ClockTexts) => Promise<Told>;
  readonly views: LedgerViews;
  readonly summaries: Summaries;
  readonly close: () => void;
};

const now = '2026-06-01T00:00:00.000Z';

async function* inTurn(events: readonly RecordedEvent[]): AsyncGenerator<RecordedEvent> {
  yield* events;
}

const storeOf = (events: readonly RecordedEvent[]): EventStore => {
  const head = () => ({ position: events.at(-1)?.position ?? 0, recordedAt: events.at(-1)?.recordedAt ?? null });
  const reads: Pick<EventStore, 'head' | 'readAll' | 'readStream' | 'positionAt'> = {
    head: async () => head(),
    readAll: ({ after = 0, limit = events.length } = {}) =>
      inTurn(events.filter(({ position }) => position > after).slice(0, limit)),
    readStream: (stream, { from = 0 } = {}) =>
      inTurn(events.filter((event) => event.stream === stream && event.revision >= from)),
    positionAt: async (instant) => events.findLast(({ recordedAt }) => recordedAt <= instant)?.position ?? 0,
  };
  return reads as EventStore;
};

type AnyRoute = { readonly [Member in keyof ReadRoute<never, never>]: ReadRoute<never, never>[Member] };

const routesOf = (context: Context): ReadonlyMap<string, AnyRoute> => {
  const routes = new Map<string, AnyRoute>();
  const add = ((route: AnyRoute) => routes.set(route.operationId, route)) as unknown as AddRead;
  for (const group of [partnershipRoutes, factRoutes, articleRoutes, gamesRoutes, auditRoute]) group(add, context);
  return routes;
};

/** An empty read side, to be filled with events in order of position. */
export const openReadSide = (clock: () => string = () => now): ReadSide => {
  const events: RecordedEvent[] = [];
  const store = storeOf(events);
  const catalogue = openCatalogue(':memory:');
  const histories = createHistories(store);
  const feed = {
    position: () => events.at(-1)?.position ?? 0,
    until: async () => undefined,
    failure: () => null,
    stop: async () => undefined,
    restart: () => undefined,
    listen: () => undefined,
  };
  const views = ledgerViews({ store, catalogue, histories, feed, now: clock, sharesLog: false });
  const identity = () => ({ id: ledgerStream, createdAt: events[0]?.recordedAt ?? now });
  const summaries = keepSummaries({
    views,
    names: () => null,
    namesDigest: '',
    now: () => Date.parse(clock()),
  });
  const context = {
    ledger: { views, histories, feed, store },
    subjects: emptyRegistry,
    identity: identity(),
    summaries,
  } as unknown as Context;
  const routes = routesOf(context);

  return {
    views,
    summaries,
    take: (next) => {
      events.push(...next);
      catalogue.apply(next);
      for (const event of next) histories.apply(event);
    },
    ask: async ({ operation, params }, clocks) => {
      const { cut, problems } = await views.resolve(clocks);
      if (cut === null) throw new Error(JSON.stringify(problems));
      const route = routes.get(operation);
      if (route === undefined) throw new RangeError(operation);
      try {
        const prepared = await route.prepare({ params: params as never, cut, filters: noFilters, page: wholeList });
        const { position: _position, ...asked } = cut;
        const body = JSON.stringify(prepared.build());
        return { body, etag: etagOf(operation, params, asked, prepared.dependsOn) };
      } catch (error) {
        if (error instanceof HttpProblem) return null;
        throw error;
      }
    },
    close: () => catalogue.close(),
  };
};
