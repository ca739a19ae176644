import t from 'tap';
import type { ReadingDraft } from '../../src/domain/decisions/reading.ts';
import { factsInView } from '../../src/domain/facts/facts-at.ts';
import type { LedgerEvent } from '../../src/domain/vocabulary/events.ts';
import { silence } from '../../src/projections/silence.ts';
import { datesOf, gamesHistory } from '../support/games.ts';
import { acme, article, denied, given, happened, planned } from '../support/given.ts';

const names = () => null;
const pyeongChang = gamesHistory([
  datesOf('2018W', '2018-02-09/2018-02-25'),
  datesOf('2022W', '2022-02-04/2022-02-20'),
]);

type Clocks = { readonly timing?: 'any' | 'certain'; readonly reportedAsOf?: string | null };

const silenceOf = (
  history: readonly LedgerEvent[],
  occurredAsOf: string,
  { timing = 'any', reportedAsOf = null }: Clocks = {},
  games = pyeongChang,
) => {
  const cut = { occurredAsOf, reportedAsOf, position: history.length };
  const ground = { partnership: acme, history, games, otherHoldings: { certain: [], possible: [] } };
  const view = factsInView(ground, cut, timing);
  const views =
    timing === 'certain'
      ? { certain: view, possible: null }
      : { certain: factsInView(ground, cut, 'certain'), possible: view };
  return silence(views, { partnership: acme, names, cut });
};

// Given articles, then on a day these promises are silent: the fact, its status, and whether that is certain.
const silent = (readings: readonly ReadingDraft[], day: string, clocks: Clocks = {}) =>
  silenceOf(given(...readings), day, clocks).map(({ fact, status, timing }) => `${status} ${fact} ${timing}`);

const spring = { subject: 'spring' };
const launch = (date: string | null) => planned('CampaignLaunched', date, spring);
const launched = (date: string | null) => happened('CampaignLaunched', date, spring);

t.test('a plan is silent from the end of its last day on, due for thirty days, then overdue', async (t) => {
  const told = [article('a', '2018-01-10', [launch('2018-02-01')])];
  t.strictSame(silent(told, '2018-01-31'), [], 'its day has not come');
  t.strictSame(silent(told, '2018-02-01'), ['due campaign/spring/launched certain']);
  t.strictSame(silent(told, '2018-03-03'), ['due campaign/spring/launched certain']);
  t.strictSame(silent(told, '2018-03-04'), ['overdue-unconfirmed campaign/spring/launched certain']);
});

t.test('a silent promise shows its day, its speaker, its silence and its last article', async (t) => {
  const [item] = silenceOf(
    given(
      article('a', '2018-01-10', [launch('2018-02')]),
      article('b', '[2018-01-05..2018-01-20]', [planned('CampaignLaunched', null, { ...spring, by: 'party' })]),
    ),
    '2018-03-10',
  );
  t.match(item, {
    promisedFor: { edtf: '2018-02', earliest: '2018-02-01', latest: '2018-02-28', basis: 'stated' },
    overdue: { min: 10, max: 37 },
    normalUntil: '2018-03-30',
    cell: null,
    lastReported: { edtf: '[2018-01-10..2018-01-20]', articles: ['a', 'b'], tie: true },
    links: { history: `/api/partnerships/${acme}/facts/campaign/spring/launched/audit` },
  });
  t.same(item?.sources.map(({ article }) => article).toSorted(), ['a', 'b']);
});

t.test('a report on the outcome of a plan ends its silence', async (t) => {
  const plan = article('a', '2018-01-10', [launch('2018-02-01')]);
  const on = '2018-06-01';
  t.strictSame(silent([plan, article('b', '2018-04', [launched(null)])], on), []);
  t.strictSame(silent([plan, article('b', '2018-04', [denied('CampaignLaunched', null, spring)])], on), []);
  t.strictSame(silent([plan, article('b', '2018-04', [happened('CampaignCancelled', '2018-03', spring)])], on), []);
  t.strictSame(silent([plan, article('b', '2018-04', [launch('2018-09')])], on), [], 'a new day has not come');
  t.strictSame(
    silent([plan, article('b', '2018-04', [launch(null)])], on),
    ['overdue-unconfirmed campaign/spring/launched certain'],
    'to promise it again tells nothing',
  );
});

t.test('a plan without a day is not silent', async (t) => {
  t.strictSame(silent([article('a', '2018', [launch(null)])], '2030-01-01'), []);
  t.strictSame(
    silent(
      [
        article('a', '2018', [
          launch(null),
          planned('CampaignLaunched', '2018-03', { ...spring, by: 'inference', games: ['2018W'] }),
        ]),
      ],
      '2030-01-01',
    ),
    [],
    'a guess is no promise',
  );
});

t.test('a promise for Games is silent once they have closed', async (t) => {
  const plan = [
    article('a', '2018-01', [planned('MarketEntered', null, { subject: 'jp', campaign: 'spring', games: ['2018W'] })]),
  ];
  t.strictSame(silent(plan, '2018-02-24'), []);
  t.strictSame(silent(plan, '2018-02-25'), ['due market/spring.jp/entered certain']);
  t.match(silenceOf(given(...plan), '2018-04-01'), [
    { promisedFor: { edtf: '2018-02-09/2018-02-25', basis: 'games' }, overdue: { min: 35, max: 51 }, games: ['2018W'] },
  ]);
});

const cloud = { subject: 'cloud', games: ['2018W'] };
const undertaken = article('a', '2017-01-20', [happened('ObligationUndertaken', '2017-01-19', cloud)]);

t.test('an obligation is silent from the close of its Games on', async (t) => {
  t.strictSame(silent([undertaken], '2018-02-24'), []);
  t.strictSame(silent([undertaken], '2018-02-25'), ['closedWithoutReport obligation/cloud.2018w/undertaken certain']);
  t.match(silenceOf(given(undertaken), '2018-03-07'), [
    {
      cell: { obligation: 'cloud', edition: '2018W', status: 'undertaken' },
      promisedFor: { edtf: '2018-02-09/2018-02-25', basis: 'games' },
      overdue: { min: 10, max: 10 },
      normalUntil: null,
      lastReported: { edtf: '2017-01-20', articles: ['a'], tie: false },
    },
  ]);
  const ofProgramme = article('a', '2017', [happened('ObligationUndertaken', '2017', { subject: 'platform' })]);
  t.strictSame(silent([ofProgramme], '2030-01-01'), [], 'what binds no Games has no day');
  t.strictSame(silent([undertaken], '2030-01-01', {}).length, 1);
});

t.test('a report published before the Games closed does not end the silence after them', async (t) => {
  const reached = (published: string) =>
    article('b', published, [happened('ObligationMilestoneReached', null, { ...cloud, fields: { step: 'test' } })]);
  const still = (timing: string) => [`closedWithoutReport obligation/cloud.2018w/undertaken ${timing}`];
  t.strictSame(silent([undertaken, reached('2018-02-10')], '2018-06-01'), still('certain'));
  t.strictSame(
    silent([undertaken, reached('2018-02-25')], '2018-06-01'),
    still('certain'),
    'on the day is not after it',
  );
  t.strictSame(silent([undertaken, reached('2018-02-26')], '2018-06-01'), [], 'one that was published since ends it');
  t.strictSame(
    silent([undertaken, reached('[2018-02-20..2018-03-10]')], '2018-06-01'),
    still('possible'),
    'one that may have been leaves it possible',
  );
  t.strictSame(silent([undertaken, reached('[2018-02-20..2018-03-10]')], '2018-06-01', { timing: 'certain' }), []);
});

t.test('only a delivery ends the silence on an obligation, not another promise or a qualification', async (t) => {
  const later = (type: string, published = '2018-05') => article('b', published, [happened(type, null, cloud)]);
  for (const type of ['ObligationUndertaken', 'ObligationConfirmed', 'ObligationQualified']) {
    t.equal(silent([undertaken, later(type)], '2018-06-01').length, 1, type);
  }
  for (const type of ['ObligationDelivered', 'ObligationPartlyDelivered', 'ObligationWaived', 'ObligationBreached']) {
    t.strictSame(silent([undertaken, later(type)], '2018-06-01'), [], type);
    t.strictSame(silent([undertaken, later(type, '2018-02-20')], '2018-06-01'), [], `${type}, told before the end`);
  }
});

t.test('a postponed plan is promised for its new day', async (t) => {
  const postponed = (until?: string) =>
    article('b', '2017-06', [
      happened('ObligationPostponed', '2017-06', { ...cloud, fields: until === undefined ? {} : { until } }),
    ]);
  t.strictSame(silent([undertaken, postponed('2019-06')], '2018-06-01'), []);
  t.match(silenceOf(given(undertaken, postponed('2019-06')), '2019-07-10'), [
    { promisedFor: { edtf: '2019-06', basis: 'stated' }, overdue: { min: 10, max: 39 }, cell: { status: 'postponed' } },
  ]);
  t.equal(silent([undertaken, postponed()], '2018-06-01').length, 1, 'without a new day, the Games count');
});

t.test('obligations for Games after the end of the partnership are not silent', async (t) => {
  const owed = article('a', '2017-01-20', [
    happened('TermAgreed', '2017-01-19', { fields: { end: '2028' } }),
    happened('ObligationUndertaken', '2017-01-19', { subject: 'cloud', games: ['2022W'] }),
  ]);
  const ended = article('b', '2019-06', [happened('PartnershipTerminated', '2019-05')]);
  t.equal(silent([owed], '2023-01-01').length, 1);
  t.strictSame(silent([owed, ended], '2023-01-01'), []);
});

t.test('a promise that was possibly made by then is possibly silent', async (t) => {
  const promised = article('a', '[2018-01..2018-06]', [launch('2018-02-01')]);
  const clocks = { reportedAsOf: '2018-04-01' };
  t.strictSame(silent([promised], '2018-04-01', clocks), ['overdue-unconfirmed campaign/spring/launched possible']);
  t.strictSame(silent([promised], '2018-04-01', { ...clocks, timing: 'certain' }), []);
});

t.test('silent promises are sorted by the longest overdue', async (t) => {
  const told = article('a', '2017-01-20', [
    planned('StorefrontOpened', '2018-03', { subject: 'shop', games: ['2022W'] }),
    launch('2017-05'),
    happened('ObligationUndertaken', '2017-01-19', cloud),
  ]);
  t.strictSame(
    silenceOf(given(told), '2019-01-01').map(({ fact }) => fact),
    ['campaign/spring/launched', 'obligation/cloud.2018w/undertaken', 'storefront/shop.2022w/opened'],
  );
});

t.test('a plan without a last day is silent a year after its first', async (t) => {
  const plan = article('a', '2018-01-10', [planned('CampaignLaunched', '[2018-02-25..]', spring)]);
  t.strictSame(silent([plan], '2019-02-24'), []);
  t.strictSame(silent([plan], '2019-02-25'), ['due campaign/spring/launched certain']);
  t.strictSame(silent([plan], '2019-02-26'), ['overdue-unconfirmed campaign/spring/launched certain']);
});
