import { type AppendExpectedRevision, type EventStoreDBClient, WrongExpectedVersionError } from '@eventstore/db-client';
import fc from 'fast-check';
import t from 'tap';
import { startConnected } from './connected.ts';
import { errorOf, events, eventWithId, ids, idsOf } from './made-up.ts';

// Streams.Append is what the client uses when a call has credentials, BatchAppend otherwise.
const plainAppend = { credentials: { username: 'nobody', password: 'asked' } };

const appendIds = (
  client: EventStoreDBClient,
  stream: string,
  expectedRevision: AppendExpectedRevision,
  list: readonly string[],
  options: object = {},
) => client.appendToStream(stream, list.map(eventWithId), { expectedRevision, ...options });

const outcomeOf = async (append: ReturnType<typeof appendIds>): Promise<string> => {
  try {
    return `revision ${(await append).nextExpectedRevision}`;
  } catch (error) {
    if (!(error instanceof WrongExpectedVersionError)) throw error;
    return `conflict at ${error.actualVersion}`;
  }
};

// What the recordings show, for a stream given by its ids: the outcome, and the ids that are written.
const foreseen = (
  stream: readonly string[],
  expected: AppendExpectedRevision,
  list: readonly string[],
): { readonly outcome: string; readonly written: readonly string[] } => {
  const head = stream.length - 1;
  const conflict = { outcome: `conflict at ${head === -1 ? 'no_stream' : head}`, written: [] };
  const writes = { outcome: `revision ${head + list.length}`, written: list };
  if (expected === 'stream_exists' && head === -1) return conflict;
  if (expected === 'any' || expected === 'stream_exists') {
    const known = list.filter((id) => stream.includes(id));
    if (known.length === 0 || !stream.includes(list[0] ?? '')) return writes;
    if (known.length < list.length) return conflict;
    return { outcome: `revision ${stream.lastIndexOf(list.at(-1) ?? '')}`, written: [] };
  }
  const after = expected === 'no_stream' ? -1 : Number(expected);
  if (after === head) return writes;
  const isRetry = after < head && list.every((id, i) => stream[after + 1 + i] === id);
  return isRetry ? { outcome: `revision ${after + list.length}`, written: [] } : conflict;
};

t.test('the test server writes, recognises or refuses any sequence of appends as recorded', async (t) => {
  const { client } = await startConnected(t);
  const few = ids(6);
  const attempt = fc.record({
    expected: fc.oneof(
      fc.constantFrom<AppendExpectedRevision>('any', 'no_stream', 'stream_exists'),
      fc.bigInt({ min: 0n, max: 6n }),
    ),
    list: fc.array(fc.constantFrom(...few), { minLength: 1, maxLength: 4 }),
    isPlain: fc.boolean(),
  });
  let n = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(attempt, { minLength: 1, maxLength: 8 }), async (attempts) => {
      n += 1;
      const name = `stream-${n}`;
      const prefixed = (id: string): string => id.slice(0, -6) + String(n).padStart(6, '0');
      let stream: readonly string[] = [];
      for (const { expected, list: short, isPlain } of attempts) {
        const list = short.map(prefixed);
        const { outcome, written } = foreseen(stream, expected, list);
        const said = await outcomeOf(appendIds(client, name, expected, list, isPlain ? plainAppend : {}));
        if (said !== outcome) throw new Error(`${String(expected)} ${list.join()}: ${said}, not ${outcome}`);
        stream = [...stream, ...written];
      }
      const read = stream.length === 0 ? [] : await idsOf(client.readStream(name));
      if (read.join() !== stream.join()) throw new Error(`${read.join()} was read, ${stream.join()} was written`);
    }),
    { numRuns: 150 },
  );
});

t.test('the test server lets one of 50 appends at one revision win', async (t) => {
  const { client } = await startConnected(t);
  await client.appendToStream('race', events(3));
  const racers = ids(50).map((id) => outcomeOf(appendIds(client, 'race', 2n, [id])));
  const outcomes = await Promise.all(racers);
  t.equal(outcomes.filter((outcome) => outcome === 'revision 3').length, 1);
  t.equal(outcomes.filter((outcome) => outcome === 'conflict at 3').length, 49);
});

t.test('positions of the test server rise over all streams with gaps', async (t) => {
  const { client } = await startConnected(t);
  const positions: bigint[] = [];
  for (const [i, size] of [1, 7, 2, 30, 1].entries()) {
    const { position } = await client.appendToStream(`stream-${i % 2}`, events(size));
    positions.push(position?.commit ?? 0n);
  }
  t.strictSame(
    positions,
    positions.toSorted((a, b) => (a < b ? -1 : 1)),
  );
  t.ok(positions.every((position, i) => i === 0 || position > (positions[i - 1] ?? 0n) + 1n));
});

t.test('a restarted test server forgets recent ids but not those in the log', async (t) => {
  const { server, client } = await startConnected(t);
  const [first = '', second = '', third = ''] = ids(3);
  await appendIds(client, 'exact', 'no_stream', [first]);
  await appendIds(client, 'exact', 0n, [second, third]);
  await appendIds(client, 'loose', 'any', [first, second]);
  await server.restart();
  // The first call after a restart may find the connection gone.
  await client.appendToStream('other', events(1)).catch(() => undefined);

  t.equal(await outcomeOf(appendIds(client, 'exact', 'no_stream', [first])), 'revision 0');
  t.equal(await outcomeOf(appendIds(client, 'exact', 0n, [second])), 'revision 1');
  t.equal(await outcomeOf(appendIds(client, 'exact', 0n, [second, third, ...ids(1)])), 'conflict at 2');
  t.equal(await outcomeOf(appendIds(client, 'loose', 'any', [first, second])), 'revision 3');
  t.strictSame(await idsOf(client.readStream('loose')), [first, second, first, second]);
});

t.test('the test server limits the bytes of one append over all its events', async (t) => {
  const limit = 5_000;
  const { client } = await startConnected(t, { maxAppendSize: limit });
  const type = 'Sized';
  const sized = (bytes: number) => {
    const data = { text: '' };
    const fixed = JSON.stringify(data).length + type.length * 2;
    return { ...events(1, type)[0], data: { text: 'x'.repeat(bytes - fixed) } } as ReturnType<typeof events>[number];
  };
  for (const options of [{}, plainAppend]) {
    await t.resolves(client.appendToStream('size', sized(limit), options));
    await t.resolves(client.appendToStream('size', [sized(limit - 700), sized(700)], options));
    for (const tooLarge of [[sized(limit + 1)], [sized(limit - 700), sized(701)]]) {
      const error = await errorOf(client.appendToStream('size', tooLarge, options));
      t.match(error, { type: 'maximum-append-size-exceeded', maxAppendSize: limit });
    }
  }
  t.equal((await idsOf(client.readStream('size'))).length, 6);
});
