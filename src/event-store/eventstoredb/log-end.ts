import type { Client } from './client.ts';
import type { NumberIndex } from './number-index.ts';
import { type PageOptions, readPage } from './read-page.ts';
import { type LogPosition, readLedgerRequest, readLogRequest } from './read-request.ts';
import { isOfLedger } from './recorded-event.ts';

/** The last event of the whole log: where it stands, and whether it is one of the ledger's. */
export type LogEnd = { readonly commit: number; readonly isOurs: boolean };

type Options = Omit<PageOptions, 'stream'>;

/** Reads the last event of the log, which others write to as well; null where there is none. */
export async function readLogEnd(
  client: Client,
  prefixes: readonly string[],
  options: Options,
): Promise<LogEnd | null> {
  const [last] = await readPage(client, readLogRequest('end', 'backwards', 1), { ...options, stream: null });
  return last === undefined ? null : { commit: last.commit, isOurs: isOfLedger(last, prefixes) };
}

// Enough to come past what has its number already.
const count = 32;

/**
 * Where the next event of the ledger stands that comes after what was covered; null where there is none. The server
 * looks for it, from the checkpoint of the index on, and sends no event of others.
 */
export async function readUncovered(
  client: Client,
  index: Pick<NumberIndex, 'head'>,
  covered: number,
  prefixes: readonly string[],
  options: Options,
): Promise<number | null> {
  let from: LogPosition | 'start' = index.head().checkpoint;
  for (;;) {
    const events = await readPage(client, readLedgerRequest(from, prefixes, count), { ...options, stream: null });
    const next = events.find((event) => event.commit > covered && isOfLedger(event, prefixes));
    if (next !== undefined) return next.commit;
    const last = events.at(-1);
    if (last === undefined || events.length === 1) return null;
    from = { commit: last.commit, prepare: last.commit };
  }
}
