import t from 'tap';
import { openToldApp } from '../support/told-articles.ts';

type Entry = { readonly fact: string };

t.test('a plan after the Games without a last day is due, and silent a year after its first', async (t) => {
  const { get } = await openToldApp(t, 'rail.ioc', [
    't37',
    '2018-01-10',
    ['CampaignLaunched: afterglow, planned: "[2018-02-25..]"'],
  ]);
  const base = '/api/partnerships/rail.ioc';
  const status = async (day: string) => (await get(`${base}/timeline?occurredAsOf=${day}`)).body.entries[0].status;
  t.equal(await status('2018-06-01'), 'due');
  t.equal(await status('2026-11-22'), 'overdue-unconfirmed');
  t.equal((await get(`${base}/silence?occurredAsOf=2018-06-01`)).body.total, 0);
  t.match((await get(`${base}/silence?occurredAsOf=2026-11-22`)).body.items, [
    { status: 'overdue-unconfirmed', normalUntil: '2019-02-25', overdue: { min: null } },
  ]);
});

t.test('the campaign of a suspended partnership is on hold', async (t) => {
  const { get } = await openToldApp(t, 'kite.ioc', [
    't11',
    '2020-03-10',
    [
      'PartnershipSigned: ~, happened: 2018-03-01',
      'CampaignLaunched: fly, planned: 2020-06-01',
      'PartnershipSuspended: ~, happened: 2020-03-09',
    ],
  ]);
  const { entries } = (await get('/api/partnerships/kite.ioc/timeline?occurredAsOf=2026-11-22')).body;
  t.equal(entries.find(({ fact }: Entry) => fact === 'campaign/fly/launched').status, 'on-hold');
  t.equal((await get('/api/partnerships/kite.ioc/silence?occurredAsOf=2026-11-22')).body.total, 0);
});

t.test('a campaign with more creatives named than stated is flagged', async (t) => {
  const { get } = await openToldApp(t, 'emu.ioc', [
    't53',
    '2020-04-10',
    ['CreativeCountStated: run, count: 2', 'CreativeReleased: [one, two, three], campaign: run, happened: 2020-04-01'],
  ]);
  const { campaigns } = (await get('/api/partnerships/emu.ioc/rollout')).body;
  t.match(campaigns[0].creatives.stated.flags, [{ rule: 'count-below-named', detail: '2 stated, 3 named' }]);
});

t.test('a delivery before the Games that it is for have opened is flagged, and counts', async (t) => {
  const { get } = await openToldApp(t, 'ray.ioc', [
    't98',
    '2020-01-10',
    [
      'ObligationUndertaken: cars, games: 2024S, happened: 2019-01-01',
      'ObligationDelivered: cars, games: 2024S, happened: 2019-12-01',
    ],
  ]);
  const { rows } = (await get('/api/partnerships/ray.ioc/obligations')).body;
  t.match(rows[0].cells['cars'], { status: 'delivered', flags: [{ rule: 'before-its-games' }] });
});
