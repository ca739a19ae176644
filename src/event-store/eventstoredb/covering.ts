import { StoreUnavailable } from '../event-store.ts';
import type { Client } from './client.ts';
import type { Numbering } from './numbering.ts';
import { persistently, type Retries } from './retry.ts';
import { AnotherLog } from './same-log.ts';
import { uncoveredHead } from './uncovered-head.ts';

type Parts = {
  readonly client: Client;
  readonly numbering: Numbering;
  readonly prefix: string;
  readonly retries: Retries;
};

/** How long to try, and how long one call may take, in milliseconds. */
export type CoverOptions = {
  readonly patience: number;
  readonly deadline: number;
  /** Goes on beyond its patience as long as events come. */
  readonly whileTheyCome?: boolean;
};

/** Waits until every event of the ledger that the server holds when it is called has its number. */
export type Cover = (options: CoverOptions) => Promise<void>;

/** Reads the head of the server's log, and waits until the numbering has come so far; else throws StoreUnavailable. */
export const covering =
  ({ client, numbering, prefix, retries }: Parts): Cover =>
  async ({ patience, deadline, whileTheyCome = false }) => {
    const look = () => uncoveredHead({ client, numbering, prefix, deadline }, retries.closed);
    const commit = await persistently('the event store cannot be read', look, { ...retries, patience });
    const failure = numbering.failure();
    if (failure instanceof AnotherLog) throw failure;
    if (commit === null) return;
    const isSo = () => numbering.covered() >= commit;
    for (let before = Number.NaN; before !== numbering.covered(); ) {
      before = numbering.covered();
      if (await numbering.until({ isSo, patience, isDue: true })) return;
      if (!whileTheyCome) break;
    }
    throw new StoreUnavailable('what is recorded has not all arrived here yet', { cause: numbering.failure() });
  };
