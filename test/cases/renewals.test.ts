import t from 'tap';
import { openToldApp, type Told } from '../support/told-articles.ts';

type Entry = { readonly fact: string; readonly status: string; readonly contested: boolean };

const base = '/api/partnerships/harrier.ioc';
const renewed = (year: string) => `partnership/harrier.ioc${year}/renewed`;
const rn1: Told = ['rn1', '2014-08-24', ['PartnershipRenewed: ~, happened: 2014-08-24, end: 2020, note: To 2020']];
const rn2: Told = ['rn2', '2018-12-04', ['PartnershipRenewed: ~, happened: 2018-12-04, end: 2028, note: To 2028']];

for (const articles of [
  [rn1, rn2],
  [rn2, rn1],
]) {
  const order = articles.map(([id]) => id).join(' before ');
  t.test(`two renewals in turn are two facts, one after the other: ${order}`, async (t) => {
    const { get } = await openToldApp(t, 'harrier.ioc', ...articles);
    const on = async (day: string) => (await get(`${base}/timeline?occurredAsOf=${day}`)).body.entries;
    t.match(await on('2015-01-01'), [{ fact: renewed('.2014'), status: 'happened', data: { end: '2020' } }]);
    t.match(await on('2026-11-22'), [
      { fact: renewed('.2014'), status: 'happened', contested: false, summary: 'To 2020' },
      { fact: renewed('.2018'), status: 'happened', contested: false, summary: 'To 2028' },
    ]);
    const endOn = async (day: string) => (await get(`${base}?occurredAsOf=${day}`)).body.term.end.edtf;
    t.equal(await endOn('2015-01-01'), '2020');
    t.equal(await endOn('2026-11-22'), '2028');
  });
}

t.test('reports of one renewal in one year are one fact, whose day is contested as any', async (t) => {
  const { get } = await openToldApp(
    t,
    'harrier.ioc',
    rn2,
    ['rn3', '2019-01-10', ['PartnershipRenewed: ~, happened: 2018-12, note: In December']],
    ['rn4', '2019-02-10', ['PartnershipRenewed: ~, happened: 2018-11-30, note: In November']],
  );
  const { entries } = (await get(`${base}/timeline`)).body;
  t.match(entries, [{ fact: renewed('.2018'), contested: true }]);
  t.equal(entries.length, 1);
});

t.test('a partnership that was suspended, resumed and suspended again is suspended', async (t) => {
  const { get } = await openToldApp(
    t,
    'heron.ioc',
    [
      's2',
      '2021-03-02',
      ['PartnershipReinstated: ~, happened: 2020-06-15', 'PartnershipSuspended: ~, happened: 2021-03-01'],
    ],
    [
      's1',
      '2020-03-02',
      ['PartnershipSigned: ~, happened: 2018-03-01', 'PartnershipSuspended: ~, happened: 2020-03-01'],
    ],
  );
  const on = async (day: string) => (await get(`/api/partnerships/heron.ioc?occurredAsOf=${day}`)).body;
  t.equal((await on('2020-04-01')).status, 'suspended');
  t.equal((await on('2020-12-31')).status, 'signed');
  t.match(await on('2026-11-22'), { status: 'suspended', timing: 'certain', otherStatuses: [], contested: 0 });
});

t.test('a report without a day in one year keeps the plain key, unless its author names the instance', async (t) => {
  const { get } = await openToldApp(t, 'harrier.ioc', rn1, [
    'rn5',
    '2020-01-10',
    [
      'PartnershipRenewed: ~, happened: "[2018-12-20..2019-01-05]", note: Around the turn of the year',
      'PartnershipRenewed: 2014, happened: ~, by: party, note: The renewal of 2014',
      'PartnershipAmended: ~, happened: ~, note: It was amended at some time',
    ],
  ]);
  const { entries } = (await get(`${base}/timeline`)).body;
  t.same(entries.map(({ fact }: Entry) => fact).toSorted(), [
    renewed('.2014'),
    'partnership/harrier.ioc/amended',
    renewed(''),
  ]);
  const [first] = entries.filter(({ fact }: Entry) => fact === renewed('.2014'));
  t.match(first, { occurred: { edtf: '2014-08-24' }, contested: false });
  t.equal(first.sources.length, 2);
});

t.test('an option that is exercised extends the term; one that is granted, notice and intentions do not', async (t) => {
  const { get } = await openToldApp(
    t,
    'harrier.ioc',
    [
      'o1',
      '2014-08-24',
      [
        'PartnershipSigned: ~, happened: 2014-08-24',
        'TermAgreed: ~, happened: 2014-08-24, end: 2020-12-31',
        'OptionGranted: ~, happened: 2014-08-24, holder: harrier, until: 2019-12-31, end: 2024-12-31',
        'BreakAgreed: ~, happened: 2014-08-24, holder: ioc, from: 2018-01-01',
      ],
    ],
    ['o2', '2019-06-02', ['OptionExercised: ~, happened: 2019-06-01, end: 2024-12-31']],
    ['o3', '2023-02-02', ['RenewalDeclined: ~, happened: 2023-02-01, holder: harrier']],
  );
  const on = async (day: string) => (await get(`${base}?occurredAsOf=${day}`)).body;
  t.match(await on('2018-06-01'), { status: 'signed', term: { end: { edtf: '2020-12-31' } } });
  t.match(await on('2021-06-01'), { status: 'signed', term: { end: { edtf: '2024-12-31' } }, termOver: null });
  t.match(await on('2024-06-01'), { status: 'signed', term: { end: { edtf: '2024-12-31' }, contested: false } });
  t.match((await get(`${base}/facts/partnership/harrier.ioc.2019/option-exercised`)).body.entry, {
    status: 'happened',
  });
});

t.test('a renewal that came a year earlier than planned leaves no silence', async (t) => {
  const { get } = await openToldApp(
    t,
    'wagtail.ioc',
    ['w1', '2019-06-02', ['PartnershipSigned: ~, happened: 2015-01-01', 'PartnershipRenewed: ~, planned: 2021-03-01']],
    ['w2', '2020-11-02', ['PartnershipRenewed: ~, happened: 2020-11-01, end: 2028']],
    ['w3', '2021-11-02', ['PartnershipRenewed: ~, planned: 2023-03-01']],
  );
  const { entries } = (await get('/api/partnerships/wagtail.ioc/timeline')).body;
  const renewals = entries.filter(({ type }: Record<string, string>) => type === 'PartnershipRenewed');
  t.same(
    renewals.map(({ fact, status }: Record<string, string>) => [fact, status]),
    [
      ['partnership/wagtail.ioc.2020/renewed', 'happened'],
      ['partnership/wagtail.ioc.2021/renewed', 'planned'],
      ['partnership/wagtail.ioc.2023/renewed', 'overdue-unconfirmed'],
    ],
  );
  const { items } = (await get('/api/partnerships/wagtail.ioc/silence')).body;
  t.match(items, [{ fact: 'partnership/wagtail.ioc.2023/renewed' }], 'a plan that was told after it is another one');
  const { status } = (await get('/api/partnerships/wagtail.ioc/facts/partnership/wagtail.ioc.2021/renewed/why')).body;
  t.match(status, { rule: 'came-in-another-year', by: 'partnership/wagtail.ioc.2020/renewed' });
});
