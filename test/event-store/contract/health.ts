import type { Test } from 'tap';
import { type EventStore, StoreBehind, StoreUnavailable } from '../../../src/event-store/event-store.ts';
import { madeUp, someEvents } from '../made-up-events.ts';

/** The contract of the health check and of waiting for a position. */
export const healthContract = (t: Test, open: (t: Test) => Promise<EventStore>): void => {
  t.test('a working store is healthy', async (t) => {
    const store = await open(t);
    t.same(await store.health(), { ok: true, problems: [] });
    await store.append('s', 'no_stream', someEvents(2));
    t.same(await store.health(), { ok: true, problems: [] });
  });

  t.test('a wait for a position ends once the ledger reaches it', async (t) => {
    const store = await open(t);
    await store.append('s', 'no_stream', someEvents(2));
    await store.waitFor(0);
    await store.waitFor(2, 0);
    let isThere = false;
    const wait = async (): Promise<void> => {
      await store.waitFor(4);
      isThere = true;
    };
    const waiting = wait();
    await store.append('s', 1, [madeUp()]);
    t.notOk(isThere, 'position 3 is not enough');
    await store.append('s', 2, [madeUp()]);
    await waiting;
    t.equal((await store.head()).position, 4);
  });

  t.test('a wait that times out says how far the ledger has come', async (t) => {
    const store = await open(t);
    await store.append('s', 'no_stream', someEvents(2));
    const waiting = store.waitFor(3, 30);
    await t.rejects(waiting, { name: 'StoreBehind', position: 3, head: 2 });
    await t.rejects(waiting, StoreBehind);
    await waiting.catch((error: unknown) => t.ok(error instanceof StoreUnavailable, 'it may be there the next time'));
    await t.rejects(store.waitFor(-1), RangeError);
  });
};
