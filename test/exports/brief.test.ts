import { join } from 'node:path';
import t from 'tap';
import { run } from '../cli/run-command.ts';
import { openTestApp, problem } from '../support/app.ts';
import { articleText } from '../support/article-text.ts';

const { get, post } = await openTestApp(t);

const brief = '/api/partnerships/alibaba.ioc/brief';

t.test('a briefing says what is due, ahead, changed and contested, with footnotes that exist', async (t) => {
  const { text, headers } = await get(`${brief}.md?occurredAsOf=2018-02-05&since=2018-01-01`);
  t.match(headers, {
    'content-type': 'text/markdown; charset=utf-8',
    'content-disposition': 'inline; filename="alibaba-ioc-brief-2018-02-05.md"',
  });
  const section = (heading: string) => text.split('\n## ').find((one) => one.startsWith(heading)) ?? '';
  t.match(section('Overdue'), 'No plan is past its last day.');
  t.match(
    section('Due'),
    /- Campaign “The Greatness of Small” launched \(PyeongChang 2018\), planned for 1 Feb 2018\[\^1\]/,
  );
  t.match(section('Ahead, until 6 May 2018'), '9–25 Feb 2018: PyeongChang 2018');
  t.match(section('Changed since 1 Jan 2018'), 'Agreement signed – not told → happened (by 31 Jan 2018)');
  t.match(section('Contested'), 'Count: 3 (one article), or 2 (one article)');
  const cited = new Set([...text.matchAll(/\[\^(\d+)\](?!:)/g)].map(([, number]) => number));
  const noted = [...text.matchAll(/^\[\^(\d+)\]: .*article (\d{3}) of this ledger/gm)].map(([, number]) => number);
  t.same(cited, new Set(noted), 'every footnote is cited, and every citation has one');
});

t.test('what changed is held against what a reader could have known on the eve of since', async (t) => {
  const changes = async (since: string) => {
    const { body } = await get(`${brief}?occurredAsOf=2018-02-05&since=${since}`);
    t.match(body, { since, before: { occurredAsOf: body.before.reportedAsOf } });
    return body.changes.map(({ key }: { readonly key: string }) => key);
  };
  t.ok((await changes('2017-01-20')).includes('partnership/alibaba.ioc/announced'), 'published on that day');
  t.notOk((await changes('2017-01-21')).includes('partnership/alibaba.ioc/announced'), 'known on the eve');
  t.match((await get(`${brief}?since=2018&occurredAsOf=2018-02-05`)).body, { since: '2018-01-01' }, 'its beginning');
  t.match((await get(`${brief}?occurredAsOf=2018-02-05`)).body, { since: '2017-11-07' }, 'ninety days');
  const closed = (await get(`${brief}?since=2022-02-20&occurredAsOf=2022-03-01`)).body;
  t.match(
    closed.changes.filter(({ kind }: { readonly kind: string }) => kind === 'promise'),
    [{ games: ['2022W'], means: ['closed'] }, {}, {}, {}],
  );
});

t.test('a briefing refuses a day that it cannot read, or that comes later than itself', async (t) => {
  t.match(await get(`${brief}?since=soon`), problem('invalid-parameter', 400));
  t.match(await get(`${brief}?occurredAsOf=2018-02-05&since=2018-03`), problem('invalid-parameter', 400));
});

t.test('what an article says does not become Markdown', async (t) => {
  const note = '[click](http://evil.example) <img src=x> # *bold*';
  const reports = `  - { CampaignLaunched: "trap", planned: 2030-06-01, p: 1, note: "${note}" }`;
  await post(articleText({ reports, publisher: '"![x](http://evil.example/p.png)"' }));
  const { text } = await get('/api/partnerships/acme.federation/brief.md?occurredAsOf=2030-06-02');
  t.match(text, /trap/i);
  t.notMatch(text, /[^\\]\]\(|<img|[^\\]!\[/);
});

t.test('the page of a briefing can be read and printed, and its footnotes lead to the articles', async (t) => {
  const address = '/partnerships/alibaba.ioc/brief?occurredAsOf=2018-02-05&since=2018-01-01';
  const { status, text } = await get(address, { accept: 'text/html' });
  t.equal(status, 200);
  t.match(text, /<h1[^>]*>Alibaba – IOC: briefing of 5 February 2018<\/h1>/);
  t.match(text, /<li id="note-1"[^>]*><a href="\/articles\/002\?occurredAsOf=2018-02-05">/);
  t.match(text, /href="\/api\/partnerships\/alibaba\.ioc\/brief\.md\?occurredAsOf=2018-02-05&amp;since=2018-01-01"/);
  t.match(text, /<input name="since" value="2018-01-01"/);
  const spoken = await get(address.replace('2018-01-01', '2017-Q4'), { accept: 'text/html' });
  t.match(spoken.headers['location'], address.replace('2018-01-01', '2017-10-01'));
});

t.test('the command line writes the same briefing, and takes periods as people say them', async (t) => {
  const dataDir = join(t.testdir(), 'data');
  const stdin = articleText({
    published: '2025-03-04',
    reports: '  - { CampaignLaunched: quiet-roads, planned: 2025-09-01, p: 1, note: Acme is to launch it }',
  });
  await run(dataDir, ['ingest', '-'], { stdin });
  const given = ['brief', '--occurred-as-of', '2025-09-05', '--since', '2025-Q1'];
  const { code, out } = await run(dataDir, given);
  t.equal(code, 0);
  t.match(out, /## Due\n\n- Campaign “Quiet roads” launched, planned for 1 Sep 2025\[\^1\]/);
  t.match(out, '## Changed since 1 Jan 2025');
  const { out: json } = await run(dataDir, [...given, '--format', 'json']);
  t.match(JSON.parse(json), { since: '2025-01-01', due: [{ fact: 'campaign/quiet-roads/launched' }] });
  const refused = await run(dataDir, ['brief', '--since', 'soon', '--format', 'pdf']);
  t.match(refused, { code: 2, messages: /"brief" has no pdf; it has md, json[\s\S]*--since: / });
});
