import { join } from 'node:path';
import t from 'tap';
import { articleFile } from '../cli/article-file.ts';
import { run } from '../cli/run-command.ts';
import { openToldApp, type Told } from '../support/told-articles.ts';

const cellOf = async (t: Parameters<typeof openToldApp>[0], partnership: string, ...told: Told[]) => {
  const { get } = await openToldApp(t, partnership, ...told);
  const { rows } = (await get(`/api/partnerships/${partnership}/obligations`)).body;
  return rows[0].cells.vehicles;
};

const vehicles = (quantity: string, more = '') =>
  `ObligationUndertaken: vehicles, games: 2024S, happened: 2019, quantity: ${quantity}, unit: vehicles${more}`;

t.test('a cell says how much is owed, of what', async (t) => {
  const cell = await cellOf(t, 'q1.ioc', ['a', '2020-01-01', [vehicles('3000', ', of: the fleet')]]);
  t.strictSame(cell.quantity, { value: 3000, unit: 'vehicles', of: 'the fleet', contested: false });
  t.equal(cell.delivered, null);
});

t.test('numbers merge as ranges, whichever comes first', async (t) => {
  const told: Told[] = [
    ['a', '2020-01-01', [vehicles('{ min: 3000 }')]],
    ['b', '2020-01-02', [vehicles('{ about: 3300 }')]],
  ];
  for (const [i, order] of [told, told.toReversed()].entries()) {
    const cell = await cellOf(t, `q2-${i}.ioc`, ...order);
    t.strictSame(cell.quantity, { min: 3000, max: 3630, unit: 'vehicles', of: null, contested: false });
  }
});

t.test(
  'numbers that exclude each other are contested; what was delivered stands beside what was promised',
  async (t) => {
    const cell = await cellOf(
      t,
      'q3.ioc',
      ['a', '2020-01-01', [vehicles('3000', ', by: party')]],
      ['b', '2020-01-02', [vehicles('3700')]],
      [
        'c',
        '2024-08-01',
        ['ObligationPartlyDelivered: vehicles, games: 2024S, happened: 2024-07-26, quantity: 2650, unit: vehicles'],
      ],
    );
    t.strictSame(cell.quantity, { value: 3000, unit: 'vehicles', of: null, contested: true });
    t.strictSame(cell.delivered, { value: 2650, unit: 'vehicles', of: null, contested: false });
    t.equal(cell.contested, true);
  },
);

t.test('a confirmation with another number contests what was undertaken', async (t) => {
  const cell = await cellOf(
    t,
    'q4.ioc',
    ['a', '2020-01-01', [vehicles('3000')]],
    ['b', '2021-01-02', ['ObligationConfirmed: vehicles, games: 2024S, quantity: 2000, unit: Vehicles']],
  );
  t.strictSame(cell.quantity, { value: 3000, unit: 'vehicles', of: null, contested: true });
});

t.test('a promised number that changes is drift, with figures; another unit or currency has none', async (t) => {
  const { get } = await openToldApp(
    t,
    'q5.ioc',
    [
      'a',
      '2020-01-01',
      [
        'ObligationDelivered: vehicles, games: 2024S, planned: 2024, quantity: 3000, unit: vehicles',
        'FinancialTermsReported: ~, amount: 100, currency: EUR, per: year',
      ],
    ],
    [
      'b',
      '2024-09-01',
      [
        'ObligationDelivered: vehicles, games: 2024S, happened: 2024-08, quantity: 2650, unit: vehicles',
        'FinancialTermsReported: ~, amount: 90, currency: USD, per: year',
      ],
    ],
    ['c', '2024-10-01', ['FinancialTermsReported: ~, amount: 95, currency: USD, per: year']],
  );
  const { entries } = (await get('/api/partnerships/q5.ioc/drift')).body;
  const steps = (type: string, field: string) =>
    entries
      .find((entry: { type: string }) => entry.type === type)
      .fields.find((drift: { field: string }) => drift.field === field)
      .steps.map(({ change, by }: { change: string; by: unknown }) => [change, by]);
  t.strictSame(steps('ObligationDelivered', 'quantity'), [
    ['first', null],
    ['fewer', { min: -350, max: -350 }],
  ]);
  t.strictSame(steps('FinancialTermsReported', 'amount'), [
    ['first', null],
    ['changed', null],
    ['more', { min: 5, max: 5 }],
  ]);
});

t.test('tables show a number with its unit, and money as one value', async (t) => {
  const dataDir = join(t.testdir(), 'data');
  const stdin = articleFile(
    'a',
    [
      'ObligationUndertaken: vehicles, games: 2024S, happened: 2019, quantity: 3000, unit: vehicles',
      'ObligationDelivered: vehicles, games: 2024S, happened: 2019, quantity: 90, unit: "%", of: the fleet',
      'FinancialTermsReported: ~, amount: { about: 5000000 }, currency: eur, per: season, kind: both, paidBy: Acme',
    ],
    { published: '2020-01-01' },
  );
  t.equal((await run(dataDir, ['ingest', '-'], { stdin })).code, 0);
  const { out: obligations } = await run(dataDir, ['show', 'obligations']);
  t.match(obligations, /3,000 vehicles/);
  t.match(obligations, /delivered: 90 % of/);
  const { out: timeline } = await run(dataDir, ['show', 'timeline']);
  t.match(timeline.replaceAll(/\s+/g, ' '), /money: EUR about 5,000,000 a season, in cash and in kind, paid by Acme/);
  t.match(timeline, /quantity: 3,000 vehicles/);
});
