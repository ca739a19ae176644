import t from 'tap';
import { openToldApp } from '../support/told-articles.ts';

type Row = { readonly edition: string; readonly cells: Readonly<Record<string, { readonly status: string }>> };

const agreed = [
  'TermAgreed: ~, happened: 2018-05-01, start: 2018, end: 2028, years: 11',
  'ObligationUndertaken: buses, games: 2020S..2028S, happened: 2018-05-01',
];

// However an article tells of the shorter term, it is an event of 2022.
const amendments: Readonly<Record<string, readonly string[]>> = {
  'an agreement with a name of its own beside the amendment': [
    'PartnershipAmended: ~, happened: 2022-05-01, note: The parties agreed to end the deal with 2024',
    'TermAgreed: amendment-2022, happened: 2022-05-01, end: 2024',
  ],
  'an amendment that says the end': ['PartnershipAmended: ~, happened: 2022-05-01, end: 2024'],
  'an amendment without a day': ['PartnershipAmended: ~, happened: ~, end: 2024'],
  'an agreement without a day': ['TermAgreed: amendment-2022, happened: ~, end: 2024'],
};

for (const [name, reports] of Object.entries(amendments)) {
  t.test(`an amendment is an event in time: ${name}`, async (t) => {
    const { get } = await openToldApp(
      t,
      'ibis.ioc9',
      ['t09a', '2018-05-02', agreed],
      ['t09b', '2022-05-02', [...reports]],
    );
    const termOn = async (day: string) => {
      const { end, years, contested } = (await get(`/api/partnerships/ibis.ioc9?occurredAsOf=${day}`)).body.term;
      return [end.edtf, years, contested];
    };
    t.same(await termOn('2021'), ['2028', 11, false]);
    t.same(await termOn('2023'), ['2024', null, false], 'the length led to the end that was given up');
    const on = async (day: string) => {
      const { rows } = (await get(`/api/partnerships/ibis.ioc9/obligations?occurredAsOf=${day}`)).body;
      return Object.fromEntries(rows.map(({ edition, cells }: Row) => [edition, cells['buses']?.status]));
    };
    t.match(await on('2023'), { '2024S': 'undertaken', '2028S': 'undertaken' }, 'the agreement still runs');
    t.match(
      await on('2026'),
      { '2022W': 'undertaken', '2024S': 'undertaken', '2026W': 'lapsed', '2028S': 'lapsed' },
      'what falls due after the amended end has lapsed',
    );
    const { entries } = (await get('/api/partnerships/ibis.ioc9/timeline')).body;
    t.equal(entries.filter(({ contested }: { readonly contested: boolean }) => contested).length, 0);
  });
}

t.test('a renewal after an amendment holds, and hearsay of an amendment changes no term', async (t) => {
  const { get } = await openToldApp(
    t,
    'ibis.ioc9',
    ['a', '2018-05-02', agreed],
    ['b', '2022-05-02', ['PartnershipAmended: ~, happened: 2022-05-01, end: 2024']],
    ['c', '2023-05-02', ['PartnershipRenewed: ~, happened: 2023-05-01, end: 2032']],
    ['d', '2025-05-02', ['PartnershipAmended: rumour, happened: 2025-05-01, end: 2026, by: second-hand']],
  );
  const endOn = async (day: string) =>
    (await get(`/api/partnerships/ibis.ioc9?occurredAsOf=${day}`)).body.term.end.edtf;
  t.same(
    [await endOn('2021'), await endOn('2022-12'), await endOn('2024'), await endOn('2026')],
    ['2028', '2024', '2032', '2032'],
  );
});
