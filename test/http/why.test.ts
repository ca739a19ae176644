import t from 'tap';
import { citationIn, oneDay, openTestApp, problem } from '../support/app.ts';
import { articleText } from '../support/article-text.ts';

const partnership = '/api/partnerships/alibaba.ioc';
const launched = `${partnership}/facts/campaign/greatness-of-small/launched`;

const launch = (article: string, published: string) =>
  articleText({
    article,
    partnership: 'alibaba.ioc',
    published,
    reports: '  - { CampaignLaunched: greatness-of-small, happened: 2018-02-01, p: 1, note: On the air }',
  });

t.test('the API explains at a cut why a fact says what it says', async (t) => {
  const { get } = await openTestApp(t);
  const { body } = await get(`${launched}/why?occurredAsOf=2018-02-05`);
  t.match(body.status, { value: 'due', timing: 'certain', rule: 'day-has-come', text: String });
  t.match(
    body.values.find(({ field }: { field: string }) => field === 'planned'),
    { value: '2018-02-01', rule: 'only-one' },
  );
  const { body: fact } = await get(`${launched}?occurredAsOf=2018-02-05`);
  t.same(
    body.considered.map(({ id }: { id: string }) => id),
    fact.entry.sources.map(({ id }: { id: string }) => id),
  );
});

t.test('the citation of an explanation gives the same bytes at any reportedAsOf', async (t) => {
  const { get, post, later } = await openTestApp(t);
  t.equal((await post(launch('101', '2018-02-02'))).status, 201);
  const address = `${launched}/why?reportedAsOf=2018-01-31&occurredAsOf=2018-02-05`;
  const before = await get(address);
  t.match(before.body.excluded, [{ article: '101', rule: 'published-later', by: null }]);
  const citation = citationIn(before.headers['link']);
  if (citation === null) throw new Error('it names no citation');
  t.equal((await get(citation)).text, before.text);

  later(oneDay);
  t.equal((await post(launch('102', '2018-02-03'))).status, 201);
  t.equal((await get(citation)).text, before.text, 'what is recorded later is not told at the position');
  t.equal((await get(address)).body.excluded.length, 2, 'and is told at the head');
});

t.test('an explanation of an unknown fact is refused with the nearest fact', async (t) => {
  const { get } = await openTestApp(t);
  t.match(
    await get(`${partnership}/facts/campaign/greatness-of-smal/launched/why`),
    problem('unknown-fact', 404, {
      errors: [{ in: 'path', suggestion: 'campaign/greatness-of-small/launched' }] as never,
    }),
  );
});
