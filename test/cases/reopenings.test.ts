import t from 'tap';
import { decide } from '../support/decide.ts';
import { openToldApp, type Told, tell } from '../support/told-articles.ts';

type Entry = {
  readonly fact: string;
  readonly status: string;
  readonly occurred: { readonly edtf: string } | null;
  readonly contested: boolean;
  readonly flags: readonly unknown[];
};

const base = '/api/partnerships/pika.ioc';
const shop = (milestone: string) => `storefront/shop.2020s/${milestone}`;
const t13a: Told = [
  't13a',
  '2019-02-01',
  [
    'StorefrontOpened: shop, happened: 2019-01-10, games: 2020S',
    'StorefrontSuspended: shop, happened: 2019-01-20, games: 2020S',
  ],
];
const t13b: Told = [
  't13b',
  '2019-05-01',
  ['StorefrontOpened: shop, happened: 2019-04-10, games: 2020S, note: The shop is open again'],
];
const inShort = (entries: readonly Entry[]) =>
  entries.map(({ fact, status, occurred, contested, flags }) => [
    fact.split('/').at(-1),
    status,
    occurred?.edtf ?? null,
    ...(contested ? ['contested'] : []),
    ...flags,
  ]);

for (const articles of [
  [t13a, t13b],
  [t13b, t13a],
]) {
  t.test(`a shop that opens again was opened, suspended, reopened: ${articles.map(([id]) => id).join()}`, async (t) => {
    const { get } = await openToldApp(t, 'pika.ioc', ...articles);
    const { entries } = (await get(`${base}/timeline`)).body;
    t.same(inShort(entries), [
      ['opened', 'happened', '2019-01-10'],
      ['suspended', 'happened', '2019-01-20'],
      ['reopened', 'happened', '2019-04-10'],
    ]);
    t.match(entries[2], { type: 'StorefrontReopened', summary: 'The shop is open again', timing: 'certain' });
    const [store] = (await get(`${base}/rollout`)).body.storefronts;
    t.match(store, {
      opening: { occurred: { edtf: '2019-01-10' } },
      suspension: { occurred: { edtf: '2019-01-20' } },
      turns: [{ turn: 'reopened', fact: shop('reopened'), occurred: { edtf: '2019-04-10' } }],
    });
    const { entry, reports } = (await get(`${base}/facts/${shop('reopened')}`)).body;
    t.match([entry.fact, reports.length, reports[0].article], [shop('reopened'), 1, 't13b']);
    t.match((await get(`${base}/facts/${shop('reopened')}/why`)).body.considered, [{ article: 't13b' }]);
    t.match((await get(`${base}/timeline?occurredAsOf=2019-03-01`)).body, { total: 2 });
  });
}

t.test('a reopening is told as such, and counted with what reports it as an opening', async (t) => {
  const app = await openToldApp(t, 'pika.ioc', t13a);
  await tell(t, app, 'pika.ioc', t13b, [
    't13c',
    '2019-06-01',
    ['StorefrontReopened: shop, happened: 2019-04, games: 2020S, note: It reopened in April'],
  ]);
  const { entries } = (await app.get(`${base}/timeline`)).body;
  t.equal(entries.length, 3);
  t.match(entries[2], { fact: shop('reopened'), occurred: { edtf: '2019-04-10' }, contested: false });
  t.equal(entries[2].sources.length, 2);
});

t.test('the second suspension and the second reopening are facts of their own', async (t) => {
  const { get } = await openToldApp(t, 'pika.ioc', t13b, t13a, [
    't13d',
    '2021-02-01',
    [
      'StorefrontClosed: shop, happened: 2020-03-01, games: 2020S',
      'StorefrontSuspended: shop, happened: 2019-09-01, games: 2020S',
      'StorefrontReopened: shop, happened: 2019-10-01, games: 2020S',
      'StorefrontOpened: shop, happened: 2021-01-10, games: 2020S, by: party',
    ],
  ]);
  t.same(inShort((await get(`${base}/timeline`)).body.entries), [
    ['opened', 'happened', '2019-01-10'],
    ['suspended', 'happened', '2019-01-20'],
    ['reopened', 'happened', '2019-04-10'],
    ['suspended-2', 'happened', '2019-09-01'],
    ['reopened-2', 'happened', '2019-10-01'],
    ['closed-3', 'happened', '2020-03-01'],
    ['reopened-3', 'happened', '2021-01-10'],
  ]);
});

t.test('what may be the same opening stays one: days that overlap, no day, hearsay, no opening before', async (t) => {
  const keysAfter = async (...reports: readonly string[]) => {
    const { get } = await openToldApp(t, 'pika.ioc', ['x', '2019-05-01', reports.map((one) => `${one}, games: 2020S`)]);
    return (await get(`${base}/timeline`)).body.entries.map(({ fact }: Entry) => fact.split('/').at(-1)).toSorted();
  };
  const suspended = 'StorefrontSuspended: shop, happened: 2019-01-20';
  const [first, second] = ['StorefrontOpened: shop, happened: 2019-01-10', 'StorefrontOpened: shop, by: party'];
  t.same(await keysAfter(first, suspended, `${second}, happened: ~`), ['opened', 'suspended']);
  t.same(await keysAfter(first, suspended, `${second}, happened: 2019-01`), ['opened', 'suspended']);
  t.same(await keysAfter(first, `${suspended}, by: second-hand`, `${second}, happened: 2019-04-10`), [
    'opened',
    'suspended',
  ]);
  t.same(await keysAfter(suspended, `${second}, happened: 2019-04-10`), ['opened', 'suspended']);
});

t.test('a shop that is to open again is planned to reopen, and its first opening is left alone', async (t) => {
  const { get } = await openToldApp(t, 'pika.ioc', t13a, [
    't13e',
    '2019-03-01',
    ['StorefrontOpened: shop, planned: 2019-04-01, games: 2020S'],
  ]);
  const { entries } = (await get(`${base}/timeline?occurredAsOf=2019-03-15`)).body;
  t.same(inShort(entries), [
    ['opened', 'happened', '2019-01-10'],
    ['suspended', 'happened', '2019-01-20'],
    ['reopened', 'planned', null],
  ]);
  t.equal(entries[2].planned.edtf, '2019-04-01');
});

t.test('a steward decides on a reopening as on any fact, and may say that it is none', async (t) => {
  const app = await openToldApp(t, 'pika.ioc', t13a, t13b);
  const version = async (milestone: string) => (await app.get(`${base}/facts/${shop(milestone)}`)).body.entry.version;
  const correction = {
    fact: shop('reopened'),
    field: 'platform',
    value: 'Tmall',
    basis: 'misread',
    reason: 'the text names the platform',
  };
  const corrected = await decide(app, `${base}/corrections`, correction, {
    version: await version('reopened'),
    key: '1',
  });
  t.match([corrected.status, corrected.body.effects?.corrected], [201, [shop('reopened')]], corrected.text);
  const { entries } = (await app.get(`${base}/timeline`)).body;
  t.match([entries[0].data, entries[2].data], [{ platform: undefined }, { platform: 'Tmall' }]);
  const merge = { fact: shop('opened'), from: shop('reopened'), reason: 'the outlets disagree on the opening' };
  const headers = { version: await version('opened'), key: '2' };
  const fromVersion = await version('reopened');
  const merged = await decide(app, `${base}/merges`, { ...merge, fromVersion }, headers);
  t.equal(merged.status, 201, merged.text);
  t.same(
    inShort((await app.get(`${base}/timeline`)).body.entries).map(([milestone]) => milestone),
    ['opened', 'suspended'].toReversed(),
  );
});
