import t from 'tap';
import { openToldApp, tell } from '../support/told-articles.ts';

t.test('what the rights holder owes stands in the same table', async (t) => {
  const app = await openToldApp(t, 'helio.ioc', [
    'o1',
    '2019-03-02',
    [
      'ObligationUndertaken: ticket-allotment, happened: 2019-03-01, games: 2024S, owedBy: rights-holder, quantity: 3000, unit: tickets',
      'ObligationUndertaken: vehicles, happened: 2019-03-01, games: 2024S, by: outlet',
    ],
  ]);
  const cells = async () => {
    const { rows } = (await app.get('/api/partnerships/helio.ioc/obligations')).body;
    return rows.find(({ edition }: { edition: string }) => edition === '2024S').cells;
  };
  t.match(await cells(), {
    'ticket-allotment': { owedBy: 'rights-holder', status: 'undertaken', quantity: { value: 3000, unit: 'tickets' } },
    vehicles: { owedBy: 'partner' },
  });
  await tell(t, app, 'helio.ioc', [
    'o2',
    '2024-09-02',
    [
      'ObligationDelivered: ticket-allotment, happened: 2024-08-01, games: 2024S',
      'ObligationUndertaken: vehicles, happened: 2019-03-01, games: 2024S, owedBy: rights-holder, by: inference',
    ],
  ]);
  t.match(await cells(), {
    'ticket-allotment': { owedBy: 'rights-holder', status: 'delivered' },
    vehicles: { owedBy: 'partner' },
  });
});

t.test('a partnership has the parties of the day', async (t) => {
  const app = await openToldApp(t, 'coldcola.ioc', [
    'p1',
    '2019-06-25',
    [
      'PartnershipSigned: ~, happened: 2019-06-24',
      'PartyJoined: milkyway, happened: 2019-06-24',
      'PartyJoined: rumoured, happened: 2019-06-24, by: second-hand',
    ],
  ]);
  await tell(t, app, 'coldcola.ioc', [
    'p1b',
    '2020-01-02',
    ['PartyJoined: paralympic-committee, happened: 2020-01-01, role: rights-holder'],
  ]);
  await tell(t, app, 'coldcola.ioc', [
    'p2',
    '2025-02-02',
    ['PartySucceeded: whiteriver, happened: 2025-02-01, predecessor: milkyway', 'PartyLeft: coldcola, planned: 2032'],
  ]);
  const at = async (day: string, more = '') =>
    (await app.get(`/api/partnerships/coldcola.ioc?occurredAsOf=${day}${more}`)).body;
  const parties = async (day: string) =>
    (await at(day)).parties.map(({ id, role }: Record<string, string>) => `${id} ${role}`);
  t.same(await parties('2019-06-30'), ['coldcola partner', 'milkyway partner', 'ioc rights-holder']);
  t.same(await parties('2024-01-01'), [
    'coldcola partner',
    'milkyway partner',
    'ioc rights-holder',
    'paralympic-committee rights-holder',
  ]);
  t.same((await parties('2025-03-01')).slice(0, 2), ['coldcola partner', 'whiteriver partner'], 'one takes over');
  const now = await at('2025-03-01');
  t.equal(now.id, 'coldcola.ioc', 'the id stays');
  t.match(now.parties[2], {
    id: 'ioc',
    name: 'International Olympic Committee',
    timing: 'certain',
    link: '/api/partnerships?party=ioc',
  });
  t.equal((await app.get('/api/partnerships?party=whiteriver')).body.total, 1);
  t.equal((await app.get('/api/partnerships?party=ioc')).body.total, 2);
  t.equal((await app.get('/api/partnerships?party=whiteriver&occurredAsOf=2024')).body.total, 0, 'not yet');
  t.equal((await app.get('/api/partnerships?party=rumoured')).body.total, 0, 'hearsay makes nobody a party');
});

t.test('a party that may have joined by a day is possibly one', async (t) => {
  const app = await openToldApp(t, 'coldcola.ioc', [
    'p1',
    '2019-12-31',
    ['PartnershipSigned: ~, happened: 2019-01-01', 'PartyJoined: milkyway, happened: 2019'],
  ]);
  const timings = async (timing: string) =>
    (await app.get(`/api/partnerships/coldcola.ioc?occurredAsOf=2019-06-30&timing=${timing}`)).body.parties.map(
      (party: { id: string; timing: string }) => `${party.id} ${party.timing}`,
    );
  t.same(await timings('any'), ['coldcola certain', 'milkyway possible', 'ioc certain']);
  t.same(await timings('certain'), ['coldcola certain', 'ioc certain']);
});

t.test('names, tickets, people, brands, teams and embargoes have types of their own', async (t) => {
  const app = await openToldApp(t, 'helio.ioc', [
    's1',
    '2019-03-02',
    [
      'PartnershipSigned: ~, happened: 2019-03-01',
      'NamingRightsGranted: north-arena, happened: 2019-03-01, name: Helio Arena',
      'HospitalityGranted: suites, happened: 2019-03-01, games: 2024S, quantity: 12, unit: suites',
      'AmbassadorNamed: ada-runner, happened: 2019-03-01',
      'BrandIncluded: helio-go, happened: 2019-03-01',
      'TeamIncluded: womens-team, happened: 2019-03-01',
      'EmbargoAgreed: no-marks-before-the-games, happened: 2019-03-01, until: 2020-12-31',
      'TeamIncluded: youth-team, planned: 2030',
    ],
  ]);
  const { entries } = (await app.get('/api/partnerships/helio.ioc/timeline')).body;
  const titles = entries.map(({ title }: { title: string }) => title);
  for (const title of [
    'Naming rights: Helio Arena',
    'Suites granted',
    'Ambassador named: Ada runner',
    'Team included: Womens team',
  ])
    t.ok(titles.includes(title), `${title} among ${titles.join('; ')}`);
  await tell(t, app, 'helio.ioc', [
    's2',
    '2021-01-02',
    ['PartnershipTerminated: ~, happened: 2021-01-01', 'AmbassadorLeft: ada-runner, happened: 2021-01-01'],
  ]);
  const { entry } = (await app.get('/api/partnerships/helio.ioc/facts/team/youth-team/included')).body;
  t.equal(entry.status, 'cancelled', 'what the agreement was to include ends with it');
});
