import { setTimeout as after } from 'node:timers/promises';
import { isOfTheStore } from '../event-store/event-store.ts';
import type { LogChecked } from './check-log.ts';
import { type Fault, faultBetween } from './fault.ts';

/** How far the log was checked since the start. A fault that is known from the beginning may turn out to begin earlier. */
export type CheckState = {
  readonly state: 'checking' | 'good' | 'altered' | 'stopped';
  readonly checked: number;
  readonly fault: Fault | null;
};

/** A check that runs beside everything else. */
export type RunningCheck = {
  readonly state: () => CheckState;
  /** Resolves when it has come to its end, good or not. */
  readonly ended: Promise<void>;
  readonly stop: () => Promise<void>;
};

/** What is checked, and who is told how it ended. */
export type CheckParts = {
  /** What was wrong before it began. */
  readonly known: Fault | null;
  readonly check: (tell: (checked: number) => void, signal: AbortSignal) => Promise<LogChecked>;
  /** What is done with a ledger of which so many events are good; gives a fault that shows only then. */
  readonly whenGood: (checked: number) => Promise<Fault | null>;
  readonly report: (state: CheckState) => void;
};

// How long a store that cannot be reached is left alone before the check begins anew, in milliseconds.
const retryAfter = 1_000;

/** Starts a check, which is begun anew as long as the store cannot be reached. */
export function startCheck({ known, check, whenGood, report }: CheckParts): RunningCheck {
  const stopping = new AbortController();
  let state: CheckState = { state: known === null ? 'checking' : 'altered', checked: 0, fault: known };

  const ending = (checked: number, fault: Fault | null): CheckState => {
    if (stopping.signal.aborted) return { ...state, state: state.fault === null ? 'stopped' : 'altered', checked };
    return { state: fault === null ? 'good' : 'altered', checked, fault };
  };

  const once = async (): Promise<CheckState> => {
    const tell = (checked: number): void => {
      state = { ...state, checked };
    };
    const { checked, fault } = await check(tell, stopping.signal);
    const found = fault ?? known;
    if (found !== null || stopping.signal.aborted) return ending(checked, found);
    return ending(checked, await whenGood(checked));
  };

  const failed = async (cause: unknown): Promise<CheckState | null> => {
    const { checked } = state;
    if (stopping.signal.aborted) return ending(checked, null);
    if (!isOfTheStore(cause)) {
      const what = `they could not be checked: ${String(cause)}`;
      return ending(checked, known ?? faultBetween(checked + 1, checked + 1, what));
    }
    await after(retryAfter, undefined, { signal: stopping.signal }).catch(() => undefined);
    return null;
  };

  const run = async (): Promise<void> => {
    for (;;) {
      const end = await once().catch(failed);
      if (end === null) continue;
      state = end;
      report(state);
      return;
    }
  };

  const ended = run();
  return {
    state: () => state,
    ended,
    stop: async () => {
      stopping.abort();
      await ended;
    },
  };
}
