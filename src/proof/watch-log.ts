import { setTimeout as wait } from 'node:timers/promises';
import { isStoreError } from '../event-store/event-store.ts';
import { passingError } from '../event-store/sqlite-file.ts';
import { type Fault, faultAt, type LogChecked } from './check-log.ts';
import type { FoundFault, KeptFault } from './kept-fault.ts';

/**
 * Watches the log of a ledger: checks the end of it, then the whole, and the whole again from time to time and whenever
 * something else finds a fault. A fault is kept: it is gone once a check of the whole finds the log to be what it was.
 */
export function watchLog(parts: WatchParts): LogWatch {
  const {
    startFault,
    kept,
    expected,
    isReadable,
    hasGround,
    tail,
    whole,
    whenGood,
    report,
    repeatMs = oneDayMs,
  } = parts;
  const stopping = new AbortController();
  const { signal } = stopping;
  const firstPass = Promise.withResolvers<void>();
  let poke = Promise.withResolvers<void>();
  let reported: string | null = null;
  let progress: Pick<CheckState, 'state' | 'checked'> = { state: 'checking', checked: 0 };
  // What this process found, should it be impossible to keep it.
  let own: Fault | null = startFault;

  const faultNow = (): Fault | null => own ?? kept.find()?.fault ?? null;
  const state = (): CheckState => {
    const fault = faultNow();
    return { ...progress, state: fault === null ? progress.state : 'altered', fault };
  };

  const tellOf = (fault: Fault | null): void => {
    if (fault !== null && fault.message === reported) return;
    reported = fault?.message ?? null;
    report(state());
  };

  const accuse = (fault: Fault): void => {
    own = fault;
    try {
      kept.keep({ foundAt: new Date().toISOString(), fault, expected: expected() });
    } catch (error) {
      if (passingError(error, '') === null) throw error;
    }
    tellOf(fault);
  };

  // What was found earlier is over, if there was something to compare the log with, and the views can read it too.
  const isPassed = async (found: FoundFault | null): Promise<boolean> => {
    if (startFault !== null) return false;
    if (found === null) return true;
    const { first, last } = found.fault;
    return (found.expected !== null || hasGround) && (first < 1 || first !== last || (await isReadable(first)));
  };

  const settle = async ({ checked, fault, treeDamage }: LogChecked): Promise<void> => {
    if (signal.aborted) {
      progress = { state: progress.state === 'good' ? 'good' : 'stopped', checked };
      return;
    }
    progress = { ...progress, checked };
    // What showed at once says more than what follows from it.
    if (fault !== null)
      return accuse(
        startFault !== null && fault.first < startFault.first && fault.first > 0 ? fault : (startFault ?? fault),
      );
    if (!(await isPassed(kept.find()))) return;
    own = null;
    kept.clear();
    const later = await whenGood(checked, treeDamage);
    if (later !== null) return accuse(later);
    progress = { state: 'good', checked };
  };

  // Again, whenever the store or the disk fails.
  const pass = async (): Promise<void> => {
    const tell = (checked: number): void => {
      if (progress.state === 'checking') progress = { ...progress, checked };
    };
    for (;;) {
      try {
        return await settle(await whole(tell, signal));
      } catch (error) {
        if (signal.aborted) return await settle({ ...nothingFound, checked: progress.checked });
        const isPassing = isStoreError(error) || passingError(error, '') !== null;
        const what = `the events from here on could not be checked: ${String(error)}`;
        if (!isPassing) return accuse(faultAt(progress.checked + 1, what));
        await wait(retryDelayMs, undefined, { signal }).catch(() => undefined);
      }
    }
  };

  const run = async (): Promise<void> => {
    if (startFault !== null) accuse(startFault);
    // Whatever fails here shows when all is read.
    const end = await tail(signal).catch(() => null);
    if (end !== null && end.fault !== null && !signal.aborted) accuse(end.fault);
    for (;;) {
      poke = Promise.withResolvers();
      await pass();
      tellOf(faultNow());
      firstPass.resolve();
      if (signal.aborted) return;
      await Promise.race([wait(repeatMs, undefined, { signal, ref: false }).catch(() => undefined), poke.promise]);
      if (signal.aborted) return;
    }
  };

  const running = run().catch((error: unknown) => {
    firstPass.reject(error);
    throw error;
  });
  running.catch(() => undefined);
  return {
    state,
    ended: firstPass.promise,
    found: (fault) => {
      if (faultNow() !== null) return;
      accuse(fault);
      poke.resolve();
    },
    stop: async () => {
      stopping.abort();
      poke.resolve();
      await running;
    },
  };
}

type WatchParts = {
  /** What is wrong before a single event is read. It does not go away while this process runs. */
  readonly startFault: Fault | null;
  readonly kept: KeptFault;
  /** The tree that the ledger should have. */
  readonly expected: () => FoundFault['expected'];
  readonly isReadable: (position: number) => Promise<boolean>;
  /** Whether anything was kept that the first check can compare the log with. */
  readonly hasGround: boolean;
  /** Checks what came after the last checkpoint; null if there is none. */
  readonly tail: (signal: AbortSignal) => Promise<LogChecked | null>;
  readonly whole: (tell: (checked: number) => void, signal: AbortSignal) => Promise<LogChecked>;
  /** Called when all events are checked and good. Returns a fault that shows only then. */
  readonly whenGood: (checked: number, treeDamage: string | null) => Promise<Fault | null>;
  readonly report: (state: CheckState) => void;
  /** The time from the end of one check of the whole to the next. */
  readonly repeatMs?: number;
};

/** A check of the log that goes on in the background. */
export type LogWatch = {
  readonly state: () => CheckState;
  /** Resolves when the whole log was checked once, whatever that found. */
  readonly ended: Promise<void>;
  /** Tells it of a fault that a read or a proof has met, so that nothing is recorded and all is checked again. */
  readonly found: (fault: Fault) => void;
  readonly stop: () => Promise<void>;
};

/** How much of the log the check has read. A fault that is found at the start may turn out to begin earlier. */
export type CheckState = {
  readonly state: 'checking' | 'good' | 'altered' | 'stopped';
  readonly checked: number;
  readonly fault: Fault | null;
};

const nothingFound = { root: new Uint8Array(), fault: null, treeDamage: null };

const oneDayMs = 86_400_000;

// Between a failure of the store and the next check.
const retryDelayMs = 1_000;
