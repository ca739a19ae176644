/** What is waited for, for so many milliseconds; `isDue` where it is sure to come, so that silence means a fault. */
export type Wait = {
  readonly isSo: () => boolean;
  readonly patience: number;
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

/** What is done about those who wait for what is due: at once, and after each silence (milliseconds). */
export type Due = { readonly hurry: () => void; readonly restart: () => void; readonly silence: number };

type Waiting = { readonly look: () => void; readonly isDue: boolean };

/** Keeps those who wait, until `closed` is aborted. */
export function createWaits(closed: AbortSignal, { hurry, restart, silence }: Due): Waits {
  const waiting = new Set<Waiting>();
  let quietSince = performance.now();
  let watching: NodeJS.Timeout | undefined;

  const lookAll = (): void => {
    for (const { look } of waiting) look();
  };
  closed.addEventListener('abort', lookAll, { once: true });

  const watch = (): void => {
    watching = undefined;
    if (![...waiting].some(({ isDue }) => isDue)) return;
    const left = silence - (performance.now() - quietSince);
    if (left <= 0) {
      quietSince = performance.now();
      restart();
    }
    watching = setTimeout(watch, left <= 0 ? silence : left);
  };

  const expect = (): void => {
    hurry();
    if (watching !== undefined) return;
    quietSince = performance.now();
    watching = setTimeout(watch, silence);
  };

  return {
    heard: () => {
      quietSince = performance.now();
      lookAll();
    },
    until: ({ isSo, patience, isDue, signal }) =>
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
        const one: Waiting = { look, isDue };
        if (Number.isFinite(patience)) timer = setTimeout(() => settle(() => resolve(false)), patience);
        signal?.addEventListener('abort', look);
        waiting.add(one);
        look();
        if (isDue && waiting.has(one)) expect();
      }),
  };
}
