import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import t from 'tap';
import { problemTypes } from '../../src/http/problem-types.ts';
import { oneDay, openTestApp, problem, startOfApps } from '../support/app.ts';
import { onEventStoreDb } from '../support/open-test-ledger.ts';

const timeline = '/api/partnerships/alibaba.ioc/timeline';

const { app, get, send } = await openTestApp(t);

t.test('an unknown or mistyped parameter is refused with the right one', async (t) => {
  const mistyped: Readonly<Record<string, string>> = {
    occuredAsOf: 'occurredAsOf',
    'reported-as-of': 'reportedAsOf',
    recordedAsof: 'recordedAsOf',
    atposition: 'atPosition',
    Timing: 'timing',
    cursr: 'cursor',
    article_: 'article',
    statuss: 'status',
  };
  for (const [given, meant] of Object.entries(mistyped)) {
    t.match(
      await get(`${timeline}?${given}=2018`),
      problem('unknown-parameter', 400, {
        errors: [{ in: 'query', path: given, message: String, suggestion: meant } as never],
      }),
      given,
    );
  }
  for (const given of ['__proto__', 'constructor', 'toString', 'x'.repeat(1000)]) {
    t.match(await get(`${timeline}?${given}=1`), problem('unknown-parameter', 400), given.slice(0, 20));
  }
  t.match(await get('/api/partnerships/alibaba.ioc/rollout?limit=2'), problem('unknown-parameter', 400), 'not a list');
  t.match(await get('/api/games?article=002'), problem('unknown-parameter', 400), 'not a filter of this list');
});

t.test('a bare asOf is refused with the names of the three clocks', async (t) => {
  for (const given of ['asOf', 'asof', 'as_of', 'as-of']) {
    const { status, body } = await get(`${timeline}?${given}=2018`);
    t.equal(status, 400);
    for (const clock of ['occurredAsOf', 'reportedAsOf', 'recordedAsOf']) t.match(body.errors[0].message, clock, given);
  }
});

t.test('an unusable parameter value is refused with what to write', async (t) => {
  const refused: Readonly<Record<string, RegExp>> = {
    'occurredAsOf=': /occurredAsOf|day|date/i,
    'occurredAsOf=yesterday': /yesterday/,
    'occurredAsOf=2018-02-30': /2018-02-30/,
    'occurredAsOf=2018-02~': /one day/,
    'reportedAsOf=2018/2019': /one day/,
    'reportedAsOf=2018&reportedAsOf=2019': /more than once/,
    'recordedAsOf=2018-01-01T00:00': /instant/,
    'atPosition=3&recordedAsOf=2018': /same clock/,
    'atPosition=-1': /position/,
    'atPosition=1.5': /position/,
    'timing=maybe': /certain/,
    'limit=0': /at least 1/,
    'limit=501': /at most 500/,
    'limit=many': /whole number/,
    'limit=1.5': /whole number/,
    'limit=1&limit=2': /more than once/,
    'status=launched': /launched/,
    'type=CampaignLaunchd': /CampaignLaunched/,
    'games=nagano-2022': /2018W/,
    'article=006': /006/,
    'contested=perhaps': /true/,
    'include=everything': /unsupported/,
  };
  for (const [query, says] of Object.entries(refused)) {
    const answer = await get(`${timeline}?${query}`);
    t.match(answer, problem('invalid-parameter', 400), query);
    t.match(answer.body.errors[0], { in: 'query', path: query.split('=')[0], message: says }, query);
  }
  const nearest = await get(`${timeline}?games=nagano-2022&type=CampaignLaunchd&article=2&status=hapened`);
  t.same(
    nearest.body.errors.map(({ suggestion }: { suggestion?: string }) => suggestion),
    ['CampaignLaunched', 'happened', '2022W', '002'],
    'the nearest that is known',
  );
});

t.test('all mistakes in a request are reported together', async (t) => {
  const { body } = await get(`${timeline}?asOf=2018&timing=x&limit=0&status=y&occurredAsOf=z`);
  t.same(body.errors.map(({ path }: { path: string }) => path).toSorted(), [
    'asOf',
    'limit',
    'occurredAsOf',
    'status',
    'timing',
  ]);
});

t.test('a recordedAsOf in the future is refused', async (t) => {
  t.match(await get(`${timeline}?recordedAsOf=2999`), problem('future-clock', 400));
  t.match(
    await get(`${timeline}?recordedAsOf=${new Date(startOfApps + oneDay).toISOString()}`),
    problem('future-clock', 400),
  );
  t.equal((await get(`${timeline}?occurredAsOf=2028&reportedAsOf=2028`)).status, 200, 'the others may lie ahead');
});

t.test('a position beyond the ledger is refused', async (t) => {
  // Where other servers write to the log too, another one may know a position that is not known here yet.
  const beyond = onEventStoreDb ? problem('store-behind', 503) : problem('unknown-position', 404);
  t.match(await get(`${timeline}?atPosition=100000`), beyond);
});

t.test('an unknown resource gets a 404 that names the nearest', async (t) => {
  const partnership = '/api/partnerships/alibaba.ioc';
  const nearest: Readonly<Record<string, [string, string | undefined]>> = {
    '/api/partnerships/alibaba.ico': ['unknown-partnership', 'alibaba.ioc'],
    '/api/partnerships/alibaba': ['unknown-partnership', 'alibaba.ioc'],
    '/api/partnerships/alibba.ioc/timeline': ['unknown-partnership', 'alibaba.ioc'],
    '/api/partnerships/nobody.uefa/rollout': ['unknown-partnership', undefined],
    [`${partnership}/facts/campaign/greatnes-of-small/launched`]: [
      'unknown-fact',
      'campaign/greatness-of-small/launched',
    ],
    [`${partnership}/facts/campain/greatness-of-small/launched`]: [
      'unknown-fact',
      'campaign/greatness-of-small/launched',
    ],
    [`${partnership}/facts/campaign/greatness-of-small/lunched/audit`]: [
      'unknown-fact',
      'campaign/greatness-of-small/launched',
    ],
    '/api/games/beijing-2022/obligations': ['unknown-games', '2022W'],
    '/api/games/pyeongchang/obligations': ['unknown-games', '2018W'],
    '/api/games/tokyo-2021/obligations': ['unknown-games', '2020S'],
    '/api/games/2022S/obligations': ['unknown-games', '2022W'],
    '/api/articles/2': ['unknown-article', '002'],
    '/api/articles/0002/audit': ['unknown-article', '002'],
    '/problems/unknown-parametr': ['unknown-problem', 'unknown-parameter'],
    '/api/partnership': ['unknown-address', '/api/partnerships'],
    [`${partnership}/timline`]: ['unknown-address', `${partnership}/timeline`],
    [`${partnership}/timeline/`]: ['unknown-address', `${partnership}/timeline`],
    '/wp-login.php': ['unknown-address', undefined],
  };
  for (const [address, [name, suggestion]] of Object.entries(nearest)) {
    const answer = await get(address);
    t.match(answer, problem(name, 404), address);
    t.equal(answer.body.errors[0].suggestion, suggestion, address);
    if (suggestion !== undefined) t.match(answer.body.detail, suggestion);
  }
});

t.test('a method that an address does not take gets a 405 that names those it takes', async (t) => {
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'] as const) {
    const answer = await send(method, timeline, { 'content-type': 'text/plain' }, 'whatever');
    t.match(answer, problem('method-not-allowed', 405), method);
    t.equal(answer.headers.allow, 'GET, HEAD, OPTIONS');
  }
  t.match(await send('DELETE', '/api/articles'), { status: 405, headers: { allow: 'GET, HEAD, POST, OPTIONS' } });
  t.match(await send('OPTIONS', '/api/articles'), { status: 204, headers: { allow: 'GET, HEAD, POST, OPTIONS' } });
  t.match(await send('OPTIONS', timeline), { status: 204, headers: { allow: 'GET, HEAD, OPTIONS' }, text: '' });
  t.match(await send('OPTIONS', '/nowhere'), problem('unknown-address', 404));
});

t.test('HEAD answers as GET does, without the body', async (t) => {
  const got = await get(timeline);
  const head = await send('HEAD', timeline);
  t.equal(head.status, 200);
  t.equal(head.text, '');
  for (const name of ['etag', 'link', 'content-length', 'content-type', 'cache-control']) {
    t.equal(head.headers[name], got.headers[name], name);
  }
  t.match(await send('HEAD', '/api/partnerships/nobody'), { status: 404, text: '' });
});

t.test('addresses that are malformed or too long are refused', async (t) => {
  t.match(await get('/api/articles/%E0%A4%A'), problem('malformed-request', 400));
  t.match(await get(`/api?${'x'.repeat(9000)}`), problem('address-too-long', 414));
  t.match(await get(`/api/articles/${'x'.repeat(3000)}`), problem('address-too-long', 414));
  t.match(await get('/api/partnerships/..%2F..%2Fetc'), problem('unknown-partnership', 404));
});

t.test('a request that is not HTTP gets a problem too', async (t) => {
  const address = new URL(await app.listen({ port: 0, host: '127.0.0.1' }));
  const ask = async (request: string): Promise<string> => {
    const socket = connect(Number(address.port), address.hostname);
    socket.end(request);
    return await text(socket);
  };
  t.match(
    await ask('this is no HTTP\r\n\r\n'),
    /^HTTP\/1\.1 400 [\s\S]*application\/problem\+json[\s\S]*malformed-request/,
  );
  const large = `GET /api HTTP/1.1\r\nHost: x\r\nX-Large: ${'x'.repeat(20_000)}\r\n\r\n`;
  t.match(await ask(large), /^HTTP\/1\.1 431 [\s\S]*application\/problem\+json[\s\S]*request-headers-too-large/);
});

t.test('an unforeseen error is masked, and the log has it under the request id', async (t) => {
  const lines: string[] = [];
  const broken = await openTestApp(t, { log: (line) => lines.push(line) });
  const { views } = broken.ledger;
  Object.assign(views, {
    partnership: async () => {
      throw new Error('a secret path /home/x');
    },
  });
  const answer = await broken.get(timeline);
  t.match(answer, problem('internal-error', 500));
  t.notMatch(answer.text, /secret|home|stack| at /);
  t.ok(lines.some((line) => line.includes('a secret path') && line.includes(`"${answer.body.requestId}"`)));
});

t.test('an unreachable store gives a 503 that says when to try again', async (t) => {
  const closed = await openTestApp(t);
  t.match(await closed.get('/health/ready'), { status: 200, body: { status: 'ready' } });
  await closed.ledger.store.close();
  t.match(await closed.get('/health/live'), { status: 200, body: { status: 'live' } });
  for (const address of ['/health/ready', timeline]) {
    const answer = await closed.get(address);
    t.match(answer, problem('store-unavailable', 503), address);
    t.match(answer.headers['retry-after'], /^\d+$/);
  }
});

t.test('every problem type is explained at its address', async (t) => {
  const { body } = await get('/problems');
  t.same(
    body.problems.map(({ type }: { type: string }) => type),
    Object.keys(problemTypes).map((name) => `/problems/${name}`),
  );
  for (const { type, status } of body.problems)
    t.match(await get(type), { status: 200, body: { type, status, explanation: String } });
  const page = await get('/problems/unknown-games', { accept: 'text/html,application/xhtml+xml' });
  t.match(page, { headers: { 'content-type': /^text\/plain/ }, text: /2018W/ });
});

t.test('every answer forbids content sniffing', async (t) => {
  for (const address of ['/api', '/nowhere', '/api/%E0%A4%A', '/health/live']) {
    t.equal((await get(address)).headers['x-content-type-options'], 'nosniff', address);
  }
});
