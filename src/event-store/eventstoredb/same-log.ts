import { StoreUnavailable } from '../event-store.ts';
import { UnknownOutcome } from './call-error.ts';
import type { Client } from './client.ts';
import type { NumberIndex } from './number-index.ts';
import { type PageOptions, readPage } from './read-page.ts';
import { readLogRequest } from './read-request.ts';

/** The server's log is not the one that was numbered: it is another server's, or has lost events. */
export class AnotherLog extends StoreUnavailable {
  override readonly name = 'AnotherLog';

  constructor(position: number) {
    super(`the event store does not hold position ${position} of the ledger as it was numbered here before`);
  }
}

const unknown = 2;

// What a server answers where no record begins at the position that is asked for.
function isNoPosition(error: unknown): boolean {
  return error instanceof UnknownOutcome && (error.cause as { code?: unknown } | undefined)?.code === unknown;
}

/** Throws AnotherLog where the last event of an index does not stand in the log of the server as it did. */
export async function checkSameLog(
  client: Client,
  index: NumberIndex,
  options: Omit<PageOptions, 'stream'>,
): Promise<void> {
  const { number, commit, id, recordedAt } = index.head();
  if (number === 0) return;
  const request = readLogRequest({ commit, prepare: commit }, 'forwards', 1);
  try {
    const [found] = await readPage(client, request, { ...options, stream: null });
    // What was lost and sent again may have its id and even its place again, but not its time.
    if (found?.commit === commit && found.id === id && found.created <= recordedAt) return;
  } catch (error) {
    if (!isNoPosition(error)) throw error;
  }
  throw new AnotherLog(number);
}
