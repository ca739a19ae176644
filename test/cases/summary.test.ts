import t from 'tap';
import { openToldApp } from '../support/told-articles.ts';

t.test('a summary does not contradict the values beside it', async (t) => {
  const { get } = await openToldApp(
    t,
    'nt.ioc',
    ['nt1', '2015-03-13', ['TermAgreed: ~, happened: 2015, end: 2024, note: "Ten years, to 2024"']],
    ['nt2', '2016-01-01', ['TermAgreed: ~, happened: 2015, end: 2024, note: To 2024']],
    ['nt3', '2024-09-30', ['TermAgreed: ~, happened: 2015, end: 2023, note: Ended in 2023 already']],
  );
  const { entries } = (await get('/api/partnerships/nt.ioc/timeline')).body;
  t.match(entries, [{ data: { end: '2024' }, contested: true, summary: /2024/ }]);
});

t.test('a summary names no currency, unit or length that stands beside what is shown', async (t) => {
  const { get } = await openToldApp(
    t,
    'nt2.ioc',
    [
      'm1',
      '2015-03-13',
      [
        'FinancialTermsReported: ~, by: party, amount: 600, note: Six hundred',
        'FinancialTermsReported: ~, by: party, speaker: "Ann, chair", kind: in-kind, note: All of it in kind',
        'TermAgreed: ~, happened: 2015, by: party, start: 2015, end: 2024, note: Ten years',
      ],
    ],
    [
      'm2',
      '2016-01-01',
      [
        'FinancialTermsReported: ~, by: party, amount: 550, currency: EUR, note: 550 euros',
        'TermAgreed: ~, happened: 2015, years: 5, note: Five years',
      ],
    ],
    ['m3', '2016-02-01', ['TermAgreed: ~, happened: 2015, years: 5, note: For five years']],
  );
  const { entries } = (await get('/api/partnerships/nt2.ioc/timeline')).body;
  const summaryOf = (type: string) => entries.find((entry: { type: string }) => entry.type === type).summary;
  t.equal(summaryOf('FinancialTermsReported'), '550 euros', 'the later of two amounts by a party');
  t.equal(summaryOf('TermAgreed'), 'Ten years');
});

t.test('a summary is no vaguer than the value beside it', async (t) => {
  const { get } = await openToldApp(
    t,
    'nt3.ioc',
    ['s1', '2020-01-01', ['CreativeCountStated: duo, by: party, count: { min: 2 }, note: At least two films']],
    ['s2', '2020-02-01', ['CreativeCountStated: duo, count: 5, note: Five films']],
  );
  const { entries } = (await get('/api/partnerships/nt3.ioc/timeline')).body;
  t.match(entries, [{ data: { count: 5 }, summary: 'Five films' }]);
});

t.test('the summary of a plan is worded by whoever tells of the plan in force', async (t) => {
  const app = await openToldApp(
    t,
    'nt4.ioc',
    [
      'p1',
      '2020-01-02',
      [
        'CampaignLaunched: one, planned: 2020-06-01, note: In June',
        'CampaignLaunched: two, planned: 2020-06-01, by: party, note: In June',
        'StorefrontOpened: hut, planned: 2020-06-01, note: In June',
      ],
    ],
    [
      'p2',
      '2020-02-02',
      [
        'CampaignLaunched: one, planned: ~, by: party, note: Some day',
        'CampaignLaunched: two, planned: 2020-09-01, note: In September',
        'StorefrontPostponed: hut, happened: 2020-02-01, until: 2020-09-01',
      ],
    ],
  );
  const { entries } = (await app.get('/api/partnerships/nt4.ioc/timeline')).body;
  const summaries = entries.map(({ fact, summary }: Record<string, string>) => [fact, summary]);
  t.match(Object.fromEntries(summaries), {
    'campaign/one/launched': 'In June',
    'campaign/two/launched': 'In September',
    'storefront/hut/opened': 'Storefront opened: Hut',
  });
});
