import t from 'tap';
import type { ReadingDraft, ReportDraft } from '../../src/domain/decisions/reading.ts';
import { factsInView, unsupportedFacts } from '../../src/domain/facts/facts-at.ts';
import type { LedgerEvent } from '../../src/domain/vocabulary/events.ts';
import { canDrift, type DriftEntry, driftEntry } from '../../src/projections/drift.ts';
import { toldFacts } from '../../src/projections/tellings.ts';
import { historyAfter, retractsArticle } from '../support/decided.ts';
import { acme, article, denied, given, happened, planned } from '../support/given.ts';

const names = () => null;

type Clocks = {
  readonly occurredAsOf?: string;
  readonly reportedAsOf?: string | null;
  readonly timing?: 'any' | 'certain';
};

const driftOf = (
  history: readonly LedgerEvent[],
  { occurredAsOf = '2040-01-01', reportedAsOf = null, timing = 'any' }: Clocks = {},
): readonly DriftEntry[] => {
  const cut = { occurredAsOf, reportedAsOf, position: history.length };
  const ground = { partnership: acme, history, games: [], otherHoldings: { certain: [], possible: [] } };
  const view = factsInView(ground, cut, timing);
  const facts = [...view.facts, ...unsupportedFacts(ground, cut, view.facts)];
  return toldFacts(ground, facts, cut, timing === 'certain' ? 'certain' : 'possible').map((told) =>
    driftEntry(told, acme, names),
  );
};

const drift = (readings: readonly ReadingDraft[], clocks: Clocks = {}) => driftOf(given(...readings), clocks);

const spring = { subject: 'spring' };
const launch = (date: string | null, said = {}) => planned('CampaignLaunched', date, { ...spring, ...said });
const launched = (date: string | null) => happened('CampaignLaunched', date, spring);

// How the plan of the launch changed: article, change, days.
const steps = ([entry]: readonly DriftEntry[]) =>
  entry?.plan.map(({ source, change, days, order }) => [
    source.article,
    change,
    ...(days === null ? [] : [`${days.min} to ${days.max}`]),
    ...(order === 'possible' ? ['perhaps'] : []),
  ]);

t.test('drift shows the range of days by which a plan moved between articles', async (t) => {
  t.strictSame(
    steps(
      drift([
        article('a', '2017-01', [launch(null)]),
        article('b', '2017-02', [launch('2018-02')]),
        article('c', '2017-03', [launch('2018-02-10')]),
        article('d', '2017-04', [launch('2018')]),
        article('e', '2017-05', [launch('2018-03')]),
        article('f', '2017-06', [launch('2018-01-31')]),
        article('g', '2017-07', [launch('2018-01-31')]),
      ]),
    ),
    [
      ['a', 'first'],
      ['b', 'more-precise'],
      ['c', 'more-precise'],
      ['d', 'vaguer'],
      ['e', 'later', '19 to 49'],
      ['f', 'earlier', '-59 to -29'],
      ['g', 'same'],
    ],
    'what is vaguer does not replace the plan: March is later than 10 February',
  );
  t.strictSame(
    steps(
      drift([
        article('a', '2017-01', [launch('2018-01-15..2018-02-15')]),
        article('b', '2017-02', [launch('2018-02')]),
      ]),
    ),
    [
      ['a', 'first'],
      ['b', 'overlapping', '-14 to 44'],
    ],
    'it may have moved either way',
  );
  t.strictSame(
    steps(drift([article('a', '2017', [launch('2018..')]), article('b', '2018', [launch('2017-06')])])),
    [
      ['a', 'first'],
      ['b', 'earlier', 'null to -185'],
    ],
    'a bound that is missing is not invented',
  );
});

t.test('the last step of a drift is the plan in force, and an uncertain order is marked', async (t) => {
  const [entry] = drift([article('b', '2017-06', [launch('2018-03')]), article('a', '2017', [launch('2018-02')])]);
  t.match(entry?.plan, [
    { source: { article: 'a' }, order: null, inForce: false },
    { source: { article: 'b' }, order: 'possible', inForce: true, date: { edtf: '2018-03' } },
  ]);
  t.ok(entry?.changed);
});

t.test('neither a guess nor two speakers in one article are drift', async (t) => {
  t.strictSame(steps(drift([article('a', '2017', [launch('2018-02'), launch('2019', { by: 'inference' })])])), [
    ['a', 'first'],
  ]);
  const [entry] = drift([article('a', '2017', [launch('2018-02'), launch('2018-03', { by: 'party' })])]);
  t.match(entry, { changed: false, plan: [{ change: 'first' }, { change: 'later', sameArticle: true }] });
});

t.test('drift shows a plan that is denied or withdrawn by its publisher', async (t) => {
  t.strictSame(
    steps(
      drift([
        article('a', '2017', [launch('2018-02')]),
        article('b', '2018-01-10', [denied('CampaignLaunched', null, spring)]),
        article('c', '2018-01-20', [launch('2018-03')]),
      ]),
    ),
    [
      ['a', 'first'],
      ['b', 'denied'],
      ['c', 'later', '1 to 58'],
    ],
  );
  const [entry] = drift([
    article('a', '2017', [launch('2018-02')]),
    article('a', '2017-09', [happened('TierGranted', null, { subject: 'top' })], {
      revision: 2,
      because: 'republished',
    }),
    article('b', '2017-03', [launch('2018-02')]),
  ]);
  t.match(entry?.plan, [
    { source: { article: 'a', published: { edtf: '2017' } }, change: 'first', counts: false, withdrawnBy: null },
    { source: { article: 'b' }, change: 'same', counts: true, inForce: true },
    {
      source: { article: 'a', revision: 1 },
      change: 'withdrawn',
      date: null,
      inForce: false,
      withdrawnBy: { revision: 2, published: { edtf: '2017-09' } },
    },
  ]);
  const [alone] = drift([
    article('a', '2017-01', [launch('2018-02')]),
    article('a', '2017-09', [happened('TierGranted', null, { subject: 'top' })], {
      revision: 2,
      because: 'republished',
    }),
  ]);
  t.match(alone, {
    status: 'unsupported',
    outcome: { kind: 'withdrawn' },
    plan: [{ change: 'first' }, { change: 'withdrawn' }],
  });
});

t.test('a republished text drifts, and a re-reading does not', async (t) => {
  const first = article('a', '2017-01', [launch('2018-02')]);
  const again = (because: 'republished' | 'reread') =>
    article('a', '2017-09', [launch('2018-04')], { revision: 2, because });
  t.strictSame(steps(drift([first, again('republished')])), [
    ['a', 'first'],
    ['a', 'later', '32 to 88'],
  ]);
  t.strictSame(steps(drift([first, again('reread')])), [['a', 'first']]);
  t.strictSame(driftOf(historyAfter(first, retractsArticle('a'))), [], 'nor is what was retracted');
});

t.test('drift shows what became of a plan', async (t) => {
  const plan = article('a', '2017', [launch('2018-02-01')]);
  const outcome = (...more: readonly ReadingDraft[]) => drift([plan, ...more])[0]?.outcome;
  t.match(outcome(), { kind: 'nothing-since', occurred: null, variance: null, sources: [] });
  t.match(outcome(article('b', '2018-06', [launched('2018-02')])), {
    kind: 'happened',
    occurred: { edtf: '2018-02', basis: 'stated' },
    variance: { min: 0, max: 27 },
    sources: [{ article: 'b' }],
  });
  t.match(outcome(article('b', '2018-06', [denied('CampaignLaunched', null, spring)])), { kind: 'denied' });
  t.match(outcome(article('b', '2018-06', [happened('CampaignCancelled', '2018-01', spring)])), { kind: 'cancelled' });
  t.equal(
    drift([article('a', '2018', [launched('2018')]), article('b', '2018', [launched('2018')])])[0]?.outcome,
    null,
  );
});

t.test('drift shows changes of counts, wording, dates and names between articles', async (t) => {
  const count = (value: number | { min: number } | { about: number }) =>
    happened('CreativeCountStated', null, { ...spring, fields: { count: value } });
  const changes = (...readings: readonly ReadingDraft[]) =>
    drift(readings)[0]?.fields.map(({ field, changed, steps }) => [
      field,
      changed,
      ...steps.map(({ change, by }) => (by === null ? change : `${change} by ${by.min} to ${by.max}`)),
    ]);
  t.strictSame(
    changes(
      article('a', '2017-01', [count(2)]),
      article('b', '2017-02', [count(3)]),
      article('c', '2017-03', [count({ min: 3 })]),
      article('d', '2017-04', [count(1)]),
    ),
    [['count', true, 'first', 'more by 1 to 1', 'vaguer', 'fewer by null to -2']],
  );
  const scope = (text: string) =>
    happened('ObligationUndertaken', '2017', { subject: 'cloud', fields: { scope: text } });
  t.strictSame(changes(article('a', '2018-01', [scope('all')]), article('b', '2018-02', [scope('some')])), [
    ['scope', true, 'first', 'reworded'],
  ]);
  t.strictSame(changes(article('a', '2018-01', [scope('all')]), article('b', '2018-02', [scope('all')])), [
    ['scope', false, 'first', 'same'],
  ]);
  const term = (end: string) => happened('TermAgreed', '2017', { fields: { end } });
  t.strictSame(
    changes(article('a', '2018-01', [term('2028')]), article('b', '2018-02', [term('2030')])),
    [['end', true, 'first', 'later by 366 to 1095']],
    'from 2028-12-31 to 2030-01-01, or from 2028-01-01 to 2030-12-31',
  );
  t.strictSame(
    changes(article('a', '2018-01', [term('2028')]), article('b', '2018-02', [happened('TermAgreed', '2017')])),
    [],
    'absent is not a value',
  );
  const sponsors = (members: string[], complete = false) =>
    happened('RosterReported', null, { fields: { members, ...(complete ? { complete } : {}) } });
  const lists = (...reports: readonly ReportDraft[]) =>
    changes(...reports.map((report, i) => article(`a${i}`, `2018-0${i + 1}`, [report])))?.filter(
      ([field]) => field !== 'complete',
    );
  t.strictSame(lists(sponsors(['visa']), sponsors(['intel', 'visa']), sponsors(['intel', 'visa'])), [
    ['members', false, 'first', 'names-others', 'same'],
  ]);
  t.strictSame(
    changes(
      article('a', '2018-01', [sponsors(['visa'], true)]),
      article('b', '2018-01', [sponsors(['intel'])]),
      article('c', '2018-02', [sponsors(['coke'])]),
    )?.filter(([field]) => field !== 'complete'),
    [['members', true, 'first', 'changed', 'names-others']],
    'a list that claims to be complete has room for no other until a later one adds to it',
  );
  t.strictSame(
    lists(sponsors(['visa'], true), sponsors(['intel'], true)),
    [['members', false, 'first', 'other-state']],
    'complete lists of two days tell of two states',
  );
});

t.test('a fact told once and never planned has no drift', async (t) => {
  const history = given(
    article('a', '2018', [launched('2018'), planned('MarketEntered', null, { ...spring, campaign: 'spring' })]),
  );
  const cut = { occurredAsOf: '2040-01-01', reportedAsOf: null, position: 10 };
  const ground = { partnership: acme, history, games: [], otherHoldings: { certain: [], possible: [] } };
  const told = toldFacts(ground, factsInView(ground, cut, 'any').facts, cut, 'possible');
  t.strictSame(
    told.filter(canDrift).map(({ fact }) => fact.type.type),
    ['MarketEntered'],
  );
  t.equal(told.length, 2);
});

t.test('the reporting lags are spans from occurred to reported to recorded', async (t) => {
  // The events of tests are recorded on 2026-01-01.
  const [entry] = drift([
    article('a', '[2017-02-10..2017-02-20]', [launched('2017-02-15')], { publisher: 'Daily' }),
    article('b', '2017-03', [launched(null)], { publisher: 'Weekly' }),
  ]);
  t.match(entry?.lag, {
    occurredToReported: { min: 0, max: 5 },
    reportedToRecorded: { min: 3237, max: 3247 },
    occurredToRecorded: { min: 3242, max: 3242 },
    sources: [
      { article: 'a', publisher: 'Daily', occurredToReported: { min: 0, max: 5 } },
      {
        article: 'b',
        publisher: 'Weekly',
        occurredToReported: { min: 14, max: 44 },
        reportedToRecorded: { min: 3198, max: 3228 },
      },
    ],
  });
  const [undated] = drift([article('a', '2017-03-10', [launched(null)])]);
  t.match(undated?.lag.occurredToReported, { min: 0, max: null }, 'nobody says since when');
  const [plan] = drift([article('a', '2017-03-10', [launch('2017-05')])]);
  t.match(plan?.lag, { occurredToReported: null, reportedToRecorded: { min: 3219, max: 3219 } });
  const [statement] = drift([article('a', '2017-03-10', [happened('ReceptionReported', null, { subject: 'x' })])]);
  t.equal(statement?.lag.occurredToReported, null, 'a statement is its own report');
});

t.test('drift at a cut counts only what was public by then', async (t) => {
  const readings = [article('a', '2017-01', [launch('2018-02')]), article('b', '2017-06', [launch('2018-03')])];
  t.strictSame(steps(drift(readings, { reportedAsOf: '2017-03-01' })), [['a', 'first']]);
  t.strictSame(
    steps(drift(readings, { occurredAsOf: '2017-03-01' })),
    [['a', 'first']],
    'a plan is visible from its publication on',
  );
  t.equal(steps(drift(readings, { occurredAsOf: '2017-06-10' }))?.length, 2);
  t.equal(steps(drift(readings, { occurredAsOf: '2017-06-10', timing: 'certain' }))?.length, 1);
});
