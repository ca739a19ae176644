import type { AllStreamResolvedEvent } from '@eventstore/db-client';
import { StoreUnavailable } from '../event-store.ts';
import {
  type Connection,
  pause,
  pauseAfter,
  persist,
  type Retries,
  toStoreError,
  UnknownOutcome,
} from './connection.ts';
import { type NumberIndex, readTruncation, type Truncation } from './number-index.ts';
import {
  beginLedgerRead,
  isOfLedger,
  type LogPosition,
  type ReadOptions,
  type RecentEvents,
  readEventAt,
  readLogEnd,
  readNextOfLedger,
  type SentEvent,
  toSentEvent,
} from './read-page.ts';

/** What numbers the events of a ledger, as they come from the log of the server. */
export type Numbering = {
  /** Up to where in the log of the server every event of the ledger has its number; -1 where nothing was looked at. */
  readonly covered: () => number;
  /** Whether the subscription has come to the end of the log, as far as the server has said. */
  readonly hasCaughtUp: () => boolean;
  /** Waits until something is so, which is looked at whenever events were numbered. */
  readonly until: Waits['until'];
  /** What keeps the events from coming, or null while they come. */
  readonly failure: () => Error | null;
  /**
   * By how much, at most, the clock of this process is ahead of the server's (milliseconds): the last live event came so
   * late. 0 where none has come.
   */
  readonly leadMs: () => number;
};

/** What numbering works with. `closed` is aborted when the store is closed. */
export type NumberingParts = {
  readonly connection: Connection;
  readonly index: NumberIndex;
  readonly recent: RecentEvents;
  /** What the names of the ledger's streams begin with. */
  readonly prefixes: readonly string[];
  readonly deadlineMs: number;
  /** The clock of this process, in milliseconds since 1970. */
  readonly now: () => number;
  readonly random: () => number;
  readonly closed: AbortSignal;
};

/**
 * Something is due, and nothing comes: after so long, a subscription that was answered begins anew. One that was not may
 * take as long as any call.
 */
const longestSilenceMs = 1_500;

/** Begins to number the events of a ledger after the checkpoint of its index, and goes on whatever breaks. */
export function startNumbering(parts: NumberingParts): Numbering {
  const { connection, index, recent, prefixes, deadlineMs, now, random, closed } = parts;
  const begin = index.head().checkpoint;
  let covered = begin === 'start' ? -1 : coveredBy(begin);
  let failure: Error | null = new UnknownOutcome('the subscription has not begun');
  let failures = 0;
  let hasCaughtUp = false;
  let isAnswered = false;
  let leadMs = 0;
  let restart = (): void => undefined;
  let hurry = new AbortController();

  const { until, heard } = createWaits(closed, {
    // Whoever waits knows that the server answers: it is worth trying again at once.
    hurry: () => {
      if (!hurry.signal.aborted) hurry.abort();
    },
    // A subscription may have lost its server without noticing.
    restart: () => restart(),
    silenceMs: Math.min(deadlineMs, longestSilenceMs),
  });

  function take({ events, looked, ...server }: Arrived): void {
    const ours = events.filter((event) => isOfLedger(event, prefixes));
    const truncations = new Map<string, Truncation | null>();
    for (const event of events) {
      const said = readTruncation(event);
      if (said) truncations.set(said.stream, said.truncation);
    }
    const indexed = index.take({ events: ours, looked, truncations });
    for (const [at, event] of ours.entries()) {
      const found = indexed[at];
      if (found) recent.add({ number: found.number, recordedAt: found.recordedAt, event });
    }
    const last = events.at(-1);
    covered = Math.max(covered, last?.commit ?? -1, looked ? coveredBy(looked) : -1);
    [failure, failures] = [null, 0];
    isAnswered = true;
    if (hasCaughtUp && last !== undefined) leadMs = Math.max(0, now() - last.created);
    hasCaughtUp = server.hasCaughtUp ?? hasCaughtUp;
    heard();
  }

  async function followOnce(): Promise<never> {
    restart = () => undefined;
    isAnswered = false;
    await checkSameLog(connection, index, { deadlineMs, signal: closed });
    const stopped = new AbortController();
    const begunAt = performance.now();
    restart = () => {
      if (!isAnswered && performance.now() - begunAt < deadlineMs) return;
      stopped.abort(new UnknownOutcome('the subscription was silent'));
    };
    const signal = AbortSignal.any([closed, stopped.signal]);
    return await followLog(connection, prefixes, index.head().checkpoint, take, signal);
  }

  async function run(): Promise<void> {
    while (!closed.aborted) {
      const before = covered;
      try {
        await followOnce();
      } catch (error) {
        failure = toStoreError(error, null);
      }
      hasCaughtUp = false;
      // The server drops a live subscriber that is too slow, and tells it to subscribe again.
      if (covered > before && isTooSlow(failure)) continue;
      failures += 1;
      hurry = new AbortController();
      await pause(pauseAfter(failures, random), AbortSignal.any([closed, hurry.signal])).catch(() => undefined);
    }
  }

  void run();
  return {
    covered: () => covered,
    hasCaughtUp: () => hasCaughtUp,
    failure: () => failure,
    leadMs: () => leadMs,
    until,
  };
}

// A checkpoint names a record that was looked at, or (where its prepare position is another) the place after it.
function coveredBy({ commit, prepare }: LogPosition): number {
  return prepare === commit ? commit : commit - 1;
}

// https://grpc.github.io/grpc/core/md_doc_statuscodes.html
const aborted = 10;

function isTooSlow(failure: Error | null): boolean {
  return (failure?.cause as { code?: unknown } | undefined)?.code === aborted;
}

/** What a subscription brought. */
type Arrived = {
  /** In the order of the log. */
  readonly events: readonly SentEvent[];
  /** How far the log was looked at, if further than the last event. */
  readonly looked: LogPosition | null;
  /** Whether the server has said that these were all, for then; null where it has said nothing new. */
  readonly hasCaughtUp: boolean | null;
};

const maxEventsAtOnce = 500;

// Subscribes to the streams whose names begin with one of the prefixes, and to their settings, after a position. What
// arrives in one turn of the event loop is handed over together; an error that `take` throws ends the subscription.
// Never resolves: rejects when the subscription breaks, or with the reason of the signal.
async function followLog(
  connection: Connection,
  prefixes: readonly string[],
  after: LogPosition | 'start',
  take: (arrived: Arrived) => void,
  signal: AbortSignal,
): Promise<never> {
  const { client, options, heard } = connection.line();
  signal.throwIfAborted();
  return await new Promise((_, reject) => {
    let events: SentEvent[] = [];
    let looked: LogPosition | null = null;
    let hasCaughtUp: boolean | null = null;
    let isScheduled = false;
    let isOver = false;
    const names = [...prefixes, ...prefixes.map((prefix) => `$$${prefix}`)];
    const { events: source, cancel } = beginLedgerRead(client, options, after, names, (position) => {
      looked = position;
      schedule();
    });

    // What was not handed over comes again: nothing of this subscription counts from here on.
    function end(error: unknown): void {
      if (isOver) return;
      isOver = true;
      signal.removeEventListener('abort', abort);
      cancel();
      reject(error);
    }

    function abort(): void {
      end(signal.reason);
    }

    function handOver(): void {
      isScheduled = false;
      if (isOver) return;
      // What the server says beside the events is heard when it enters the stream, and the events before it when they
      // leave it: it counts once the stream is empty.
      const isEmpty = source.readableLength === 0;
      const arrived = isEmpty ? { events, looked, hasCaughtUp } : { events, looked: null, hasCaughtUp: null };
      events = [];
      if (isEmpty) [looked, hasCaughtUp] = [null, null];
      try {
        take(arrived);
      } catch (error) {
        end(error);
      }
    }

    function schedule(): void {
      heard();
      if (isScheduled) return;
      isScheduled = true;
      setImmediate(handOver);
    }

    function say(isCaughtUp: boolean): void {
      hasCaughtUp = isCaughtUp;
      schedule();
    }

    signal.addEventListener('abort', abort, { once: true });
    source.on('data', (resolved: AllStreamResolvedEvent) => {
      const event = toSentEvent(resolved);
      if (event !== null) events.push(event);
      if (events.length >= maxEventsAtOnce) handOver();
      else schedule();
    });
    source.on('confirmation', schedule);
    source.on('caughtUp', () => say(true));
    source.on('fellBehind', () => say(false));
    source.on('end', () => end(new UnknownOutcome('the server ended the subscription')));
    // This listener stays for good: an error without one would end the process.
    source.on('error', end);
  });
}

/** The server's log is not the one that was numbered: it is another server's, or has lost events. */
export class AnotherLog extends StoreUnavailable {
  override readonly name = 'AnotherLog';

  constructor(position: number) {
    super(`the event store does not hold position ${position} of the ledger as it was numbered here before`);
  }
}

const unknown = 2;

/** Throws AnotherLog where the last event of an index is not in the log of the server as it was. */
export async function checkSameLog(connection: Connection, index: NumberIndex, options: ReadOptions): Promise<void> {
  const { number, commit, id, recordedAt } = index.head();
  if (number === 0) return;
  try {
    const found = await readEventAt(connection, commit, options);
    // What was lost and sent again may have its id and even its place again, but not its time.
    if (found?.id === id && found.created <= recordedAt) return;
  } catch (error) {
    // A server answers UNKNOWN where no record begins at the position that is asked for.
    const isNoPosition =
      error instanceof UnknownOutcome && (error.cause as { code?: unknown } | undefined)?.code === unknown;
    if (!isNoPosition) throw error;
  }
  throw new AnotherLog(number);
}

/** What is waited for; `isDue` where it is sure to come, so that silence means a fault. */
export type Wait = {
  readonly isSo: () => boolean;
  readonly patienceMs: number;
  readonly isDue: boolean;
  readonly signal?: AbortSignal;
};

/** Those who wait for something to come. */
export type Waits = {
  /**
   * Waits until something is so; false if it did not come to be. Rejects with the reason of the signal, or with that
   * of the closing.
   */
  readonly until: (wait: Wait) => Promise<boolean>;
  /** Something came: whoever waits looks whether it was that. */
  readonly heard: () => void;
};

/** What is done about those who wait for what is due: at once, and after each silence. */
export type Due = { readonly hurry: () => void; readonly restart: () => void; readonly silenceMs: number };

/** Keeps those who wait, until `closed` is aborted. */
export function createWaits(closed: AbortSignal, { hurry, restart, silenceMs }: Due): Waits {
  const waiting = new Set<{ readonly look: () => void; readonly isDue: boolean }>();
  let quietSince = performance.now();
  let watching: NodeJS.Timeout | undefined;

  function lookAll(): void {
    for (const { look } of waiting) look();
  }
  closed.addEventListener('abort', lookAll, { once: true });

  function watch(): void {
    watching = undefined;
    if (![...waiting].some(({ isDue }) => isDue)) return;
    const leftMs = silenceMs - (performance.now() - quietSince);
    if (leftMs <= 0) {
      quietSince = performance.now();
      restart();
    }
    watching = setTimeout(watch, leftMs <= 0 ? silenceMs : leftMs);
  }

  function expect(): void {
    hurry();
    if (watching !== undefined) return;
    quietSince = performance.now();
    watching = setTimeout(watch, silenceMs);
  }

  return {
    heard() {
      quietSince = performance.now();
      lookAll();
    },
    until: ({ isSo, patienceMs, isDue, signal }) =>
      new Promise((resolve, reject) => {
        let timer: NodeJS.Timeout | undefined;
        const settle = (act: () => void): void => {
          waiting.delete(one);
          signal?.removeEventListener('abort', look);
          clearTimeout(timer);
          act();
        };
        const look = (): void => {
          if (closed.aborted) settle(() => reject(closed.reason as Error));
          else if (signal?.aborted) settle(() => reject(signal.reason as Error));
          else if (isSo()) settle(() => resolve(true));
        };
        const one = { look, isDue };
        if (Number.isFinite(patienceMs)) timer = setTimeout(() => settle(() => resolve(false)), patienceMs);
        signal?.addEventListener('abort', look);
        waiting.add(one);
        look();
        if (isDue && waiting.has(one)) expect();
      }),
  };
}

/** What covering works with. */
export type CoverParts = {
  readonly connection: Connection;
  readonly index: Pick<NumberIndex, 'head'>;
  readonly numbering: Numbering;
  readonly prefixes: readonly string[];
  readonly retries: Retries;
};

/** How long to try, and how long one call may take. */
export type CoverOptions = {
  readonly patienceMs: number;
  readonly deadlineMs: number;
  /** Goes on beyond its patience as long as events come. */
  readonly whileTheyCome?: boolean;
};

/** How long a subscription that catches up may be quiet before the server is asked what is still to come. */
const quietMs = 1_000;

/**
 * Waits until every event of the ledger that the server holds when this is called has its number; throws
 * StoreUnavailable where they do not come, and what the server refuses.
 */
export async function cover(
  { connection, index, numbering, prefixes, retries }: CoverParts,
  { patienceMs, deadlineMs, whileTheyCome = false }: CoverOptions,
): Promise<void> {
  const options = { deadlineMs, signal: retries.closed };
  const ask = <Answer>(question: () => Promise<Answer>): Promise<Answer> =>
    persist('the event store cannot be read', question, { ...retries, patienceMs });

  async function hasCome(isSo: () => boolean, patienceMs: number, isDue: boolean): Promise<boolean> {
    for (;;) {
      const before = numbering.covered();
      if (await numbering.until({ isSo, patienceMs, isDue })) return true;
      if (!whileTheyCome || numbering.covered() === before) return false;
    }
  }

  const { number, commit } = index.head();
  const end = await ask(() => readLogEnd(connection, options));
  if (number > 0 && (end === null || end.commit < commit)) throw new AnotherLog(number);
  const failure = numbering.failure();
  if (failure instanceof AnotherLog) throw failure;
  if (end === null) return;
  const isCovered = () => numbering.covered() >= end.commit;
  const isOurs = isOfLedger(end, prefixes);

  // Where others wrote last, the subscription does not come to the end of the log by itself.
  if (!isOurs) await hasCome(() => numbering.hasCaughtUp() || isCovered(), Math.min(quietMs, patienceMs), false);
  while (!isCovered()) {
    const covered = numbering.covered();
    const isWanted = (event: SentEvent) => event.commit > covered && isOfLedger(event, prefixes);
    const next = isOurs
      ? end
      : await ask(() => readNextOfLedger(connection, index.head().checkpoint, isWanted, prefixes, options));
    if (next === null || next.commit > end.commit) return;
    if (await hasCome(() => numbering.covered() >= next.commit, patienceMs, true)) continue;
    const cause = numbering.failure();
    const reason = cause === null ? '' : `: ${cause.message}`;
    throw new StoreUnavailable(`what is recorded has not all arrived here yet${reason}`, { cause });
  }
}
