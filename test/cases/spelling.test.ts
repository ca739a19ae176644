import t from 'tap';
import { openTestApp } from '../support/app.ts';
import { articleText } from '../support/article-text.ts';
import { openToldApp, type Told } from '../support/told-articles.ts';

const nma: Told = [
  'nma',
  '2025-01-01',
  [
    'FinancialTermsReported: ~, amount: 5, currency: usd',
    'RosterReported: top-sponsors, members: [Visa, Coca-Cola, "McDonald\'s"], complete: true',
    'PartnershipSigned: ~, happened: 2018, place: Lausanne',
  ],
];
const nmb: Told = [
  'nmb',
  '2025-01-02',
  [
    'FinancialTermsReported: ~, amount: 5, currency: USD',
    'RosterReported: top-sponsors, members: [mcdonalds, visa, coca-cola], complete: true',
    'PartnershipSigned: ~, happened: 2018, place: lausanne',
  ],
];

for (const [order, ...told] of [
  ['capitals first', nma, nmb],
  ['capitals last', nmb, nma],
] as const) {
  t.test(`names and codes in two spellings are one value in one spelling, ${order}`, async (t) => {
    const { get } = await openToldApp(t, 'nm.ioc', ...told);
    const { entries } = (await get('/api/partnerships/nm.ioc/timeline')).body;
    const data = Object.fromEntries(entries.map((entry: { type: string; data: object }) => [entry.type, entry.data]));
    t.match(data, {
      FinancialTermsReported: { amount: 5, currency: 'USD' },
      RosterReported: { members: ['coca-cola', 'mcdonalds', 'visa'] },
      PartnershipSigned: { place: 'Lausanne' },
    });
    t.ok(entries.every(({ contested }: { contested: boolean }) => !contested));
    const { entries: drifts } = (await get('/api/partnerships/nm.ioc/drift')).body;
    t.ok(drifts.every(({ changed }: { changed: boolean }) => !changed));
  });
}

for (const [written, suggestion] of [
  ['EURO', 'EUR'],
  ['€', 'EUR'],
  ['US dollars', 'USD'],
  ['yen', 'JPY'],
  ['UDS', 'USD'],
] as const) {
  t.test(`"${written}" is no currency: its code is suggested`, async (t) => {
    const { post } = await openTestApp(t);
    const reports = `  - { FinancialTermsReported: ~, amount: 5, currency: "${written}", p: 1 }`;
    const { status, body } = await post(articleText({ reports }));
    t.equal(status, 422);
    t.match(body.errors, [{ path: '/reports/0/currency', message: /ISO 4217/, suggestion }]);
  });
}

t.test('an organisation is one value under its name, its slug and its aliases', async (t) => {
  const { get } = await openToldApp(
    t,
    'nm2.ioc',
    [
      'a',
      '2025-01-01',
      ['RosterReported: all, members: [The Coca-Cola Company, P&G, Nobody Ltd], complete: true, asOf: 2024'],
    ],
    [
      'b',
      '2025-01-02',
      [
        'RosterReported: all, by: party, members: [nobody-ltd, coca-cola, Procter and Gamble], complete: true, asOf: 2024',
      ],
    ],
  );
  t.match((await get('/api/partnerships/nm2.ioc/timeline')).body.entries, [
    { data: { members: ['coca-cola', 'nobody-ltd', 'procter-and-gamble'] }, contested: false },
  ]);
});

t.test('one publisher in two spellings is one publisher, and one speaker one mouth', async (t) => {
  const countIn = async (...told: readonly Told[]) => {
    const { get } = await openToldApp(t, 'nm.ioc', ...told);
    const { entries } = (await get('/api/partnerships/nm.ioc/timeline')).body;
    return entries[0].data.count;
  };
  const counting = (count: number, by = '') => [`CreativeCountStated: dive, happened: 2019, count: ${count}${by}`];
  t.equal(
    await countIn(
      ['p1', '2020-01-01', counting(3), 'The Daily Sport'],
      ['p2', '2020-01-02', counting(3), 'the daily sport'],
      ['p3', '2020-02-01', counting(4), 'Other'],
    ),
    4,
    'one against one: the later counts',
  );
  const said = (name: string) => `, by: party, speaker: "${name}, chair"`;
  t.equal(
    await countIn(
      ['p1', '2020-01-01', counting(3, said('José Ito')), 'First'],
      ['p2', '2020-01-02', counting(3, said('Jose Ito')), 'Second'],
      ['p3', '2020-02-01', counting(4, said('Ann Lee')), 'Other'],
    ),
    4,
  );
});
