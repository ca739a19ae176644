import type { Log } from './log.ts';

/** Waits for the next append: resolves when there is one, or when the signal is aborted. */
export type Follow = () => Promise<void>;

/** Follows a log until the signal is aborted. */
export const follow = (log: Log, signal: AbortSignal): Follow => {
  let wake = (): void => {};
  const unlisten = log.listen(() => wake());
  signal.addEventListener('abort', () => {
    unlisten();
    wake();
  });
  return () =>
    new Promise((resolve) => {
      if (signal.aborted) resolve();
      else wake = resolve;
    });
};
