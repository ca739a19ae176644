import * as fc from 'fast-check';
import t from 'tap';
import { obligationStatus } from '../../../src/domain/facts/standing.ts';
import { article, given, happened, planned } from '../../support/given.ts';
import { see } from '../../support/see.ts';

type Milestone = readonly [type: string, date: string | null];

const types = {
  undertaken: 'ObligationUndertaken',
  confirmed: 'ObligationConfirmed',
  reached: 'ObligationMilestoneReached',
  partly: 'ObligationPartlyDelivered',
  delivered: 'ObligationDelivered',
  postponed: 'ObligationPostponed',
  waived: 'ObligationWaived',
  breached: 'ObligationBreached',
  cured: 'BreachCured',
} as const;
type Name = keyof typeof types;

const cloud = { subject: 'cloud', games: ['2018W'] };
const factsOf = (milestones: readonly Milestone[]) =>
  see(
    given(
      article(
        'a',
        '2030',
        milestones.map(([type, date]) => happened(type, date, cloud)),
      ),
    ),
  );

// Where an obligation stands after milestones on these days.
const status = (milestones: Partial<Record<Name, string | null>>) => {
  const told = Object.entries(milestones).map(([name, date]): Milestone => [types[name as Name], date]);
  return obligationStatus(factsOf(told));
};
const alone = (name: string | null) => ({ status: name, otherStatuses: [] });

t.test('the milestones of an obligation determine its status', async (t) => {
  t.strictSame(status({}), alone(null), 'nowhere, before it is undertaken');
  t.strictSame(status({ undertaken: '2017' }), alone('undertaken'));
  t.strictSame(status({ undertaken: '2017', confirmed: '2018-01' }), alone('confirmed'));
  t.strictSame(status({ undertaken: '2017', reached: '2018-01' }), alone('in-progress'));
  t.strictSame(status({ undertaken: '2017', partly: '2018-01' }), alone('partly-delivered'));
  t.strictSame(status({ undertaken: '2017', delivered: '2018-02' }), alone('delivered'));
  t.strictSame(status({ delivered: '2018-02' }), alone('delivered'), 'a missing predecessor is a gap');
});

t.test('only milestones that happened change the status of an obligation', async (t) => {
  const facts = see(
    given(
      article('a', '2030', [
        happened('ObligationUndertaken', '2017', cloud),
        planned('ObligationDelivered', '2018', cloud),
      ]),
    ),
  );
  t.strictSame(obligationStatus(facts), alone('undertaken'));
});

t.test('an interruption holds an obligation up until a later milestone ends it', async (t) => {
  t.strictSame(status({ undertaken: '2017', postponed: '2018-01' }), alone('postponed'));
  t.strictSame(status({ undertaken: '2017', postponed: '2018-01', reached: '2018-02' }), alone('in-progress'));
  t.strictSame(status({ undertaken: '2017', postponed: '2018-01', delivered: '2018-02' }), alone('delivered'));
  t.strictSame(status({ undertaken: '2017', waived: '2018-01' }), alone('waived'));
  t.strictSame(status({ undertaken: '2017', breached: '2018-01' }), alone('breached'));
  t.strictSame(
    status({ undertaken: '2017', confirmed: '2017-06', breached: '2018-01', cured: '2018-03' }),
    alone('confirmed'),
  );
  t.strictSame(
    status({ undertaken: '2017', breached: '2018-01', reached: '2018-02' }),
    alone('breached'),
    'a step cures no breach',
  );
  t.strictSame(status({ undertaken: '2017', breached: '2018-01', delivered: '2018-02' }), alone('delivered'));
});

t.test('an obligation never steps back from delivered, in progress or confirmed by order alone', async (t) => {
  t.strictSame(status({ confirmed: '2017', undertaken: '2018' }), alone('confirmed'));
  t.strictSame(status({ delivered: '2017', confirmed: '2018', reached: '2019' }), alone('delivered'));
  t.strictSame(
    status({ undertaken: null, confirmed: null, reached: null, delivered: null }),
    alone('delivered'),
    'without dates',
  );
});

t.test('an obligation lists every status that some order of its uncertain days allows', async (t) => {
  t.strictSame(status({ undertaken: '2017', postponed: '2018', reached: '2018' }), {
    status: 'postponed',
    otherStatuses: ['in-progress'],
  });
  t.strictSame(
    status({ undertaken: '2017', postponed: '2018-01', reached: '2018-02' }),
    alone('in-progress'),
    'not where the order is certain',
  );
  const three = status({ undertaken: '2017', waived: '2018', breached: '2018', delivered: '2018' });
  t.strictSame(
    new Set([three.status, ...three.otherStatuses]),
    new Set(['delivered', 'waived']),
    'what is delivered or waived first can no longer be breached, so no order ends in that',
  );
});

t.test('an undated step advances, and what else is undated is only possible', async (t) => {
  t.strictSame(status({ undertaken: '2017', postponed: '2018-01', reached: null }), alone('postponed'));
  t.strictSame(status({ undertaken: '2017', postponed: '2018-01', delivered: null }), alone('delivered'));
  t.strictSame(status({ undertaken: '2017', delivered: '2018-02', confirmed: null }), alone('delivered'));
  t.strictSame(status({ undertaken: '2017', waived: null }), { status: 'undertaken', otherStatuses: ['waived'] });
});

t.test('hearsay and guesses breach and waive nothing', async (t) => {
  const told = (type: string, by: 'second-hand' | 'inference') =>
    obligationStatus(
      see(
        given(
          article('a', '2030', [
            happened('ObligationUndertaken', '2017', cloud),
            happened(type, '2018', { ...cloud, by }),
          ]),
        ),
      ),
    );
  for (const [type, other] of [
    ['ObligationBreached', 'breached'],
    ['ObligationWaived', 'waived'],
  ] as const) {
    t.strictSame(told(type, 'inference'), alone('undertaken'));
    t.strictSame(told(type, 'second-hand'), { status: 'undertaken', otherStatuses: [other] });
  }
});

const anyMilestones = fc.dictionary(
  fc.constantFrom(...(Object.keys(types) as Name[])),
  fc.constantFrom('2017', '2017-06', '2018', '2018-02', '[2017..2018]', null),
  { maxKeys: 7 },
);
const progress: readonly Name[] = ['undertaken', 'confirmed', 'reached', 'partly', 'delivered'];

t.test('one more step of progress never takes an obligation back', async () => {
  const order = ['undertaken', 'confirmed', 'in-progress', 'partly-delivered', 'delivered'];
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom(...progress), fc.constantFrom('2017', '2018-02', null), { minKeys: 1 }),
      fc.constantFrom(...progress),
      fc.constantFrom('2016', '2017', '2019', null),
      (milestones, one, date) => {
        const before = status(milestones);
        const after = status({ ...milestones, [one]: milestones[one] ?? date });
        return (
          order.indexOf(after.status ?? '') >= order.indexOf(before.status ?? '') && after.otherStatuses.length === 0
        );
      },
    ),
    { numRuns: 100 },
  );
});

t.test('the order in which milestones are given does not change the status of an obligation', async () => {
  fc.assert(
    fc.property(anyMilestones, (milestones) => {
      const facts = factsOf(Object.entries(milestones).map(([name, date]): Milestone => [types[name as Name], date]));
      const [one, other] = [obligationStatus(facts), obligationStatus(facts.toReversed())];
      return (
        JSON.stringify(one) === JSON.stringify(other) && !one.otherStatuses.some((status) => status === one.status)
      );
    }),
    { numRuns: 100 },
  );
});
