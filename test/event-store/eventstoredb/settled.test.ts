import t from 'tap';
import { createSettling } from '../../../src/event-store/eventstoredb/eventstoredb.ts';

const noon = Date.parse('2026-11-22T12:00:00Z');

/** A ledger whose last event was recorded some milliseconds from noon, where it is that late now. */
const at = ({ now, recorded, lead = 0 }: { now: number; recorded: number; lead?: number }) => {
  const covers: number[] = [];
  let present = noon + now;
  const head = () => ({ number: 1, commit: 1, id: '', checkpoint: 'start' as const, recordedAt: noon + recorded });
  const settled = createSettling({ index: { head }, now: () => present, leadMs: () => lead }, async () => {
    covers.push(present - noon);
  });
  const pass = (milliseconds: number): void => {
    present += milliseconds;
  };
  return { settled: (offset: number) => settled(noon + offset), covers, pass };
};

t.test('instants before the last event are settled', async (t) => {
  const { settled, covers } = at({ now: 10_000, recorded: 500 });
  await settled(499);
  t.same(covers, []);
  await settled(500);
  t.same(covers, [10_000], 'others may have been recorded in the same millisecond');
});

t.test("instants after the last event need one read of the server's head", async (t) => {
  const { settled, covers, pass } = at({ now: 10_000, recorded: 0 });
  await settled(9_000);
  await settled(5_000);
  await settled(9_950);
  t.same(covers, [10_000]);
  await settled(9_951);
  t.same(covers, [10_000, 10_000], 'it was too close to the read');
  pass(1_000);
  await settled(9_900);
  t.equal(covers.length, 2);
  await settled(10_500);
  t.same(covers, [10_000, 10_000, 11_000]);
});

t.test('an instant that has just passed is read a moment later', async (t) => {
  const { settled, covers } = at({ now: 10_000, recorded: 0 });
  const begun = performance.now();
  await settled(9_990);
  t.ok(performance.now() - begun > 35, 'what was stamped by then can be read by then');
  t.equal(covers.length, 1);
});

t.test('an instant by a clock that is ahead is read once it has passed for the server', async (t) => {
  const { settled, covers } = at({ now: 10_000, recorded: 0, lead: 200 });
  const begun = performance.now();
  await settled(9_940);
  t.ok(performance.now() - begun > 130, 'it is only 60 ms ago here');
  await settled(9_700);
  t.equal(covers.length, 1);
  const wrong = at({ now: 10_000, recorded: 0, lead: 3_600_000 });
  await wrong.settled(9_940);
  t.ok(performance.now() - begun < 60_000, 'a clock that is quite wrong is not waited for');
});

t.test('an instant in the future means the present head, each time anew', async (t) => {
  const { settled, covers } = at({ now: 10_000, recorded: 0 });
  const begun = performance.now();
  await settled(3_610_000);
  await settled(3_610_000);
  t.same(covers, [10_000, 10_000]);
  t.ok(performance.now() - begun < 60_000);
});

t.test('nothing is settled while the head cannot be read', async (t) => {
  const head = () => ({ number: 0, commit: -1, id: '', checkpoint: 'start' as const, recordedAt: 0 });
  let works = false;
  const settled = createSettling({ index: { head }, now: () => noon, leadMs: () => 0 }, async () => {
    if (!works) throw new Error('unavailable');
  });
  await t.rejects(settled(noon - 1_000), /unavailable/);
  await t.rejects(settled(noon - 1_000), /unavailable/);
  works = true;
  await settled(noon - 1_000);
});
