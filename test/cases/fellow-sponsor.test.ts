import t from 'tap';
import { openToldApp } from '../support/told-articles.ts';

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
