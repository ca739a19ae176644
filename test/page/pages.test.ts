import t from 'tap';
import { home } from '../../src/page/home.ts';
import { openTestApp, problem, startDay } from '../support/app.ts';

const { get, send } = await openTestApp(t);

const html = { accept: 'text/html' };

// The text that a reader sees, without elements.
const textOf = (page: string): string =>
  page
    .replace(/<script.*?<\/script>/gs, '')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ');

t.test('a page needs no script, no other host and no inline style', async (t) => {
  const { headers, text } = await get('/partnerships/alibaba.ioc', html);
  t.match(headers['content-security-policy'], /default-src 'none'.*script-src 'self'.*style-src 'self'/);
  t.notMatch(text, / style="| on[a-z]+="|https?:\/\/(?!www\.w3\.org)/);
  t.match(headers['content-type'], /^text\/html/);
});

t.test('every file that a page names is there, and may be kept for good', async (t) => {
  const { text } = await get('/', html);
  const names = [...text.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(([, name]) => name as string);
  t.ok(names.length >= 3, `${names.length} files`);
  for (const name of names) {
    const { status, headers } = await get(name);
    t.equal(status, 200, name);
    t.match(headers['cache-control'], /immutable/);
  }
});

t.test('the first page lists the partnerships and what is overdue across them', async (t) => {
  const { text } = await get('/', html);
  t.match(textOf(text), /Alibaba – IOC/);
  t.match(text, /href="\/partnerships\/alibaba\.ioc"/);
  t.match(text, /facts\/campaign\/greatness-of-small\/launched/);
});

t.test(
  'the first page counts plans as their partnership does, though lines are shared, and links to them',
  async (t) => {
    const { text } = await get('/', html);
    t.match(textOf(text), /11 overdue .*Due and overdue 11 plans .*runs abroad, five times/);
    const [, list = ''] = /href="([^"]*)"><span class="sign c-over">/.exec(text) ?? [];
    t.equal(list, '/partnerships/alibaba.ioc/timeline?status=overdue-unconfirmed');
    const [, shared = ''] = /href="([^"]*)">[^<]*runs abroad, five times/.exec(text) ?? [];
    const row = await get(shared.replaceAll('&amp;', '&'), html);
    t.equal([...row.text.matchAll(/<li class="row/g)].length, 5, 'the shared line leads to its five markets');
  },
);

t.test('a long list on the first page says how many plans it leaves out, and where they are', async (t) => {
  const { body: partnership } = await get('/api/partnerships/alibaba.ioc');
  const { body } = await get('/api/partnerships/alibaba.ioc/timeline?status=overdue-unconfirmed&type=CampaignLaunched');
  const [entry] = body.entries;
  const late = Array.from({ length: 36 }, (_, i) => ({ ...entry, fact: `campaign/number-${i}/launched` }));
  const deals = { total: 1, items: [{ detail: partnership, pending: late }] };
  const { id, name } = partnership;
  const clocks = { timing: 'certain' };
  const { total, pending, more } = home({ deals, pending: [{ partnership: id, name, pending: late }], clocks });
  t.strictSame([total, pending.length], [36, 30]);
  const href = '/partnerships/alibaba.ioc/timeline?timing=certain&status=overdue-unconfirmed';
  t.strictSame(more, [{ text: 'six more overdue of Alibaba – IOC', href }]);
});

t.test('a client that takes only JSON is sent from a page to its data', async (t) => {
  const json = { accept: 'application/json' };
  t.match(await get('/', json), { status: 302, headers: { location: '/api' } });
  const { headers } = await get('/partnerships/alibaba.ioc?occurredAsOf=2018', json);
  t.equal(headers['location'], '/api/partnerships/alibaba.ioc?occurredAsOf=2018');
});

t.test('on 5 February 2018 the launch is due, and no page says that it happened', async (t) => {
  const text = textOf((await get('/partnerships/alibaba.ioc?occurredAsOf=2018-02-05', html)).text);
  t.match(text, /Due 1 Campaign “The Greatness of Small” launched, planned for 1 Feb 2018\./);
  t.match(text, /Overdue, unconfirmed 0/);
  t.match(text, /opens in 4 days/);
  t.match(text, /A day you chose; nothing changes on it/);
  t.match(text, /Articles that came out after 5 Feb 2018 count here too/);
});

t.test(
  'silence is no failure: closed Games without a report say so, and never that a promise was missed',
  async (t) => {
    const text = textOf((await get('/partnerships/alibaba.ioc', html)).text);
    t.match(text, /PyeongChang 2018 9–25 Feb 2018 Games over/);
    t.match(text, /No report last told Jan 2017/);
    t.match(text, /Confirmed Feb 2018, then silence/);
    t.match(text, /Silence is not a breach/);
    t.notMatch(text, /missed|failed|\blate\b/);
  },
);

t.test('a page keeps its clocks in every link to another page', async (t) => {
  const { text } = await get('/partnerships/alibaba.ioc?reportedAsOf=2017-01-20&timing=certain', html);
  const links = [...text.matchAll(/href="(\/partnerships[^"]*\/facts\/[^"]*)"/g)].map(([, link]) => link);
  t.ok(links.length > 5, `${links.length} links`);
  t.ok(links.every((link) => link?.includes('reportedAsOf=2017-01-20') && link.includes('timing=certain')));
});

t.test('a mistake in a clock gets a page that says what to write instead', async (t) => {
  const { status, text } = await get('/partnerships/alibaba.ioc?occurredAsOf=2018-13', html);
  t.equal(status, 400);
  t.match(textOf(text), /2018-13/);
  t.match(text, /href="\/partnerships\/alibaba\.ioc"/);
  const unknown = await get('/partnerships/nobody.ioc', html);
  t.equal(unknown.status, 404);
  t.match(textOf(unknown.text), /There is no partnership nobody\.ioc/);
});

t.test('a browser at an unknown address gets a page with the way back, and every other client a problem', async (t) => {
  const browser = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };
  const page = await get('/partnerships/alibaba.ioc/timelin', browser);
  t.match(page, { status: 404, headers: { 'content-type': /^text\/html/, vary: /accept/ } });
  t.match(page.headers['content-security-policy'], /default-src 'none'/);
  t.match(textOf(page.text), /There is nothing at this address/);
  t.match(page.text, /href="\/partnerships\/alibaba\.ioc\/timeline"/);
  t.match(page.text, /href="\/"[^>]*>All partnerships/);
  const strange = await get('/%3Cscript%3Ealert(1)', browser);
  t.notMatch(strange.text, /<script>alert/);
  for (const accept of ['*/*', 'application/json', 'application/json, text/html;q=0.5', 'text/html;q=0']) {
    const { headers } = await get('/nowhere', { accept });
    t.match(headers['content-type'], /^application\/problem\+json/, accept);
  }
  const post = await send('PUT', '/nowhere', browser);
  t.match(post.headers['content-type'], /^application\/problem\+json/);
});

t.test('a period as people say it leads to the address of the day that it means', async (t) => {
  const base = '/partnerships/alibaba.ioc';
  const to = async (address: string) => (await get(`${base}${address}`, html)).headers['location'];
  t.equal(await to('?occurredAsOf=2017-Q4&reportedAsOf=2018'), `${base}?occurredAsOf=2017-12-31&reportedAsOf=2018`);
  const yesterday = Temporal.PlainDate.from(startDay).subtract({ days: 1 }).toString();
  t.equal(await to('?occurredAsOf=yesterday'), `${base}?occurredAsOf=${yesterday}`);
  t.equal(await to('/timeline?from=2017-Q4&to=2018'), `${base}/timeline?from=2017-10-01&to=2018-12-31`);
  t.equal(await to('/compare?from=2017-Q4&to=2018'), `${base}/compare?from=2017-12-31&to=2018-12-31`);
});

t.test('an empty field of a form sets no clock', async (t) => {
  const { status, text } = await get('/partnerships/alibaba.ioc?occurredAsOf=', html);
  t.equal(status, 200);
  t.match(text, new RegExp(`by <b>.*${startDay.slice(0, 4)}</b>`));
});

t.test('an unchanged page is not sent twice', async (t) => {
  const { headers } = await get('/partnerships/alibaba.ioc', html);
  const again = await get('/partnerships/alibaba.ioc', { ...html, 'if-none-match': headers['etag'] ?? '' });
  t.equal(again.status, 304);
  t.match(await send('POST', '/partnerships/alibaba.ioc'), { status: 405 });
});

t.test('the timeline draws a day only where a source gives it, and tells every status in words', async (t) => {
  const { text } = await get('/partnerships/alibaba.ioc/timeline?occurredAsOf=2018-02-05', html);
  const rows = [...text.matchAll(/<li class="row.*?<\/li>/gs)].map(([row]) => row);
  const rowOf = (title: string) => rows.find((row) => row.includes(title)) ?? '';
  t.match(textOf(rowOf('Partnership announced')), /happened: Partnership announced, in Davos 19 Jan 2017/);
  t.match(rowOf('Partnership announced'), /#g-happened"/);
  // By a day whose start is unknown: a fade to the left, no dot.
  t.match(rowOf('Agreement signed'), /fade-in.*by 31 Jan 2018|by 31 Jan 2018.*fade-in/s);
  t.notMatch(rowOf('Agreement signed').replace(/^.*?class="plot"/s, ''), /#g-happened/);
  t.match(textOf(rowOf('launched')), /due, 1 Feb 2018/);
  t.match(textOf(rowOf('Smart athletes’ village: announced')), /not told yet/, 'rows keep their place');
  t.match(textOf(rowOf('Cloud services promised')), /6 Games/);
});

t.test('the timeline shows only what passes its filters, and says which they are', async (t) => {
  const { text } = await get('/partnerships/alibaba.ioc/timeline?status=overdue-unconfirmed', html);
  t.equal(
    [...text.matchAll(/<li class="row/g)].length,
    7,
    'nine plans, of which five markets share a row, and one more',
  );
  t.match(textOf(text), /status: overdue/);
  const row = await get('/partnerships/alibaba.ioc/timeline?row=market%2Fgreatness-of-small.*%2Fentered', html);
  t.match(textOf(row.text), /China.*South Korea/);
  const empty = await get('/partnerships/alibaba.ioc/timeline?from=1990-01-01&to=1990-12-31', html);
  t.match(textOf(empty.text), /No fact passes these filters/);
  t.equal((await get('/partnerships/alibaba.ioc/timeline?status=done', html)).status, 400);
});

t.test('a fact shows every value beside the others, who said it first, and why one is shown', async (t) => {
  const fact = '/partnerships/alibaba.ioc/facts/campaign/greatness-of-small/creative-count-stated';
  const text = textOf((await get(fact, html)).text);
  t.match(text, /3 Shown first .* 2 Kept beside it/);
  t.match(text, /Why 3 is shown Its publication is known more narrowly/);
  t.match(
    text,
    /First told by article 000 or Around the Rings, article 002 , published .* which of them came first is not known/,
  );
  const term = textOf(
    (await get('/partnerships/alibaba.ioc/facts/partnership/alibaba.ioc/term-agreed?reportedAsOf=2017-01-20', html))
      .text,
  );
  t.match(term, /First told by Sport Industry Group, article 003 or Caixin, article 004/);
});

t.test('what is contested stands on a page of its own', async (t) => {
  t.match(
    textOf((await get('/partnerships/alibaba.ioc/contested', html)).text),
    /Creatives of “The Greatness of Small”: 3/,
  );
  const before = await get('/partnerships/alibaba.ioc/contested?reportedAsOf=2017-01-20', html);
  t.match(textOf(before.text), /No two sources disagree/);
});

t.test('an article tells paragraph by paragraph what it gave, what was left out, and how to cite it', async (t) => {
  const text = textOf((await get('/articles/002', html)).text);
  t.match(text, /Published between 13 September 2017 and 8 February 2018\./);
  t.match(text, /14 new 28 agree 1 moved on 1 disagrees/);
  t.match(text, /1 page furniture, nothing taken/);
  t.match(text, /as in paragraph 2/);
  t.match(text, /To cite it .*“IOC Sponsorship Part of Alibaba Globalization Drive”, Around the Rings/);
  t.match(
    textOf((await get('/articles/002?reportedAsOf=2017-01', html)).text),
    /Nothing of it is visible through these clocks/,
  );
  t.equal((await get('/articles/999', html)).status, 404);
});

t.test('the rollout shows no launch: it is overdue, and nothing is told of an end', async (t) => {
  const text = textOf((await get('/partnerships/alibaba.ioc/rollout', html)).text);
  t.match(
    text,
    /Unveiled Happened by 31 Jan 2018 Launched Overdue, unconfirmed planned for 1 Feb 2018 Ended Nothing told/,
  );
  t.match(text, /2 or 3|3 or 2/);
  t.match(text, /One more, not named/);
});

t.test('two days are compared by what passed from one status to another', async (t) => {
  const text = textOf((await get('/partnerships/alibaba.ioc/compare?from=2018-01-31&to=2018-02-01', html)).text);
  t.match(text, /Between 31 January 2018 and 1 February 2018 , 1 of \d+ facts changed\./);
  t.match(text, /planned to due 1 Campaign “The Greatness of Small” launched/);
  const same = textOf((await get('/partnerships/alibaba.ioc/compare?from=2018-02-05&to=2018-02-05', html)).text);
  t.match(same, /Nothing differs between these days\./);
});

t.test('silence is told with its length, and is no breach', async (t) => {
  const text = textOf((await get('/partnerships/alibaba.ioc/silence?occurredAsOf=2018-03-07', html)).text);
  t.match(text, /Silence is not a breach/);
  t.match(text, /Promises for PyeongChang 2018 4/);
  t.match(text, /for 10 days/, 'from 25 February to 7 March');
});

t.test('a correction is told as one: what became what, why, and by whom', async (t) => {
  const fact = '/partnerships/alibaba.ioc/facts/reputation/counterfeits.ustr-2016/raised';
  const text = textOf((await get(fact, html)).text);
  t.match(text, /Article 004, paragraph 13 event 238, recorded [^;]*; new/);
  t.match(
    text,
    /Corrected, raised by: “U\.S\. Office of the Trade Representative” becomes “Office of the United States Trade Representative” event 241, [^;]*; That is the name of the agency/,
  );
});

t.test('the audit trail is filtered by article, person and effect', async (t) => {
  const base = '/partnerships/alibaba.ioc/audit';
  t.match(
    textOf((await get(`${base}?article=002&effect=contested`, html)).text),
    /one event, in the order .* 311 Creatives of “The Greatness of Small”: 3 Article 002, paragraph 6 ; disagrees/,
  );
  t.match(textOf((await get(base, html)).text), /Later events/);
  t.equal((await get(`${base}?effect=improved`, html)).status, 400);
});

t.test(
  'without EMBED_HOSTS nothing can be framed, the embed says which setting it lacks, and no page offers it',
  async (t) => {
    const embed = '/embed/partnerships/alibaba.ioc/timeline';
    t.match((await get(embed)).body.detail, /EMBED_HOSTS/);
    t.match(await get(embed), problem('embedding-off', 404));
    const page = await get(embed, html);
    t.match(page, { status: 404, headers: { 'content-security-policy': /frame-ancestors 'none'$/ } });
    t.match(textOf(page.text), /EMBED_HOSTS/);
    t.notMatch((await get('/partnerships/alibaba.ioc/timeline', html)).text, /iframe/);
  },
);

t.test('no page says undefined, null or a raw value', async (t) => {
  const base = '/partnerships/alibaba.ioc';
  const pages = [
    '',
    '/timeline',
    '/rollout',
    '/contested',
    '/silence',
    '/drift',
    '/compare',
    '/articles',
    '/audit',
  ].map((path) => base + path);
  for (const clocks of [
    '',
    '?occurredAsOf=2017',
    '?reportedAsOf=2016',
    '?atPosition=0',
    '?timing=certain&occurredAsOf=2018-02-05',
  ]) {
    // Article 000 came with corrections, which are no reports.
    for (const page of [...pages, '/', '/articles/000', '/articles/001']) {
      const { status, text } = await get(page + clocks, html);
      t.equal(status, 200, page + clocks);
      t.notMatch(textOf(text), /undefined|\bnull\b|NaN|\[object|\[\d{4}/, page + clocks);
    }
  }
});
