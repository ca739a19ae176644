import t from 'tap';
import { openToldApp, type Told, tell } from '../support/told-articles.ts';

type Entry = {
  readonly fact: string;
  readonly contested: boolean;
  readonly data: Readonly<Record<string, unknown>>;
  readonly states: readonly { readonly asOf: { readonly edtf: string }; readonly data: Entry['data'] }[];
};

const roster = '/facts/roster/top-sponsors/reported';

t.test('complete rosters of two days are two states, each as of its day', async (t) => {
  const app = await openToldApp(
    t,
    'heron.ioc',
    ['ra', '2018-09-18', ['RosterReported: top-sponsors, members: [alpha, beta, gamma], complete: true']],
    ['rb', '2024-09-18', ['RosterReported: top-sponsors, members: [alpha, delta], complete: true']],
  );
  const entryOn = async (day: string) =>
    (await app.get(`/api/partnerships/heron.ioc${roster}?occurredAsOf=${day}`)).body.entry;
  const [first, second] = [
    ['alpha', 'beta', 'gamma'],
    ['alpha', 'delta'],
  ];
  t.match(await entryOn('2019'), {
    contested: false,
    alternatives: [],
    data: { members: first },
    states: [{ asOf: { edtf: '2018-09-18' }, data: { members: first }, sources: [{ article: 'ra' }] }],
  });
  t.match(await entryOn('2025'), {
    contested: false,
    alternatives: [],
    data: { members: second },
    states: [
      { asOf: { edtf: '2018-09-18' }, data: { members: first } },
      { asOf: { edtf: '2024-09-18' }, data: { members: second }, sources: [{ article: 'rb' }] },
    ],
  });
  t.equal((await entryOn('2019')).states.length, 1, 'a state to come is not there yet');
  const { entries } = (await app.get(`/api/partnerships/heron.ioc${roster}/audit`)).body;
  t.match(
    entries.map(({ effects }: { readonly effects: readonly string[] }) => effects),
    [['entered'], ['advanced']],
  );

  await tell(t, app, 'heron.ioc', ['rc', '2025-02-01', ['RosterReported: top-sponsors, members: [epsilon]']]);
  t.same((await entryOn('2024-12')).data.members, second);
  t.same((await entryOn('2025-12')).data.members, ['alpha', 'delta', 'epsilon'], 'a partial list adds');
  await tell(t, app, 'heron.ioc', [
    'rd',
    '2025-08-01',
    ['SponsorLeft: delta, happened: 2025-07-01, programme: TOP', 'SponsorLeft: alpha, planned: 2026-01-01'],
  ]);
  t.same((await entryOn('2025-06')).data.members, ['alpha', 'delta', 'epsilon']);
  t.same((await entryOn('2025-12')).data.members, ['alpha', 'epsilon'], 'who is to leave has not left');
  await tell(t, app, 'heron.ioc', [
    're',
    '2025-09-01',
    ['RosterReported: top-sponsors, members: [alpha, zeta], complete: true, asOf: 2021'],
  ]);
  t.same((await entryOn('2020')).data.members, first);
  t.same((await entryOn('2022')).data.members, ['alpha', 'zeta'], 'told later, it holds as of its day');
  t.same(
    (await entryOn('2026')).states.map(({ asOf }: Entry['states'][number]) => asOf.edtf),
    ['2018-09-18', '2021', '2024-09-18', '2025-07-01'],
  );
});

t.test('a sponsor that leaves starts a state, and the one before it stays as it was', async (t) => {
  const list = (day: string, members: string): Told => [
    `list-${day}`,
    day,
    [`RosterReported: top-sponsors, members: [${members}], complete: true`],
  ];
  const { get } = await openToldApp(
    t,
    'heron.ioc',
    list('2018-01-01', 'a1, b1'),
    ['left', '2020-02-01', ['SponsorLeft: a1, happened: 2019-12-31', 'SponsorLeft: z1, happened: 2019-06-01']],
    ['some', '2021-01-01', ['RosterReported: top-sponsors, members: [c1]']],
    list('2023-01-01', 'a1, b1'),
  );
  const on = async (day: string) =>
    (await get(`/api/partnerships/heron.ioc${roster}?occurredAsOf=${day}`)).body.entry.states.map(
      ({ asOf, data, sources }: Entry['states'][number] & { readonly sources: readonly { article: string }[] }) => [
        asOf.edtf,
        data['members'],
        sources.map(({ article }) => article),
      ],
    );
  const first = ['2018-01-01', ['a1', 'b1'], ['list-2018-01-01']];
  t.same(await on('2019-12-30'), [first]);
  t.same(await on('2020-06-01'), [first, ['2019-12-31', ['b1'], ['left']]]);
  t.same(await on('2026-11-22'), [
    first,
    ['2019-12-31', ['b1', 'c1'], ['left']],
    ['2023-01-01', ['a1', 'b1'], ['list-2023-01-01']],
  ]);
});

t.test('an amount without a day rewrites none of a day, and contests it from its publication', async (t) => {
  const { get } = await openToldApp(
    t,
    'crane.ioc',
    ['a', '2010-03-02', ['FinancialTermsReported: ~, amount: 100, currency: USD, asOf: 2010']],
    ['b', '2020-03-02', ['FinancialTermsReported: ~, amount: 200, currency: USD, by: party']],
  );
  const on = async (day: string) =>
    (await get(`/api/partnerships/crane.ioc/facts/partnership/crane.ioc/financial-terms-reported?occurredAsOf=${day}`))
      .body.entry;
  t.match(await on('2015'), { contested: false, data: { amount: 100 }, states: [{ data: { amount: 100 } }] });
  const now = await on('2026-11-22');
  t.match(now, { contested: true, data: { amount: 200 } });
  t.match(now.states, [
    { asOf: { edtf: '2010' }, contested: false, data: { amount: 100 }, sources: [{ article: 'a' }] },
    { asOf: { edtf: '2020-03-02' }, contested: true },
  ]);
});

t.test('two complete lists of one day contest each other', async (t) => {
  const { get } = await openToldApp(
    t,
    'heron.ioc',
    ['ra', '2018-09-18', ['RosterReported: top-sponsors, members: [alpha, beta], complete: true']],
    ['rb', '2018-10-18', ['RosterReported: top-sponsors, members: [alpha, delta], complete: true, asOf: 2018-09-18']],
    ['rc', '2024-10-18', ['RosterReported: top-sponsors, members: [alpha], complete: true']],
  );
  const entryOn = async (day: string) =>
    (await get(`/api/partnerships/heron.ioc${roster}?occurredAsOf=${day}`)).body.entry;
  t.match(await entryOn('2019'), { contested: true, alternatives: [{ field: 'members' }, { field: 'members' }] });
  t.match(await entryOn('2025'), { contested: false, states: [{ contested: true }, { contested: false }] });
});

t.test('as of June 2017 the sponsors that the seeds name are two of twelve', async (t) => {
  const { get } = await openToldApp(t, 'heron.ioc');
  const { entry } = (await get(`/api/partnerships/alibaba.ioc${roster}?occurredAsOf=2017-06-01`)).body;
  t.same(entry.data, { members: ['coca-cola', 'mcdonalds'], others: 12 });
  t.equal(entry.states.length, 1);
});

const entryIn = (entries: readonly Entry[], fact: string) => entries.find((entry) => entry.fact === fact);

t.test('a category is held from a grant until it is lost, and again from the next grant', async (t) => {
  const { get } = await openToldApp(
    t,
    'crane.ioc',
    ['a', '2015-03-02', ['CategoryGranted: payment, happened: 2015-03-01, exclusive: true']],
    ['b', '2017-03-02', ['CategoryGranted: payment, happened: ~']],
    ['c', '2020-03-02', ['CategoryLost: payment, happened: 2020-03-01']],
    ['d', '2021-03-02', ['CategoryGranted: payment, happened: ~, exclusive: true']],
    ['e', '2022-03-02', ['CategoryGranted: payment, happened: 2022-03-01, exclusive: false']],
  );
  const on = async (day: string) =>
    entryIn(
      (await get(`/api/partnerships/crane.ioc/timeline?occurredAsOf=${day}`)).body.entries,
      'category/payment/granted',
    );
  t.match(await on('2018'), { contested: false, data: { exclusive: true }, occurred: { edtf: '2015-03-01' } });
  t.match(await on('2021-06'), {
    contested: false,
    data: { held: false },
    states: [{}, { sources: [{ article: 'c' }] }],
  });
  const now = await on('2023');
  t.match(now, { contested: false, data: { exclusive: false }, occurred: { edtf: '2022-03-01' } });
  t.same(
    now?.states.map(({ asOf, data }) => [asOf.edtf, data]),
    [
      ['2015-03-01', { exclusive: true }],
      ['2020-03-01', { held: false }],
      ['2022-03-01', { exclusive: false }],
    ],
  );
});

t.test('a partner that is downgraded no longer holds its tier', async (t) => {
  const { get } = await openToldApp(
    t,
    'crane.ioc',
    ['a', '2015-03-02', ['TierGranted: top, happened: 2015-03-01']],
    ['b', '2020-03-02', ['TierChanged: ~, happened: 2020-03-01, from: top, to: supporter']],
  );
  const on = async (day: string) =>
    entryIn((await get(`/api/partnerships/crane.ioc/timeline?occurredAsOf=${day}`)).body.entries, 'tier/top/granted');
  t.match(await on('2019'), { data: {}, states: [{ asOf: { edtf: '2015-03-01' } }] });
  t.match(await on('2021'), { data: { held: false }, states: [{}, { asOf: { edtf: '2020-03-01' } }] });
});

t.test('a category that was given up is free for another partner', async (t) => {
  const app = await openToldApp(
    t,
    'crane.fed',
    ['a', '2015-03-02', ['CategoryGranted: payment, happened: 2015-03-01, exclusive: true']],
    ['b', '2020-03-02', ['CategoryLost: payment, happened: 2020-03-01']],
  );
  await tell(t, app, 'stork.fed', [
    'c',
    '2021-03-02',
    ['CategoryGranted: payment, happened: 2021-03-01, exclusive: true'],
  ]);
  await tell(t, app, 'heron.fed', [
    'd',
    '2019-03-02',
    ['CategoryGranted: payment, happened: 2019-03-01, exclusive: true'],
  ]);
  const flags = async (partnership: string) =>
    (await app.get(`/api/partnerships/${partnership}/timeline`)).body.entries[0].flags.map(
      ({ detail }: { readonly detail: string }) => detail.split(' ')[0],
    );
  t.same(await flags('stork.fed'), ['heron.fed']);
  t.same(await flags('heron.fed'), ['crane.fed']);
});

t.test('a price is a state only where it is told as of a day', async (t) => {
  const money = '/facts/partnership/crane.ioc/financial-terms-reported';
  const app = await openToldApp(
    t,
    'crane.ioc',
    ['a', '2018-03-02', ['FinancialTermsReported: ~, amount: 100, currency: EUR, by: party, asOf: 2018']],
    ['b', '2022-03-02', ['FinancialTermsReported: ~, amount: 150, currency: EUR, asOf: 2022']],
  );
  const on = async (day: string) =>
    (await app.get(`/api/partnerships/crane.ioc${money}?occurredAsOf=${day}`)).body.entry;
  t.match(await on('2019'), { contested: false, data: { amount: 100 } });
  t.match(await on('2023'), { contested: false, data: { amount: 150 } });
  await tell(t, app, 'crane.ioc', ['c', '2023-03-02', ['FinancialTermsReported: ~, amount: 100, currency: EUR']]);
  t.match(await on('2023'), { contested: false }, 'told without a day, it is the price that it agrees with');
  await tell(t, app, 'crane.ioc', ['d', '2023-03-02', ['FinancialTermsReported: ~, amount: 170, currency: EUR']]);
  t.match(await on('2023'), { contested: true });
});

t.test('the term of one agreement that is told anew with its amendment is that of the day', async (t) => {
  const { get } = await openToldApp(
    t,
    'ibis.ioc9',
    ['a', '2018-05-02', ['TermAgreed: ~, happened: 2018-05-01, end: 2028']],
    [
      'b',
      '2022-05-02',
      ['PartnershipAmended: ~, happened: 2022-05-01', 'TermAgreed: ~, happened: 2022-05-01, end: 2024'],
    ],
    ['c', '2023-05-02', ['TermAgreed: ~, happened: ~, end: 2024']],
  );
  const base = '/api/partnerships/ibis.ioc9';
  const endOn = async (day: string) => (await get(`${base}?occurredAsOf=${day}`)).body.term.end.edtf;
  t.same([await endOn('2021'), await endOn('2023')], ['2028', '2024']);
  const on = async (day: string) =>
    entryIn((await get(`${base}/timeline?occurredAsOf=${day}`)).body.entries, 'partnership/ibis.ioc9/term-agreed');
  t.match(await on('2021'), { contested: false, data: { end: '2028' }, states: [{}] });
  t.match(await on('2023'), {
    contested: false,
    data: { end: '2024' },
    states: [{ asOf: { edtf: '2018-05-01' } }, { asOf: { edtf: '2022-05-01' } }],
  });
});
