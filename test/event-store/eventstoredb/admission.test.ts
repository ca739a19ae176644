import { setImmediate as turn } from 'node:timers/promises';
import t from 'tap';
import { createAdmission } from '../../../src/event-store/eventstoredb/append.ts';

/** Pieces of these sizes, and which of them have begun. */
const queue = async (most: number, mostBytes: number, sizes: readonly number[]) => {
  const admission = createAdmission(most, mostBytes);
  const begun: number[] = [];
  for (const [piece, bytes] of sizes.entries()) void admission.enter(bytes).then(() => begun.push(piece));
  await turn();
  const leave = async (bytes: number): Promise<void> => {
    admission.leave(bytes);
    await turn();
  };
  return { begun, leave };
};

t.test('at most the allowed number of pieces run at a time, in their order', async (t) => {
  const { begun, leave } = await queue(2, 100, [1, 1, 1, 1, 1]);
  t.same(begun, [0, 1]);
  await leave(1);
  t.same(begun, [0, 1, 2]);
  await leave(1);
  await leave(1);
  t.same(begun, [0, 1, 2, 3, 4]);
});

t.test('at most the allowed bytes are in flight, and a larger piece goes alone', async (t) => {
  const { begun, leave } = await queue(9, 100, [60, 40, 10, 500, 1]);
  t.same(begun, [0, 1]);
  await leave(60);
  t.same(begun, [0, 1, 2], 'nothing overtakes the large one');
  await leave(40);
  t.same(begun, [0, 1, 2]);
  await leave(10);
  t.same(begun, [0, 1, 2, 3]);
  await leave(500);
  t.same(begun, [0, 1, 2, 3, 4]);
});
