import t from 'tap';
import { openToldApp } from '../support/told-articles.ts';

type Entry = { readonly fact: string };

t.test('a guess that the partnership is over changes no status', async (t) => {
  const { get } = await openToldApp(t, 'dove.ioc', [
    't39',
    '2020-05-02',
    [
      'PartnershipSigned: ~, happened: 2017-03-01, by: party',
      'ObligationUndertaken: buses, games: 2022W, happened: 2017-03-01, by: party',
      'PartnershipTerminated: ~, happened: ~, by: inference',
    ],
  ]);
  const base = '/api/partnerships/dove.ioc';
  t.match((await get(base)).body, { status: 'signed', timing: 'certain', otherStatuses: [] });
  const { rows } = (await get(`${base}/obligations`)).body;
  t.match(rows[0].cells['buses'], { status: 'undertaken', timing: 'certain', otherStatuses: [], flags: [] });
  const { entries } = (await get(`${base}/timeline`)).body;
  const ended = entries.find(({ fact }: Entry) => fact === 'partnership/dove.ioc/terminated');
  t.match(ended, { status: 'happened', timing: 'possible', guess: true }, 'the guess is shown as one');
});

t.test('a plan that only a guess names is never due, overdue or silent', async (t) => {
  const { get } = await openToldApp(t, 'nene.ioc', [
    't67',
    '2020-04-10',
    ['CampaignLaunched: honk, planned: 2021-05, by: inference'],
  ]);
  const base = '/api/partnerships/nene.ioc';
  for (const day of ['2021-05-15', '2026-11-22']) {
    const { entries } = (await get(`${base}/timeline?occurredAsOf=${day}`)).body;
    t.match(entries, [{ status: 'planned', timing: 'possible', guess: true, planned: { edtf: '2021-05' } }]);
    const { campaigns } = (await get(`${base}/rollout?occurredAsOf=${day}`)).body;
    t.match(campaigns, [{ launch: { status: 'planned', timing: 'possible', guess: true } }], 'in the rollout too');
    t.equal((await get(`${base}/silence?occurredAsOf=${day}`)).body.total, 0);
  }
});

t.test('what is guessed or heard of makes nothing illegal that better reports tell of', async (t) => {
  const delivered = 'ObligationDelivered: buses, games: 2018W, happened: 2018-02-25';
  const breached = 'ObligationBreached: buses, games: 2018W, happened: 2018-02-25';
  for (const [firm, weak, status] of [
    [delivered, 'ObligationWaived: buses, games: 2018W, happened: 2018-01, by: inference', 'delivered'],
    [delivered, 'ObligationWaived: buses, games: 2018W, happened: 2018-01, by: second-hand', 'delivered'],
    [delivered, 'ObligationUndertaken: buses, games: 2018W, happened: 2018-06, by: inference', 'delivered'],
    [delivered, 'ObligationUndertaken: buses, games: 2018W, happened: 2018-06, by: second-hand', 'delivered'],
    [breached, 'ObligationDelivered: buses, games: 2018W, happened: 2018-02-20, by: inference', 'breached'],
  ] as const) {
    const { get } = await openToldApp(t, 'dove.ioc', ['a', '2020-05-02', [firm, weak]]);
    const { rows } = (await get('/api/partnerships/dove.ioc/obligations')).body;
    t.match(rows[0].cells['buses'], { status, timing: 'certain', flags: [] }, weak);
  }
});

t.test('a guess fills nothing into what a better report says', async (t) => {
  const { get } = await openToldApp(
    t,
    'dove.ioc',
    [
      'f1',
      '2020-05-02',
      [
        'FinancialTermsReported: ~, amount: 100, by: party',
        'TermAgreed: ~, happened: 2020-05-01, start: 2020, by: party',
      ],
    ],
    [
      'f2',
      '2020-06-02',
      [
        'FinancialTermsReported: ~, amount: 100, currency: USD, by: inference',
        'TermAgreed: ~, happened: 2020-05-01, start: 2020, end: 2028, by: inference',
      ],
    ],
  );
  const { entries } = (await get('/api/partnerships/dove.ioc/timeline')).body;
  const { data, contested } = entries.find(({ fact }: Entry) => fact.includes('financial'));
  t.match([data.amount, data.currency, contested], [100, undefined, false]);
  t.match((await get('/api/partnerships/dove.ioc')).body, { term: { start: { edtf: '2020' }, end: null } });
});

t.test('a guessed plan is no plan after the fact, and nothing varies from it', async (t) => {
  const { get } = await openToldApp(
    t,
    'nene.ioc',
    ['f1', '2020-05-02', ['CampaignLaunched: honk, happened: 2020-05-01, by: party']],
    ['f2', '2020-06-02', ['CampaignLaunched: honk, planned: 2021-05-01, by: inference']],
  );
  const { entries } = (await get('/api/partnerships/nene.ioc/timeline')).body;
  t.match(entries, [{ status: 'happened', timing: 'certain', variance: null, flags: [] }]);
});

t.test('a delivery that is only guessed does not end the silence', async (t) => {
  const { get } = await openToldApp(
    t,
    'wisp.ioc',
    ['g1', '2018-01-02', ['ObligationUndertaken: clocks, games: 2022W, happened: 2018-01-01']],
    ['g2', '2022-03-02', ['ObligationDelivered: clocks, games: 2022W, happened: 2022-02-20, by: inference']],
  );
  t.match((await get('/api/partnerships/wisp.ioc/silence')).body.items, [
    { fact: 'obligation/clocks.2022w/undertaken', status: 'closedWithoutReport', timing: 'certain' },
  ]);
});
