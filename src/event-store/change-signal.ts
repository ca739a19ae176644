/** Wakes those who wait for new events. */
export type ChangeSignal = {
  /** Where one stands before one reads: what comes after is told by `changedSince`. */
  readonly mark: () => number;
  /** Resolves when something may have been written since the mark, when the signal aborts, or when closed. */
  readonly changedSince: (mark: number, abort: AbortSignal) => Promise<void>;
  /** Something was written by this process, or the store is closed: whoever waits looks again. */
  readonly changed: () => void;
};

/** Milliseconds between two looks at what other processes wrote, while anyone waits. */
const lookEvery = 10;

/**
 * Tells of changes by this process at once and of those by others when `version` (cheap, read while anyone waits)
 * differs from what it was. It may wake in vain, and never misses a change after the mark.
 */
export function changeSignal(version: () => number): ChangeSignal {
  const waiting = new Set<() => void>();
  let count = 0;
  let seen = version();
  let timer: NodeJS.Timeout | undefined;

  const changed = (): void => {
    count += 1;
    for (const wake of waiting) wake();
  };

  const look = (): void => {
    const before = seen;
    try {
      seen = version();
    } catch {
      // Whoever waits finds out by reading, and can be told; a timer cannot.
      seen = Number.NaN;
    }
    if (seen !== before) changed();
  };

  const stopWaiting = (wake: () => void): void => {
    waiting.delete(wake);
    if (waiting.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };

  return {
    mark: () => count,
    changed,
    changedSince: (mark, abort) =>
      new Promise((resolve) => {
        if (count !== mark || abort.aborted) return resolve();
        const wake = (): void => {
          abort.removeEventListener('abort', wake);
          stopWaiting(wake);
          resolve();
        };
        abort.addEventListener('abort', wake, { once: true });
        waiting.add(wake);
        timer ??= setInterval(look, lookEvery);
        look();
      }),
  };
}
