import t from 'tap';
import { Busy, turns } from '../../src/recording/turns.ts';

t.test(
  'works with the same key run one after another, also after one that fails, and others beside them',
  async (t) => {
    const { inTurn } = turns();
    const log: string[] = [];
    const first = Promise.withResolvers<void>();
    const works = [
      inTurn('a', async () => {
        log.push('first begins');
        await first.promise;
        log.push('first fails');
        throw new Error('broken');
      }),
      inTurn('a', async () => log.push('second')),
      inTurn('b', async () => log.push('beside them')),
    ];
    await works[2];
    first.resolve();
    const [failed, second] = await Promise.allSettled(works);
    t.match([failed, second], [{ reason: { message: 'broken' } }, { status: 'fulfilled' }]);
    t.same(log, ['first begins', 'beside them', 'first fails', 'second']);
  },
);

t.test('a work is refused while too many wait under its key, and taken afterwards', async (t) => {
  const { inTurn, waiting } = turns(2);
  const held = Promise.withResolvers<void>();
  const works = [1, 2, 3].map((one) => inTurn('a', async () => await held.promise.then(() => one)));
  await t.rejects(
    inTurn('a', async () => 4),
    Busy,
  );
  t.equal(waiting(), 3);
  t.equal(await inTurn('b', async () => 5), 5, 'another key has a queue of its own');
  held.resolve();
  t.same(await Promise.all(works), [1, 2, 3]);
  t.equal(await inTurn('a', async () => 6), 6);
  t.equal(waiting(), 0);
});
