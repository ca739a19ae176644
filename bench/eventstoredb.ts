import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import process from 'node:process';
import { EventStoreDBClient, jsonEvent, NO_STREAM, START, streamNameFilter } from '@eventstore/db-client';
import type { EventStore, NewEvent } from '../src/event-store/event-store.ts';
import { openEventStoreDb } from '../src/event-store/eventstoredb.ts';
import { startEventStoreDb } from '../test/support/eventstoredb/event-store-db.ts';

// What the adapter costs on top of the bare client, on one server: `node bench/eventstoredb.ts`, against the server that
// EVENTSTORE_URL names, else against the test server in a process of its own. Each is measured many times in turns, and
// the best counts: what else the machine does only ever makes a round slower.
//
// The adapter does more than the client: an append is answered when its events have come back through the subscription
// and have their positions. So it is also compared with a client that subscribes and waits until it has seen what it
// wrote, which is the least that a position costs.

const rounds = 9;
const goals = { append: 0.9, read: 0.8 };

/** An event of the size that articles give: some 350 bytes of data and metadata. */
const typicalEvent = (): NewEvent => ({
  id: randomUUID(),
  type: 'ObligationUndertaken',
  data: {
    fact: 'obligation/cloud-services.2022w/undertaken',
    modality: 'happened',
    date: '2017-01-19',
    subject: 'cloud-services',
    games: ['2022W'],
    note: 'one statement in our own words, about as long as a line of notes',
  },
  metadata: {
    article: '901',
    revision: 1,
    paragraphs: [3, 4],
    attribution: 'joint-statement',
    speaker: null,
    recordedBy: 'bench',
    schema: 1,
  },
});

const eventsOf = (count: number): readonly NewEvent[] => Array.from({ length: count }, typicalEvent);

/** What is measured, of the bare client and of the adapter: appends and reads of streams by their names. */
type Subject = {
  /** Appends to a stream that ends at a revision (-1: there is none); gives the revision of the last event. */
  readonly append: (stream: string, last: number, events: readonly NewEvent[]) => Promise<number>;
  readonly readStream: (stream: string) => AsyncIterable<unknown>;
  /** Everything under the prefix, as one catches up with it. */
  readonly catchUp: (count: number) => Promise<void>;
};

const bare = (client: EventStoreDBClient, prefix: string): Subject => ({
  append: async (stream, last, events) => {
    const expectedRevision = last === -1 ? NO_STREAM : BigInt(last);
    const messages = events.map((event) => jsonEvent(event as Parameters<typeof jsonEvent>[0]));
    const { nextExpectedRevision } = await client.appendToStream(prefix + stream, messages, { expectedRevision });
    return Number(nextExpectedRevision);
  },
  readStream: (stream) => client.readStream(prefix + stream),
  catchUp: async (count) => {
    const filter = streamNameFilter({ prefixes: [prefix], maxSearchWindow: 500 });
    const subscription = client.subscribeToAll({ fromPosition: START, filter });
    let seen = 0;
    for await (const _ of subscription) {
      seen += 1;
      if (seen === count) break;
    }
    await subscription.unsubscribe();
  },
});

/** The client with a subscription, whose appends are over when it has seen their events. */
const following = (client: EventStoreDBClient, prefix: string): Subject & { readonly stop: () => Promise<void> } => {
  const subject = bare(client, prefix);
  const filter = streamNameFilter({ prefixes: [prefix], maxSearchWindow: 500 });
  const subscription = client.subscribeToAll({ fromPosition: START, filter });
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

const adapter = (store: EventStore): Subject => ({
  append: async (stream, last, events) =>
    (await store.append(stream, last === -1 ? 'no_stream' : last, events)).revision,
  readStream: (stream) => store.readStream(stream),
  catchUp: async () => {
    for await (const item of store.subscribe({ after: 0, signal: new AbortController().signal })) {
      if (item.kind === 'caught-up') return;
    }
  },
});

/** Things done per second, and the time of a processor that each took this process, in microseconds. */
type Measured = { readonly rate: number; readonly cost: number };

const nothing: Measured = { rate: 0, cost: Number.POSITIVE_INFINITY };

const measured = async (count: number, work: () => Promise<unknown>): Promise<Measured> => {
  const [start, before] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(before);
  return { rate: (count / (performance.now() - start)) * 1000, cost: (user + system) / count };
};

const better = (one: Measured, other: Measured): Measured => ({
  rate: Math.max(one.rate, other.rate),
  cost: Math.min(one.cost, other.cost),
});

const inTurn = async (subject: Subject, stream: string, batches: readonly (readonly NewEvent[])[]): Promise<void> => {
  let last = -1;
  for (const batch of batches) last = await subject.append(stream, last, batch);
};

type Measure = {
  readonly name: string;
  readonly goal: number;
  readonly measure: (subject: Subject, round: number) => Promise<Measured>;
};

const appending = (name: string, writers: number, appends: number, size: number): Measure => ({
  name,
  goal: goals.append,
  measure: async (subject, round) => {
    const work = Array.from({ length: writers }, () => Array.from({ length: appends }, () => eventsOf(size)));
    return await measured(writers * appends * size, () =>
      Promise.all(work.map((batches, writer) => inTurn(subject, `${name}-${round}-${writer}`, batches))),
    );
  },
});

const history = 10_000;

const measures: readonly Measure[] = [
  appending('appends of 1, one after another', 1, 300, 1),
  appending('appends of 1, 64 at a time', 64, 20, 1),
  appending('appends of 25 (an article), one after another', 1, 60, 25),
  appending('appends of 25, 8 at a time', 8, 15, 25),
  appending('appends of 1,000, one after another', 1, 6, 1000),
  {
    name: 'read a stream',
    goal: goals.read,
    measure: async (subject) =>
      await measured(history, async () => {
        for await (const _ of subject.readStream('history'));
      }),
  },
  {
    name: 'catch up with the ledger',
    goal: goals.read,
    measure: async (subject) => await measured(history, () => subject.catchUp(history)),
  },
];

const shown = (value: number): string =>
  (Number.isFinite(value) && value > 0 ? Math.round(value).toLocaleString('en') : '').padStart(9);

const measureAll = async (connectionString: string): Promise<boolean> => {
  const client = EventStoreDBClient.connectionString(connectionString);
  const prefixOf = (name: string): string => `bench-${name}-${randomUUID()}_`;
  const prefixes = { bare: prefixOf('a'), following: prefixOf('b'), adapter: prefixOf('c'), read: prefixOf('d') };
  const open = (streamPrefix: string) => openEventStoreDb({ connectionString, streamPrefix });
  const reader = await open(prefixes.read);
  const writer = await open(prefixes.adapter);
  await inTurn(
    adapter(reader),
    'history',
    Array.from({ length: history / 1000 }, () => eventsOf(1000)),
  );

  console.log(`${''.padEnd(50)}${'events per second'.padStart(27)}${'µs of this process'.padStart(32)}`);
  console.log(`${''.padEnd(50)}   client   follow  adapter   part, goal    client  adapter`);
  let isMet = true;
  for (const { name, goal, measure } of measures) {
    const isRead = goal === goals.read;
    const best = { bare: nothing, following: nothing, adapter: nothing };
    for (let round = 0; round < rounds; round += 1) {
      best.bare = better(best.bare, await measure(bare(client, isRead ? prefixes.read : prefixes.bare), round));
      best.adapter = better(best.adapter, await measure(adapter(isRead ? reader : writer), round));
      if (isRead) continue;
      const follower = following(client, prefixes.following + round);
      best.following = better(best.following, await measure(follower, round));
      await follower.stop();
    }
    const part = best.adapter.rate / best.bare.rate;
    isMet &&= part >= goal;
    const rates = [best.bare, best.following, best.adapter].map(({ rate }) => shown(rate)).join('');
    const costs = [best.bare, best.adapter].map(({ cost }) => shown(cost)).join('');
    console.log(`${name.padEnd(50)}${rates}   ${part.toFixed(2)} of ${goal}${costs}`);
  }
  await reader.close();
  await writer.close();
  await client.dispose();
  return isMet;
};

const serve = async (): Promise<void> => {
  const { connectionString, stop } = await startEventStoreDb();
  console.log(connectionString);
  process.once('SIGTERM', () => void stop());
};

const startServer = async (): Promise<{ child: ChildProcess; connectionString: string }> => {
  const child = spawn(process.execPath, [import.meta.filename, 'serve'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout ?? child, 'data')) as [Buffer];
  return { child, connectionString: line.toString().trim() };
};

if (process.argv[2] === 'serve') await serve();
else {
  const given = process.env['EVENTSTORE_URL'];
  const started = given ? null : await startServer();
  const isMet = await measureAll(given ?? started?.connectionString ?? '');
  started?.child.kill();
  // The bare client keeps its connection.
  process.exit(isMet ? 0 : 1);
}
