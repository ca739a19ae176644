import { setTimeout as delay } from 'node:timers/promises';
import type { AllStreamResolvedEvent } from '@eventstore/db-client';
import { StoreUnavailable } from '../event-store.ts';
import { type Connection, pauseAfter, persist, type Retries, toStoreError, UnknownOutcome } from './connection.ts';
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

/**
 * Numbers the events of a ledger as the server's log brings them, from the checkpoint of its index on. It survives
 * every failure.
 */
export function startNumbering(parts: NumberingParts): Numbering {
  const { connection, index, prefixes, deadlineMs, now, random, closed } = parts;
  const start = index.head().checkpoint;
  let covered = start === 'start' ? -1 : coveredBy(start);
  let failure: Error | null = new UnknownOutcome('the subscription has not begun');
  let failures = 0;
  let hasCaughtUp = false;
  let isAnswered = false;
  let leadMs = 0;
  let restart = (): void => undefined;
  const pause = createPause(closed, random);
  const { until, lookAgain } = createWaits(closed, {
    // Whoever waits has just had an answer from the server, so retry at once.
    hurry: pause.end,
    // A subscription may have lost its server without noticing.
    restart: () => restart(),
    silenceMs: Math.min(deadlineMs, maxSilenceMs),
  });

  function take(arrival: Arrival): void {
    numberArrival(arrival, parts);
    const { events, searchedTo, hasCaughtUp: saysCaughtUp } = arrival;
    const last = events.at(-1);
    covered = Math.max(covered, last?.commit ?? -1, searchedTo ? coveredBy(searchedTo) : -1);
    [failure, failures] = [null, 0];
    isAnswered = true;
    if (hasCaughtUp && last !== undefined) leadMs = Math.max(0, now() - last.created);
    hasCaughtUp = saysCaughtUp ?? hasCaughtUp;
    lookAgain();
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
      // The server drops a live subscriber that is too slow, and asks it to subscribe again.
      if (covered > before && isTooSlow(failure)) continue;
      failures += 1;
      await pause.begin(failures);
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

export type Numbering = {
  /** Up to this commit position every event of the ledger has its number; -1 at first. */
  readonly covered: () => number;
  /** Whether the server has said that the subscription is at the end of the log. */
  readonly hasCaughtUp: () => boolean;
  /** Waits for a condition, which is checked whenever events were numbered. */
  readonly until: Waits['until'];
  /** Why no events arrive, or null while they arrive. */
  readonly failure: () => Error | null;
  /** How late the last live event arrived: the clock of this process is ahead of the server's by that much, at most. */
  readonly leadMs: () => number;
};

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
  /** Aborted when the store is closed. */
  readonly closed: AbortSignal;
};

// The pause before the next subscription. `end` cuts short one that has begun.
function createPause(closed: AbortSignal, random: () => number) {
  let ended = new AbortController();
  return {
    async begin(failures: number): Promise<void> {
      ended = new AbortController();
      const signal = AbortSignal.any([closed, ended.signal]);
      await delay(pauseAfter(failures, random), undefined, { signal }).catch(() => undefined);
    },
    end: (): void => ended.abort(),
  };
}

// Gives numbers to the events of the ledger among those that arrived, and keeps the latest in memory.
function numberArrival({ events, searchedTo }: Arrival, { index, recent, prefixes }: NumberingParts): void {
  const ours = events.filter((event) => isOfLedger(event, prefixes));
  const truncations = new Map<string, Truncation | null>();
  for (const event of events) {
    const setting = readTruncation(event);
    if (setting) truncations.set(setting.stream, setting.truncation);
  }
  const indexed = index.take({ events: ours, searchedTo, truncations });
  for (const [i, event] of ours.entries()) {
    const numbered = indexed[i];
    if (numbered) recent.add({ number: numbered.number, recordedAt: numbered.recordedAt, event });
  }
}

/**
 * While an event is due, a subscription that is silent for so long begins again. One that the server has not answered yet
 * has the deadline of a call instead.
 */
const maxSilenceMs = 1_500;

// A checkpoint names the last record that was searched or, if its prepare position differs, the place after it.
function coveredBy({ commit, prepare }: LogPosition): number {
  return prepare === commit ? commit : commit - 1;
}

// https://grpc.github.io/grpc/core/md_doc_statuscodes.html
const aborted = 10;
const unknown = 2;

function isTooSlow(failure: Error | null): boolean {
  return (failure?.cause as { code?: unknown } | undefined)?.code === aborted;
}

// Subscribes to the streams whose names begin with one of the prefixes, and to their settings, after a position. `take`
// gets what arrives in one turn of the event loop together; an error that it throws ends the subscription. Never resolves:
// rejects when the subscription breaks, or with the reason of the signal.
async function followLog(
  connection: Connection,
  prefixes: readonly string[],
  after: LogPosition | 'start',
  take: (arrival: Arrival) => void,
  signal: AbortSignal,
): Promise<never> {
  const { client, options, noteAnswer } = connection.line();
  signal.throwIfAborted();
  return await new Promise((_, reject) => {
    const gathered = createGathering();
    let isScheduled = false;
    let isOver = false;
    const names = [...prefixes, ...prefixes.map((prefix) => `$$${prefix}`)];
    const { events: source, cancel } = beginLedgerRead(client, options, after, names, (position) => {
      gathered.noteSearched(position);
      schedule();
    });

    // Drops what was not handed over: the next subscription brings it again.
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
      const arrival = gathered.next(source.readableLength === 0);
      try {
        take(arrival);
      } catch (error) {
        end(error);
      }
    }

    function schedule(): void {
      noteAnswer();
      if (isScheduled) return;
      isScheduled = true;
      setImmediate(handOver);
    }

    function setCaughtUp(isCaughtUp: boolean): void {
      gathered.noteCaughtUp(isCaughtUp);
      schedule();
    }

    signal.addEventListener('abort', abort, { once: true });
    source.on('data', (resolved: AllStreamResolvedEvent) => {
      const event = toSentEvent(resolved);
      if (event !== null) gathered.add(event);
      if (gathered.count() >= maxEventsAtOnce) handOver();
      else schedule();
    });
    source.on('confirmation', schedule);
    source.on('caughtUp', () => setCaughtUp(true));
    source.on('fellBehind', () => setCaughtUp(false));
    source.on('end', () => end(new UnknownOutcome('the server ended the subscription')));
    // Never remove this listener: an error without one would end the process.
    source.on('error', end);
  });
}

// What a subscription brings until it is handed over.
function createGathering() {
  let events: SentEvent[] = [];
  let searchedTo: LogPosition | null = null;
  let hasCaughtUp: boolean | null = null;

  return {
    add: (event: SentEvent): number => events.push(event),
    count: (): number => events.length,
    noteSearched(position: LogPosition): void {
      searchedTo = position;
    },
    noteCaughtUp(isCaughtUp: boolean): void {
      hasCaughtUp = isCaughtUp;
    },
    // Other messages of the server overtake events that are still in its buffer: they count once that is empty.
    next(isBufferEmpty: boolean): Arrival {
      const arrival = isBufferEmpty
        ? { events, searchedTo, hasCaughtUp }
        : { events, searchedTo: null, hasCaughtUp: null };
      events = [];
      if (isBufferEmpty) [searchedTo, hasCaughtUp] = [null, null];
      return arrival;
    },
  };
}

/** What a subscription brought. */
type Arrival = {
  /** In the order of the log. */
  readonly events: readonly SentEvent[];
  /** How far the log was searched, if further than the last event. */
  readonly searchedTo: LogPosition | null;
  /** Whether the server says that these were all for now; null if it says nothing new. */
  readonly hasCaughtUp: boolean | null;
};

const maxEventsAtOnce = 500;

/** The server's log is not the one that was numbered: it belongs to another server, or has lost events. */
export class AnotherLog extends StoreUnavailable {
  override readonly name = 'AnotherLog';

  constructor(position: number) {
    super(`the event store does not hold position ${position} of the ledger as it was numbered here before`);
  }
}

/** Throws AnotherLog unless the server's log still holds the last event of the index. */
export async function checkSameLog(connection: Connection, index: NumberIndex, options: ReadOptions): Promise<void> {
  const { number, commit, id, recordedAt } = index.head();
  if (number === 0) return;
  try {
    const event = await readEventAt(connection, commit, options);
    // An event that was lost and written again may have the same id and even the same place, but not the same time.
    if (event?.id === id && event.created <= recordedAt) return;
  } catch (error) {
    // The server answers UNKNOWN if no record begins at this position.
    const isNoPosition =
      error instanceof UnknownOutcome && (error.cause as { code?: unknown } | undefined)?.code === unknown;
    if (!isNoPosition) throw error;
  }
  throw new AnotherLog(number);
}

/**
 * Waits for conditions. While one of them is due, it calls `hurry` at once, and `restart` after each `silenceMs` without
 * `lookAgain`.
 */
export function createWaits(
  closed: AbortSignal,
  { hurry, restart, silenceMs }: { hurry: () => void; restart: () => void; silenceMs: number },
): Waits {
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
    lookAgain() {
      quietSince = performance.now();
      lookAll();
    },
    until: ({ isMet, patienceMs, isDue, signal }) =>
      new Promise((resolve, reject) => {
        let timer: NodeJS.Timeout | undefined;
        const settle = (act: () => void): void => {
          waiting.delete(entry);
          signal?.removeEventListener('abort', look);
          clearTimeout(timer);
          act();
        };
        const look = (): void => {
          if (closed.aborted) settle(() => reject(closed.reason as Error));
          else if (signal?.aborted) settle(() => reject(signal.reason as Error));
          else if (isMet()) settle(() => resolve(true));
        };
        const entry = { look, isDue };
        if (Number.isFinite(patienceMs)) timer = setTimeout(() => settle(() => resolve(false)), patienceMs);
        signal?.addEventListener('abort', look);
        waiting.add(entry);
        look();
        if (isDue && waiting.has(entry)) expect();
      }),
  };
}

type Wait = {
  readonly isMet: () => boolean;
  readonly patienceMs: number;
  /** It is sure to be met soon, so that silence means a fault. */
  readonly isDue: boolean;
  readonly signal?: AbortSignal;
};

export type Waits = {
  /** Whether the condition was met in time. Rejects with the reason of the signal or of `closed`. */
  readonly until: (wait: Wait) => Promise<boolean>;
  /** Something arrived: check all conditions. */
  readonly lookAgain: () => void;
};

/**
 * Waits until every event of the ledger that the server holds when this is called has its number. Throws StoreUnavailable
 * if they do not arrive, AccessDenied or Unauthenticated.
 */
export async function cover(
  { connection, index, numbering, prefixes, retries }: CoverParts,
  { patienceMs, deadlineMs, whileEventsArrive = false }: CoverOptions,
): Promise<void> {
  const options = { deadlineMs, signal: retries.closed };
  const ask = <Answer>(question: () => Promise<Answer>): Promise<Answer> =>
    persist('the event store cannot be read', question, { ...retries, patienceMs });

  async function hasArrived(isMet: () => boolean, patienceMs: number, isDue: boolean): Promise<boolean> {
    for (;;) {
      const before = numbering.covered();
      if (await numbering.until({ isMet, patienceMs, isDue })) return true;
      if (!whileEventsArrive || numbering.covered() === before) return false;
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

  // If another application wrote last, the subscription never reaches the end of the log by itself.
  if (!isOurs) await hasArrived(() => numbering.hasCaughtUp() || isCovered(), Math.min(quietMs, patienceMs), false);
  while (!isCovered()) {
    const covered = numbering.covered();
    const isWanted = (event: SentEvent) => event.commit > covered && isOfLedger(event, prefixes);
    const next = isOurs
      ? end
      : await ask(() => readNextOfLedger(connection, index.head().checkpoint, isWanted, prefixes, options));
    if (next === null || next.commit > end.commit) return;
    if (await hasArrived(() => numbering.covered() >= next.commit, patienceMs, true)) continue;
    const cause = numbering.failure();
    const reason = cause === null ? '' : `: ${cause.message}`;
    throw new StoreUnavailable(`some recorded events have not arrived here yet${reason}`, { cause });
  }
}

type CoverParts = {
  readonly connection: Connection;
  readonly index: Pick<NumberIndex, 'head'>;
  readonly numbering: Numbering;
  readonly prefixes: readonly string[];
  readonly retries: Retries;
};

export type CoverOptions = {
  readonly patienceMs: number;
  readonly deadlineMs: number;
  /** Keep waiting beyond `patienceMs` as long as events arrive. */
  readonly whileEventsArrive?: boolean;
};

/** How long to wait for a subscription to catch up before asking the server what is still missing. */
const quietMs = 1_000;
