import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { type EventStore, WrongExpectedRevision } from '../event-store/event-store.ts';
import type { CheckState } from '../proof/watch-log.ts';

/**
 * The figures of a running server under names that Prometheus expects: seconds, bytes, and counts since the start.
 * `ofProcess` adds those of the process itself, which must be asked for once a process.
 */
export function openMetrics({ ofProcess = false } = {}): Metrics {
  const registry = new Registry();
  const requests = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Requests, from their first byte to the last byte of their answer',
    labelNames: ['method', 'route', 'status'],
    buckets,
    registers: [registry],
  });
  const appends = new Histogram({
    name: 'ledger_append_duration_seconds',
    help: 'Appends to the event store. A conflict is decided again; a failed one may be written or not',
    labelNames: ['result'],
    buckets,
    registers: [registry],
  });
  if (ofProcess) collectDefaultMetrics({ register: registry });
  return {
    answered: (method, route, status, seconds) => requests.observe({ method, route, status }, seconds),
    timed: (append) => async (stream, expected, events, options) => {
      const observe = appends.startTimer();
      try {
        const appended = await append(stream, expected, events, options);
        observe({ result: 'written' });
        return appended;
      } catch (error) {
        observe({ result: error instanceof WrongExpectedRevision ? 'conflict' : 'failed' });
        throw error;
      }
    },
    watch: (ledger) => watch(registry, ledger),
    contentType: registry.contentType,
    text: () => registry.metrics(),
  };
}

/** The figures of a server, and what they are told. */
export type Metrics = {
  /** Counts an answer. `route` is the pattern of the address, so that there are few. */
  readonly answered: (method: string, route: string, status: number, seconds: number) => void;
  /** An append that is counted by its result. */
  readonly timed: (append: EventStore['append']) => EventStore['append'];
  /** Adds the figures of a ledger, each read when it is asked for. */
  readonly watch: (ledger: WatchedLedger) => void;
  readonly contentType: string;
  /** All figures, in the text format of Prometheus. */
  readonly text: () => Promise<string>;
};

type WatchedLedger = {
  readonly store: Pick<EventStore, 'head'>;
  readonly feed: { readonly position: () => number; readonly failure: () => Error | null };
  readonly histories: { readonly bytes: () => number };
  readonly views: { readonly bytes: () => number };
  readonly writersWaiting: () => number;
  readonly check: () => CheckState;
};

const buckets = [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10];

function watch(registry: Registry, { store, feed, histories, views, writersWaiting, check }: WatchedLedger): void {
  const gauge = (name: string, help: string, read: () => number | Promise<number>): void => {
    const collect = async (): Promise<void> => own.set(await read());
    const own = new Gauge({ name, help, registers: [registry], collect });
  };
  gauge('ledger_position', 'Position of the last event that the views have taken in', () => feed.position());
  gauge('ledger_feed_lag_events', 'Recorded events that the views have not taken in; NaN while the store is away', () =>
    store.head().then(
      ({ position }) => Math.max(0, position - feed.position()),
      () => Number.NaN,
    ),
  );
  gauge('ledger_feed_failed', '1 while the feed of the events has stopped or tries again', () =>
    feed.failure() === null ? 0 : 1,
  );
  gauge('ledger_writers_waiting', 'Requests that wait for their turn to write, or write', writersWaiting);
  gauge('ledger_check_events', 'Events that the check of the ledger has passed since the start', () => check().checked);
  gauge('ledger_altered', '1 if the ledger is not what was recorded', () => (check().fault === null ? 0 : 1));
  gauge('ledger_histories_bytes', 'About what the decoded streams in memory take', histories.bytes);
  gauge('ledger_views_bytes', 'About what the views of partnerships in memory take', views.bytes);
}
