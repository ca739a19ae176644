import { setTimeout as wait } from 'node:timers/promises';
import type { Test } from 'tap';
import { type EventStore, StoreClosed } from '../../../src/event-store/event-store.ts';
import { asWritten, collect, madeUp, someEvents } from '../made-up-events.ts';
import { skipsClock } from './clock.ts';
import type { Enrolment } from './enrolment.ts';

/** The contract of reopening and closing. */
export const closeContract = (t: Test, enrolment: Enrolment): void => {
  const { place, open } = enrolment;
  const fresh = async (t: Test): Promise<{ at: string; store: EventStore }> => {
    const at = await place(t.testdir());
    return { at, store: await open(at) };
  };

  t.test('a reopened ledger is the same and continues', async (t) => {
    const { at, store } = await fresh(t);
    const events = someEvents(3);
    const first = await store.append('kept', 'no_stream', events);
    await store.close();

    const again = await open(at);
    t.teardown(again.close);
    t.same((await collect(again.readAll())).map(asWritten), events);
    t.same(await again.append('kept', 'no_stream', events), first, 'a retry is known after a restart');
    t.match(await again.append('kept', 2, [madeUp()]), { revision: 3, position: 4 });
  });

  t.test('recordedAt does not go back after a restart', { skip: skipsClock(enrolment) }, async (t) => {
    const at = await place(t.testdir());
    const before = await open(at, () => Date.parse('2026-11-22T12:00:00Z'));
    await before.append('s', 'no_stream', [madeUp()]);
    await before.close();
    const after = await open(at, () => Date.parse('2026-11-22T11:00:00Z'));
    t.teardown(after.close);
    t.equal((await after.append('s', 0, [madeUp()])).recordedAt, '2026-11-22T12:00:00.000Z');
  });

  t.test('appends that were accepted before the close are recorded', async (t) => {
    const { at, store } = await fresh(t);
    const accepted = someEvents(50).map((event, number) => store.append(`s-${number}`, 'no_stream', [event]));
    await store.close();
    t.equal((await Promise.all(accepted)).length, 50);
    const again = await open(at);
    t.teardown(again.close);
    t.equal((await again.head()).position, 50);
  });

  t.test('every call on a closed store throws StoreClosed', async (t) => {
    const { store } = await fresh(t);
    await store.append('s', 'no_stream', [madeUp()]);
    const closing = store.close();
    await t.rejects(store.append('s', 0, [madeUp()]), StoreClosed, 'not even while it closes');
    await closing;
    const { signal } = new AbortController();
    await t.rejects(collect(store.readStream('s')), StoreClosed);
    await t.rejects(collect(store.readAll()), StoreClosed);
    await t.rejects(collect(store.subscribe({ after: 0, signal })), StoreClosed);
    await t.rejects(store.head(), StoreClosed);
    await t.rejects(store.waitFor(1), StoreClosed);
    await t.rejects(store.health(), StoreClosed);
    await t.rejects(store.positionAt('2026-01-01T00:00:00Z'), StoreClosed);
    await t.resolves(store.close(), 'closing again is no mistake');
  });

  t.test('closing the store ends every wait with StoreClosed', async (t) => {
    const { store } = await fresh(t);
    const { signal } = new AbortController();
    const following = t.rejects(collect(store.subscribe({ after: 0, signal })), StoreClosed);
    const waiting = t.rejects(store.waitFor(1), StoreClosed);
    await wait(30);
    await store.close();
    await Promise.all([following, waiting]);
  });

  t.test('a read interrupted by the close throws instead of ending early', async (t) => {
    const { store } = await fresh(t);
    await store.append('long', 'no_stream', someEvents(2000));
    let read = 0;
    const reading = async (): Promise<void> => {
      for await (const _ of store.readAll()) {
        read += 1;
        if (read === 10) await store.close();
      }
    };
    await t.rejects(reading(), StoreClosed);
    t.ok(read < 2000);
  });
};
