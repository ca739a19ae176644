import t from 'tap';
import { openToldApp, type Told } from '../support/told-articles.ts';

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

const promised = 'ObligationUndertaken: buses, games: 2020S, happened: 2018-03-01';
const denied = 'ObligationDelivered: buses, games: 2020S, denied: ~, by: party';

const openLark = async (t: Parameters<typeof openToldApp>[0], ...articles: readonly Told[]) => {
  const { get } = await openToldApp(t, 'lark.ioc', ...articles);
  const at = async (view: string, clocks: string) => (await get(`/api/partnerships/lark.ioc/${view}?${clocks}`)).body;
  return {
    cell: async (clocks: string) => (await at('obligations', clocks)).rows[0].cells['buses'],
    silent: async (clocks: string) => (await at('silence', clocks)).items.map(({ status }: Silent) => status),
  };
};

type Silent = { readonly status: string };

for (const published of ['2020-01-01', '2021-08-01', '2020']) {
  t.test(`a denial of ${published} does not speak of what came of the Games of August 2021`, async (t) => {
    const { cell, silent } = await openLark(t, ['a', '2018-03-02', [promised]], ['b', published, [denied]]);
    const after = 'occurredAsOf=2026-11-22';
    t.match(await cell(after), { closedWithoutReport: true, denied: { sources: [{ article: 'b' }] } });
    t.same(await silent(after), ['closedWithoutReport']);
    t.match(await cell('occurredAsOf=2021-08-07'), { closedWithoutReport: false, denied: { sources: [{}] } });
    t.match(await cell('occurredAsOf=2019-12-31'), { denied: null });
  });
}

t.test('a denial that may be of after the Games leaves no silence', async (t) => {
  const { cell, silent } = await openLark(t, ['a', '2018-03-02', [promised]], ['b', '2021', [denied]]);
  t.match(await cell('occurredAsOf=2026-11-22'), { closedWithoutReport: false, denied: { sources: [{}] } });
  t.same(await silent('occurredAsOf=2026-11-22'), []);
});

t.test('a denial stays visible beside a later report of delivery, and comes when it is published', async (t) => {
  const { cell } = await openLark(
    t,
    ['a', '2018-03-02', [promised]],
    ['b', '2021-08-20', [denied]],
    ['c', '2021-10', ['ObligationDelivered: buses, games: 2020S, happened: 2021-07-20']],
  );
  const beside = { sources: [{ article: 'b', modality: 'denied', attribution: 'party' }] };
  t.match(await cell('occurredAsOf=2026-11-22'), { status: 'delivered', closedWithoutReport: false, denied: beside });
  t.match(await cell('occurredAsOf=2021-08-01'), { status: 'delivered', denied: null });
});
