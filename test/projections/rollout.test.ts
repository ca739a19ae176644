import t from 'tap';
import type { ReadingDraft, ReportDraft } from '../../src/domain/decisions/reading.ts';
import { factsInView } from '../../src/domain/facts/facts-at.ts';
import { rollout } from '../../src/projections/rollout.ts';
import { acme, article, given, happened, planned } from '../support/given.ts';

const names = (kind: string, slug: string) => (kind === 'campaign' && slug === 'spring' ? 'Spring of Speed' : null);

const seen = (readings: readonly ReadingDraft[], occurredAsOf = '9999-12-31') => {
  const history = given(...readings);
  const cut = { occurredAsOf, reportedAsOf: null, position: history.length };
  const ground = { partnership: acme, history, games: [], otherHoldings: { certain: [], possible: [] } };
  return rollout(factsInView(ground, cut, 'any'), acme, names);
};
const told = (...reports: readonly ReportDraft[]) => [article('a', '2020-01-01', reports)];
const spring = { subject: 'spring' };
const within = (subject: string) => ({ subject, campaign: 'spring' });

t.test('a rollout shows the launch of a campaign with plan, actual and status', async (t) => {
  const readings = [
    article('a', '2018-01-10', [
      happened('CampaignAnnounced', '2018-01-09', spring),
      planned('CampaignLaunched', '2018-02-01', spring),
    ]),
    article('b', '2018-04-01', [happened('CampaignLaunched', '2018-02-10', spring)]),
    article('c', '2018-09-01', [happened('CampaignEnded', '2018-08', spring)]),
  ];
  t.match(seen(readings, '2018-02-05').campaigns, [
    {
      campaign: 'spring',
      name: 'Spring of Speed',
      announcement: { status: 'happened' },
      launch: { status: 'due', timing: 'certain', planned: { edtf: '2018-02-01' }, occurred: null, sources: [{}, {}] },
      end: null,
      cancellation: null,
    },
  ]);
  t.match(seen(readings).campaigns, [
    {
      launch: { status: 'happened', planned: { edtf: '2018-02-01' }, occurred: { edtf: '2018-02-10' } },
      end: { status: 'happened' },
    },
  ]);
});

t.test('a rollout shows a cancelled campaign with all its plans', async (t) => {
  const [campaign] = seen([
    article('a', '2018-01-01', [
      planned('CampaignLaunched', '2018-02-01', spring),
      planned('MarketEntered', '2018-02', within('jp')),
    ]),
    article('b', '2018-02', [happened('CampaignCancelled', '2018-01-20', spring)]),
  ]).campaigns;
  t.match(campaign, {
    launch: { status: 'cancelled' },
    cancellation: { status: 'happened' },
    markets: [{ market: 'JP', status: 'cancelled' }],
  });
});

const film = (subject: string) => planned('CreativeReleased', null, within(subject));
const count = (value: number | { min: number }, said = {}) =>
  happened('CreativeCountStated', null, { ...spring, fields: { count: value }, ...said });

t.test('a rollout shows how many creatives are stated, named and unnamed', async (t) => {
  const creatives = (...reports: readonly ReportDraft[]) => seen(told(...reports)).campaigns[0]?.creatives;
  t.match(creatives(count(3), film('rower'), film('boy')), {
    stated: { value: 3, contested: false, alternatives: [], sources: [{ article: 'a' }] },
    named: [
      { creative: 'boy', name: 'Boy', status: 'planned' },
      { creative: 'rower', name: 'Rower', status: 'planned' },
    ],
    unidentified: 1,
  });
  t.equal(creatives(count(1), film('rower'), film('boy'))?.unidentified, 0, 'never fewer than none');
  t.match(
    creatives(film('rower')),
    { stated: null, named: [{}], unidentified: null },
    'unknown where no number is stated',
  );
  t.match(
    creatives(count({ min: 3 }), film('rower')),
    { stated: { value: { min: 3 } }, unidentified: null },
    'nor where it is open',
  );
  t.match(creatives(count(3)), { named: [], unidentified: 3 });
});

t.test('a rollout shows every value of a contested number of creatives with its sources', async (t) => {
  const readings = [article('a', '2018-01-01', [count(3, { by: 'party' })]), article('b', '2018-01-02', [count(2)])];
  t.match(seen(readings).campaigns[0]?.creatives.stated, {
    value: 3,
    contested: true,
    alternatives: [
      { field: 'count', value: 3, displayed: true, sources: [{ article: 'a' }] },
      { field: 'count', value: 2, displayed: false, sources: [{ article: 'b' }] },
    ],
  });
});

t.test('a rollout names markets by ISO 3166-1 alpha-2 code, each with its own plan', async (t) => {
  const [campaign] = seen(
    told(
      planned('CampaignLaunched', '2018-02-01', spring),
      planned('MarketEntered', '2018-03', within('jp')),
      happened('MarketEntered', '2018-02', within('cn')),
    ),
  ).campaigns;
  t.match(campaign?.markets, [
    { market: 'CN', status: 'happened', occurred: { edtf: '2018-02' }, planned: null },
    { market: 'JP', status: 'overdue-unconfirmed', occurred: null, planned: { edtf: '2018-03' } },
  ]);
});

t.test('a rollout puts phases and activations under their campaign, and other activations apart', async (t) => {
  const staged = (subject: string, fields = {}) =>
    happened('ActivationStaged', '2018-02', { subject, games: ['2018W'], fields });
  const { campaigns, activations } = seen(
    told(
      happened('CampaignLaunched', '2018-02-01', spring),
      planned('CampaignPhaseStarted', '2018-03', within('teaser')),
      staged('booth', { campaign: 'spring' }),
      staged('visit'),
    ),
  );
  t.match(campaigns[0]?.phases, [{ phase: 'teaser', name: 'Teaser' }]);
  t.match(campaigns[0]?.activations, [{ activation: 'booth', campaign: 'spring', games: ['2018W'] }]);
  t.match(activations, [{ activation: 'visit', campaign: null }]);
  t.equal(activations.length, 1);
});

t.test('a rollout lists a campaign of which only a part is reported', async (t) => {
  t.match(seen(told(happened('MarketEntered', '2018-02', { subject: 'jp', campaign: 'late-summer' }))).campaigns, [
    { campaign: 'late-summer', name: 'Late summer', launch: null, markets: [{ market: 'JP' }] },
  ]);
});

t.test('a rollout shows joint activations as discussed, then agreed', async (t) => {
  const discussed = happened('CoActivationDiscussed', '2018-01', { subject: 'samsung' });
  const agreed = (modality: typeof happened) => modality('CoActivationAgreed', '2018-02', { subject: 'samsung' });
  const status = (...reports: readonly ReportDraft[]) =>
    seen(told(...reports)).coActivations.map((one) => [one.with, one.status]);
  t.strictSame(status(discussed), [['samsung', 'discussed']]);
  t.strictSame(status(discussed, agreed(happened)), [['samsung', 'agreed']]);
  t.strictSame(status(discussed, agreed(planned)), [['samsung', 'discussed']], 'not by a plan to agree');
  t.strictSame(status(agreed(planned)), [['samsung', 'overdue-unconfirmed']]);
  t.equal(seen(told(discussed, agreed(happened))).coActivations[0]?.sources.length, 2, 'with the sources of both');
});

t.test('a rollout shows a store with its plan and its opening', async (t) => {
  const opening = (fields: Readonly<Record<string, string>>) => ({ subject: 'shop', games: ['2022W'], fields });
  const readings = [
    article('a', '2017-09', [planned('StorefrontOpened', '[2018..2019]', opening({}))]),
    article('b', '2018-01', [happened('StorefrontOpened', '2017-12~', opening({ platform: 'Web' }))]),
  ];
  t.match(seen(readings).storefronts, [
    {
      storefront: 'shop.2022w',
      name: 'Shop',
      platform: 'Web',
      games: ['2022W'],
      opening: {
        status: 'happened',
        planned: { edtf: '[2018..2019]' },
        occurred: { edtf: '2017-12~' },
        sources: [{}, {}],
      },
      suspension: null,
      closing: null,
    },
  ]);
  t.match(seen(readings, '2017-10-31').storefronts, [
    { platform: null, opening: { status: 'planned', occurred: null } },
  ]);
});
