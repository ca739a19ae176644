import type { Client } from './client.ts';
import type { Numbering } from './numbering.ts';
import { readPage } from './read-page.ts';
import { type LogPosition, readLogRequest } from './read-request.ts';
import { commitOf, isOfLedger, type SentEvent } from './recorded-event.ts';

// From the end of the log backwards: first one event, for others are seldom there, then more and more at a time.
const pages = [1, 32, 256];

type Parts = {
  readonly client: Client;
  readonly numbering: Pick<Numbering, 'covered'>;
  readonly prefix: string;
  readonly deadline: number;
};

/**
 * Where in the log of the server the last event of the ledger stands that has no number yet, or null where all have
 * one. The log is shared with others: it is read from its end back to where it was looked at before.
 */
export const uncoveredHead = async (
  { client, numbering, prefix, deadline }: Parts,
  signal: AbortSignal,
): Promise<number | null> => {
  let before = Number.POSITIVE_INFINITY;
  let from: LogPosition | 'end' = 'end';
  for (let page = 0; ; page += 1) {
    const request = readLogRequest(from, 'backwards', pages[Math.min(page, pages.length - 1)] ?? 1);
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
};
