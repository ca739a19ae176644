import type { Test } from 'tap';
import type { EventStore } from '../../../src/event-store/event-store.ts';
import { collect, madeUp, someEvents } from '../made-up-events.ts';
import type { Enrolment } from './enrolment.ts';

const noon = Date.parse('2026-11-22T12:00:00.000Z');

type OpenAt = (t: Test, now?: () => number) => Promise<EventStore>;

/** Why what sets the clock of a store is skipped, or false where it is not. */
export const skipsClock = ({ keepsItsClock = false }: Enrolment): string | false =>
  keepsItsClock && 'the clock of this server cannot be set';

/** A ledger with one event recorded at each of the instants, as the clock showed them (milliseconds from noon). */
const recordedAtEach = async (t: Test, openAt: OpenAt, offsets: readonly number[]): Promise<EventStore> => {
  let clock = 0;
  const store = await openAt(t, () => noon + clock);
  for (const [index, offset] of offsets.entries()) {
    clock = offset;
    await store.append(`s-${index}`, 'no_stream', [madeUp()]);
  }
  return store;
};

/** The contract of recordedAt and of positions at an instant. */
export const clockContract = (t: Test, openAt: OpenAt, enrolment: Enrolment): void => {
  const settable = { skip: skipsClock(enrolment) };

  t.test('the store assigns a monotonic recordedAt, the same for writers and readers', async (t) => {
    const store = await openAt(t);
    const begun = Date.now();
    const told: string[] = [];
    for (const stream of ['a', 'b', 'c', 'd', 'e']) {
      const { recordedAt } = await store.append(stream, 'no_stream', someEvents(2));
      told.push(recordedAt);
    }
    const recorded = await collect(store.readAll());
    t.same(
      told,
      recorded.filter(({ revision }) => revision === 1).map(({ recordedAt }) => recordedAt),
    );
    const all = recorded.map(({ recordedAt }) => recordedAt);
    t.same(all, all.toSorted());
    t.ok(
      all.every((instant) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(instant)),
      'in UTC and milliseconds',
    );
    const hour = 3_600_000;
    t.ok(
      all.every((instant) => Math.abs(Date.parse(instant) - begun) < hour),
      'now, give or take what two clocks may differ',
    );
    for (const instant of new Set(all)) {
      t.equal(await store.positionAt(instant), all.lastIndexOf(instant) + 1, 'all that was recorded by then');
    }
  });

  t.test('recordedAt is an instant in UTC to the millisecond', settable, async (t) => {
    const store = await recordedAtEach(t, openAt, [7]);
    t.equal((await store.head()).recordedAt, '2026-11-22T12:00:00.007Z');
    t.match(await collect(store.readAll()), [{ recordedAt: '2026-11-22T12:00:00.007Z' }]);
  });

  t.test('recordedAt never goes back although the clock does', settable, async (t) => {
    const store = await recordedAtEach(t, openAt, [1000, 400, 999, 1001, -5000]);
    const recorded = (await collect(store.readAll())).map(({ recordedAt }) => Date.parse(recordedAt) - noon);
    t.same(recorded, [1000, 1000, 1000, 1001, 1001]);
  });

  t.test('a retry gets the recordedAt of its first append', settable, async (t) => {
    let clock = noon;
    const store = await openAt(t, () => clock);
    const events = someEvents(2);
    const first = await store.append('again', 'no_stream', events);
    clock += 60_000;
    t.equal((await store.append('again', 'no_stream', events)).recordedAt, first.recordedAt);
  });

  t.test('the position at an instant is that of the last event recorded by then', settable, async (t) => {
    const store = await recordedAtEach(t, openAt, [0, 10, 10, 10, 20]);
    for (const [instant, position] of [
      ['2026-11-22T11:59:59.999Z', 0],
      ['2026-11-22T12:00:00.000Z', 1],
      ['2026-11-22T12:00:00.009Z', 1],
      ['2026-11-22T12:00:00.0099Z', 1],
      ['2026-11-22T12:00:00.010Z', 4],
      ['2026-11-22T20:00:00.010+08:00', 4],
      ['2026-11-22T12:00:00.019Z', 4],
      ['2026-11-22T12:00:00.020Z', 5],
      ['2126-01-01T00:00:00Z', 5],
    ] as const) {
      t.equal(await store.positionAt(instant), position, instant);
    }
  });

  t.test('a day is refused as an instant', async (t) => {
    const store = await openAt(t);
    await store.append('s', 'no_stream', [madeUp()]);
    await t.rejects(store.positionAt('2026-11-22'), RangeError);
    await t.rejects(store.positionAt('yesterday'), RangeError);
  });
};
