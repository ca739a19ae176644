import { type EventStoreDBClient, jsonEvent, NO_STREAM, START, streamNameFilter } from '@eventstore/db-client';
import type { EventStore, NewEvent } from '../src/event-store/event-store.ts';

/** What is measured: appends and reads of streams by their names, without the prefix. */
export type Subject = {
  /** Appends to a stream that ends at a revision (-1: there is none); gives the revision of the last event. */
  readonly append: (stream: string, last: number, events: readonly NewEvent[]) => Promise<number>;
  readonly readStream: (stream: string) => AsyncIterable<unknown>;
  /** Everything under the prefix, as one catches up with it: so many events. */
  readonly catchUp: (count: number) => Promise<void>;
};

const subscribed = (client: EventStoreDBClient, prefix: string) =>
  client.subscribeToAll({
    fromPosition: START,
    filter: streamNameFilter({ prefixes: [prefix], maxSearchWindow: 500 }),
  });

/** The client as it is. */
export const bare = (client: EventStoreDBClient, prefix: string): Subject => ({
  append: async (stream, last, events) => {
    const expectedRevision = last === -1 ? NO_STREAM : BigInt(last);
    const messages = events.map((event) => jsonEvent(event as Parameters<typeof jsonEvent>[0]));
    const { nextExpectedRevision } = await client.appendToStream(prefix + stream, messages, { expectedRevision });
    return Number(nextExpectedRevision);
  },
  readStream: (stream) => client.readStream(prefix + stream),
  catchUp: async (count) => {
    const subscription = subscribed(client, prefix);
    let seen = 0;
    for await (const _ of subscription) {
      seen += 1;
      if (seen === count) break;
    }
    await subscription.unsubscribe();
  },
});

/** The client with a subscription, whose appends are over when it has seen their events. */
export const following = (
  client: EventStoreDBClient,
  prefix: string,
): Subject & { readonly stop: () => Promise<void> } => {
  const subject = bare(client, prefix);
  const subscription = subscribed(client, prefix);
  const seen = new Set<string>();
  const waiting = new Map<string, () => void>();
  subscription.on('data', ({ event }) => {
    const id = event?.id ?? '';
    if (waiting.has(id)) waiting.get(id)?.();
    else seen.add(id);
    waiting.delete(id);
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
    stop: () => subscription.unsubscribe(),
  };
};

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
