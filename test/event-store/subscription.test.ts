import t from 'tap';
import type { RecordedEvent } from '../../src/event-store/event-store.ts';
import { type ChangeSignal, changeSignal, subscription } from '../../src/event-store/sqlite.ts';
import { madeUp, numbers } from './made-up-events.ts';

const recorded = (position: number): RecordedEvent => ({
  ...madeUp(),
  stream: 's',
  revision: position - 1,
  position,
  recordedAt: '2026-11-22T12:00:00.000Z',
});

t.test('nothing is read ahead of a consumer by more than a page', async (t) => {
  let read = 0;
  const source = {
    changes: changeSignal(() => 0),
    headPosition: () => 1_000_000,
    read: (first: number, last: number) => {
      read = last;
      return numbers(first, last).map(recorded);
    },
  };
  const items = subscription(source, 0, new AbortController().signal);
  t.equal(read, 0, 'nothing before the first is asked for');
  await items.next();
  const page = read;
  t.ok(page < 1000, `the first page has ${page}`);
  for (const _ of numbers(2, page)) await items.next();
  t.equal(read, page);
  await items.next();
  t.equal(read, 2 * page);
  await items.return(undefined);
});

t.test('an event written between the last look and the wait wakes the subscriber', async (t) => {
  let head = 0;
  const signal = changeSignal(() => 0);
  const changes: ChangeSignal = {
    ...signal,
    changedSince: (mark, abort) => {
      if (head === 0) {
        head = 1;
        signal.changed();
      }
      return signal.changedSince(mark, abort);
    },
  };
  const source = { changes, headPosition: () => head, read: (first: number) => [recorded(first)] };
  const items = subscription(source, 0, new AbortController().signal);
  t.match(await items.next(), { value: { kind: 'caught-up', position: 0 } });
  t.match(await items.next(), { value: { kind: 'event', event: { position: 1 } } });
  await items.return(undefined);
});

t.test('a failing look wakes the waiting subscribers', async (t) => {
  let works = true;
  const changes = changeSignal(() => {
    if (!works) throw new Error('disk I/O error');
    return 1;
  });
  const waiting = changes.changedSince(changes.mark(), new AbortController().signal);
  works = false;
  await t.resolves(waiting);
});
