import { setTimeout as after } from 'node:timers/promises';
import type { StoreHealth, StoreProblem } from '../event-store.ts';
import type { NumberIndex } from './number-index.ts';
import type { Truncation } from './truncation.ts';

type Parts = {
  readonly index: Pick<NumberIndex, 'truncations' | 'ofStream'>;
  readonly prefix: string;
  /** Throws where the store cannot be used. */
  readonly cover: () => Promise<void>;
  /** The first revision of a stream, named with prefix, that can still be read; null where there is none. */
  readonly firstRevision: (fullName: string) => Promise<number | null>;
};

/** Milliseconds after which a store that does not say how it is counts as unavailable, whatever it was asked. */
const longest = 3_000;

/**
 * How a store is: usable where `cover` does not throw, and with a problem for each stream of the ledger, its name without
 * the prefix, that something cuts short. A setting that has not cut anything yet is told from one that has.
 */
export async function healthOf({ index, prefix, cover, firstRevision }: Parts): Promise<StoreHealth> {
  const problemOf = async ([fullName, { message, isCut }]: readonly [string, Truncation]): Promise<StoreProblem> => {
    const stream = fullName.slice(prefix.length);
    const problem = (kind: 'truncation' | 'retention', what: string): StoreProblem => ({
      kind,
      stream,
      message: `${stream}: ${message}${what}; a ledger is never truncated`,
    });
    if (isCut) return problem('truncation', '');
    const first = await firstRevision(fullName).catch(() => undefined);
    if (first === undefined) return problem('retention', ', which has to be taken away');
    if (first !== null && first > 0) return problem('truncation', `: those before revision ${first} are gone`);
    const isGone = first === null && index.ofStream(fullName, 0, 0).length > 0;
    if (isGone) return problem('truncation', ': all of them are gone');
    return problem('retention', ': nothing is gone yet, but the setting has to be taken away');
  };

  const unavailable = (message: string): StoreProblem => ({ kind: 'unavailable', stream: null, message });

  const asked = async (): Promise<StoreHealth> => {
    const problems = Promise.all([...index.truncations()].map(problemOf));
    try {
      await cover();
      return { ok: true, problems: await problems };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { ok: false, problems: [unavailable(message), ...(await problems)] };
    }
  };

  const enough = new AbortController();
  const late = async (): Promise<StoreHealth> => {
    await after(longest, undefined, { signal: enough.signal }).catch(() => undefined);
    return { ok: false, problems: [unavailable(`the event store has not said within ${longest} ms how it is`)] };
  };
  return await Promise.race([asked(), late()]).finally(() => enough.abort());
}
