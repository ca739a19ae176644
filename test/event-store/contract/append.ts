import type { Test } from 'tap';
import { EmptyAppend, type EventStore, TooLarge, WrongExpectedRevision } from '../../../src/event-store/event-store.ts';
import { asWritten, collect, madeUp, numbers, someEvents } from '../made-up-events.ts';

const limit = 1024 * 1024;

/** Events whose size, as the store counts it, is exactly so many bytes together. */
const eventsOfSize = (...sizes: number[]) =>
  sizes.map((bytes) => {
    const frame = madeUp({ text: '' });
    const rest = JSON.stringify(frame.data).length + JSON.stringify(frame.metadata).length + 2 * frame.type.length;
    return { ...frame, data: { text: 'x'.repeat(bytes - rest) } };
  });

/** The contract of appending. */
export const appendContract = (t: Test, open: (t: Test) => Promise<EventStore>): void => {
  t.test('a new stream starts at revision 0, and the ledger at position 1', async (t) => {
    const store = await open(t);
    t.match(await store.append('games-2018W', 'no_stream', [madeUp()]), { revision: 0, position: 1 });
    t.match(await store.append('games-2018W', 0, someEvents(2)), { revision: 2, position: 3 });
    t.match(await store.append('games-2020S', 'no_stream', [madeUp()]), { revision: 0, position: 4 });
  });

  t.test('an append that expects another revision is refused with the actual one', async (t) => {
    const store = await open(t);
    await store.append('three', 'no_stream', someEvents(3));
    for (const [stream, expected, actual] of [
      ['three', 'no_stream', 2],
      ['three', 0, 2],
      ['three', 1, 2],
      ['three', 3, 2],
      ['three', 99, 2],
      ['missing', 0, 'no_stream'],
      ['missing', 5, 'no_stream'],
    ] as const) {
      const refused = store.append(stream, expected, [madeUp()]);
      await t.rejects(refused, { name: 'WrongExpectedRevision', stream, expected, actual });
      await t.rejects(refused, WrongExpectedRevision);
    }
    t.equal((await store.head()).position, 3, 'nothing was written');
    t.match(await store.append('three', 2, [madeUp()]), { revision: 3 }, 'the right revision still succeeds');
  });

  t.test('a refused append leaves no trace of a stream', async (t) => {
    const store = await open(t);
    await t.rejects(store.append('missing', 0, [madeUp()]), WrongExpectedRevision);
    t.match(await store.append('missing', 'no_stream', [madeUp()]), { revision: 0, position: 1 });
  });

  t.test('the events of one append stand together, in the order in which they were given', async (t) => {
    const store = await open(t);
    const events = someEvents(5);
    const { recordedAt } = await store.append('together', 'no_stream', events);
    const recorded = await collect(store.readAll());
    t.same(recorded.map(asWritten), events);
    t.same(
      recorded.map(({ revision }) => revision),
      numbers(0, 4),
    );
    t.same(
      recorded.map(({ position }) => position),
      numbers(1, 5),
    );
    t.ok(recorded.every((event) => event.stream === 'together'));
    t.equal(recorded.at(-1)?.recordedAt, recordedAt);
  });

  t.test('exactly one of fifty appends at one revision wins', async (t) => {
    const store = await open(t);
    await store.append('race', 'no_stream', [madeUp()]);
    const racers = someEvents(50);
    const outcomes = await Promise.allSettled(racers.map((event) => store.append('race', 0, [event])));
    const winners = racers.filter((_, index) => outcomes[index]?.status === 'fulfilled');
    t.equal(winners.length, 1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected')
        t.match(outcome.reason, { name: 'WrongExpectedRevision', expected: 0, actual: 1 });
    }
    t.same((await collect(store.readStream('race', { from: 1 }))).map(asWritten), winners);
  });

  t.test('each append of one turn has its own outcome', async (t) => {
    const store = await open(t);
    const [good, conflict, empty, large, after] = await Promise.allSettled([
      store.append('one', 'no_stream', [madeUp()]),
      store.append('one', 7, [madeUp()]),
      store.append('one', 0, []),
      store.append('one', 0, eventsOfSize(limit + 1)),
      store.append('one', 0, [madeUp()]),
    ]);
    t.match(good, { status: 'fulfilled', value: { revision: 0 } });
    t.match(conflict, { status: 'rejected', reason: { name: 'WrongExpectedRevision', actual: 0 } });
    t.match(empty, { status: 'rejected', reason: { name: 'EmptyAppend' } });
    t.match(large, { status: 'rejected', reason: { name: 'TooLarge' } });
    t.match(after, { status: 'fulfilled', value: { revision: 1, position: 2 } });
  });

  t.test('a thousand appends in one turn are all recorded', async (t) => {
    const store = await open(t);
    const events = someEvents(1_000);
    const placed = await Promise.all(events.map((event, number) => store.append(`s-${number}`, 'no_stream', [event])));
    t.same(
      placed.map(({ position }) => position).toSorted((a, b) => a - b),
      numbers(1, 1_000),
    );
    const recorded = new Map((await collect(store.readAll())).map((event) => [event.stream, event]));
    const misplaced = events.filter((event, number) => {
      const found = recorded.get(`s-${number}`);
      return found?.id !== event.id || found.position !== placed[number]?.position;
    });
    t.same(misplaced, []);
  });

  t.test('an append without events is refused', async (t) => {
    const store = await open(t);
    await t.rejects(store.append('empty', 'no_stream', []), new EmptyAppend('empty'));
  });

  t.test('one append may hold 1 MiB over all its events', async (t) => {
    const store = await open(t);
    t.match(await store.append('full', 'no_stream', eventsOfSize(limit)), { revision: 0 });
    t.match(await store.append('full', 0, eventsOfSize(limit / 2, limit / 2)), { revision: 2 });
    const refused = store.append('full', 2, eventsOfSize(limit / 2, limit / 2 + 1));
    await t.rejects(refused, TooLarge);
    await t.rejects(refused, { name: 'TooLarge', bytes: limit + 1, limit });
    t.equal((await store.head()).position, 3);
  });

  t.test('the limit of an append counts bytes, not characters', async (t) => {
    const store = await open(t);
    await t.rejects(store.append('wide', 'no_stream', [madeUp({ text: '京'.repeat(limit / 2) })]), TooLarge);
  });

  t.test('events in every script are read as they were written', async (t) => {
    const store = await open(t);
    const event = madeUp({
      text: 'Jack Ma 马云 – “cloud” \u0000 \n \u2028 \ud83d\ude00 \ud83d',
      deep: [{ a: [null, true, 0.1, -1e300, { '': 'empty key' }] }],
    });
    await store.append('partnership-阿里巴巴.ioc-\ud83d\ude00', 'no_stream', [event]);
    const [recorded] = await collect(store.readStream('partnership-阿里巴巴.ioc-\ud83d\ude00'));
    t.strictSame(recorded && asWritten(recorded), event);
    t.equal(recorded?.stream, 'partnership-阿里巴巴.ioc-\ud83d\ude00');
  });

  t.test('an event that some store could not keep is refused by every store', async (t) => {
    const store = await open(t);
    await t.rejects(store.append('', 'no_stream', [madeUp()]), TypeError, 'a stream without a name');
    await t.rejects(store.append('odd', 'no_stream', [{ ...madeUp(), id: 'one' }]), TypeError, 'an id that is no UUID');
    await t.rejects(store.append('odd', 'no_stream', [{ ...madeUp(), type: '' }]), TypeError, 'no type');
    for (const expected of [-1, 0.5, Number.NaN])
      await t.rejects(store.append('odd', expected, [madeUp()]), RangeError);
    t.equal((await store.head()).position, 0);
  });
};
