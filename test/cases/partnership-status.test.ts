import t from 'tap';
import { openToldApp } from '../support/told-articles.ts';

type Row = { readonly edition: string; readonly cells: Readonly<Record<string, { readonly status: string }>> };

t.test('an undated look back at the signing moves nothing', async (t) => {
  const { get } = await openToldApp(
    t,
    'kestrel.ioc',
    [
      't02a',
      '2020-05-02',
      [
        'PartnershipAnnounced: ~, happened: 2018-03-01',
        'TermAgreed: ~, happened: 2018-03-01, end: 2028',
        'ObligationUndertaken: buses, games: 2018W..2024S, happened: 2017-03-01',
        'PartnershipTerminated: ~, happened: 2020-05-01',
      ],
    ],
    ['t02b', '2021-07-10', ['PartnershipSigned: ~, happened: ~', 'PriorityStated: silence']],
  );
  const { body } = await get('/api/partnerships/kestrel.ioc');
  t.match(body, { status: 'terminated', timing: 'certain', otherStatuses: [], termOver: null });
  const { rows } = (await get('/api/partnerships/kestrel.ioc/obligations')).body;
  t.same(
    rows.map(({ edition, cells }: Row) => [edition, cells['buses']?.status]),
    [
      ['2018W', 'undertaken'],
      ['2020S', 'lapsed'],
      ['2022W', 'lapsed'],
      ['2024S', 'lapsed'],
    ],
    'what was to fall due after the end is lapsed',
  );
});

t.test('after a reinstatement stands what stood before: nobody told of a signature', async (t) => {
  const { get } = await openToldApp(t, 'heron.ioc', [
    't04',
    '2021-02-01',
    [
      'PartnershipAnnounced: ~, happened: 2018-03-01',
      'PartnershipSuspended: ~, happened: 2020-03-01',
      'PartnershipReinstated: ~, happened: 2020-06-15',
    ],
  ]);
  const on = async (day: string) => (await get(`/api/partnerships/heron.ioc?occurredAsOf=${day}`)).body.status;
  t.equal(await on('2019-01-01'), 'announced');
  t.equal(await on('2020-03-01'), 'suspended');
  t.equal(await on('2026-11-22'), 'announced');
});

t.test('a partnership whose known term is over says so', async (t) => {
  const { get } = await openToldApp(t, 'dodo.ioc', [
    't68',
    '2010-04-10',
    [
      'PartnershipSigned: ~, happened: 2010-04-01',
      'TermAgreed: ~, happened: 2010-04-01, start: 2010, end: 2016-12-31',
      'CampaignLaunched: last, planned: 2018-02-01',
    ],
  ]);
  const on = async (day: string) => (await get(`/api/partnerships/dodo.ioc?occurredAsOf=${day}`)).body.termOver;
  t.equal(await on('2016-12-31'), null);
  t.same(await on('2026-11-22'), { since: '2016-12-31' });
});

t.test('what a firm later event undid is no other status, though its own day is unknown', async (t) => {
  const { get } = await openToldApp(
    t,
    'gull.ioc',
    [
      'g1',
      '2018-05-02',
      [
        'PartnershipSigned: ~, happened: 2017-03-01, by: party',
        'ObligationUndertaken: cars, games: 2022W, happened: 2017-03-01, by: party',
      ],
    ],
    [
      'g2',
      '2018-06-02',
      ['PartnershipTerminated: ~, happened: ~', 'ObligationBreached: cars, games: 2022W, happened: ~'],
    ],
    [
      'g3',
      '2021-08-02',
      [
        'PartnershipRenewed: ~, happened: 2021-07-30, by: party',
        'BreachCured: cars, games: 2022W, happened: 2021-07-30, by: party',
      ],
    ],
  );
  const gull = '/api/partnerships/gull.ioc';
  t.match((await get(`${gull}?occurredAsOf=2019-01-01`)).body, { status: 'signed', otherStatuses: ['terminated'] });
  t.match((await get(gull)).body, { status: 'signed', timing: 'certain', otherStatuses: [] });
  const { rows } = (await get(`${gull}/obligations?occurredAsOf=2021-12-01`)).body;
  t.match(rows, [{ cells: { cars: { status: 'undertaken', otherStatuses: [] } } }]);
});

t.test('a suspension of an unknown day that was certainly lifted since is no other status', async (t) => {
  const { get } = await openToldApp(
    t,
    'tern.ioc',
    ['g1', '2018-05-02', ['PartnershipSigned: ~, happened: 2017-03-01, by: party']],
    ['g2', '2018-06-02', ['PartnershipSuspended: ~, happened: ~']],
    ['g3', '2019-08-02', ['PartnershipReinstated: ~, happened: 2019-07-30, by: party']],
    ['g4', '2020-08-02', ['PartnershipTerminated: ~, happened: ~']],
  );
  const tern = '/api/partnerships/tern.ioc';
  t.match((await get(`${tern}?reportedAsOf=2020-01-01`)).body, { status: 'signed', otherStatuses: [] });
  t.match((await get(tern)).body, { status: 'signed', otherStatuses: ['terminated'] }, 'one that may be later is');
});

t.test('contested dates allow another status, from the day that they name', async (t) => {
  const app = await openToldApp(
    t,
    'quail.ioc',
    [
      'q1',
      '2019-08-01',
      [
        'PartnershipSigned: ~, happened: 2018-01-01',
        'PartnershipSuspended: ~, happened: 2019-05-01',
        'PartnershipReinstated: ~, happened: 2019-03-01, by: party',
        'ObligationUndertaken: maps, happened: 2018-01-01',
        'ObligationBreached: maps, happened: 2019-05-01',
        'BreachCured: maps, happened: 2019-03-01, by: party',
        'CampaignLaunched: call, happened: 2019-06-01',
        'CampaignEnded: call, happened: 2019-03-01, by: party',
      ],
    ],
    [
      'q2',
      '2019-09-01',
      [
        'PartnershipReinstated: ~, happened: 2019-07-01',
        'BreachCured: maps, happened: 2019-07-01',
        'CampaignEnded: call, happened: 2019-09-01',
      ],
    ],
  );
  const on = async (path: string) => (await app.get(`/api/partnerships/quail.ioc${path}`)).body;
  t.match(await on(''), { status: 'suspended', otherStatuses: ['signed'] });
  t.match(await on('?occurredAsOf=2019-06-01'), { status: 'suspended', otherStatuses: [] });
  const { maps } = (await on('/obligations')).programme.cells;
  t.match(maps, { status: 'breached', otherStatuses: ['undertaken'], flags: [] });
  const { entries } = await on('/timeline');
  const ended = entries.find(({ fact }: { readonly fact: string }) => fact === 'campaign/call/ended');
  t.match(ended, { contested: true, flags: [] }, 'one of the dates keeps the order');
});
