import t from 'tap';
import { openToldApp } from '../support/told-articles.ts';

t.test('a launch that was put off is planned anew, and the denied day stands beside it', async (t) => {
  const { get } = await openToldApp(t, 'wren.ioc', [
    't05',
    '2019-02-03',
    ['CampaignLaunched: sing, denied: 2019-02-01, by: party', 'CampaignLaunched: sing, planned: 2019-03-01, by: party'],
  ]);
  const on = async (day: string) =>
    (await get(`/api/partnerships/wren.ioc/timeline?occurredAsOf=${day}`)).body.entries[0];
  t.match(await on('2019-02-03'), {
    status: 'planned',
    contested: false,
    planned: { edtf: '2019-03-01' },
    planHistory: [],
    denied: { edtf: '2019-02-01', sources: [{ article: 't05', modality: 'denied' }] },
  });
  t.match(await on('2019-03-05'), { status: 'due', contested: false });
});

t.test('what happened on another day than the denied one contradicts nothing', async (t) => {
  const { get } = await openToldApp(
    t,
    'wren2.ioc',
    ['t05b1', '2019-02-03', ['CampaignLaunched: sing, denied: 2019-02-01, by: party']],
    ['t05b2', '2019-02-10', ['CampaignLaunched: sing, happened: 2019-02-02, by: outlet']],
  );
  t.match((await get('/api/partnerships/wren2.ioc/timeline')).body.entries, [
    { status: 'happened', contested: false, occurred: { edtf: '2019-02-02' }, denied: { edtf: '2019-02-01' } },
  ]);
});
