import t from 'tap';
import { openToldApp, type Told } from '../support/told-articles.ts';

const entriesOf = async (t: Parameters<typeof openToldApp>[0], query: string, ...articles: readonly Told[]) => {
  const { get } = await openToldApp(t, 'crow.ioc', ...articles);
  return (await get(`/api/partnerships/crow.ioc/timeline${query}`)).body.entries;
};

const plan = (published: string, day = '2018-05-01'): Told => [
  'party',
  published,
  [`CampaignLaunched: caw, planned: ${day}, by: party`],
];
const heard = (published: string, report: string): Told => [
  'heard',
  published,
  [`CampaignLaunched: caw, ${report}, by: second-hand`],
];

t.test('what hearsay tells as done is planned still, once the party plans it for a later day', async (t) => {
  const articles = [heard('2018-03-01', 'happened: 2018-02-20'), plan('2018-04-01')] as const;
  const stands = { status: 'planned', timing: 'certain', planned: { edtf: '2018-05-01' }, occurred: null };
  t.match(await entriesOf(t, '?occurredAsOf=2018-04-15', ...articles), [stands]);
  t.match(await entriesOf(t, '?occurredAsOf=2018-05-02', ...articles), [{ ...stands, status: 'due' }]);
});

t.test('a launch that hearsay tells after the plan is possible, and the plan stands for certain', async (t) => {
  const articles = [plan('2018-01-01'), heard('2018-05-10', 'happened: 2018-05-02')] as const;
  const possible = { status: 'happened', timing: 'possible', planned: { edtf: '2018-05-01' } };
  t.match(await entriesOf(t, '?occurredAsOf=2018-05-15', ...articles), [possible]);
  const sure = await entriesOf(t, '?occurredAsOf=2018-05-15&timing=certain', ...articles);
  t.match(sure, [{ status: 'due', timing: 'certain', planned: { edtf: '2018-05-01' } }]);
});

t.test('a launch that only hearsay tells is possible', async (t) => {
  const entries = await entriesOf(t, '', heard('2018-05-10', 'happened: 2018-05-02'));
  t.match(entries, [{ status: 'happened', timing: 'possible' }]);
});

t.test('a plan that only hearsay tells is never due, overdue or silent', async (t) => {
  const { get } = await openToldApp(t, 'crow.ioc', heard('2018-01-01', 'planned: 2018-05-01'));
  const crow = '/api/partnerships/crow.ioc';
  for (const day of ['2018-05-02', '2026-11-22']) {
    const { entries } = (await get(`${crow}/timeline?occurredAsOf=${day}`)).body;
    t.match(entries, [{ status: 'planned', timing: 'possible', planned: { edtf: '2018-05-01' } }]);
    t.equal((await get(`${crow}/silence?occurredAsOf=${day}`)).body.total, 0);
  }
  const { status } = (await get(`${crow}/facts/campaign/caw/launched/why`)).body;
  t.match(status, { value: 'planned', rule: 'hearsay' });
});

t.test('hearsay denies no plan of a better source, and its denial is shown', async (t) => {
  for (const published of ['2018-01-01', '2018-02-01', '2018-03-01']) {
    const articles = [plan(published), heard('2018-02-01', 'denied: ~')] as const;
    const [entry] = await entriesOf(t, '?occurredAsOf=2018-04-15', ...articles);
    t.match(entry, { status: 'planned', timing: 'certain', planned: { edtf: '2018-05-01' } }, published);
    const denying = entry.sources.filter(({ modality }: { readonly modality: string }) => modality === 'denied');
    t.match(denying, [{ article: 'heard' }]);
  }
  t.match(
    await entriesOf(t, '', heard('2018-02-01', 'denied: ~')),
    [{ status: 'denied', timing: 'possible' }],
    'alone it is possible',
  );
});

t.test('hearsay moves no plan of a better source for certain', async (t) => {
  const articles = [plan('2018-01-01'), heard('2018-02-01', 'planned: 2018-09-01')] as const;
  const sure = await entriesOf(t, '?occurredAsOf=2018-05-15&timing=certain', ...articles);
  t.match(sure, [{ status: 'due', planned: { edtf: '2018-05-01' } }]);
  t.match(await entriesOf(t, '?occurredAsOf=2018-05-15', ...articles), [{ status: 'planned', timing: 'possible' }]);
});

t.test('an end of the term that only hearsay tells lapses nothing for certain', async (t) => {
  const promises = ['2020S', '2022W'].map(
    (games) => `ObligationUndertaken: nests, games: ${games}, happened: 2017-03-01, by: party`,
  );
  const end: Told = ['heard', '2018-02-01', ['TermAgreed: ~, happened: 2017-03-01, end: 2019, by: second-hand']];
  const start = 'TermAgreed: ~, happened: 2017-03-01, start: 2017-03-01, by: party';
  for (const firm of [promises, [...promises, start]]) {
    const { get } = await openToldApp(t, 'crow.ioc', ['party', '2017-03-02', firm], end);
    const crow = '/api/partnerships/crow.ioc';
    t.match((await get(crow)).body, { status: 'reported', term: { end: { edtf: '2019' } }, termOver: null });
    const { rows } = (await get(`${crow}/obligations`)).body;
    const open = { status: 'undertaken', timing: 'certain', otherStatuses: ['lapsed'], flags: [] };
    t.match(rows, [{ cells: { nests: open } }, { cells: { nests: open } }]);
  }
});

t.test('what only a guess or hearsay says is owed is not closed without report, nor silent', async (t) => {
  for (const [by, guess] of [
    ['inference', true],
    ['second-hand', false],
  ] as const) {
    const { get } = await openToldApp(t, 'crow.ioc', [
      'weak',
      '2017-03-02',
      [`ObligationUndertaken: nests, games: 2018W, happened: 2017-03-01, by: ${by}`],
    ]);
    const crow = '/api/partnerships/crow.ioc';
    const { rows } = (await get(`${crow}/obligations`)).body;
    t.match(rows, [{ cells: { nests: { timing: 'possible', guess, closedWithoutReport: false } } }], by);
    t.equal((await get(`${crow}/silence`)).body.total, 0);
  }
});

t.test('a renewal that only hearsay tells undoes no termination', async (t) => {
  const { get } = await openToldApp(t, 'crow.ioc', [
    'r',
    '2019-04-02',
    [
      'PartnershipSigned: ~, happened: 2010-01-01',
      'TermAgreed: ~, happened: 2010-01-01, end: 2020-12-31',
      'PartnershipTerminated: ~, happened: 2018-05-01',
      'PartnershipRenewed: ~, happened: 2019-03-01, by: second-hand',
    ],
  ]);
  const { body } = await get('/api/partnerships/crow.ioc');
  t.match(body, { status: 'terminated', term: { end: { edtf: '2018-05-01' } } });
});
