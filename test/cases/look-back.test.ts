import t from 'tap';
import { openToldApp } from '../support/told-articles.ts';

type Entry = { readonly fact: string; readonly status: string };

t.test('a later article that retells a plan that was called off is no new plan', async (t) => {
  const { get } = await openToldApp(
    t,
    'tern.ioc',
    ['t15a', '2019-03-14', ['CampaignLaunched: hush, planned: 2019-09..2019-11']],
    ['t15b', '2020-03-01', ['CampaignCancelled: hush, happened: 2020-02-10']],
    [
      't15c',
      '2021-08-20',
      ['CampaignLaunched: hush, planned: 2019-09..2019-11', 'CampaignCancelled: hush, happened: 2020-02'],
    ],
  );
  const { entries } = (await get('/api/partnerships/tern.ioc/timeline')).body;
  t.equal(entries.find(({ fact }: Entry) => fact === 'campaign/hush/launched').status, 'cancelled');
  t.equal((await get('/api/partnerships/tern.ioc/silence')).body.total, 0);
});
