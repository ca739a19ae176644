import { NotLeader, StoreUnavailable } from '../event-store.ts';
import { UnknownOutcome } from './call-error.ts';

/** How calls are tried again. Times are milliseconds; `random` gives numbers from 0 up to 1. */
export type Retries = {
  readonly patience: number;
  readonly random: () => number;
  /** Aborted when the store is closed, with the error that calls then end with. */
  readonly closed: AbortSignal;
};

const firstPause = 20;
const longestPause = 1_000;

/**
 * How long to wait before the next attempt after so many that failed: doubling, up to a second, and by chance between
 * half of that and all of it, so that many who were cut off at once do not come back at once.
 */
export function pauseAfter(failures: number, random: () => number): number {
  return Math.min(longestPause, firstPause * 2 ** (failures - 1)) * (0.5 + random() / 2);
}

/** Waits, in milliseconds; rejects with the reason of the signal where it is aborted first. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', end);
      resolve();
    }, milliseconds);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}

/**
 * Makes a call, again and again while its outcome is unknown, until it is known or patience is at its end: then it
 * throws StoreUnavailable, or NotLeader. Any other error is the outcome. `what` says in words what could not be done.
 */
export async function persistently<Answer>(
  what: string,
  call: () => Promise<Answer>,
  { patience, random, closed }: Retries,
): Promise<Answer> {
  const deadline = performance.now() + patience;
  for (let failures = 1; ; failures += 1) {
    try {
      return await call();
    } catch (error) {
      if (closed.aborted) throw closed.reason;
      if (!(error instanceof UnknownOutcome)) throw error;
      const next = pauseAfter(failures, random);
      if (performance.now() + next > deadline) {
        const Unavailable = error.notLeader ? NotLeader : StoreUnavailable;
        throw new Unavailable(`${what}: ${error.message}`, { cause: error });
      }
      await pause(next, closed);
    }
  }
}
