import { meaningOf, UnknownOutcome } from './call-error.ts';
import type { Client } from './client.ts';
import { type Arrived, followLog } from './follow-log.ts';
import type { NumberIndex } from './number-index.ts';
import type { LogPosition } from './read-request.ts';
import type { RecentEvents } from './recent-events.ts';
import { isOfLedger } from './recorded-event.ts';
import { pause, pauseAfter } from './retry.ts';
import { checkSameLog } from './same-log.ts';
import { type Truncation, truncationIn } from './truncation.ts';
import { createWaits, type Waits } from './waits.ts';

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
   * By how much, at most, the clock of this process is ahead of the server's (milliseconds): so late did the last event
   * come that came live. 0 where none has.
   */
  readonly lead: () => number;
};

/** What numbering works with. `deadline` bounds a call, in milliseconds; `closed` is aborted when the store is closed. */
export type NumberingParts = {
  readonly client: Client;
  readonly index: NumberIndex;
  readonly recent: RecentEvents;
  /** What the names of the ledger's streams begin with. */
  readonly prefixes: readonly string[];
  readonly deadline: number;
  /** The clock of this process, in milliseconds since 1970. */
  readonly now: () => number;
  readonly random: () => number;
  readonly closed: AbortSignal;
};

/**
 * After so many milliseconds without a word, though something is due, a subscription that was answered is made anew; one
 * that was not may take as long as any call.
 */
const longestSilence = 1_500;

// A checkpoint names a record that was looked at, or (where its prepare position is another) the place after it.
function coveredBy({ commit, prepare }: LogPosition): number {
  return prepare === commit ? commit : commit - 1;
}

/** Begins to number the events of a ledger after the checkpoint of its index, and goes on whatever breaks. */
export function startNumbering(parts: NumberingParts): Numbering {
  const { client, index, recent, prefixes, deadline, now, random, closed } = parts;
  const begin = index.head().checkpoint;
  let covered = begin === 'start' ? -1 : coveredBy(begin);
  let failure: Error | null = new UnknownOutcome('the subscription has not begun');
  let failures = 0;
  let hasCaughtUp = false;
  let isAnswered = false;
  let lead = 0;
  let restart = (): void => undefined;
  let hurry = new AbortController();

  const { until, heard } = createWaits(closed, {
    // Who waits knows that the server answers: it is worth trying again at once.
    hurry: () => {
      if (!hurry.signal.aborted) hurry.abort();
    },
    // A subscription may have lost its server without noticing.
    restart: () => restart(),
    silence: Math.min(deadline, longestSilence),
  });

  const take = ({ events, looked, ...server }: Arrived): void => {
    const ours = events.filter((event) => isOfLedger(event, prefixes));
    const truncations = new Map<string, Truncation | null>();
    for (const event of events) {
      const said = truncationIn(event);
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
    if (hasCaughtUp && last !== undefined) lead = Math.max(0, now() - last.created);
    hasCaughtUp = server.hasCaughtUp ?? hasCaughtUp;
    heard();
  };

  const followOnce = async (): Promise<never> => {
    restart = () => undefined;
    await checkSameLog(client, index, { deadline, signal: closed });
    const stopped = new AbortController();
    const begun = performance.now();
    isAnswered = false;
    restart = () => {
      if (!isAnswered && performance.now() - begun < deadline) return;
      stopped.abort(new UnknownOutcome('the subscription was silent'));
    };
    const signal = AbortSignal.any([closed, stopped.signal]);
    return await followLog(client, prefixes, index.head().checkpoint, take, signal);
  };

  const run = async (): Promise<void> => {
    while (!closed.aborted) {
      try {
        await followOnce();
      } catch (error) {
        failure = meaningOf(error, null);
      }
      failures += 1;
      hasCaughtUp = false;
      hurry = new AbortController();
      await pause(pauseAfter(failures, random), AbortSignal.any([closed, hurry.signal])).catch(() => undefined);
    }
  };

  void run();
  return { covered: () => covered, hasCaughtUp: () => hasCaughtUp, failure: () => failure, lead: () => lead, until };
}
