import { setTimeout as wait } from 'node:timers/promises';
import t from 'tap';
import { createWaits } from '../../../src/event-store/eventstoredb/numbering.ts';

const counted = (silence = 40) => {
  const done = { hurried: 0, restarted: 0 };
  const closed = new AbortController();
  const waits = createWaits(closed.signal, {
    hurry: () => {
      done.hurried += 1;
    },
    restart: () => {
      done.restarted += 1;
    },
    silenceMs: silence,
  });
  return { ...waits, closed, done };
};

t.test('a condition that already holds is not waited for', async (t) => {
  const { until, done } = counted();
  t.equal(await until({ isMet: () => true, patienceMs: 0, isDue: true }), true);
  t.equal(done.hurried, 0);
});

t.test('a wait looks whenever something is heard, and ends with its patience', async (t) => {
  const { until, lookAgain } = counted();
  let so = false;
  const waiting = until({ isMet: () => so, patienceMs: 5_000, isDue: false });
  so = true;
  lookAgain();
  t.equal(await waiting, true);
  t.equal(await until({ isMet: () => false, patienceMs: 20, isDue: false }), false);
});

t.test('silence fails a wait only while something is due', async (t) => {
  const { until, done } = counted();
  await until({ isMet: () => false, patienceMs: 150, isDue: false });
  t.same(done, { hurried: 0, restarted: 0 });
  await until({ isMet: () => false, patienceMs: 150, isDue: true });
  t.equal(done.hurried, 1);
  t.ok(done.restarted >= 1 && done.restarted <= 4, `${done.restarted} times`);
  const { restarted } = done;
  await wait(100);
  t.equal(done.restarted, restarted, 'nobody waits any more');
});

t.test('anything heard ends the silence', async (t) => {
  const { until, lookAgain, done } = counted(200);
  const talking = setInterval(lookAgain, 10);
  await until({ isMet: () => false, patienceMs: 500, isDue: true });
  clearInterval(talking);
  t.equal(done.restarted, 0);
});

t.test('a signal and a close each end a wait with their reason', async (t) => {
  const { until, closed } = counted();
  const end = new AbortController();
  const waiting = until({ isMet: () => false, patienceMs: Number.POSITIVE_INFINITY, isDue: false, signal: end.signal });
  end.abort(new Error('enough'));
  await t.rejects(waiting, /enough/);
  const other = until({ isMet: () => false, patienceMs: Number.POSITIVE_INFINITY, isDue: false });
  closed.abort(new Error('closed'));
  await t.rejects(other, /closed/);
  await t.rejects(until({ isMet: () => true, patienceMs: 1, isDue: false }), /closed/);
});
