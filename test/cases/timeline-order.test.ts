import t from 'tap';
import { openToldApp } from '../support/told-articles.ts';

t.test('the timeline shows the day by which it sorts; what has no date comes last', async (t) => {
  const { get } = await openToldApp(
    t,
    'order.ioc',
    ['a', '2019-03..2019-06', ['PartnershipSigned: ~, happened: ~', 'CampaignLaunched: dive, planned: ..2020']],
    ['b', '2019-03-20', ['CampaignLaunched: run, planned: ~', 'CampaignLaunched: fly, planned: 2019-04-01']],
    ['c', '..2017', ['CampaignLaunched: hop, happened: ~']],
    ['d', '..2018', ['CampaignLaunched: jump, planned: 2018-02..']],
  );
  const { entries } = (await get('/api/partnerships/order.ioc/timeline')).body;
  t.strictSame(
    entries.map(({ fact, sortedBy }: { fact: string; sortedBy: { day: string; basis: string } }) => [
      fact.split('/')[1],
      sortedBy.day,
      sortedBy.basis,
    ]),
    [
      ['hop', '2017-12-31', 'reported'],
      ['jump', '2018-02-01', 'planned'],
      ['order.ioc', '2019-03-01', 'reported'],
      ['dive', '2019-03-01', 'reported'],
      ['fly', '2019-04-01', 'planned'],
      ['run', '2019-03-20', 'reported'],
    ],
  );
});
