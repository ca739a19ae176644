import { meaningOf, UnknownOutcome } from './call-error.ts';
import type { Client } from './client.ts';
import type { ReadAnswer } from './read-answer.ts';
import { read } from './read-call.ts';
import { type LogPosition, subscribeRequest } from './read-request.ts';
import type { SentEvent } from './recorded-event.ts';
import { settingsOf } from './truncation.ts';

/** What a subscription brought. */
export type Arrived = {
  /** In the order of the log. */
  readonly events: readonly SentEvent[];
  /** How far the log was looked at, if further than the last event. */
  readonly looked: LogPosition | null;
  /** Whether the server has said that these were all, for then; null where it has said nothing new. */
  readonly hasCaughtUp: boolean | null;
};

/** After so many events of others the server says how far it has looked. */
const window = 500;

/** So many events are handed over at a time, at most. */
const most = 500;

/**
 * Subscribes to the streams whose names begin with one of the prefixes, and to their settings, after a position. What arrives in
 * one turn of the event loop is handed over together; an error that `take` throws ends the subscription. Never resolves:
 * rejects when the subscription breaks, or with the reason of the signal.
 */
export async function followLog(
  client: Client,
  prefixes: readonly string[],
  after: LogPosition | 'start',
  take: (arrived: Arrived) => void,
  signal: AbortSignal,
): Promise<never> {
  const streams = await client.streams();
  signal.throwIfAborted();
  return await new Promise((_, reject) => {
    const request = subscribeRequest(after, [...prefixes, ...prefixes.map(settingsOf)], window);
    const call = read(streams, request, client.endless());
    let events: SentEvent[] = [];
    let looked: LogPosition | null = null;
    let hasCaughtUp: boolean | null = null;
    let isScheduled = false;
    let isOver = false;

    // What was not handed over comes again: nothing of this subscription counts from here on.
    const end = (error: unknown): void => {
      if (isOver) return;
      isOver = true;
      signal.removeEventListener('abort', abort);
      call.cancel();
      reject(error);
    };
    const abort = (): void => end(signal.reason);

    const handOver = (): void => {
      isScheduled = false;
      if (isOver) return;
      const arrived = { events, looked, hasCaughtUp };
      [events, looked, hasCaughtUp] = [[], null, null];
      try {
        take(arrived);
      } catch (error) {
        end(error);
      }
    };

    const receive = (answer: ReadAnswer): void => {
      if (answer.kind === 'event') events.push(answer.event);
      else if (answer.kind === 'checkpoint') looked = answer.position;
      else if (answer.kind === 'caught-up') hasCaughtUp = true;
      else if (answer.kind === 'fell-behind') hasCaughtUp = false;
      if (events.length >= most) handOver();
      else if (!isScheduled) {
        isScheduled = true;
        setImmediate(handOver);
      }
    };

    signal.addEventListener('abort', abort, { once: true });
    call.on('data', receive);
    call.on('end', () => end(new UnknownOutcome('the server ended the subscription')));
    // It stays: a call that was cancelled tells so, and an error that nobody hears would end the process.
    call.on('error', (error) => {
      if (!isOver) client.failed(streams, error);
      end(meaningOf(error, null));
    });
  });
}
