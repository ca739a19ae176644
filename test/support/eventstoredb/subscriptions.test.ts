import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EventStoreDBClient, type Position, START, streamNameFilter } from '@eventstore/db-client';
import fc from 'fast-check';
import t from 'tap';
import { startConnected } from './connected.ts';
import { events, idsOf } from './made-up.ts';

type Stretch = { readonly ids: readonly string[]; readonly resumeFrom: Position | typeof START };

// Takes so many events, and says where to go on: after the last event or checkpoint, whichever came last.
const stretch = async (
  client: EventStoreDBClient,
  from: Stretch['resumeFrom'],
  count: number,
  window: number,
): Promise<Stretch> => {
  let resumeFrom = from;
  const filter = streamNameFilter({
    prefixes: ['wanted-'],
    maxSearchWindow: window,
    checkpointInterval: 1,
    checkpointReached: async (_subscription, position) => {
      resumeFrom = position;
    },
  });
  const subscription = client.subscribeToAll({ fromPosition: from, filter }, { highWaterMark: 1 });
  const ids: string[] = [];
  const caughtUp = once(subscription, 'caughtUp').then(() => undefined);
  const iterator = subscription[Symbol.asyncIterator]();
  while (ids.length < count) {
    const item = await Promise.race([iterator.next(), caughtUp.then(() => sleep(5))]);
    if (item === undefined || item.done === true) break;
    ids.push(item.value.event?.id ?? '');
    resumeFrom = item.value.event?.position ?? resumeFrom;
  }
  await subscription.unsubscribe();
  return { ids, resumeFrom };
};

t.test('a subscriber that resumes from its last event or checkpoint misses and repeats nothing', async (t) => {
  const { client } = await startConnected(t);
  const wanted: string[] = [];
  for (let i = 0; i < 25; i += 1) {
    await client.appendToStream('noise', events((i * 13) % 40));
    const some = events(1 + (i % 3));
    wanted.push(...some.map(({ id }) => id));
    await client.appendToStream(`wanted-${i % 4}`, some);
  }
  await client.appendToStream('noise', events(70));

  const cuts = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 3, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(cuts, fc.constantFrom(1, 5, 32, 100), async (counts, window) => {
      let from: Stretch['resumeFrom'] = START;
      const seen: string[] = [];
      for (const count of [...counts, Infinity]) {
        const { ids, resumeFrom } = await stretch(client, from, count, window);
        seen.push(...ids);
        from = resumeFrom;
      }
      if (seen.join() !== wanted.join()) throw new Error(`${seen.length} were seen, ${wanted.length} were written`);
    }),
    { numRuns: 25 },
  );
});

t.test('a subscriber gets a checkpoint in every interval, while catching up and live', async (t) => {
  const { client } = await startConnected(t);
  await client.appendToStream('noise', events(1_000));
  let checkpoints = 0;
  const filter = streamNameFilter({
    prefixes: ['none'],
    maxSearchWindow: 20,
    checkpointInterval: 3,
    checkpointReached: async () => {
      checkpoints += 1;
    },
  });
  const subscription = client.subscribeToAll({ fromPosition: START, filter });
  subscription.resume();
  await once(subscription, 'caughtUp');
  t.equal(checkpoints, Math.floor(1_000 / 60), 'an interval is 3 windows of 20 events');
  for (let i = 0; i < 10; i += 1) await client.appendToStream('noise', events(100));
  while (checkpoints < Math.floor(2_000 / 60)) await sleep(5);
  t.pass('live as well');
  await subscription.unsubscribe();
});

t.test('a subscriber passes from history to live events in order without repeats', async (t) => {
  const { client } = await startConnected(t);
  const written: Promise<unknown>[] = [];
  const write = (i: number): number => written.push(client.appendToStream(`stream-${i % 5}`, events(3)));
  for (let i = 0; i < 100; i += 1) write(i);
  const subscription = client.subscribeToAll({
    fromPosition: START,
    filter: streamNameFilter({ prefixes: ['stream-'] }),
  });
  const seen = idsOf(subscription, 900);
  for (let i = 0; i < 200; i += 1) {
    write(i);
    if (i % 10 === 0) await sleep(1);
  }
  await Promise.all(written);
  const inLog: string[] = [];
  for await (const { event } of client.readAll()) if (event?.streamId.startsWith('stream-')) inLog.push(event.id);
  t.equal(inLog.length, 900);
  t.strictSame(await seen, inLog);
});

t.test('a subscriber of one stream starts after a revision', async (t) => {
  const { client } = await startConnected(t);
  const written = events(80);
  await client.appendToStream('one', written.slice(0, 50));
  const subscription = client.subscribeToStream('one', { fromRevision: 9n });
  const seen = idsOf(subscription, 70);
  await client.appendToStream('other', events(5));
  await client.appendToStream('one', written.slice(50));
  t.strictSame(
    await seen,
    written.slice(10).map(({ id }) => id),
  );
});

t.test('a dropped slow subscriber misses nothing if it resumes after its last event', async (t) => {
  const { client } = await startConnected(t, { liveBuffer: 100 });
  const subscription = client.subscribeToAll({ fromPosition: START }, { highWaterMark: 1 });
  const iterator = subscription[Symbol.asyncIterator]();
  const [system] = await Promise.all([iterator.next(), once(subscription, 'caughtUp')]);
  t.equal(system.value.event?.streamId, '$epoch-information');

  const text = 'x'.repeat(2_000);
  const written = events(600).map((event) => ({ ...event, data: { text } }));
  for (let i = 0; i < 600; i += 100) await client.appendToStream('large', written.slice(i, i + 100) as typeof made);
  const made = events(0);
  const seen: string[] = [];
  let fromPosition: Position | undefined;
  const dropped = await (async () => {
    for (;;) {
      const { event } = (await iterator.next()).value;
      seen.push(event?.id ?? '');
      fromPosition = event?.position;
    }
  })().catch((error: unknown) => error);
  t.match(dropped, {
    code: 10,
    message: /Consumer too slow to handle event while live\. Client resubscription required\./,
  });
  t.ok(seen.length < written.length, `${seen.length} were seen before`);
  const rest = client.subscribeToAll(fromPosition === undefined ? {} : { fromPosition });
  seen.push(...(await idsOf(rest, written.length - seen.length)));
  t.strictSame(
    seen,
    written.map(({ id }) => id),
  );
});
