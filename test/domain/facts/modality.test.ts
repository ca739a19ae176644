import t from 'tap';
import type { Attribution, Modality } from '../../../src/domain/vocabulary/event-data.ts';
import { historyAfter, resolves } from '../../support/decided.ts';
import { article, given, happened, planned, report } from '../../support/given.ts';
import { seeFact } from '../../support/see.ts';

const key = 'campaign/spring/launched';

type Told = readonly [modality: Modality, published: string, date?: string | null, by?: Attribution];

const articles = (...told: readonly Told[]) =>
  told.map(([modality, published, date = null, by = 'outlet'], i) =>
    article(`a${i}`, published, [report('CampaignLaunched', modality, date, { subject: 'spring', by })]),
  );

// What is displayed of a fact of which articles tell, and whether that is contested.
const shown = (...told: readonly Told[]) => {
  const fact = seeFact(given(...articles(...told)), key);
  return `${fact?.stage}${fact?.contested ? ', contested' : ''}`;
};

t.test('a plan becomes a fact that happened once a report says so', async (t) => {
  t.equal(shown(['planned', '2017-06']), 'planned');
  t.equal(shown(['planned', '2017-06'], ['happened', '2018-03']), 'happened');
  t.equal(
    shown(['happened', '2018-03'], ['planned', '2018-06']),
    'happened',
    'an article that still speaks of a plan or not',
  );
});

t.test('a denial beats a plan that was certainly published earlier', async (t) => {
  t.equal(shown(['planned', '2017-06'], ['denied', '2017-07']), 'denied');
  t.equal(
    shown(['planned', '2017-06', null, 'joint-statement'], ['denied', '2017-07', null, 'outlet']),
    'denied',
    'whoever denies it',
  );
  t.equal(
    shown(['denied', '2017-01'], ['planned', '2017-03'], ['denied', '2017-05']),
    'denied',
    'a plan between two denials is older than the second',
  );
});

t.test('a denial and a plan contest each other unless the denial certainly came later', async (t) => {
  t.equal(shown(['planned', '2017-06', null, 'party'], ['denied', '2017-06']), 'planned, contested', 'by weight');
  t.equal(shown(['planned', '2017-06'], ['denied', '2017-06', null, 'party']), 'denied, contested');
  t.equal(shown(['planned', '[2017-06..2017-09]'], ['denied', '2017-08', null, 'party']), 'denied, contested');
  const fact = seeFact(given(...articles(['planned', '2017-06', null, 'party'], ['denied', '2017-06'])), key);
  t.match(
    fact?.contests,
    [
      {
        field: 'modality',
        alternatives: [
          { value: 'planned', displayed: true, evidence: [{ report: { metadata: { article: 'a0' } } }] },
          { value: 'denied', displayed: false, evidence: [{ report: { metadata: { article: 'a1' } } }] },
        ],
      },
    ],
    'both stay visible with their sources',
  );
});

t.test('a denial contests what happened, and the better attribution wins', async (t) => {
  t.equal(shown(['happened', '2018-03', '2018-02'], ['denied', '2018-03', null, 'party']), 'denied, contested');
  t.equal(shown(['happened', '2018-03', '2018-02', 'party'], ['denied', '2018-03']), 'happened, contested');
  t.equal(shown(['happened', '2018-03', '2018-02'], ['denied', '2018-06']), 'denied, contested', 'a later denial');
});

t.test('what is published certainly later than a denial supersedes it', async (t) => {
  t.equal(shown(['denied', '2017-06', null, 'party'], ['planned', '2017-08']), 'planned');
  t.equal(shown(['denied', '2017-06', null, 'party'], ['happened', '2018-03', '2018-02']), 'happened');
  t.equal(shown(['denied', '2018-01-15', null, 'party'], ['happened', '2018-03', '2018-01']), 'happened');
  t.equal(shown(['denied', '2017-06', null, 'party'], ['happened', '2018-03']), 'happened', 'with or without a day');
  t.equal(
    shown(['denied', '2017-06'], ['planned', '2017-08', '2017-05']),
    'denied',
    'but not an old plan that is retold',
  );
});

t.test('a denial that names a day speaks of that day alone', async (t) => {
  const no = ['denied', '2019-02-03', '2019-02-01'] as const;
  t.equal(shown(['planned', '2019-01-10', '2019-02-01'], no), 'denied');
  t.equal(shown(['planned', '2019-01-10', '2019-03-01'], no), 'planned');
  t.equal(shown(['planned', '2019-01-10', '2019-02'], no), 'planned', 'February leaves other days');
  t.equal(shown(['planned', '2019-01-10', null], no), 'planned');
  t.equal(shown(no, ['planned', '2019-02-03', '2019-02-01', 'party']), 'planned, contested', 'at the same time');
  t.equal(shown(no, ['planned', '2019-02-10', '2019-02-01', 'party']), 'denied', 'a later article retells the plan');
  t.equal(shown(no, ['happened', '2019-02-10', '2019-02-02']), 'happened');
  t.equal(shown(no, ['happened', '2019-02-03', '2019-02-02', 'second-hand']), 'happened', 'the two agree');
  t.equal(shown(no, ['happened', '2019-02-03', '2019-02-01', 'party']), 'happened, contested');
  const fact = seeFact(given(...articles(no, ['happened', '2019-02-10', '2019-02-02'])), key);
  t.match(fact?.denied, { date: { edtf: '2019-02-01' }, evidence: [{ report: { metadata: { article: 'a0' } } }] });
});

t.test('the plan of an article that also denies an earlier one is new only for a later day', async (t) => {
  const both = (no: string | null, plan: string | null) =>
    seeFact(
      given(
        article('a', '2019-01-10', [report('CampaignLaunched', 'planned', '2019-02-01', { subject: 'spring' })]),
        article('b', '2019-02-03', [
          report('CampaignLaunched', 'denied', no, { subject: 'spring' }),
          report('CampaignLaunched', 'planned', plan, { subject: 'spring' }),
        ]),
      ),
      key,
    );
  t.match(both('2019-02-01', '2019-03-01'), {
    stage: 'planned',
    contested: false,
    plan: { current: { date: { edtf: '2019-03-01' } }, history: [{ date: { edtf: '2019-02-01' } }] },
  });
  t.match(both(null, '2019-03-01'), { stage: 'planned', contested: false });
  t.match(both(null, '2019-02-01'), { stage: 'denied', contested: false });
  t.match(both(null, null), { stage: 'denied', contested: false });
  t.match(both('2019-02-01', null), { stage: 'planned', plan: { current: null } }, 'the denied day is none of its own');
});

t.test('a steward settles a contest between a denial and a report', async (t) => {
  const told = articles(['happened', '2018-03', '2018-02', 'party'], ['denied', '2018-03']);
  const settled = seeFact(historyAfter(...told, resolves(key, 'modality', 'denied')), key);
  t.match(settled, { stage: 'denied', contested: false, reopened: false });
  t.equal(settled?.contests[0]?.alternatives.length, 2, 'both stay visible');
  const again = article('z', '2018-04', [happened('CampaignLaunched', '2018-02', { subject: 'spring' })]);
  t.match(
    seeFact(historyAfter(...told, resolves(key, 'modality', 'denied'), again), key),
    { stage: 'denied', contested: true, reopened: true },
    'a report that the resolution did not judge reopens it',
  );
});

t.test('a resolution settles nothing for a reader who could not know any report that it judged', async (t) => {
  const told = articles(['happened', '2018-03', '2018-02', 'party'], ['denied', '2018-03'], ['denied', '2018-06']);
  const resolved = historyAfter(...told, resolves(key, 'modality', 'denied', { of: ['a2'] }));
  t.match(seeFact(resolved, key, { reportedAsOf: '2018-05-31' }), { stage: 'happened', contested: true });
  t.match(seeFact(resolved, key), { stage: 'denied', reopened: true });
});

t.test('the occurred clock chooses what is displayed and drops no evidence', async (t) => {
  const history = given(
    article('a', '2017-06-10', [planned('CampaignLaunched', '2018-02', { subject: 'spring' })]),
    article('b', '2018-03-10', [happened('CampaignLaunched', '2018-02-10', { subject: 'spring' })]),
  );
  const on = (occurredAsOf: string) => seeFact(history, key, { occurredAsOf });
  t.equal(on('2017-06-09'), undefined, 'before its first report there is nothing');
  t.match(on('2017-06-10'), { stage: 'planned', occurrence: null, variance: null });
  t.equal(on('2018-02-09')?.stage, 'planned');
  t.match(on('2018-02-10'), { stage: 'happened', variance: { min: -18, max: 9 } });
  t.equal(on('2017-06-10')?.evidence.length, 2, 'the reports are always those of the fact');
});

t.test('a date narrowed by a later publication holds at every occurredAsOf', async (t) => {
  const history = given(
    article('a', '2018-03', [happened('CampaignLaunched', '2018', { subject: 'spring' })]),
    article('b', '2018-06', [happened('CampaignLaunched', '2018-02-10', { subject: 'spring' })]),
  );
  t.equal(seeFact(history, key, { occurredAsOf: '2018-02-09' }), undefined);
  t.equal(
    seeFact(history, key, { occurredAsOf: '2018-02-10', timing: 'certain' })?.occurrence?.date.edtf,
    '2018-02-10',
  );
  t.equal(
    seeFact(history, key, { occurredAsOf: '2018-02-09', reportedAsOf: '2018-03-31' })?.occurrence?.date.edtf,
    '[2018-01-01..2018-03-31]',
    'who could not have read it yet sees the former bounds',
  );
});

t.test('a denial is visible from its publication on', async (t) => {
  const history = given(...articles(['planned', '2017-06-10', '2018-02'], ['denied', '2017-08-10']));
  t.equal(seeFact(history, key, { occurredAsOf: '2017-08-09' })?.stage, 'planned');
  t.equal(seeFact(history, key, { occurredAsOf: '2017-08-10' })?.stage, 'denied');
});
