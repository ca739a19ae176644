import t from 'tap';
import { readGames } from '../../src/articles/games.ts';
import { readSeeds } from '../../src/articles/seeds.ts';
import { recordReferences } from '../../src/recording/record-article.ts';
import { openToldApp, type Told } from '../support/told-articles.ts';

type Row = { readonly edition: string };

type Item = { readonly fact: string; readonly status: string };

const openYak = async (t: Parameters<typeof openToldApp>[0], articles: readonly Told[], statement?: string) => {
  const app = await openToldApp(t, 'yak.ioc26', ...articles);
  if (statement !== undefined) {
    const text = `reference: made-up\npublisher: Made up\ngames:\n  2026W:\n    - { ${statement} }\n`;
    const { drafts } = readGames(text, { file: 'made-up.yaml' });
    t.equal(await recordReferences(drafts, 'seeds', app.ledger.recorder.store), 1);
  }
  const at = async (view: string, clocks: string) =>
    (await app.get(`/api/partnerships/yak.ioc26/${view}?${clocks}`)).body;
  return {
    ...app,
    row: async (edition: string, clocks: string) =>
      (await at('obligations', clocks)).rows.find((row: Row) => row.edition === edition),
    timeline: async (clocks: string): Promise<Readonly<Record<string, Item>>> =>
      Object.fromEntries((await at('timeline', clocks)).entries.map((entry: Item) => [entry.fact, entry])),
    silent: async (clocks: string): Promise<readonly string[]> =>
      (await at('silence', clocks)).items.map(({ fact }: Item) => fact),
    drift: async (clocks: string, fact: string) =>
      (await at('drift', clocks)).entries.find((entry: Item) => entry.fact === fact),
  };
};

const [snow, early, sleet, fanPark] = [
  'campaign/snow/launched',
  'campaign/early/launched',
  'campaign/sleet/launched',
  'activation/fan-park.2026w/staged',
] as const;

const t26: Told = [
  't26',
  '2024-06-01',
  [
    'ObligationUndertaken: cars, games: 2026W..2028S, happened: 2024-05-01',
    'CampaignLaunched: snow, planned: ~, games: 2026W',
    'CampaignLaunched: early, planned: 2025-02, games: 2026W',
    'CampaignLaunched: sleet, planned: ~, games: "2026W, 2028S"',
    'ActivationStaged: fan-park, games: 2026W, planned: 2026-02-10',
  ],
];

t.test('nothing is due for Games that are cancelled, and their row says so', async (t) => {
  const cancelled = 'GamesCancelled: 2025-06-01, published: 2025-06-01, title: Made up';
  const { row, timeline, silent, drift, get } = await openYak(t, [t26], cancelled);
  const after = 'occurredAsOf=2026-11-22';
  t.match(await row('2026W', after), {
    editionStatus: 'cancelled',
    host: 'Milano Cortina',
    cells: { cars: { status: 'undertaken', closedWithoutReport: false } },
  });
  t.match(await row('2028S', after), { editionStatus: 'scheduled', cells: { cars: { status: 'undertaken' } } });
  const entries = await timeline(after);
  t.match(
    [snow, early, fanPark].map((fact) => entries[fact]?.status),
    ['cancelled', 'cancelled', 'cancelled'],
  );
  t.match(entries[sleet], { status: 'planned', planned: { edtf: '2028-07-14/2028-07-30', basis: 'games' } });
  t.strictSame(await silent(after), []);
  t.match(await drift(after, fanPark), { outcome: { kind: 'cancelled', sources: [] } });
  const why = await get(`/api/partnerships/yak.ioc26/facts/${fanPark}/why?${after}`);
  t.match(why.body.status, { value: 'cancelled', rule: 'games-cancelled', by: 'games/2026w/cancelled' });
  const listed = (await get(`/api/games?games=2026W&${after}`)).body.games;
  t.match(listed, [{ editionStatus: 'cancelled', status: 'cancelled' }]);
  t.match((await get(`/api/games/2026W/obligations?${after}`)).body, { editionStatus: 'cancelled' });
});

t.test('before a cancellation is decided, or public, nothing has changed', async (t) => {
  const told = await openYak(t, [t26], 'GamesCancelled: 2025-05-20, published: 2025-06-01');
  const { row, timeline, silent } = told;
  const unaware = 'reportedAsOf=2025-05-31&occurredAsOf=2026-11-22';
  t.match(await row('2026W', unaware), { editionStatus: 'held', cells: { cars: { closedWithoutReport: true } } });
  t.match((await timeline(unaware))[fanPark], { status: 'overdue-unconfirmed' });
  t.ok((await silent(unaware)).includes(fanPark));
  t.match(await row('2026W', 'occurredAsOf=2025-05-19'), { editionStatus: 'scheduled' });
  t.match((await timeline('occurredAsOf=2025-05-19'))[early], { status: 'overdue-unconfirmed' });
  t.match(await row('2026W', 'occurredAsOf=2025-05-20'), { editionStatus: 'cancelled' }, 'on the day of the decision');
});

t.test('a cancellation without a day counts from its publication', async (t) => {
  const { row } = await openYak(t, [t26], 'GamesCancelled: ~, published: 2025-06-01');
  t.match(await row('2026W', 'occurredAsOf=2025-05-31'), { editionStatus: 'scheduled' });
  t.match(await row('2026W', 'occurredAsOf=2025-06-01'), { editionStatus: 'cancelled' });
});

t.test('a plan that an article tells once the Games are cancelled is a new one', async (t) => {
  const later: Told = ['later', '2025-07-10', ['ActivationStaged: fan-park, games: 2026W, planned: 2026-02-12']];
  const { timeline } = await openYak(t, [t26, later], 'GamesCancelled: 2025-06-01, published: 2025-06-01');
  t.match((await timeline('occurredAsOf=2025-07-09'))[fanPark], { status: 'cancelled' });
  t.match((await timeline('occurredAsOf=2025-07-10'))[fanPark], { status: 'planned', planned: { edtf: '2026-02-12' } });
});

t.test('what was planned for the old dates of Games that are moved is due on the new ones', async (t) => {
  const tokyo: Told = [
    'tokyo',
    '2019-06-01',
    [
      'ObligationUndertaken: cars, games: 2020S, happened: 2019-05-01',
      'CampaignLaunched: sun, planned: ~, games: 2020S',
      'ActivationStaged: fan-park, games: 2020S, planned: 2020-07-30',
      'CampaignLaunched: spring, planned: 2020-02, games: 2020S',
    ],
  ];
  const { row, timeline, silent, drift } = await openYak(t, [tokyo]);
  const at = async (day: string) => {
    const entries = await timeline(`occurredAsOf=${day}`);
    return ['campaign/sun/launched', park, 'campaign/spring/launched'].map((fact) => entries[fact]?.status);
  };
  const park = 'activation/fan-park.2020s/staged';
  t.strictSame(await at('2020-03-23'), ['planned', 'planned', 'due']);
  t.match(await row('2020S', 'occurredAsOf=2020-03-23'), { editionStatus: 'scheduled' });
  t.strictSame(await at('2020-10-01'), ['planned', 'planned', 'overdue-unconfirmed'], 'February was before the move');
  t.match(await row('2020S', 'occurredAsOf=2020-10-01'), {
    editionStatus: 'moved',
    cells: { cars: { closedWithoutReport: false } },
  });
  t.strictSame(await silent('occurredAsOf=2020-10-01'), ['campaign/spring/launched']);
  t.match((await timeline('occurredAsOf=2020-10-01'))[park], {
    planned: { edtf: '2021-07-23/2021-08-08', basis: 'games' },
    planHistory: [{ edtf: '2020-07-30', sources: [{ article: 'tokyo' }] }],
  });
  t.match(await drift('occurredAsOf=2020-10-01', park), { plan: [{ date: { edtf: '2020-07-30' }, inForce: false }] });
  t.strictSame(await at('2021-07-23'), ['due', 'due', 'overdue-unconfirmed']);
  t.match(await row('2020S', 'occurredAsOf=2021-07-23'), { editionStatus: 'scheduled' });
  t.match(await row('2020S', 'occurredAsOf=2021-08-08'), {
    editionStatus: 'held',
    cells: { cars: { closedWithoutReport: true } },
  });
  const unaware = 'reportedAsOf=2020-03-01&occurredAsOf=2020-10-01';
  t.match((await timeline(unaware))[park], { status: 'overdue-unconfirmed', planned: { edtf: '2020-07-30' } });
});

for (const published of ['2020-03-25', '2020-03-30', '2020-03', '2020-05-01']) {
  t.test(
    `a day that an article of ${published} plans for the new dates of moved Games stays as it is told`,
    async (t) => {
      const told: Told = [
        'told',
        published,
        [
          'ActivationStaged: fan-park, games: 2020S, planned: 2021-07-25',
          'ActivationStaged: house, games: 2020S, planned: 2021-07',
        ],
      ];
      const { timeline } = await openYak(t, [told]);
      const entries = await timeline('occurredAsOf=2021-06-01');
      const stated = (edtf: string) => ({ planned: { edtf, basis: 'stated' }, planHistory: [] });
      t.match(entries['activation/fan-park.2020s/staged'], stated('2021-07-25'));
      t.match(entries['activation/house.2020s/staged'], stated('2021-07'));
    },
  );
}

t.test('a day within both the old and the new dates stays as it is told', async (t) => {
  const told: Told = ['told', '2024-06-01', ['ActivationStaged: fan-park, games: 2026W, planned: 2026-02-12']];
  const { timeline } = await openYak(t, [told], 'GamesRescheduled: 2026-02-10/2026-02-26, published: 2025-06-01');
  t.match((await timeline('occurredAsOf=2025-07-01'))[fanPark], { planned: { edtf: '2026-02-12', basis: 'stated' } });
});

const openSeeds = async (t: Parameters<typeof openToldApp>[0], files: Readonly<Record<string, string>>) => {
  const folder = (t as unknown as { testdir: (files: object) => string }).testdir({ reference: files });
  return await readSeeds(folder);
};

const dates = 'reference: games\ngames:\n  2026W:\n    - { GamesDatesSet: 2026-02-06/2026-02-22, published: 2020 }\n';
const cancelledText =
  'reference: games\npublisher: Made up\ngames:\n  2026W:\n    - { GamesCancelled: 2025-06-01, published: 2025-06-01 }\n';

t.test('every file on Games in a reference folder is read, whatever its name', async (t) => {
  const { games, problems } = await openSeeds(t, {
    'games.yaml': dates,
    'cancelled.yaml': cancelledText,
    'more.json': JSON.stringify({
      reference: 'more',
      games: { '2030W': [{ HostElected: 'French Alps', published: '2024-07-24' }] },
    }),
    'README.md': 'Not a reference.',
  });
  t.same(problems, []);
  t.same(games.map(({ type, edition }) => `${edition} ${type}`).toSorted(), [
    '2026W GamesCancelled',
    '2026W GamesDatesSet',
    '2030W HostElected',
  ]);
});

t.test('a file in a reference folder that is no reference is named with what is wrong', async (t) => {
  const { problems } = await openSeeds(t, { 'games.yaml': dates, 'sponsors.yaml': 'organisations:\n  ibm: IBM\n' });
  t.ok(problems.length > 0);
  t.ok(problems.every(({ file }) => file?.endsWith('reference/sponsors.yaml')));
});
