import t, { type Test } from 'tap';
import { openToldApp } from '../support/told-articles.ts';

type Entry = { readonly fact: string; readonly status: string };
type Told = Parameters<typeof openToldApp>[2];

t.test('a later article that retells a plan that was called off is no new plan', async (t) => {
  const { get } = await openToldApp(
    t,
    'tern.ioc',
    ['t15a', '2019-03-14', ['CampaignLaunched: hush, planned: 2019-09..2019-11']],
    ['t15b', '2020-03-01', ['CampaignCancelled: hush, happened: 2020-02-10']],
    [
      't15c',
      '2021-08-20',
      ['CampaignLaunched: hush, planned: 2019-09..2019-11', 'CampaignCancelled: hush, happened: 2020-02'],
    ],
  );
  const { entries } = (await get('/api/partnerships/tern.ioc/timeline')).body;
  t.equal(entries.find(({ fact }: Entry) => fact === 'campaign/hush/launched').status, 'cancelled');
  t.equal((await get('/api/partnerships/tern.ioc/silence')).body.total, 0);
});

const timelineOf = async (t: Test, ...articles: readonly Told[]) => {
  const { get } = await openToldApp(t, 'tern.ioc', ...articles);
  const { entries } = (await get('/api/partnerships/tern.ioc/timeline')).body;
  const statuses: Record<string, string> = Object.fromEntries(entries.map(({ fact, status }: Entry) => [fact, status]));
  return { statuses, silent: (await get('/api/partnerships/tern.ioc/silence')).body.total as number };
};

t.test('an article that looks back at a plan and at its end tells of no new plan', async (t) => {
  for (const [report, end, fact] of [
    ['CampaignLaunched: c, planned: 2020-06', 'CampaignCancelled: c, happened: 2020-02', 'campaign/c/launched'],
    ['InitiativeDeployed: i, planned: 2020-06', 'InitiativeShelved: i, happened: 2020-02', 'initiative/i/deployed'],
    ['StorefrontOpened: s, planned: 2020-06', 'StorefrontClosed: s, happened: 2020-02', 'storefront/s/opened'],
    [
      'CampaignLaunched: c, planned: 2020-09-01',
      'PartnershipTerminated: ~, happened: 2020-05-01',
      'campaign/c/launched',
    ],
  ] as const) {
    const { statuses, silent } = await timelineOf(t, ['a', '2021-08-20', [report, end]]);
    t.equal(statuses[fact], 'cancelled', `${report}; ${end}`);
    t.equal(silent, 0);
  }
});

t.test('a plan that is told anew without a day after it was called off is no new plan', async (t) => {
  const planned: Told = ['a', '2020-01-10', ['CampaignLaunched: c, planned: 2020-06']];
  const cancelled: Told = ['b', '2020-02-20', ['CampaignCancelled: c, happened: 2020-02-18']];
  const undated = await timelineOf(t, planned, cancelled, ['d', '2020-05-01', ['CampaignLaunched: c, planned: ~']]);
  t.equal(undated.statuses['campaign/c/launched'], 'cancelled');
  const dated = await timelineOf(t, planned, cancelled, ['d', '2020-05-01', ['CampaignLaunched: c, planned: 2031-05']]);
  t.equal(dated.statuses['campaign/c/launched'], 'planned', 'a day that was still to come is one');
});

t.test('an article that looks back at an old plan does not replace the plan in force', async (t) => {
  const plan = (day: string) => [`CampaignLaunched: hush, planned: ${day}`];
  const { get } = await openToldApp(
    t,
    'tern.ioc',
    ['l1', '2019-04-01', plan('2019-05-01')],
    ['l2', '2019-04-20', plan('2019-06-01')],
    ['l3', '2021-01-01', plan('2019-05-01')],
    ['l4', '2021-02-01', plan('2019-03-01')],
  );
  const sources = (...articles: readonly string[]) => articles.map((article) => ({ article }));
  t.match((await get('/api/partnerships/tern.ioc/timeline')).body.entries, [
    {
      planned: { edtf: '2019-06-01' },
      planHistory: [
        { edtf: '2019-03-01', sources: sources('l4') },
        { edtf: '2019-05-01', sources: sources('l1', 'l3') },
      ],
    },
  ]);
  const { values } = (await get('/api/partnerships/tern.ioc/facts/campaign/hush/launched/why')).body;
  const { reports } = values.find(({ field }: { readonly field: string }) => field === 'planned');
  t.same(
    reports.map(({ article, outcome }: Record<string, string>) => [article, outcome]),
    [
      ['l2', 'leads'],
      ['l1', 'replaced'],
      ['l3', 'looks-back'],
      ['l4', 'looks-back'],
    ],
  );
});
