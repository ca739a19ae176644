import t from 'tap';
import { openToldApp, tell } from '../support/told-articles.ts';

t.test('a report without a day says that it happened by its publication, and contradicts a later day', async (t) => {
  const { get } = await openToldApp(
    t,
    'eel.ioc',
    ['t96a', '2019-01-10', ['StorefrontOpened: shop, games: 2020S, happened: ~, by: party']],
    ['t96b', '2019-04-10', ['StorefrontOpened: shop, games: 2020S, happened: 2019-03-01']],
  );
  const on = async (day: string) => (await get(`/api/partnerships/eel.ioc/timeline?occurredAsOf=${day}`)).body.entries;
  t.match(await on('2019-02-01'), [{ status: 'happened', timing: 'possible' }]);
  const [entry] = await on('2026-11-22');
  t.match(entry, {
    status: 'happened',
    timing: 'certain',
    contested: true,
    occurred: { edtf: '[..2019-01-10]', basis: 'publication' },
    alternatives: [
      { field: 'date', value: '[..2019-01-10]', displayed: true, sources: [{ article: 't96a' }] },
      { field: 'date', value: '2019-03-01', displayed: false, sources: [{ article: 't96b' }] },
    ],
  });
});

t.test('an end of an unknown day ends nothing, and is shown as possible', async (t) => {
  const app = await openToldApp(
    t,
    'helio.ioc',
    [
      'o1',
      '2019-03-02',
      [
        'PartnershipSigned: ~, happened: 2019-03-01',
        'TermAgreed: ~, happened: 2019-03-01, start: 2019-03-01, end: 2032',
        'ObligationUndertaken: cars, happened: 2019-03-01, games: 2028S',
        'CampaignLaunched: spring, planned: 2032',
      ],
    ],
    ['o2', '2022-03-02', ['PartnershipTerminated: ~, happened: ~, by: party']],
  );
  const helio = '/api/partnerships/helio.ioc';
  const { body } = await app.get(helio);
  t.match(body, { status: 'signed', otherStatuses: ['terminated'], term: { end: { edtf: '2032' } }, termOver: null });
  const { rows } = (await app.get(`${helio}/obligations`)).body;
  t.match(rows, [{ cells: { cars: { status: 'undertaken', otherStatuses: ['lapsed'], flags: [] } } }]);
  const { entry } = (await app.get(`${helio}/facts/campaign/spring/launched`)).body;
  t.match(entry, { status: 'planned', flags: [] });
  const later = (await app.get(`${helio}?occurredAsOf=2034`)).body;
  t.equal(later.termOver, null, 'once the term is over it has ended somehow');
  await tell(t, app, 'helio.ioc', ['o3', '2022-06-02', ['PartnershipTerminated: ~, happened: 2022-03-01, by: party']]);
  t.match(
    (await app.get(helio)).body,
    { status: 'terminated', term: { end: { edtf: '2022-03-01' } } },
    'a day ends it',
  );
});
