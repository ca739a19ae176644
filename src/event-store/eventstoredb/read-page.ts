import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import { isLate, meaningOf, StreamNotFound, silent } from './call-error.ts';
import type { Client } from './client.ts';
import { read } from './read-call.ts';
import { type SentEvent, sizeOf } from './recorded-event.ts';
import { persistently, type Retries } from './retry.ts';

/** How a page is read: how long it may take (milliseconds), of which stream (as the port names it), and what ends it. */
export type PageOptions = { readonly deadline: number; readonly stream: string | null; readonly signal: AbortSignal };

/** Reads a page of a stream (as the port names it) or of the log, persistently; `what` says what could not be done. */
export type PageReader = (
  what: string,
  request: ReadReq,
  stream: string | null,
  signal?: AbortSignal,
) => Promise<readonly SentEvent[]>;

/** So many events are read at a time, at most. */
export const pageSize = 500;

// Large events make a page short, so that it fits in memory.
const mostBytes = 1024 * 1024;

/** Reads pages until it is known what they hold; each attempt may take as long as the deadline, in milliseconds. */
export function pageReader(client: Client, deadline: number, retries: Retries): PageReader {
  return async (what, request, stream, signal = retries.closed) =>
    await persistently(what, () => readPage(client, request, { deadline, stream, signal }), {
      ...retries,
      closed: signal,
    });
}

/**
 * Makes one read to its end, and gives its events; fewer where they are large, but never none. Throws StreamNotFound,
 * UnknownOutcome, the port's errors, and the reason of the signal where that is aborted.
 */
export async function readPage(
  client: Client,
  request: ReadReq,
  { deadline, stream, signal }: PageOptions,
): Promise<readonly SentEvent[]> {
  signal.throwIfAborted();
  const streams = await client.streams().catch((error: unknown) => {
    throw meaningOf(error, stream);
  });
  return await new Promise((resolve, reject) => {
    const events: SentEvent[] = [];
    let bytes = 0;
    let isAnswered = false;
    const call = read(streams, request, client.within(deadline));
    const end = (settle: () => void): void => {
      signal.removeEventListener('abort', abort);
      settle();
    };
    const abort = (): void => {
      end(() => reject(signal.reason as Error));
      call.cancel();
    };
    signal.addEventListener('abort', abort, { once: true });
    call.on('data', (answer) => {
      isAnswered = true;
      if (answer.kind === 'stream-not-found') end(() => reject(new StreamNotFound(stream ?? '')));
      if (answer.kind !== 'event' || bytes > mostBytes) return;
      events.push(answer.event);
      bytes += sizeOf(answer.event);
      if (bytes <= mostBytes) return;
      end(() => resolve(events));
      call.cancel();
    });
    call.on('end', () => end(() => resolve(events)));
    // It stays: a call that was cancelled tells so, and an error that nobody hears would end the process.
    call.on('error', (error) => {
      // A server that answers nothing, though its connection lives, may not be the leader any more.
      client.failed(streams, isLate(error) && !isAnswered ? silent : error);
      end(() => reject(meaningOf(error, stream)));
    });
  });
}
