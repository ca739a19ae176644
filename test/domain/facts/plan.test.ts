import t from 'tap';
import { spanBetween, uncertainDate } from '../../../src/domain/vocabulary/dates.ts';
import { article, given, happened, planned } from '../../support/given.ts';
import { seeFact } from '../../support/see.ts';

const key = 'campaign/spring/launched';
const plan = (date: string | null, said = {}) => planned('CampaignLaunched', date, { subject: 'spring', ...said });

// The plan after articles that name these dates: [published, date, said].
const after = (...articles: readonly (readonly [published: string, date: string | null, said?: object])[]) => {
  const history = given(
    ...articles.map(([published, date, said], i) => article(`a${i}`, published, [plan(date, said)])),
  );
  const fact = seeFact(history, key);
  return { now: fact?.plan.current?.date.edtf ?? null, before: fact?.plan.history.map(({ date: { edtf } }) => edtf) };
};

t.test('the latest published plan with a date is in force, and earlier plans are kept', async (t) => {
  t.strictSame(after(['2017-01', '2018-02-01']), { now: '2018-02-01', before: [] });
  t.strictSame(
    after(['2017-01', '2018-02-01'], ['2017-03', '2018-03-01'], ['2017-05', '2018-04-01']),
    { now: '2018-04-01', before: ['2018-02-01', '2018-03-01'] },
    'promises drift',
  );
  t.strictSame(
    after(['2017-05', '2018-04-01'], ['2017-01', '2018-02-01'], ['2017-03', '2018-03-01']),
    { now: '2018-04-01', before: ['2018-02-01', '2018-03-01'] },
    'whichever was recorded first',
  );
  t.strictSame(
    after(['2017-01', '2018'], ['2017-03', '2018-02']),
    { now: '2018-02', before: ['2018'] },
    'a more exact one',
  );
});

t.test('an undated or vaguer restatement does not replace a plan', async (t) => {
  t.strictSame(after(['2017-01', '2018-02-01'], ['2017-03', null]), { now: '2018-02-01', before: [] });
  t.strictSame(after(['2017-01', '2018-02-01'], ['2017-03', '2018']), { now: '2018-02-01', before: [] });
  t.strictSame(after(['2017-01', '2018-02-01'], ['2017-03', '[2018..]']), { now: '2018-02-01', before: [] });
  t.strictSame(
    after(['2017-01', '2018-02'], ['2017-03', '[2018-02-15..2018-04]']),
    { now: '[2018-02-15..2018-04]', before: ['2018-02'] },
    'one that leaves out days of the former is another plan, not a vaguer one',
  );
});

t.test('the ranking decides between plans when it is uncertain which was published later', async (t) => {
  t.strictSame(
    after(['[2017-01..2017-12]', '2018-02-01', { by: 'party' }], ['[2017-03..2017-06]', '2018-03-01']),
    { now: '2018-02-01', before: ['2018-03-01'] },
    'the party knows better than an outlet',
  );
  t.strictSame(
    after(['2017-01', '2018-02-01', { by: 'party' }], ['2017-03', '2018-03-01']),
    { now: '2018-03-01', before: ['2018-02-01'] },
    'but a certainly later one replaces it, whoever says so',
  );
});

t.test('a guess does not date a promise made by somebody else', async (t) => {
  t.strictSame(after(['2017-01', '2018-02-01'], ['2017-03', '2018-03-01', { by: 'inference' }]), {
    now: '2018-02-01',
    before: [],
  });
  t.strictSame(after(['2017-01', null], ['2017-03', '2018-03-01', { by: 'inference' }]), { now: null, before: [] });
  t.strictSame(
    after(['2017-03', '2018-03-01', { by: 'inference' }]),
    { now: '2018-03-01', before: [] },
    'a guess alone is shown as what it is',
  );
});

t.test('a plan is visible from its publication on', async (t) => {
  const history = given(
    article('a', '2017-01-10', [plan('2018-02-01')]),
    article('b', '2017-03-10', [plan('2018-04-01')]),
  );
  const on = (occurredAsOf: string) => seeFact(history, key, { occurredAsOf })?.plan.current?.date.edtf;
  t.equal(on('2017-01-09'), undefined);
  t.equal(on('2017-01-10'), '2018-02-01');
  t.equal(on('2017-03-09'), '2018-02-01');
  t.equal(on('2017-03-10'), '2018-04-01');
});

t.test('the variance from plan to actual is a span of days and no contest', async (t) => {
  const variance = (from: string, to: string) => spanBetween(uncertainDate(from), uncertainDate(to));
  t.strictSame(variance('2018-02-01', '2018-02-11'), { min: 10, max: 10 });
  t.strictSame(variance('2018-02-11', '2018-02-01'), { min: -10, max: -10 }, 'before the plan');
  t.strictSame(variance('2018-02', '2018-03-01'), { min: 1, max: 28 }, 'from the last to the first day of February');
  t.strictSame(variance('2018-02-01', '2018-02'), { min: 0, max: 27 });
  t.strictSame(variance('2018-02-01', '[..2018-02-05]'), { min: null, max: 4 }, 'open where nothing bounds it');
  t.strictSame(variance('[2018-02-01..]', '2018-02-05'), { min: null, max: 4 });

  const history = given(
    article('a', '2017-01', [plan('2018-02-01')]),
    article('b', '2018-06', [happened('CampaignLaunched', '2018-03-01', { subject: 'spring' })]),
  );
  t.match(seeFact(history, key), { stage: 'happened', variance: { min: 28, max: 28 }, contested: false });
});
