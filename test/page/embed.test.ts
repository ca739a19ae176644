import t from 'tap';
import { openTestApp } from '../support/app.ts';

const sites = ['https://news.example', 'https://*.club.example'];
const { get } = await openTestApp(t, { embedHosts: sites });

const html = { accept: 'text/html' };
const path = '/partnerships/alibaba.ioc/timeline';

t.test('only the named sites may frame a timeline, and they may frame nothing else', async (t) => {
  const policy = async (address: string) => (await get(address, html)).headers['content-security-policy'];
  t.match(await policy(`/embed${path}`), /;frame-ancestors https:\/\/news\.example https:\/\/\*\.club\.example$/);
  for (const page of ['/', path, '/nowhere']) t.match(await policy(page), /;frame-ancestors 'none'$/, page);
});

t.test(
  'a timeline in a frame needs no script, names its source, and leads to its page with the same clocks',
  async (t) => {
    const query = '?occurredAsOf=2018-02-05&reportedAsOf=2018-02-08&status=due';
    const { text, headers } = await get(`/embed${path}${query}`, html);
    t.notMatch(text, /<script|<form|<nav| style=/);
    t.notMatch(headers['content-security-policy'], /script-src/);
    const rows = [...text.matchAll(/<li class="row/g)].length;
    const page = await get(path + query, html);
    t.equal(rows, [...page.text.matchAll(/<li class="row/g)].length, 'the rows are those of the page');
    t.ok(rows > 0);
    const { body } = await get('/api/articles?occurredAsOf=2018-02-05&reportedAsOf=2018-02-08');
    const publishers = new Set<string | null>(
      body.articles.map(({ publisher }: { publisher: string | null }) => publisher),
    );
    const [source = ''] = /Source: Partnership Ledger, .*? up to event \d+/.exec(text) ?? [];
    t.same(
      [...publishers].filter((one) => one !== null && !source.includes(one)),
      [],
    );
    t.ok(publishers.size > 2);
    t.match(text, `href="${path}${query.replaceAll('&', '&amp;')}"`);
    t.match(text, /What had happened by 5 February 2018, as far as a reader could have known by 8 February 2018\./);
    t.match(text, /Only a part: status: due\./);
  },
);

t.test('the page of the timeline has the frame to copy, with its clocks and filters', async (t) => {
  const { text } = await get(`${path}?occurredAsOf=2018-02-05&status=due&slider=reported`, {
    ...html,
    host: 'ledger.example',
  });
  const [, snippet = ''] = /<code>(.*?)<\/code>/.exec(text) ?? [];
  const address = `/embed${path}?occurredAsOf=2018-02-05&amp;status=due`;
  t.match(
    snippet.replaceAll('&lt;', '<').replaceAll('&quot;', '"').replaceAll('&amp;', '&'),
    `<iframe src="//ledger.example${address}"`,
  );
  t.notMatch((await get('/partnerships/alibaba.ioc', html)).text, /iframe/);
});

t.test('a mistake in the address of a frame is told in the frame', async (t) => {
  const wrong = await get(`/embed${path}?occurredAsOf=2018-13`, html);
  t.equal(wrong.status, 400);
  t.match(wrong.text, /2018-13/);
  t.match(wrong.headers['content-security-policy'], /;frame-ancestors https:\/\/news\.example /);
  t.match((await get('/embed/partnerships/nobody.ioc/timeline', html)).text, /there is no partnership nobody\.ioc/);
});
