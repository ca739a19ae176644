import t from 'tap';
import { openToldApp } from '../support/told-articles.ts';

t.test('a summary does not contradict the values beside it', async (t) => {
  const { get } = await openToldApp(
    t,
    'nt.ioc',
    ['nt1', '2015-03-13', ['TermAgreed: ~, happened: 2015, end: 2024, note: "Ten years, to 2024"']],
    ['nt2', '2016-01-01', ['TermAgreed: ~, happened: 2015, end: 2024, note: To 2024']],
    ['nt3', '2024-09-30', ['TermAgreed: ~, happened: 2015, end: 2023, note: Ended in 2023 already']],
  );
  const { entries } = (await get('/api/partnerships/nt.ioc/timeline')).body;
  t.match(entries, [{ data: { end: '2024' }, contested: true, summary: /2024/ }]);
});
