import t from 'tap';
import { type Answer, citationIn, oneDay, openTestApp, problem, startOfApps, type TestApp } from '../support/app.ts';
import { articleText } from '../support/article-text.ts';
import { decide } from '../support/decide.ts';
import { unlessRecordedAtCanBeSet } from '../support/open-test-ledger.ts';

const alibaba = '/api/partnerships/alibaba.ioc';
const launched = `${alibaba}/facts/campaign/greatness-of-small/launched`;
const timeline = `${alibaba}/timeline`;

const aim = (article: string, partnership = 'alibaba.ioc', published = '2017-02-01') =>
  articleText({
    article,
    partnership,
    published,
    reports: `  - { PriorityStated: aim-${article}, p: 1, note: A new aim of the partner }`,
  });

const recorded = async ({ post }: TestApp, text: string): Promise<number> => {
  const { status, body } = await post(text);
  if (status !== 201) throw new Error(JSON.stringify(body));
  return body.position;
};

const accept = (milliseconds: number) => ({ 'accept-datetime': new Date(milliseconds).toUTCString() });

type Links = Readonly<Record<string, string>>;

// The targets of a Link header or a TimeMap, by relation.
const linksIn = (text: string | undefined): Links =>
  Object.fromEntries(
    [...(text ?? '').matchAll(/<([^>]*)>; rel="([^"]*)"/g)].flatMap(([, target = '', rels = '']) =>
      rels.split(' ').map((rel) => [rel, target]),
    ),
  );
const links = ({ headers }: Answer): Links => linksIn(headers['link']);

const everyRead = async ({ get }: TestApp): Promise<readonly string[]> => {
  const { body: document } = await get('/openapi.json');
  // Files share the past of their reads.
  const reads = Object.entries<{ get?: { tags: string[] } }>(document.paths).flatMap(([path, { get: read }]) =>
    read?.tags.includes('read') ? [path] : [],
  );
  return reads.map((path) =>
    path
      .replace('/api/partnerships/{id}', alibaba)
      .replace('/api/articles/{id}', '/api/articles/002')
      .replace('{edition}', '2022W')
      .replace('{kind}/{subject}/{milestone}', 'campaign/greatness-of-small/launched')
      .replace(/diff$/, 'diff?clock=occurred&from=2017&to=2018')
      .replace(/search$/, 'search?q=alibaba'),
  );
};

const mementosIn = (text: string): readonly (readonly [position: number, datetime: string])[] =>
  [...text.matchAll(/<[^>]*[?&]atPosition=(\d+)[^>]*>; rel="[^"]*memento"; datetime="([^"]*)"/g)].map(
    ([, position, datetime]) => [Number(position), datetime ?? ''],
  );

t.test('every read links to its TimeMap and TimeGate', async (t) => {
  const app = await openTestApp(t);
  const { get, send } = app;
  const reads = await everyRead(app);
  t.ok(reads.length >= 16);
  for (const address of reads) {
    const answer = await get(address);
    t.equal(answer.status, 200, address);
    t.match(answer.headers, { vary: 'accept-datetime', 'memento-datetime': undefined }, address);
    const timemap = address.replace('/api', '/api/timemap');
    t.match(links(answer), { original: address, timegate: address, timemap }, address);
    t.match(await send('HEAD', address), { status: 200, headers: { vary: 'accept-datetime' } });
    const known = await get(address, { 'if-none-match': answer.headers['etag'] ?? '' });
    t.match(known, { status: 304, headers: { vary: 'accept-datetime' } });

    const map = await get(timemap);
    t.match(map, { status: 200, headers: { 'content-type': /^application\/link-format/ } }, timemap);
    t.match(linksIn(map.text), { original: address, timegate: address, self: timemap });
    const last = linksIn(map.text)['last'] ?? '';
    const memento = await get(last);
    t.match(memento, { status: 200, headers: { 'memento-datetime': / GMT$/ } }, last);
    t.equal(memento.headers['vary'], 'accept', 'it has one state, in several forms');
    t.match(links(memento), { original: address, 'latest-version': address, timemap });
  }
});

t.test(
  'a request with Accept-Datetime is redirected to the state at that time',
  { skip: unlessRecordedAtCanBeSet },
  async (t) => {
    const app = await openTestApp(t);
    const { get, later } = app;
    const before = await get(`${timeline}?status=planned,due`);
    later(oneDay);
    const first = await recorded(app, aim('101'));
    later(oneDay);
    const second = await recorded(app, aim('102'));

    const at = async (milliseconds: number, address = timeline) => await get(address, accept(milliseconds));
    const sent = await at(startOfApps + oneDay / 2, `${timeline}?status=planned,due`);
    t.match(sent, { status: 302, headers: { vary: 'accept-datetime' }, text: '' });
    const memento = await get(sent.headers['location'] ?? '');
    t.equal(memento.text, before.text, 'which is what was answered then');
    t.equal(memento.headers['memento-datetime'], new Date(memento.body.cut.recordedAsOf).toUTCString());

    const of = ({ headers }: Answer) => Number(/atPosition=(\d+)/.exec(headers['location'] ?? '')?.[1]);
    t.equal(of(await at(startOfApps + 1.5 * oneDay)), first);
    t.equal(of(await at(startOfApps + 100 * oneDay)), second, 'a time to come: the present one');
    const { text: map } = await get('/api/timemap/partnerships/alibaba.ioc/timeline');
    const [oldest] = mementosIn(map);
    t.equal(of(await at(Date.UTC(2012, 0))), oldest?.[0], 'a time before all of it: the first one');
    for (const [position, datetime] of mementosIn(map).slice(-2)) {
      t.equal(
        of(await get(timeline, { 'accept-datetime': datetime })),
        position,
        'the datetime of a memento selects it',
      );
    }
    t.match(links(await get(`${timeline}?atPosition=${first}`)), {
      original: timeline,
      first: `${timeline}?atPosition=${oldest?.[0]}`,
      prev: new RegExp(`^${timeline}\\?atPosition=\\d+$`),
      next: `${timeline}?atPosition=${second}`,
      last: `${timeline}?atPosition=${second}`,
    });
    t.equal(of(await at(startOfApps + 1.5 * oneDay, '/api/audit')), first, 'of the whole ledger too');
    t.equal(of(await at(Date.UTC(2012, 0), '/api/audit')), 1);
  },
);

t.test('a memento and a citation never change and link to the current state', async (t) => {
  const app = await openTestApp(t);
  const { get, later } = app;
  const address = `${launched}?reportedAsOf=2018-02`;
  const cited = await get(address);
  const citation = citationIn(cited.headers['link']) ?? '';
  const memento = (await get(address, accept(startOfApps + oneDay))).headers['location'] ?? '';
  later(oneDay);
  await recorded(
    app,
    articleText({
      article: '101',
      partnership: 'alibaba.ioc',
      published: '2018-02-02',
      reports: '  - { CampaignLaunched: greatness-of-small, happened: 2018-02-01, p: 1, note: On the air }',
    }),
  );
  const again = await get(citation, accept(startOfApps + 2 * oneDay));
  t.match(again, { status: 200, text: cited.text }, 'a memento has one state, whatever time is asked for');
  t.match(again.headers, { 'memento-datetime': new Date(cited.body.cut.recordedAsOf).toUTCString() });
  t.equal((await get(memento)).status, 200);
  t.equal(links(await get(memento))['latest-version'], address);
  const current = await get(links(again)['latest-version'] ?? '');
  t.equal(current.body.entry.status, 'happened');
  t.equal((await get(memento)).body.entry.status, cited.body.entry.status);
});

t.test('a TimeMap lists each state of a resource once', async (t) => {
  const app = await openTestApp(t);
  const { get, later } = app;
  const grant = (article: string, partnership: string) =>
    articleText({
      article,
      partnership,
      published: '2018-03-01',
      reports: '  - { CategoryGranted: cloud-services, happened: 2018-02-01, p: 1, note: The category is granted }',
    });
  const steps = [
    aim('101'),
    aim('102', 'acme.ioc'),
    grant('103', 'acme.ioc'),
    aim('104', 'acme.ioc'),
    grant('105', 'alibaba.ioc'),
    articleText({
      article: '106',
      partnership: 'acme.ioc',
      published: '2018-04-01',
      reports: '  - { TermAgreed: ~, happened: 2018-03-01, end: 2028, p: 1, note: A term }',
    }),
    aim('107', 'acme.federation'),
    aim('108', 'alibaba.ioc', '2019-01-01'),
  ];
  for (const step of steps) {
    later(oneDay);
    await recorded(app, step);
  }
  // A position within one ingest is not a complete state.
  const ends = mementosIn((await get('/api/timemap')).text).map(([position]) => position);
  t.ok(ends.length > steps.length);
  for (const [address, query] of [
    [timeline, ''],
    ['/api/partnerships/acme.ioc/rollout', ''],
    [`${alibaba}/obligations`, 'reportedAsOf=2018-12'],
    ['/api/articles/105', ''],
    ['/api', ''],
  ] as const) {
    const states = new Set<number>();
    for (const position of ends) {
      const { body, headers } = await get(`${address}?${query}${query && '&'}atPosition=${position}`);
      if (citationIn(headers['link']) !== null) states.add(body.cut.position);
    }
    const { text } = await get(`${address.replace('/api', '/api/timemap')}?${query}`);
    const listed = mementosIn(text).map(([position]) => position);
    t.same(
      listed,
      [...states].toSorted((a, b) => a - b),
      `${address}: exactly where what it answers changes`,
    );
  }
});

t.test('each memento of a TimeMap answers with the time that it was listed with', async (t) => {
  const app = await openTestApp(t);
  const { get, later } = app;
  const steps = [
    async () => await recorded(app, aim('101', 'acme.ioc')),
    async () => await recorded(app, aim('102', 'alibaba.ioc', '2019-01-01')),
    async () => {
      const { body } = await get(launched);
      const decision = { fact: body.entry.fact, reason: 'No campaign was meant' };
      const { status } = await decide(app, `${alibaba}/retractions`, decision, {
        version: body.entry.version,
        key: '1',
      });
      t.equal(status, 201);
    },
    async () => {
      const { body } = await get('/api/articles/002');
      const options = { version: body.article.version, key: '2' };
      const { status } = await decide(app, '/api/articles/002/retraction', { reason: 'A hoax' }, options);
      t.equal(status, 201);
    },
    // The date of an article is corrected: what it said is known earlier than it was.
    async () =>
      await recorded(
        app,
        articleText({
          article: '102',
          partnership: 'alibaba.ioc',
          published: '2017-02-01',
          revision: 2,
          head: 'because: reread\n',
          reports: '  - { PriorityStated: aim-102, p: 1, note: A new aim of the partner }',
        }),
      ),
    async () => await recorded(app, aim('103', 'acme.ioc')),
  ];
  for (const step of steps) {
    later(oneDay);
    await step();
  }
  const more = [
    '/api/partnerships/acme.ioc/timeline',
    '/api/articles/101',
    '/api/articles/102?reportedAsOf=2018',
    '/api/articles?reportedAsOf=2018-12',
    '/api/partnerships?reportedAsOf=2018-01',
    '/api/games?reportedAsOf=2017-06',
    '/api/games?occurredAsOf=2010',
    '/api/games/2028S/obligations',
    '/api/games/2022W/obligations?reportedAsOf=2018-01',
    '/api/audit?reportedAsOf=2018-01',
    `${launched}?reportedAsOf=2018-02`,
  ];
  for (const address of [...(await everyRead(app)), ...more]) {
    const { text } = await get(address.replace('/api', '/api/timemap'));
    const listed = [...text.matchAll(/<([^>]*)>; rel="[^"]*memento"; datetime="([^"]*)"/g)];
    t.not(listed.length, 0, address);
    const wrong: unknown[] = [];
    const step = Math.ceil(listed.length / 30);
    for (const [, memento = '', datetime] of listed.filter((_, i) => i % step === 0)) {
      const { status, headers } = await get(memento);
      const is = { status, datetime: headers['memento-datetime'], cited: citationIn(headers['link']) !== null };
      if (is.status !== 200 || is.datetime !== datetime || !is.cited) wrong.push({ memento, datetime, is });
    }
    t.same(wrong, [], address);
    const early = await get(address, accept(Date.UTC(2012, 0)));
    t.equal(early.headers['location'], listed[0]?.[1], 'a time before all of it: the first one');
    const future = await get(address, accept(startOfApps + 100 * oneDay));
    t.equal(future.headers['location'], listed.at(-1)?.[1], 'a time to come: the last one');
  }
});

t.test('a memento keeps its ETag', async (t) => {
  const { get } = await openTestApp(t);
  for (const address of [timeline, '/api', '/api/games']) {
    const memento = (await get(address, accept(startOfApps + oneDay))).headers['location'] ?? '';
    const { headers } = await get(memento);
    const { status, headers: again } = await get(memento, { 'if-none-match': headers['etag'] ?? '' });
    t.equal(status, 304);
    t.match(again, { 'memento-datetime': / GMT$/, link: /rel="cite-as"/ });
    for (const name of ['memento-datetime', 'link', 'etag', 'cache-control', 'vary']) {
      t.equal(again[name], headers[name], `${name} of ${address}`);
    }
  }
});

t.test('a TimeMap links to the page of earlier mementos', async (t) => {
  const { get } = await openTestApp(t);
  const map = '/api/timemap/partnerships/alibaba.ioc/timeline?status=due';
  const [first, second, third] = mementosIn((await get(map)).text);
  const { text } = await get(`${map}&before=${third?.[0]}`);
  t.same(mementosIn(text), [first, second]);
  t.match(linksIn(text), {
    self: `${map}&before=${third?.[0]}`,
    first: `${timeline}?status=due&atPosition=${first?.[0]}`,
  });
  t.equal(linksIn(text)['last'], undefined);
  t.same(mementosIn((await get(`${map}&before=1`)).text), []);
});

t.test('an Accept-Datetime that is malformed or contradicts recordedAsOf is refused', async (t) => {
  const { get } = await openTestApp(t);
  for (const text of [
    '2026-11-22',
    '2026-11-22T09:00:00Z',
    'Mon, 22 Nov 2026 09:00:00 GMT',
    'Sun, 22 Nov 2026 09:00:00 +0000',
    'Sunday, 22-Nov-26 09:00:00 GMT',
    'Sun Nov 22 09:00:00 2026',
    'Sun, 22 nov 2026 09:00:00 GMT',
    'Tue, 31 Feb 2026 09:00:00 GMT',
    'Sun, 22 Nov 2026 25:00:00 GMT',
    '',
  ]) {
    const refused = await get(timeline, { 'accept-datetime': text });
    t.match(
      refused,
      problem('invalid-datetime', 400, { errors: [{ in: 'header', path: 'accept-datetime' }] as never }),
      text,
    );
    t.equal(refused.headers['vary'], 'accept-datetime');
  }
  const past = accept(startOfApps + 60_000);
  const today = new Date(startOfApps).toISOString();
  t.match(await get(`${timeline}?recordedAsOf=2012`, past), problem('conflicting-clocks', 400));
  t.equal((await get(`${timeline}?recordedAsOf=${today.slice(0, 10)}`, past)).status, 302, 'both mean the same state');
});

t.test('differently escaped addresses are one resource, and a TimeMap has no TimeMap', async (t) => {
  const { get } = await openTestApp(t);
  const map = '/api/timemap/partnerships/alibaba.ioc/timeline';
  const { text } = await get(map);
  for (const address of [
    '/api/%74imemap/partnerships/alibaba.ioc/timeline',
    '/%61pi/timemap/partnerships/%61libaba%2Eioc/timeline',
    '/api/timema%70/%70artnerships/alibaba.ioc/timelin%65',
  ]) {
    t.match(await get(address), { status: 200, text }, address);
  }
  const escaped = '/%61pi/partnership%73/%61libaba.ioc/timeline';
  const [plain, answer] = [await get(timeline), await get(escaped)];
  t.match(answer, { status: 200, headers: { etag: plain.headers['etag'], link: plain.headers['link'] } });
  t.match(links(answer), { original: timeline, timemap: map });
  const { next } = (await get(`${escaped}?limit=5`)).body;
  t.match(await get(next.replace('/api/', '/%61pi/')), { status: 200 }, 'a cursor is one of the resource');
  const past = { 'accept-datetime': new Date(startOfApps).toUTCString() };
  t.match((await get(escaped, past)).headers['location'], (await get(timeline, past)).headers['location']);
  for (const address of [
    '/api/timemap/%74imemap/partnerships',
    '/api/%74imemap/%74imemap',
    '/api/timemap/%2Ftimemap',
    '/api/timemap/audit/checkpoint',
    '/api/%74imemap/openapi.json',
  ]) {
    t.match(await get(address), problem('unknown-address', 404), address);
  }
  const lost = await get('/api/partnership%73/alibaba.ioc/timelin');
  t.match(lost.body.errors, [{ suggestion: timeline }]);
});

t.test('Accept-Datetime does not change how a bad or unknown address is refused', async (t) => {
  const { get } = await openTestApp(t);
  const past = accept(startOfApps);
  t.match(await get('/api/partnerships/nobody.ioc/timeline', past), problem('unknown-partnership', 404));
  t.match(await get('/api/timemap/partnerships/nobody.ioc/timeline'), problem('unknown-partnership', 404));
  t.match(await get('/api/timemap/partnerships/alibaba.ioc/timeline?asOf=2018'), problem('unknown-parameter', 400));
  t.match(await get('/api/timemap/openapi.json'), problem('unknown-address', 404));
  t.match(await get('/api/timemap/timemap'), problem('unknown-address', 404));
  t.match(await get(`/api${'/timemap'.repeat(500)}`), problem('unknown-address', 404), 'at once');
  t.match(await get('/api/timemap?atPosition=3'), problem('invalid-parameter', 400));
  t.match(await get('/api/timemap?before=x'), problem('invalid-parameter', 400));
  t.match(await get(`${timeline}?reportedAsOf=20x8`, past), problem('invalid-parameter', 400));
  t.match(await get(`${timeline}?reportedAsOf=2016`, past), { status: 200, body: { notice: {} } }, 'it has no memento');
  const comparison = `${alibaba}/diff?clock=recorded&from=position:128&to=position:215`;
  t.match(await get(comparison, past), problem('conflicting-clocks', 400), 'it names two states itself');
  t.match(await get(comparison), { status: 200, headers: { vary: /^accept$/, 'memento-datetime': undefined } });
  const page = (await get(`${timeline}?limit=5`)).body.next;
  t.match(await get(page, past), { status: 200 }, 'a page keeps the cut of its list');
});
