import t from 'tap';
import { openToldApp } from '../support/told-articles.ts';

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
