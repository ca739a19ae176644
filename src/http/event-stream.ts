import { Readable } from 'node:stream';
import type { EventStore, RecordedEvent } from '../event-store/event-store.ts';
import type { Feed } from '../projections/live/histories.ts';

/**
 * Streams of server-sent events, all fed by the one feed of the process. A client that has seen less first gets what it
 * missed, from the store, as fast as it reads; from then on it gets what the feed takes in. A client that does not keep
 * up is dropped: it reconnects, and resumes after the last event that it read.
 */
export function eventStreams(
  { store, feed }: { readonly store: Pick<EventStore, 'readAll'>; readonly feed: Pick<Feed, 'listen' | 'position'> },
  toJson: (event: RecordedEvent) => string,
  { maxClients = 200, heartbeatMs = 15_000, maxWaitingBytes = 1024 * 1024 }: StreamLimits = {},
): EventStreams {
  const clients = new Set<Client>();

  const takeLive = (events: readonly RecordedEvent[]): void => {
    const live = [...clients].filter(({ isLive }) => isLive);
    if (live.length === 0) return;
    const written = events.map((event) => ({ event, text: messageOf(event, toJson) }));
    for (const client of live) {
      const text = written.flatMap((one) => (client.wants(one.event) ? [one.text] : [])).join('');
      client.position = events.at(-1)?.position ?? client.position;
      if (text !== '') client.stream.push(text);
      if (client.stream.readableLength > maxWaitingBytes) client.stream.destroy();
    }
  };
  feed.listen(takeLive);

  const catchUp = async (client: Client): Promise<void> => {
    while (client.position < feed.position()) {
      for await (const event of store.readAll({ after: client.position, limit: eventsPerRead })) {
        if (client.stream.destroyed) return;
        client.position = event.position;
        if (client.wants(event) && !client.stream.push(messageOf(event, toJson))) await client.read();
      }
    }
    // In the same turn as the comparison, so that no event falls between the store and the feed.
    client.isLive = true;
  };

  const heartbeat = setInterval(() => {
    for (const client of clients) {
      if (client.hasStalled()) client.stream.destroy();
      else client.stream.push(`id: ${client.position}\n\n`);
    }
  }, heartbeatMs);
  heartbeat.unref();

  return {
    open: (after, wants) => {
      if (clients.size >= maxClients) return null;
      const client = createClient(after, wants, () => clients.delete(client));
      clients.add(client);
      client.stream.push(`retry: ${reconnectDelayMs}\nid: ${after}\n\n`);
      catchUp(client).catch((error: unknown) => client.stream.destroy(error as Error));
      return client.stream;
    },
    close: () => {
      clearInterval(heartbeat);
      for (const { stream } of clients) stream.push(null);
    },
  };
}

/** Limits of all streams together, and of one: what may wait for a client that does not read. */
export type StreamLimits = {
  readonly maxClients?: number;
  readonly heartbeatMs?: number;
  readonly maxWaitingBytes?: number;
};

type EventStreams = {
  /** A stream of the events after a position that a client wants; null if too many clients listen already. */
  readonly open: (after: number, wants: (event: RecordedEvent) => boolean) => Readable | null;
  /** Ends all streams. */
  readonly close: () => void;
};

const eventsPerRead = 500;

// A server that restarts is back by then.
const reconnectDelayMs = 3_000;

// The id without data moves the place from which a client resumes, though nothing of what it wants was recorded.
function messageOf(event: RecordedEvent, toJson: (event: RecordedEvent) => string): string {
  return `id: ${event.position}\ndata: ${toJson(event)}\n\n`;
}

type Client = {
  readonly stream: Readable;
  readonly wants: (event: RecordedEvent) => boolean;
  /** The last event that was looked at for it. */
  position: number;
  /** Whether it has caught up with the feed. */
  isLive: boolean;
  /** Waits until the client has read what was pushed. */
  readonly read: () => Promise<void>;
  /** Whether the client has read nothing since the last call, while something waited for it. */
  readonly hasStalled: () => boolean;
};

function createClient(after: number, wants: Client['wants'], leave: () => void): Client {
  let hasRead = Promise.withResolvers<void>();
  let reads = 0;
  let readsBefore = -1;
  const stream = new Readable({
    read: () => {
      reads += 1;
      hasRead.resolve();
      hasRead = Promise.withResolvers<void>();
    },
    destroy: (error, done) => {
      leave();
      hasRead.resolve();
      done(error);
    },
  });
  return {
    stream,
    wants,
    position: after,
    isLive: false,
    read: async () => await hasRead.promise,
    hasStalled: () => {
      const hasStalled = reads === readsBefore && stream.readableLength > 0;
      readsBefore = reads;
      return hasStalled;
    },
  };
}
