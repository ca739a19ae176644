import t from 'tap';
import { openToldApp } from '../support/told-articles.ts';

t.test('an obligation whose delivery is denied is neither closed without report nor silent', async (t) => {
  const { get } = await openToldApp(t, 'lark.ioc', [
    't12',
    '2021-09-10',
    [
      'ObligationUndertaken: buses, games: 2020S, happened: 2018-03-01',
      'ObligationDelivered: buses, games: 2020S, denied: ~, by: party',
    ],
  ]);
  t.equal((await get('/api/partnerships/lark.ioc/silence?occurredAsOf=2026-11-22')).body.total, 0);
  const { rows } = (await get('/api/partnerships/lark.ioc/obligations?occurredAsOf=2026-11-22')).body;
  t.match(rows[0].cells['buses'], {
    status: 'undertaken',
    closedWithoutReport: false,
    denied: { sources: [{ article: 't12', modality: 'denied', attribution: 'party' }] },
  });
});
