import { StoreUnavailable } from '../event-store.ts';
import type { Client } from './client.ts';
import { readLogEnd, readUncovered } from './log-end.ts';
import type { NumberIndex } from './number-index.ts';
import type { Numbering } from './numbering.ts';
import { persistently, type Retries } from './retry.ts';
import { AnotherLog } from './same-log.ts';

type Parts = {
  readonly client: Client;
  readonly index: Pick<NumberIndex, 'head'>;
  readonly numbering: Numbering;
  /** What the names of the ledger's streams begin with. */
  readonly prefixes: readonly string[];
  readonly retries: Retries;
};

/** How long to try, and how long one call may take, in milliseconds. */
export type CoverOptions = {
  readonly patience: number;
  readonly deadline: number;
  /** Goes on beyond its patience as long as events come. */
  readonly whileTheyCome?: boolean;
};

/**
 * Waits until every event of the ledger that the server holds when it is called has its number; throws
 * StoreUnavailable where they do not come, and what the server refuses.
 */
export type Cover = (options: CoverOptions) => Promise<void>;

/** How long a subscription that catches up may be quiet before the server is asked what is still to come. */
const quiet = 1_000;

/** Covers what the server holds: reads the end of its log, and waits until the numbering has come so far. */
export function covering({ client, index, numbering, prefixes, retries }: Parts): Cover {
  return async ({ patience, deadline, whileTheyCome = false }) => {
    const options = { deadline, signal: retries.closed };
    const asked = <Answer>(ask: () => Promise<Answer>): Promise<Answer> =>
      persistently('the event store cannot be read', ask, { ...retries, patience });

    const came = async (isSo: () => boolean, patience: number, isDue: boolean): Promise<boolean> => {
      for (;;) {
        const before = numbering.covered();
        if (await numbering.until({ isSo, patience, isDue })) return true;
        if (!whileTheyCome || numbering.covered() === before) return false;
      }
    };

    const { number, commit } = index.head();
    const end = await asked(() => readLogEnd(client, prefixes, options));
    if (number > 0 && (end === null || end.commit < commit)) throw new AnotherLog(number);
    const failure = numbering.failure();
    if (failure instanceof AnotherLog) throw failure;
    if (end === null) return;
    const isCovered = () => numbering.covered() >= end.commit;

    // Where others wrote last, the subscription does not come to the end of the log by itself.
    if (!end.isOurs) await came(() => numbering.hasCaughtUp() || isCovered(), Math.min(quiet, patience), false);
    while (!isCovered()) {
      const next = end.isOurs
        ? end.commit
        : await asked(() => readUncovered(client, index, numbering.covered(), prefixes, options));
      if (next === null || next > end.commit) return;
      if (await came(() => numbering.covered() >= next, patience, true)) continue;
      const cause = numbering.failure();
      const reason = cause === null ? '' : `: ${cause.message}`;
      throw new StoreUnavailable(`what is recorded has not all arrived here yet${reason}`, { cause });
    }
  };
}
