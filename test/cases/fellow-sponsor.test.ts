import t from 'tap';
import { openToldApp, type Told } from '../support/told-articles.ts';

type Entry = { readonly fact: string; readonly status: string };

t.test('the end of a partnership calls off only what the partner does', async (t) => {
  const { get } = await openToldApp(
    t,
    'stork.ioc',
    [
      't08x',
      '2019-05-02',
      ['PartnershipSigned: ~, happened: 2017-03-01', 'SponsorLeft: bigburger, planned: 2021-12, programme: TOP'],
    ],
    ['t08y', '2020-05-02', ['PartnershipTerminated: ~, happened: 2020-05-01']],
  );
  const { entries } = (await get('/api/partnerships/stork.ioc/timeline?occurredAsOf=2021-01-01')).body;
  t.equal(entries.find(({ fact }: Entry) => fact === 'sponsor/bigburger/left').status, 'planned');
});

const roster = (members: string, rest = '') => `RosterReported: top-sponsors, members: [${members}]${rest}`;

const complete = ', complete: true';

const openHeron = async (t: Parameters<typeof openToldApp>[0], ...articles: readonly Told[]) => {
  const { get } = await openToldApp(t, 'heron.ioc', ...articles);
  const entryOn = async (day: string) =>
    (await get(`/api/partnerships/heron.ioc/facts/roster/top-sponsors/reported?occurredAsOf=${day}`)).body.entry;
  return {
    entryOn,
    membersOn: async (day: string) => (await entryOn(day)).data.members,
  };
};

t.test('a sponsor that joins is on the list from its day, and the one whose place it takes is off it', async (t) => {
  const { entryOn, membersOn } = await openHeron(
    t,
    ['a', '2018-09-18', [roster('alpha, beta', `${complete}, others: 9`)]],
    ['b', '2020-09-18', ['SponsorJoined: delta, happened: 2020-09-01, programme: TOP, succeeds: Beta']],
    ['c', '2021-09-18', ['SponsorJoined: gamma, planned: 2022-01-01, programme: TOP']],
    ['d', '2024-09-18', [roster('alpha, zeta', complete)]],
    ['e', '2025-09-18', ['SponsorJoined: eta, happened: 2025-09-01, programme: TOP']],
  );
  t.same((await entryOn('2019')).data, { complete: true, members: ['alpha', 'beta'], others: 9 });
  t.same(await membersOn('2020-08-31'), ['alpha', 'beta']);
  t.same(
    (await entryOn('2020-09-01')).data,
    { complete: true, members: ['alpha', 'delta'] },
    'nobody counted the others since',
  );
  t.same(await membersOn('2023'), ['alpha', 'delta'], 'who is to join has not joined');
  t.same(await membersOn('2025-08-31'), ['alpha', 'zeta'], 'a later list names all');
  t.match(await entryOn('2026'), {
    contested: false,
    data: { members: ['alpha', 'eta', 'zeta'] },
    states: [
      { asOf: { edtf: '2018-09-18' }, data: { members: ['alpha', 'beta'], others: 9 } },
      { asOf: { edtf: '2020-09-01' }, data: { members: ['alpha', 'delta'] }, sources: [{ article: 'b' }] },
      { asOf: { edtf: '2024-09-18' }, data: { members: ['alpha', 'zeta'] } },
      { asOf: { edtf: '2025-09-01' }, data: { members: ['alpha', 'eta', 'zeta'] } },
    ],
  });
});

t.test('who joins again is on the list again, and another programme, a guess and hearsay change nothing', async (t) => {
  const { membersOn } = await openHeron(
    t,
    ['a', '2018-09-18', [roster('alpha, beta', complete)]],
    ['b', '2019-09-18', ['SponsorLeft: beta, happened: 2019-09-01']],
    ['c', '2021-09-18', ['SponsorJoined: beta, happened: 2021-09-01']],
    [
      'd',
      '2022-09-18',
      [
        'SponsorJoined: gamma, happened: 2022-09-01, programme: gold',
        'SponsorJoined: delta, happened: 2022-09-01, by: inference',
        'SponsorJoined: zeta, happened: 2022-09-01, by: second-hand',
      ],
    ],
  );
  t.same(await membersOn('2020'), ['alpha']);
  t.same(await membersOn('2022-08'), ['alpha', 'beta']);
  t.same(await membersOn('2023'), ['alpha', 'beta']);
});

t.test('reports that disagree on whose place a sponsor takes take nobody off the list', async (t) => {
  const { membersOn } = await openHeron(
    t,
    ['a', '2018-09-18', [roster('alpha, beta', complete)]],
    ['b', '2020-09-18', ['SponsorJoined: delta, happened: 2020-09-01, succeeds: alpha']],
    ['c', '2020-09-18', ['SponsorJoined: delta, happened: 2020-09-01, succeeds: beta']],
  );
  t.same(await membersOn('2021'), ['alpha', 'beta', 'delta']);
});
