import t from 'tap';
import { decide } from '../support/decide.ts';
import { openToldApp, type Told } from '../support/told-articles.ts';

type Alternative = { field: string; value: unknown; displayed: boolean; sources: { article: string }[] };

const entryOf = async (t: Parameters<typeof openToldApp>[0], partnership: string, type: string, ...told: Told[]) => {
  const { get } = await openToldApp(t, partnership, ...told);
  const { entries } = (await get(`/api/partnerships/${partnership}/timeline`)).body;
  const entry = entries.find((one: { type: string }) => one.type === type);
  const alternatives = (entry.alternatives as Alternative[]).map(({ field, value, displayed, sources }) => [
    sources.map(({ article }) => article).join(' '),
    field,
    value,
    displayed,
  ]);
  return { ...entry, alternatives };
};

const money = (amount: unknown, currency: string | null, more: object = {}) => ({
  amount,
  currency,
  per: null,
  kind: null,
  ...more,
});

t.test('an amount does not take the currency of another amount', async (t) => {
  const { data, contested, alternatives } = await entryOf(
    t,
    'crane.ioc6',
    'FinancialTermsReported',
    ['t06a', '2019-02-03', ['FinancialTermsReported: ~, by: party, disclosed: true, amount: 600000000']],
    ['t06b', '2019-02-05', ['FinancialTermsReported: ~, amount: 550000000, currency: EUR']],
  );
  t.strictSame(data, { disclosed: true, amount: 600000000, money: money(600000000, null) });
  t.equal(contested, true);
  t.strictSame(alternatives, [
    ['t06a', 'money', money(600000000, null), true],
    ['t06b', 'money', money(550000000, 'EUR'), false],
  ]);
});

t.test('each amount keeps its own currency; bounds in one currency overlap', async (t) => {
  const { data, contested, alternatives } = await entryOf(
    t,
    'kestrel.ioc',
    'FinancialTermsReported',
    ['fa', '2018-09-14', ['FinancialTermsReported: ~, amount: 50000000, currency: USD']],
    ['fb', '2018-09-15', ['FinancialTermsReported: ~, amount: { max: 500000000 }, currency: EUR']],
    ['fc', '2018-09-16', ['FinancialTermsReported: ~, amount: { max: 400000000 }, currency: EUR']],
  );
  t.match(data, { amount: { max: 400000000 }, currency: 'EUR', money: money({ max: 400000000 }, 'EUR') });
  t.equal(contested, true);
  t.strictSame(alternatives, [
    ['fa', 'money', money(50000000, 'USD'), false],
    ['fb fc', 'money', money({ max: 400000000 }, 'EUR'), true],
  ]);
});

t.test('what one report says of the same amount is added to it; what none says together is not', async (t) => {
  const told: Told[] = [
    ['a', '2019-01-01', ['FinancialTermsReported: ~, by: party, amount: 5000000']],
    ['b', '2019-01-02', ['FinancialTermsReported: ~, amount: 5000000, currency: EUR, per: year, kind: cash']],
    ['c', '2019-01-03', ['FinancialTermsReported: ~, by: party, paidBy: Acme']],
  ];
  const { data, contested } = await entryOf(t, 'owl.ioc', 'FinancialTermsReported', ...told);
  t.strictSame(data, {
    amount: 5000000,
    currency: 'EUR',
    per: 'year',
    kind: 'cash',
    money: money(5000000, 'EUR', { per: 'year', kind: 'cash' }),
  });
  t.equal(contested, false);
});

t.test('a steward resolves money as one value, or by its amount', async (t) => {
  const told = (partnership: string) =>
    openToldApp(
      t,
      partnership,
      ['a', '2019-02-03', ['FinancialTermsReported: ~, by: party, amount: 600000000']],
      ['b', '2019-02-05', ['FinancialTermsReported: ~, amount: 550000000, currency: EUR']],
    );
  const grounds = { basis: 'misread', reason: 'the party spoke of another deal' };
  for (const [partnership, field, value] of [
    ['crane.ioc1', 'money', money(550000000, 'EUR')],
    ['crane.ioc2', 'amount', 550000000],
  ] as const) {
    const app = await told(partnership);
    const address = `/api/partnerships/${partnership}`;
    const fact = `partnership/${partnership}/financial-terms-reported`;
    const version = (await app.get(`${address}/facts/${fact}`)).body.entry.version;
    const mixed = { fact, field: 'money', value: money(600000000, 'EUR'), ...grounds };
    t.equal((await decide(app, `${address}/resolutions`, mixed, { version, key: '1' })).status, 422);
    const right = { fact, field, value, ...grounds };
    t.equal((await decide(app, `${address}/resolutions`, right, { version, key: '2' })).status, 201);
    t.match((await app.get(`${address}/facts/${fact}`)).body.entry, {
      contested: false,
      data: { amount: 550000000, currency: 'EUR', money: money(550000000, 'EUR') },
      alternatives: [
        { field: 'money', displayed: false },
        { field: 'money', displayed: true },
      ],
    });
    const { values } = (await app.get(`${address}/facts/${fact}/why`)).body;
    t.match(
      values.filter(({ field: name }: { field: string }) => ['data.money', 'data.currency'].includes(name)),
      [{ rule: 'resolution' }, { rule: 'resolution' }],
    );
  }
});

t.test('an amount in all and an amount a year contradict each other', async (t) => {
  const { data, contested } = await entryOf(
    t,
    'lark.ioc',
    'FinancialTermsReported',
    ['a', '2019-01-01', ['FinancialTermsReported: ~, by: party, amount: 5000000, currency: EUR, per: total']],
    ['b', '2019-01-02', ['FinancialTermsReported: ~, amount: 5000000, currency: EUR, per: year, paidBy: Acme']],
  );
  t.strictSame(data.money, money(5000000, 'EUR', { per: 'total' }));
  t.equal(contested, true);
});

t.test('who pays is one value with what is paid', async (t) => {
  const { data } = await entryOf(t, 'rook.ioc', 'FinancialTermsReported', [
    'a',
    '2019-01-01',
    ['FinancialTermsReported: ~, amount: { about: 5000000 }, currency: EUR, per: season, kind: both, paidBy: Acme'],
  ]);
  t.strictSame(data.money, money({ about: 5000000 }, 'EUR', { per: 'season', kind: 'both', paidBy: 'Acme' }));
});

t.test('a start of one report and an end of another that contradicts it make no term', async (t) => {
  const { data, contested, alternatives } = await entryOf(
    t,
    'wren.ioc',
    'TermAgreed',
    ['a', '2017-02-01', ['TermAgreed: ~, happened: 2017-01, by: party, end: 2028']],
    ['b', '2017-02-02', ['TermAgreed: ~, happened: 2017-01, start: 2018, end: 2026, years: 9']],
    ['c', '2017-02-03', ['TermAgreed: ~, happened: 2017-01, start: 2017']],
  );
  t.strictSame(data, { start: '2017', end: '2028' });
  t.equal(contested, true);
  t.strictSame(alternatives, [
    ['b', 'start', '2018', false],
    ['c', 'start', '2017', true],
    ['a', 'end', '2028', true],
    ['b', 'end', '2026', false],
    ['b', 'years', 9, false],
  ]);
});

t.test('a number takes no unit of another number', async (t) => {
  const { data, contested, alternatives } = await entryOf(
    t,
    'tern.ioc',
    'PriorityStated',
    ['a', '2017-02-01', ['PriorityStated: fleet, by: party, target: 90, unit: "%", of: vehicles']],
    ['b', '2017-02-02', ['PriorityStated: fleet, target: 3000, unit: vehicles']],
    ['c', '2017-02-03', ['PriorityStated: fleet, target: { min: 85 }, unit: "%", of: vehicles']],
  );
  t.strictSame(data, { target: 90, unit: '%', of: 'vehicles' });
  t.equal(contested, true);
  t.strictSame(alternatives, [
    ['a c', 'target', { value: 90, unit: '%', of: 'vehicles' }, true],
    ['b', 'target', { value: 3000, unit: 'vehicles', of: null }, false],
  ]);
});

t.test('what an amendment changed, from what and to what, is of one report', async (t) => {
  const { data, contested } = await entryOf(
    t,
    'ruff.ioc',
    'PartnershipAmended',
    ['a', '2022-02-01', ['PartnershipAmended: ~, happened: 2022-01, by: party, changed: fee, to: 7 million']],
    [
      'b',
      '2022-02-02',
      ['PartnershipAmended: ~, happened: 2022-01, changed: territory, from: Europe, start: 2021, end: 2026'],
    ],
    ['c', '2022-02-03', ['PartnershipAmended: ~, happened: 2022-01, by: party, end: 2024']],
  );
  t.strictSame(data, { changed: 'fee', to: '7 million', end: '2024' });
  t.equal(contested, true);
});
