import t from 'tap';
import { openToldApp, type Told } from '../support/told-articles.ts';

type Entry = {
  readonly fact: string;
  readonly status: string;
  readonly planned: { readonly edtf: string } | null;
  readonly planHistory: readonly { readonly edtf: string }[];
};

const base = '/api/partnerships/coot.ioc';
const launched = 'campaign/dive/launched';
const t32a: Told = ['t32a', '2020-01-10', ['CampaignLaunched: dive, planned: 2020-06-15, note: Planned for June']];
const putOff: Told = [
  't32d',
  '2020-06-01',
  ['CampaignPostponed: dive, happened: 2020-06-01, note: Until further notice'],
];
const moved: Told = ['t32e', '2020-06-01', ['CampaignPostponed: dive, happened: 2020-06-01, until: 2021-06-15']];

const openDeal = async (test: Parameters<typeof openToldApp>[0], ...articles: readonly Told[]) => {
  const { get } = await openToldApp(test, 'coot.ioc', ...articles);
  const entryOn = async (day: string, fact = launched): Promise<Entry> =>
    (await get(`${base}/timeline?occurredAsOf=${day}`)).body.entries.find((entry: Entry) => entry.fact === fact);
  const inShort = async (day: string, fact = launched) => {
    const { status, planned, planHistory } = await entryOn(day, fact);
    return [status, planned?.edtf ?? null, planHistory.map(({ edtf }) => edtf)];
  };
  return { get, entryOn, inShort };
};

for (const articles of [
  [t32a, putOff],
  [putOff, t32a],
]) {
  t.test(`what is put off until further notice has no day: ${articles.map(([id]) => id).join()}`, async (t) => {
    const { get, inShort } = await openDeal(t, ...articles);
    t.same(await inShort('2020-05-31'), ['planned', '2020-06-15', []]);
    t.same(await inShort('2026-11-22'), ['postponed', null, ['2020-06-15']]);
    t.equal((await get(`${base}/silence?occurredAsOf=2026-11-22`)).body.total, 0);
    const [campaign] = (await get(`${base}/rollout`)).body.campaigns;
    t.match(campaign, {
      launch: { status: 'postponed', planned: null },
      turns: [{ turn: 'postponed', fact: 'campaign/dive/postponed', occurred: { edtf: '2020-06-01' } }],
    });
    const [drift] = (await get(`${base}/drift`)).body.entries;
    t.match(drift, {
      fact: launched,
      changed: true,
      plan: [
        { change: 'first', date: { edtf: '2020-06-15' }, inForce: false },
        { change: 'postponed', date: null, inForce: false, source: { article: 't32d' } },
      ],
      outcome: { kind: 'postponed', sources: [{ article: 't32d' }] },
    });
    t.match((await get(`${base}/facts/${launched}/why`)).body.status, {
      value: 'postponed',
      rule: 'put-off',
      by: 'campaign/dive/postponed',
    });
  });
}

t.test('what is put off to another day is planned for that day, then due, then overdue', async (t) => {
  const { get, inShort } = await openDeal(t, t32a, moved);
  t.same(await inShort('2020-12-01'), ['planned', '2021-06-15', ['2020-06-15']]);
  t.same(await inShort('2021-06-20'), ['due', '2021-06-15', ['2020-06-15']]);
  t.same(await inShort('2021-09-01'), ['overdue-unconfirmed', '2021-06-15', ['2020-06-15']]);
  t.match((await get(`${base}/drift`)).body.entries[0].plan, [
    { change: 'first', inForce: false },
    { change: 'postponed', date: { edtf: '2021-06-15' }, days: { min: 365, max: 365 }, inForce: true },
  ]);
  t.match(
    (await get(`${base}/facts/${launched}/why`)).body.values.find(
      ({ field }: { field: string }) => field === 'planned',
    ),
    {
      value: '2021-06-15',
      rule: 'put-off-to',
      reports: [
        { article: 't32a', outcome: 'replaced' },
        { article: 't32e', outcome: 'leads' },
      ],
    },
  );
  const { timeline } = (await get(`${base}/diff?clock=occurred&from=2020-05-01&to=2020-12-01`)).body;
  t.match(
    timeline.find(({ key }: { key: string }) => key === launched),
    {
      what: 'changed',
      was: { planned: { edtf: '2020-06-15' } },
      is: { status: 'planned', planned: { edtf: '2021-06-15' } },
      means: ['advanced'],
    },
  );
});

t.test('a plan that is told after a postponement is a plan anew; one that retells the old day is none', async (t) => {
  const anew: Told = ['t32f', '2020-09-01', ['CampaignLaunched: dive, planned: 2021-03-01']];
  const retold: Told = ['t32g', '2021-08-20', ['CampaignLaunched: dive, planned: 2020-06-15']];
  const vague: Told = ['t32h', '2020-09-01', ['CampaignLaunched: dive, planned: ~']];
  const beside: Told = [
    't32i',
    '2020-06-01',
    ['CampaignPostponed: dive, happened: 2020-06-01', 'CampaignLaunched: dive, planned: 2021-03-01'],
  ];
  const old: Told = [
    't32j',
    '2020-06-02',
    ['CampaignPostponed: dive, happened: 2020-06-01', 'CampaignLaunched: dive, planned: 2020-06-15'],
  ];
  const inShort = async (...articles: readonly Told[]) => await (await openDeal(t, ...articles)).inShort('2020-12-01');
  t.same(await inShort(t32a, putOff, anew), ['planned', '2021-03-01', ['2020-06-15']]);
  t.same(await inShort(t32a, putOff, retold), ['postponed', null, ['2020-06-15']]);
  t.same(await inShort(t32a, putOff, vague), ['postponed', null, ['2020-06-15']]);
  t.same(await inShort(t32a, beside), ['planned', '2021-03-01', ['2020-06-15']]);
  t.same(await inShort(t32a, old), ['postponed', null, ['2020-06-15']]);
  t.same(await inShort(old), ['postponed', null, ['2020-06-15']]);
});

t.test('a second postponement is a fact of its own, and the last one counts', async (t) => {
  const again: Told = ['t32k', '2021-05-02', ['CampaignPostponed: dive, happened: 2021-05-01, until: 2022-03']];
  const { get, inShort } = await openDeal(t, again, moved, t32a);
  t.same(await inShort('2021-01-01'), ['planned', '2021-06-15', ['2020-06-15']]);
  t.same(await inShort('2021-12-01'), ['planned', '2022-03', ['2020-06-15', '2021-06-15']]);
  const facts = (await get(`${base}/timeline`)).body.entries.map(({ fact }: Entry) => fact);
  t.same(facts.toSorted(), [launched, 'campaign/dive/postponed', 'campaign/dive/postponed-2']);
  t.equal((await get(base)).body.contested, 0);
});

t.test('a launch after its postponement is held against the day that stood', async (t) => {
  const launch: Told = ['t32l', '2021-07-01', ['CampaignLaunched: dive, happened: 2021-06-25']];
  const { entryOn } = await openDeal(t, t32a, moved, launch);
  t.match(await entryOn('2022-01-01'), {
    status: 'happened',
    planned: { edtf: '2021-06-15' },
    planHistory: [{ edtf: '2020-06-15' }],
    variance: { min: 10, max: 10 },
    flags: [],
  });
});

t.test('a guess puts nothing off, and hearsay only possibly', async (t) => {
  const by = (mouth: string): Told => [
    't32m',
    '2020-06-01',
    [`CampaignPostponed: dive, happened: 2020-06-01, by: ${mouth}`],
  ];
  t.equal((await (await openDeal(t, t32a, by('inference'))).entryOn('2020-06-10')).status, 'planned');
  const { get, entryOn } = await openDeal(t, t32a, by('second-hand'));
  t.match(await entryOn('2020-06-10'), { status: 'postponed', timing: 'possible' });
  const { entries } = (await get(`${base}/timeline?occurredAsOf=2020-06-10&timing=certain`)).body;
  t.match(
    entries.find(({ fact }: Entry) => fact === launched),
    { status: 'planned' },
  );
});

t.test('a campaign that is put off takes its parts with it; one market alone stays one market', async (t) => {
  const parts: Told = [
    't32n',
    '2020-01-11',
    [
      'MarketEntered: [GB, JP], campaign: dive, planned: 2020-07',
      'CreativeReleased: film, campaign: dive, planned: 2020-06-20',
    ],
  ];
  const { inShort } = await openDeal(t, t32a, parts, moved);
  t.same(await inShort('2020-12-01', 'creative/dive.film/released'), ['postponed', null, ['2020-06-20']]);
  const inJapan: Told = [
    't32o',
    '2020-06-01',
    [
      'MarketPostponed: JP, campaign: dive, happened: 2020-06-01, until: 2021-07',
      'MarketPaused: GB, campaign: dive, happened: 2020-06-01',
    ],
  ];
  const deal = await openDeal(t, t32a, parts, inJapan);
  t.same(await deal.inShort('2020-06-30', 'market/dive.jp/entered'), ['planned', '2021-07', ['2020-07']]);
  t.same(await deal.inShort('2020-08-30', 'market/dive.gb/entered'), ['on-hold', '2020-07', []]);
  t.same(await deal.inShort('2020-06-10'), ['planned', '2020-06-15', []]);
});

t.test('a paused campaign is on hold until it resumes, the second time too', async (t) => {
  const { get, inShort } = await openDeal(
    t,
    [
      'p1',
      '2020-03-10',
      [
        'CampaignLaunched: dive, happened: 2020-01-10',
        'CampaignPaused: dive, happened: 2020-03-09',
        'CampaignPhaseStarted: two, campaign: dive, planned: 2020-05',
      ],
    ],
    ['p2', '2020-09-02', ['CampaignResumed: dive, happened: 2020-09-01']],
    [
      'p3',
      '2021-02-02',
      ['CampaignPaused: dive, happened: 2021-02-01', 'MarketLeft: JP, campaign: dive, happened: 2021-01-15'],
    ],
  );
  const status = async (day: string) => (await inShort(day, 'phase/dive.two/started'))[0];
  t.equal(await status('2020-06-15'), 'on-hold');
  t.equal(await status('2020-09-02'), 'overdue-unconfirmed');
  t.equal(await status('2021-03-01'), 'on-hold');
  t.same(
    (await get(`${base}/rollout`)).body.campaigns[0].turns.map(({ turn, fact }: { turn: string; fact: string }) => [
      turn,
      fact,
    ]),
    [
      ['paused', 'campaign/dive/paused'],
      ['resumed', 'campaign/dive/resumed'],
      ['left', 'market/dive.jp/left'],
      ['paused', 'campaign/dive/paused-2'],
    ],
  );
});

t.test('an opening, an activation and a project are put off in the same way', async (t) => {
  const { inShort } = await openDeal(
    t,
    [
      'o1',
      '2020-01-10',
      [
        'StorefrontOpened: shop, planned: 2020-06, games: 2020S',
        'ActivationStaged: house, planned: 2020-07, games: 2020S',
        'InitiativeDeployed: city-brain, planned: 2020-08',
      ],
    ],
    [
      'o2',
      '2020-04-10',
      [
        'StorefrontPostponed: shop, happened: 2020-04-09, games: 2020S, until: 2021-06',
        'ActivationPostponed: house, happened: 2020-04-09, games: 2020S',
        'InitiativePostponed: city-brain, happened: 2020-04',
      ],
    ],
  );
  t.same(await inShort('2020-12-01', 'storefront/shop.2020s/opened'), ['planned', '2021-06', ['2020-06']]);
  t.same(await inShort('2020-12-01', 'activation/house.2020s/staged'), ['postponed', null, ['2020-07']]);
  t.same(await inShort('2020-12-01', 'initiative/city-brain/deployed'), ['postponed', null, ['2020-08']]);
});
