import type { Client } from './client.ts';
import type { Numbering } from './numbering.ts';
import { readPage } from './read-page.ts';
import { type LogPosition, readLogRequest } from './read-request.ts';
import { commitOf, isOfLedger, type SentEvent } from './recorded-event.ts';

// From the end of the log backwards: first one event, for others are seldom there, then more at a time. Together they
// are more than a subscription looks at between two checkpoints.
const pages = [1, 32, 256, 256, 256, 256];

type Parts = {
  readonly client: Client;
  readonly numbering: Pick<Numbering, 'covered'>;
  readonly prefix: string;
  readonly deadline: number;
};

/**
 * Up to where in the log of the server the numbering must have come for every event that the ledger has now to have its
 * number; null where it has come so far. The log is shared with others: it is read from its end back to the last event of the
 * ledger, or to where it was looked at before, or so far that a checkpoint must come close.
 */
export const uncoveredHead = async (
  { client, numbering, prefix, deadline }: Parts,
  signal: AbortSignal,
): Promise<number | null> => {
  let before = Number.POSITIVE_INFINITY;
  let from: LogPosition | 'end' = 'end';
  for (const count of pages) {
    const request = readLogRequest(from, 'backwards', count);
    const events: readonly SentEvent[] = await readPage(client, request, { deadline, stream: null, signal });
    const earlier = events.filter((event) => commitOf(event) < before);
    if (earlier.length === 0) return null;
    for (const event of earlier) {
      before = commitOf(event);
      if (before <= numbering.covered()) return null;
      if (isOfLedger(event, prefix)) return before;
    }
    from = { commit: before, prepare: before };
  }
  return before;
};
