import {
  type Credentials,
  type EventStoreDBClient,
  jsonEvent,
  NO_STREAM,
  type Position,
  START,
  streamNameFilter,
} from '@eventstore/db-client';
import type { EventStore, NewEvent } from '../src/event-store/event-store.ts';

/** Appends and reads of one client or adapter. Names of streams lack the prefix. */
export type Subject = {
  /** Appends to a stream whose last revision is `last` (-1: no stream). Gives the revision of the last event. */
  readonly append: (stream: string, last: number, events: readonly NewEvent[]) => Promise<number>;
  readonly readStream: (stream: string) => AsyncIterable<unknown>;
  /** Catches up with everything under the prefix: `count` events. */
  readonly catchUp: (count: number) => Promise<void>;
};

/** How the client appends: in a call for each append, as the adapter does, or all in one BatchAppend, its default. */
export type Appending = 'unary' | 'batch';

// With credentials the client makes a call for each append. A server without users accepts any credentials.
const unaryOptions = { credentials: { username: 'nobody', password: 'nothing' } };

/** The public methods of the client. `credentials` are those of the connection string, if it has any. */
export function bare(
  client: EventStoreDBClient,
  prefix: string,
  appending: Appending,
  credentials: Credentials | undefined,
): Subject {
  const options = appending === 'batch' ? {} : credentials ? { credentials } : unaryOptions;
  return {
    append: async (stream, last, events) => {
      const expectedRevision = last === -1 ? NO_STREAM : BigInt(last);
      const messages = events.map((event) => jsonEvent(event as Parameters<typeof jsonEvent>[0]));
      const result = await client.appendToStream(prefix + stream, messages, { expectedRevision, ...options });
      return Number(result.nextExpectedRevision);
    },
    readStream: (stream) => client.readStream(prefix + stream),
    catchUp: (count) => {
      let seen = 0;
      return follow(client, prefix, () => {
        seen += 1;
        return seen < count;
      });
    },
  };
}

// Takes events until `take` returns false. If the server drops it as too slow, it subscribes again.
async function follow(client: EventStoreDBClient, prefix: string, take: (id: string) => boolean): Promise<void> {
  let fromPosition: Position | typeof START = START;
  for (;;) {
    const filter = streamNameFilter({ prefixes: [prefix], maxSearchWindow: 500 });
    const subscription = client.subscribeToAll({ fromPosition, filter });
    try {
      for await (const { event } of subscription) {
        fromPosition = event?.position ?? fromPosition;
        if (!take(event?.id ?? '')) {
          await subscription.unsubscribe();
          return;
        }
      }
    } catch (error) {
      if ((error as { code?: number }).code !== 10) throw error;
    }
  }
}

/** The client with a subscription. An append ends when the subscription has seen its events. */
export function following(client: EventStoreDBClient, prefix: string, credentials: Credentials | undefined): Subject {
  const subject = bare(client, prefix, 'unary', credentials);
  const seen = new Set<string>();
  const waiting = new Map<string, () => void>();
  void follow(client, prefix, (id) => {
    if (waiting.has(id)) waiting.get(id)?.();
    else seen.add(id);
    waiting.delete(id);
    return true;
  });
  const arrived = async (id: string): Promise<void> => {
    if (!seen.has(id)) await new Promise<void>((resolve) => waiting.set(id, resolve));
    seen.delete(id);
  };
  return {
    ...subject,
    append: async (stream, last, events) => {
      const revision = await subject.append(stream, last, events);
      await arrived(events.at(-1)?.id ?? '');
      return revision;
    },
  };
}

/** The adapter. */
export const adapter = (store: EventStore): Subject => ({
  append: async (stream, last, events) =>
    (await store.append(stream, last === -1 ? 'no_stream' : last, events)).revision,
  readStream: (stream) => store.readStream(stream),
  catchUp: async () => {
    for await (const item of store.subscribe({ after: 0, signal: new AbortController().signal })) {
      if (item.kind === 'caught-up') return;
    }
  },
});
