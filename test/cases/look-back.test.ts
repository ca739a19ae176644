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
