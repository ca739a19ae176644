import { BACKWARDS, FORWARDS, type ResolvedEvent } from '@eventstore/db-client';
import fc from 'fast-check';
import t from 'tap';
import { namesById, runCase } from '../../fixtures/wire/run-case.ts';
import type { WireStep } from '../../fixtures/wire/wire-case.ts';
import { wireTarget } from '../../fixtures/wire/wire-target.ts';
import { startConnected } from './connected.ts';
import { errorOf, events, idsOf } from './made-up.ts';

const all = async (source: AsyncIterable<ResolvedEvent>): Promise<ResolvedEvent['event'][]> => {
  const seen: ResolvedEvent['event'][] = [];
  for await (const { event } of source) seen.push(event);
  return seen;
};

t.test('any read of a stream gives the events from a revision on that its metadata does not hide', async (t) => {
  const { client } = await startConnected(t);
  let n = 0;
  const read = fc.record({
    size: fc.integer({ min: 1, max: 90 }),
    maxCount: fc.option(fc.integer({ min: 1, max: 100 })),
    truncateBefore: fc.option(fc.integer({ min: 0, max: 90 })),
    from: fc.integer({ min: 0, max: 100 }),
    count: fc.integer({ min: 1, max: 100 }),
    direction: fc.constantFrom<typeof FORWARDS | typeof BACKWARDS>(FORWARDS, BACKWARDS),
  });
  await fc.assert(
    fc.asyncProperty(read, async ({ size, maxCount, truncateBefore, from, count, direction }) => {
      n += 1;
      const written = events(size);
      await client.appendToStream(`stream-${n}`, written);
      if (maxCount !== null) await client.setStreamMetadata(`stream-${n}`, { maxCount });
      else if (truncateBefore !== null) await client.setStreamMetadata(`stream-${n}`, { truncateBefore });
      const hidden = maxCount === null ? (truncateBefore ?? 0) : Math.max(0, size - maxCount);
      const order = written.map(({ id }, revision) => ({ id, revision })).slice(hidden);
      const seen =
        direction === FORWARDS
          ? order.filter(({ revision }) => revision >= from)
          : order.filter(({ revision }) => revision <= from).toReversed();
      const options = { fromRevision: BigInt(from), maxCount: count, direction };
      const read = await idsOf(client.readStream(`stream-${n}`, options));
      const wanted = seen.slice(0, count).map(({ id }) => id);
      if (read.join() !== wanted.join()) throw new Error(`${read.length} were read, not ${wanted.length}`);
    }),
    { numRuns: 120 },
  );
});

t.test('the test server hides events older than $maxAge by its clock', async (t) => {
  const { server, client } = await startConnected(t);
  server.clock.stopAt('2026-01-01T00:00:00Z');
  await client.appendToStream('aging', events(2));
  server.clock.shift(60_000);
  const [young] = events(1);
  await client.appendToStream('aging', young ?? []);
  await client.setStreamMetadata('aging', { maxAge: 30 });
  t.strictSame(await idsOf(client.readStream('aging')), [young?.id]);
  server.clock.shift(31_000);
  t.strictSame(await idsOf(client.readStream('aging')), []);
});

t.test('the test server stamps events by its clock in ticks, even when it steps back', async (t) => {
  const { server, client } = await startConnected(t);
  server.clock.stopAt(Date.parse('2026-03-01T12:00:00.250Z') + 0.5);
  await client.appendToStream('stamped', events(1));
  server.clock.shift(-90_000);
  await client.appendToStream('stamped', events(1));
  const created = (await all(client.readStream('stamped'))).map((event) => event?.created.toISOString());
  t.strictSame(created, ['2026-03-01T12:00:00.250Z', '2026-03-01T11:58:30.250Z']);
});

t.test('$all gives the events of all streams in order of position, in both directions', async (t) => {
  const { client } = await startConnected(t);
  for (let i = 0; i < 40; i += 1) await client.appendToStream(`stream-${(i * 7) % 5}`, events(1 + (i % 4)));
  const forwards = await all(client.readAll());
  const positions = forwards.map((event) => event?.position?.commit ?? 0n);
  t.equal(forwards.filter((event) => !event?.streamId.startsWith('$')).length, 100);
  t.ok(forwards.some((event) => event?.streamId === '$epoch-information'));
  t.ok(positions.every((position, i) => i === 0 || position > (positions[i - 1] ?? 0n)));

  const ids = forwards.map((event) => event?.id ?? '');
  t.strictSame(await idsOf(client.readAll({ fromPosition: 'end', direction: BACKWARDS })), ids.toReversed());
  for (const at of [0, 1, 50, ids.length - 1]) {
    const fromPosition = forwards[at]?.position ?? 'start';
    t.strictSame(await idsOf(client.readAll({ fromPosition, maxCount: 20 })), ids.slice(at, at + 20));
    t.strictSame(
      await idsOf(client.readAll({ fromPosition, direction: BACKWARDS })),
      ids.slice(0, at).toReversed(),
      'backwards the position is not included',
    );
  }
});

t.test('a filtered read of $all equals filtering by hand', async (t) => {
  const { server } = await startConnected(t);
  const target = wireTarget(server.address);
  t.teardown(target.close);
  const writes = Array.from({ length: 60 }, (_, i): WireStep => {
    const stream = `${['orange', 'apple', 'apricot'][i % 3]}-${i % 7}`;
    const names = [`a${i}`, `b${i}`].map((id, j) => ({ id, type: ['Picked', 'Peeled'][(i + j) % 2] ?? '' }));
    return { verb: 'append', stream, expect: 'any', events: names };
  });
  const written = writes.flatMap(({ stream = '', events }) =>
    (typeof events === 'object' ? events : []).map(({ id, type = '' }) => ({ id, type, stream })),
  );
  await runCase(target, writes, new Map());

  const filters: readonly [NonNullable<WireStep['filter']>, (event: (typeof written)[number]) => boolean][] = [
    [{ prefix: ['ap'] }, ({ stream }) => stream.startsWith('ap')],
    [{ prefix: ['apple-', 'orange-1'] }, ({ stream }) => stream.startsWith('apple-') || stream.startsWith('orange-1')],
    [{ regex: '-[135]$' }, ({ stream }) => /-[135]$/.test(stream)],
    [{ on: 'type', prefix: ['Pee'] }, ({ type }) => type === 'Peeled'],
    [{ on: 'type', regex: '^P.c' }, ({ type }) => type === 'Picked'],
    [{ regex: String.raw`^[^\$].*` }, () => true],
    [{ prefix: ['pear'] }, () => false],
  ];
  for (const [filter, isWanted] of filters) {
    for (const count of [1, 7, 35]) {
      const steps: WireStep[] = [{ verb: 'read', filter, count }];
      const [{ messages } = {}] = await runCase(target, steps, namesById(writes));
      const ids = ((messages ?? []) as { event: { event: { id: string } } }[]).map(({ event }) => event.event.id);
      const wanted = written.filter(isWanted).map(({ id }) => id);
      t.strictSame(ids, wanted.slice(0, count), JSON.stringify({ filter, count }));
    }
  }
});

t.test('a soft-deleted stream reads as missing and continues its revisions', async (t) => {
  const { client } = await startConnected(t);
  const [before, after] = [events(3), events(2)];
  await client.appendToStream('gone', before);
  await client.setStreamMetadata('gone', { maxAge: 1_000, owner: 'me' });
  await client.deleteStream('gone', { expectedRevision: 2n });
  t.match(await errorOf(idsOf(client.readStream('gone'))), { type: 'stream-not-found', streamName: 'gone' });
  t.equal((await client.appendToStream('gone', after, { expectedRevision: 'no_stream' })).nextExpectedRevision, 4n);
  t.strictSame(
    await idsOf(client.readStream('gone')),
    after.map(({ id }) => id),
  );

  const seen = (await all(client.readAll())).filter((event) => event?.streamId.endsWith('gone'));
  t.strictSame(
    seen.map((event) => `${event?.streamId} ${event?.type}`),
    [
      ...before.map(() => 'gone Tested'),
      '$$gone $metadata',
      '$$gone $metadata',
      ...after.map(() => 'gone Tested'),
      '$$gone $metadata',
    ],
  );
  t.strictSame(seen.at(-1)?.data, { $tb: 3 });
});

t.test('the test server reads nothing ahead for a slow reader', async (t) => {
  const { client } = await startConnected(t);
  const text = 'x'.repeat(2_000);
  const large = (count: number) => events(count).map((event) => ({ ...event, data: { text } })) as typeof made;
  const made = events(0);
  for (let i = 0; i < 4; i += 1) await client.appendToStream('long', large(400));
  const read = client.readAll();
  const iterator = read[Symbol.asyncIterator]();
  await iterator.next();
  const [marker] = events(1, 'AppendedLater');
  await client.appendToStream('later', marker ?? []);
  let last: ResolvedEvent | undefined;
  for (let item = await iterator.next(); item.done !== true; item = await iterator.next()) last = item.value;
  t.equal(last?.event?.id, marker?.id, 'the server had not yet come to the end');
});
