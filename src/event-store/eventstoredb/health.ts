import type { StoreHealth, StoreProblem } from '../event-store.ts';
import type { NumberIndex } from './number-index.ts';

/**
 * How a store is: usable where `cover` does not throw, and with a problem for each stream of the ledger, its name without
 * the prefix, that is cut short.
 */
export const healthOf = async (
  index: Pick<NumberIndex, 'truncations'>,
  prefix: string,
  cover: () => Promise<void>,
): Promise<StoreHealth> => {
  const problems = [...index.truncations()].map(([fullName, message]): StoreProblem => {
    const stream = fullName.slice(prefix.length);
    return { kind: 'truncation', stream, message: `${stream}: ${message}; a ledger is never truncated` };
  });
  try {
    await cover();
    return { ok: true, problems };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { ok: false, problems: [{ kind: 'unavailable', stream: null, message }, ...problems] };
  }
};
