import t from 'tap';
import { AccessDenied, NotLeader, StoreClosed, StoreUnavailable } from '../../../src/event-store/event-store.ts';
import { pauseAfter, persist, UnknownOutcome } from '../../../src/event-store/eventstoredb/connection.ts';

const still = { patienceMs: 1_000, random: () => 0, closed: new AbortController().signal };

/** A call that fails so many times before it answers. */
const failing = (times: number, error: () => Error) => {
  let calls = 0;
  const call = async (): Promise<number> => {
    calls += 1;
    if (calls <= times) throw error();
    return calls;
  };
  return { call, calls: () => calls };
};

t.test('retry pauses double up to a second with random spread', async (t) => {
  const pauses = [1, 2, 3, 4, 5, 6, 7, 20].map((failures) => pauseAfter(failures, () => 1));
  t.same(pauses, [20, 40, 80, 160, 320, 640, 1_000, 1_000]);
  t.same(
    [1, 2, 7].map((failures) => pauseAfter(failures, () => 0)),
    [10, 20, 500],
  );
});

t.test('a call with an unknown outcome is retried until it is known', async (t) => {
  const { call } = failing(3, () => new UnknownOutcome('reset'));
  t.equal(await persist('it failed', call, still), 4);
});

t.test('a call with a known outcome is not retried', async (t) => {
  const { call, calls } = failing(1, () => new AccessDenied('no'));
  await t.rejects(persist('it failed', call, still), AccessDenied);
  t.equal(calls(), 1);
});

t.test('when patience ends the store is unavailable with the last reason', async (t) => {
  const impatient = { ...still, patienceMs: 50 };
  const lost = failing(99, () => new UnknownOutcome('reset'));
  await t.rejects(persist('it failed', lost.call, impatient), {
    name: 'StoreUnavailable',
    message: 'it failed: reset',
  });
  t.ok(lost.calls() > 1, `${lost.calls()} attempts`);
  const led = failing(99, () => new UnknownOutcome('follower', { notLeader: true }));
  const outcome = persist('it failed', led.call, impatient);
  await t.rejects(outcome, NotLeader);
  await outcome.catch((error: unknown) => t.ok(error instanceof StoreUnavailable));
});

t.test('closing ends the wait for a retry', async (t) => {
  const closed = new AbortController();
  const slow = { patienceMs: 60_000, random: () => 1, closed: closed.signal };
  const { call } = failing(99, () => new UnknownOutcome('reset'));
  const outcome = persist('it failed', call, slow);
  setTimeout(() => closed.abort(new StoreClosed()), 300);
  await t.rejects(outcome, StoreClosed);
});
