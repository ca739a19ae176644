import t from 'tap';
import { createRecentEvents } from '../../../src/event-store/eventstoredb/read-page.ts';
import { numbers } from '../made-up-events.ts';

const numbered = (number: number, bytes = 1) => {
  const place = { id: '', stream: 's', revision: 0, commit: number, created: 0, type: 'T' };
  return { number, recordedAt: 0, event: { ...place, data: { text: 'x'.repeat(bytes) }, metadata: {} } };
};

t.test('recent events are given only in complete ranges', async (t) => {
  const recent = createRecentEvents(3, 1_000);
  t.equal(recent.between(1, 1), null);
  for (const number of numbers(1, 5)) recent.add(numbered(number));
  t.match(recent.between(3, 5), [{ number: 3 }, { number: 4 }, { number: 5 }]);
  t.match(recent.between(4, 4), [{ number: 4 }]);
  t.equal(recent.between(2, 4), null);
  t.equal(recent.between(4, 6), null);
});

t.test('large recent events leave room for only a few', async (t) => {
  const recent = createRecentEvents(10, 200);
  for (const number of numbers(1, 5)) recent.add(numbered(number, 60));
  t.equal(recent.between(3, 5), null);
  t.match(recent.between(4, 5), [{ number: 4 }, { number: 5 }]);
  recent.add(numbered(6, 500));
  t.equal(recent.between(6, 6), null);
  recent.add(numbered(7));
  t.match(recent.between(7, 7), [{ number: 7 }]);
});

t.test('recent events start over after a gap', async (t) => {
  const recent = createRecentEvents(10, 100);
  for (const number of [1, 2, 5]) recent.add(numbered(number));
  t.equal(recent.between(2, 5), null);
  t.equal(recent.between(2, 2), null);
  t.match(recent.between(5, 5), [{ number: 5 }]);
});
