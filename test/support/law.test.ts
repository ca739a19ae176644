import * as fc from 'fast-check';
import t from 'tap';
import { untried } from './law.ts';

t.test('a law that was tried on all of its histories passes', async (t) => {
  t.equal(
    untried(
      fc.check(
        fc.property(fc.nat(), () => true),
        { numRuns: 50 },
      ),
      50,
    ),
    null,
  );
});

t.test('a law whose time runs out fails with the number of histories tried', async (t) => {
  const endless = fc.asyncProperty(fc.nat(), async () => await new Promise<void>((resolve) => setImmediate(resolve)));
  const tried = await fc.check(endless, { numRuns: 10_000_000, interruptAfterTimeLimit: 100 });
  t.notOk(tried.failed, 'nothing broke it');
  t.match(untried(tried, 10_000_000), /^only \d+ of 10000000 histories were tried .*: the time ran out$/);
});

t.test('a law that skips nearly all histories fails', async (t) => {
  const tried = fc.check(
    fc.property(fc.nat(), () => fc.pre(false)),
    { numRuns: 10 },
  );
  t.match(untried(tried, 10), 'only 0 of 10 histories were tried');
});

t.test('a law that a history breaks fails as broken, not as untried', async (t) => {
  const broken = fc.property(fc.nat(), (number) => number < 5);
  t.equal(untried(fc.check(broken, { numRuns: 1_000 }), 1_000), null);
});
