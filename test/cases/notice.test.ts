import t from 'tap';
import { openToldApp, type Told } from '../support/told-articles.ts';

const agreed = ['PartnershipSigned: ~, happened: 2018-05-01', 'TermAgreed: ~, happened: 2018-05-01, end: 2030-12-31'];

const given = 'partnership/lynx.ioc32.2025/notice-given';

const open = async (t: Parameters<typeof openToldApp>[0], ...articles: readonly Told[]) => {
  const { get } = await openToldApp(t, 'lynx.ioc32', ['a', '2018-05-02', agreed], ...articles);
  return async (clocks: string) => (await get(`/api/partnerships/lynx.ioc32?${clocks}`)).body;
};

const notice: Told = ['b', '2025-03-02', ['NoticeGiven: ~, happened: 2025-03-01, effective: 2026-06-30']];

t.test('the end that a notice names is a plan: it becomes due and overdue, and ends nothing by itself', async (t) => {
  const on = await open(t, notice);
  t.match(await on('occurredAsOf=2025-02-28'), { status: 'signed', plannedEnds: [] });
  const planned = { fact: given, type: 'NoticeGiven', timing: 'certain', date: { edtf: '2026-06-30' } };
  for (const [day, status] of [
    ['2025-03-01', 'planned'],
    ['2026-06-29', 'planned'],
    ['2026-06-30', 'due'],
    ['2026-07-30', 'due'],
    ['2026-07-31', 'overdue-unconfirmed'],
  ] as const) {
    const body = await on(`occurredAsOf=${day}`);
    t.match(body, { status: 'signed', term: { end: { edtf: '2030-12-31' } } }, `${day}: the agreement still stands`);
    t.match(body.plannedEnds, [{ ...planned, status }], day);
    t.equal(body.plannedEnds.length, 1);
  }
});

t.test('the end that came, and what was agreed later, leave no planned end', async (t) => {
  const ended = await open(t, notice, ['c', '2026-07-02', ['PartnershipTerminated: ~, happened: 2026-06-30']]);
  t.match(await ended('occurredAsOf=2026-06-29'), { status: 'signed', plannedEnds: [{ status: 'planned' }] });
  t.match(await ended('occurredAsOf=2026-12'), { status: 'terminated', plannedEnds: [] });
  const renewed = await open(t, notice, [
    'c',
    '2026-01-02',
    ['PartnershipRenewed: ~, happened: 2026-01-01, end: 2034'],
  ]);
  t.same((await renewed('occurredAsOf=2026-12')).plannedEnds, []);
  t.equal((await renewed('occurredAsOf=2025-12')).plannedEnds.length, 1);
});

t.test('planned ends that differ stand beside each other, and after Games there is no last day', async (t) => {
  const on = await open(
    t,
    notice,
    ['c', '2025-04-02', ['PartnershipTerminated: ~, planned: 2026-12-31']],
    ['d', '2025-05-02', ['RenewalDeclined: ~, happened: 2025-05-01, after: 2026W']],
  );
  t.match((await on('occurredAsOf=2026-03')).plannedEnds, [
    { type: 'RenewalDeclined', status: 'due', date: { edtf: '[2026-02-22..]', latest: null } },
    { type: 'NoticeGiven', status: 'planned', date: { edtf: '2026-06-30' } },
    { type: 'PartnershipTerminated', status: 'planned', date: { edtf: '2026-12-31' } },
  ]);
});

t.test('a guess names no planned end, and hearsay at most a possible one', async (t) => {
  const by = async (attribution: string, clocks: string) => {
    const report = `NoticeGiven: ~, happened: 2025-03-01, effective: 2026-06-30, by: ${attribution}`;
    return (await (await open(t, ['b', '2025-03-02', [report]]))(`occurredAsOf=2025-12&${clocks}`)).plannedEnds;
  };
  t.same(await by('inference', 'timing=any'), []);
  t.match(await by('second-hand', 'timing=any'), [{ timing: 'possible' }]);
  t.same(await by('second-hand', 'timing=certain'), []);
  t.match(await by('party', 'timing=certain'), [{ timing: 'certain' }]);
});

t.test('the end that a notice names is silent once its day has passed without a report', async (t) => {
  const { get } = await openToldApp(t, 'lynx.ioc32', ['a', '2018-05-02', agreed], notice);
  const on = async (day: string) =>
    (await get(`/api/partnerships/lynx.ioc32/silence?occurredAsOf=${day}`)).body.items as readonly object[];
  t.same(await on('2026-06-29'), []);
  const silent = { fact: given, type: 'NoticeGiven', promisedFor: { edtf: '2026-06-30', basis: 'stated' } };
  const sources = [{ article: 'b' }];
  t.match(await on('2026-07-01'), [{ ...silent, status: 'due', normalUntil: '2026-07-30', sources }]);
  t.match(await on('2026-08-01'), [{ ...silent, status: 'overdue-unconfirmed', overdue: { min: 32, max: 32 } }]);
});
