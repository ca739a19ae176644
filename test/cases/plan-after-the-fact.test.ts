import t from 'tap';
import { openToldApp } from '../support/told-articles.ts';

t.test('a certainly later article that plans what was reported done is flagged', async (t) => {
  const { get } = await openToldApp(
    t,
    'ruff.ioc',
    ['t85a', '2018-01-31', ['StorefrontOpened: shop, games: 2022W, happened: 2017-12~']],
    ['t85b', '2018-02-08', ['StorefrontOpened: shop, games: 2022W, planned: 2019, by: party']],
  );
  t.match((await get('/api/partnerships/ruff.ioc/timeline')).body.entries, [
    {
      status: 'happened',
      planned: { edtf: '2019' },
      flags: [{ rule: 'plan-after-fact', detail: 'article t85b plans for 2019 what was reported done before' }],
    },
  ]);
});
