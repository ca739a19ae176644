import type { Test } from 'tap';
import type { EventStore, ReadAllOptions, ReadStreamOptions } from '../../../src/event-store/event-store.ts';
import { collect, madeUp, numbers, someEvents } from '../made-up-events.ts';

/** The contract of reading. */
export const readContract = (t: Test, open: (t: Test) => Promise<EventStore>): void => {
  t.test('an empty ledger has no events and ends at position 0', async (t) => {
    const store = await open(t);
    t.same(await collect(store.readAll()), []);
    t.same(await collect(store.readStream('missing')), []);
    t.same(await collect(store.readStream('missing', { direction: 'backwards' })), []);
    t.same(await store.head(), { position: 0, recordedAt: null });
    t.equal(await store.positionAt('2026-01-01T00:00:00.000Z'), 0);
  });

  t.test('a stream is read between bounds in both directions', async (t) => {
    const store = await open(t);
    await store.append('other', 'no_stream', someEvents(2));
    await store.append('five', 'no_stream', someEvents(3));
    await store.append('other', 1, [madeUp()]);
    await store.append('five', 2, someEvents(2));
    const bounds: readonly (readonly [ReadStreamOptions, readonly number[]])[] = [
      [{}, [0, 1, 2, 3, 4]],
      [{ from: 0 }, [0, 1, 2, 3, 4]],
      [{ from: 3 }, [3, 4]],
      [{ from: 4 }, [4]],
      [{ from: 5 }, []],
      [{ from: 99 }, []],
      [{ limit: 0 }, []],
      [{ limit: 2 }, [0, 1]],
      [{ limit: 5 }, [0, 1, 2, 3, 4]],
      [{ limit: 6 }, [0, 1, 2, 3, 4]],
      [{ from: 1, limit: 3 }, [1, 2, 3]],
      [{ from: 3, limit: 3 }, [3, 4]],
      [{ direction: 'backwards' }, [4, 3, 2, 1, 0]],
      [{ direction: 'backwards', limit: 0 }, []],
      [{ direction: 'backwards', limit: 1 }, [4]],
      [{ direction: 'backwards', limit: 9 }, [4, 3, 2, 1, 0]],
      [{ direction: 'backwards', from: 2 }, [2, 1, 0]],
      [{ direction: 'backwards', from: 2, limit: 2 }, [2, 1]],
      [{ direction: 'backwards', from: 0 }, [0]],
      [{ direction: 'backwards', from: 4 }, [4, 3, 2, 1, 0]],
      [{ direction: 'backwards', from: 99, limit: 2 }, [4, 3]],
    ];
    for (const [options, revisions] of bounds) {
      const read = await collect(store.readStream('five', options));
      t.same(
        read.map(({ revision }) => revision),
        revisions,
        JSON.stringify(options),
      );
      t.ok(read.every(({ stream }) => stream === 'five'));
    }
  });

  t.test('the ledger is read from after a position', async (t) => {
    const store = await open(t);
    await store.append('a', 'no_stream', someEvents(2));
    await store.append('b', 'no_stream', someEvents(2));
    await store.append('a', 1, [madeUp()]);
    const bounds: readonly (readonly [ReadAllOptions, readonly number[]])[] = [
      [{}, [1, 2, 3, 4, 5]],
      [{ after: 0 }, [1, 2, 3, 4, 5]],
      [{ after: 1 }, [2, 3, 4, 5]],
      [{ after: 4 }, [5]],
      [{ after: 5 }, []],
      [{ after: 99 }, []],
      [{ limit: 0 }, []],
      [{ limit: 2 }, [1, 2]],
      [{ after: 2, limit: 2 }, [3, 4]],
      [{ after: 3, limit: 9 }, [4, 5]],
    ];
    for (const [options, positions] of bounds) {
      t.same(
        (await collect(store.readAll(options))).map(({ position }) => position),
        positions,
        JSON.stringify(options),
      );
    }
  });

  t.test('read bounds that are not whole numbers from 0 are refused', async (t) => {
    const store = await open(t);
    await store.append('some', 'no_stream', someEvents(2));
    for (const bad of [-1, 1.5, Number.NaN]) {
      await t.rejects(collect(store.readStream('some', { from: bad })), RangeError);
      await t.rejects(collect(store.readStream('some', { limit: bad })), RangeError);
      await t.rejects(collect(store.readAll({ after: bad })), RangeError);
      await t.rejects(collect(store.readAll({ limit: bad })), RangeError);
      const { signal } = new AbortController();
      await t.rejects(collect(store.subscribe({ after: bad, signal })), RangeError);
    }
  });

  t.test('a long read has every event once, whatever the size of a page', async (t) => {
    const store = await open(t);
    for (const part of numbers(0, 9))
      await store.append('long', part === 0 ? 'no_stream' : part * 103 - 1, someEvents(103));
    t.same(
      (await collect(store.readAll())).map(({ position }) => position),
      numbers(1, 1030),
    );
    t.same(
      (await collect(store.readAll({ after: 127, limit: 130 }))).map(({ position }) => position),
      numbers(128, 257),
    );
    const forwards = (await collect(store.readStream('long'))).map(({ revision }) => revision);
    t.same(forwards, numbers(0, 1029));
    const backwards = (await collect(store.readStream('long', { direction: 'backwards' }))).map(
      ({ revision }) => revision,
    );
    t.same(backwards, forwards.toReversed());
  });

  t.test('a read ends where the ledger ended when it began', async (t) => {
    const store = await open(t);
    await store.append('grows', 'no_stream', someEvents(300));
    let read = 0;
    for await (const event of store.readStream('grows')) {
      t.equal(event.revision, read);
      read += 1;
      if (read % 100 === 0) await store.append('grows', 299 + read / 100 - 1, [madeUp()]);
    }
    t.equal(read, 300);
  });

  t.test('a reader may stop early', async (t) => {
    const store = await open(t);
    await store.append('some', 'no_stream', someEvents(300));
    for await (const { position } of store.readAll()) if (position === 3) break;
    t.match(await store.append('some', 299, [madeUp()]), { position: 301 });
  });
};
