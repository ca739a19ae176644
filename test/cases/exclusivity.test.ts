import t from 'tap';
import { openToldApp, tell } from '../support/told-articles.ts';

type Entry = { readonly fact: string; readonly flags: readonly { readonly rule: string }[] };

t.test('a category granted for a term that starts after the other one ends is held alone', async (t) => {
  const app = await openToldApp(t, 'voltra.fed', [
    't07a',
    '2015-03-01',
    [
      'TermAgreed: ~, happened: 2015-03-01, start: 2015-03-01, end: 2020-12-31',
      'CategoryGranted: payment, happened: 2015-03-01, exclusive: true',
    ],
  ]);
  const granted = (start: string): [string, string, string[]] => [
    `t07b-${start}`,
    '2019-06-01',
    [
      `TermAgreed: ~, happened: 2019-06-01, start: ${start}, end: 2028-12-31`,
      'CategoryGranted: payment, happened: 2019-06-01, exclusive: true',
    ],
  ];
  await tell(t, app, 'nomi.fed', granted('2021-01-01'));
  const flags = async (partnership: string) => {
    const { entries } = (await app.get(`/api/partnerships/${partnership}/timeline`)).body;
    return entries
      .find(({ fact }: Entry) => fact === 'category/payment/granted')
      .flags.map(({ rule }: Entry['flags'][number]) => rule);
  };
  t.same(await flags('voltra.fed'), []);
  t.same(await flags('nomi.fed'), []);
  await tell(t, app, 'early.fed', granted('2020-06-01'));
  t.same(await flags('early.fed'), ['category-exclusivity'], 'a term that starts before the other one ends is flagged');
});

t.test('a category held in another territory is no fault', async (t) => {
  const held = (day: string, territory: string) => [`CategoryGranted: mobility, happened: ${day}, ${territory}`];
  const app = await openToldApp(t, 'tokai.fed', ['m1', '2015-03-14', held('2015-03-13', 'territory: JP')]);
  const told = async (partnership: string, ...article: [string, string, string[]]) => {
    await tell(t, app, partnership, article);
    const { entry } = (await app.get(`/api/partnerships/${partnership}/facts/category/mobility/granted`)).body;
    return entry;
  };
  const elsewhere = await told(
    'rhein.fed',
    'm2',
    '2016-01-02',
    held(
      '2016-01-01',
      'territory: worldwide, excludedTerritory: JP, startByTerritory: { US: 2017, worldwide: 2016-01-01 }',
    ),
  );
  t.same(elsewhere.flags, []);
  t.match(elsewhere.data, {
    territory: ['worldwide'],
    excludedTerritory: ['JP'],
    startByTerritory: { US: '2017', worldwide: '2016-01-01' },
  });
  const there = await told('nippon.fed', 'm3', '2018-01-02', held('2018-01-01', 'territory: [US, JP]'));
  t.match(there.flags, [
    { rule: 'category-exclusivity', detail: 'rhein.fed holds mobility in US from 2017' },
    { rule: 'category-exclusivity', detail: 'tokai.fed holds mobility in JP from 2015-03-13' },
  ]);
});

t.test('two articles that name other territories are both shown', async (t) => {
  const app = await openToldApp(
    t,
    'tokai.fed',
    [
      'm1',
      '2015-03-14',
      ['CategoryGranted: mobility, happened: 2015-03-13, territory: [JP, KR], startByTerritory: { JP: 2015 }'],
    ],
    [
      'm2',
      '2015-03-15',
      [
        'CategoryGranted: mobility, happened: 2015-03-13, territory: [KR, JP], startByTerritory: { JP: 2015-03-13, KR: 2016 }',
      ],
    ],
  );
  const entry = async () => (await app.get('/api/partnerships/tokai.fed/facts/category/mobility/granted')).body.entry;
  t.match(await entry(), {
    contested: false,
    data: { territory: ['JP', 'KR'], startByTerritory: { JP: '2015-03-13', KR: '2016' } },
  });
  await tell(t, app, 'tokai.fed', [
    'm3',
    '2015-03-16',
    ['CategoryGranted: mobility, happened: 2015-03-13, territory: JP, startByTerritory: { JP: 2014 }'],
  ]);
  const { contested, alternatives } = await entry();
  t.equal(contested, true);
  t.same([...new Set(alternatives.map(({ field }: { field: string }) => field))], ['territory', 'startByTerritory']);
});

t.test('hearsay neither holds a category against a better report nor frees one', async (t) => {
  const granted = (day: string, by: string) => `CategoryGranted: tea, happened: ${day}, exclusive: true, by: ${by}`;
  const app = await openToldApp(t, 'heard.fed2', ['h1', '2015-06-02', [granted('2015-06-01', 'second-hand')]]);
  await tell(t, app, 'told.fed2', ['h2', '2018-06-02', [granted('2018-06-01', 'party')]]);
  const ends = 'TermAgreed: ~, happened: 2015-06-01, end: 2017-12-31, by: second-hand';
  await tell(t, app, 'first.fed3', ['h3', '2015-06-02', [granted('2015-06-01', 'party'), ends]]);
  await tell(t, app, 'next.fed3', ['h4', '2018-06-02', [granted('2018-06-01', 'party')]]);
  const flags = async (partnership: string) => {
    const { entries } = (await app.get(`/api/partnerships/${partnership}/timeline`)).body;
    return entries.find(({ fact }: Entry) => fact === 'category/tea/granted').flags;
  };
  t.same(await flags('told.fed2'), []);
  t.match(await flags('next.fed3'), [{ rule: 'category-exclusivity', detail: /first\.fed3/ }]);
});
