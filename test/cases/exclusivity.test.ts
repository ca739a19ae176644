import t from 'tap';
import { openToldApp, tell } from '../support/told-articles.ts';

type Entry = { readonly fact: string; readonly flags: readonly { readonly rule: string }[] };

t.test('a category granted for a term that starts after the other one ends is held alone', async (t) => {
  const app = await openToldApp(t, 'voltra.fed', [
    't07a',
    '2015-03-01',
    [
      'TermAgreed: ~, happened: 2015-03-01, start: 2015-03-01, end: 2020-12-31',
      'CategoryGranted: payment, happened: 2015-03-01, exclusive: true',
    ],
  ]);
  const granted = (start: string): [string, string, string[]] => [
    `t07b-${start}`,
    '2019-06-01',
    [
      `TermAgreed: ~, happened: 2019-06-01, start: ${start}, end: 2028-12-31`,
      'CategoryGranted: payment, happened: 2019-06-01, exclusive: true',
    ],
  ];
  await tell(t, app, 'nomi.fed', granted('2021-01-01'));
  const flags = async (partnership: string) => {
    const { entries } = (await app.get(`/api/partnerships/${partnership}/timeline`)).body;
    return entries
      .find(({ fact }: Entry) => fact === 'category/payment/granted')
      .flags.map(({ rule }: Entry['flags'][number]) => rule);
  };
  t.same(await flags('voltra.fed'), []);
  t.same(await flags('nomi.fed'), []);
  await tell(t, app, 'early.fed', granted('2020-06-01'));
  t.same(await flags('early.fed'), ['category-exclusivity'], 'a term that starts before the other one ends is flagged');
});
