import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import t from 'tap';
import { identityProvider } from '../../src/access/identity-provider.ts';
import { type Role, roles } from '../../src/access/roles.ts';
import { openTestApp, problem, startOfApps, stewardTokens, testToken } from '../support/app.ts';

const closed = await openTestApp(t, { door: { publicReads: false, hosts: ['ledger.example', 'other.example:8443'] } });

// biome-ignore lint/suspicious/noExplicitAny: OpenAPI, of any form
type Operation = any; // oxlint-disable-line typescript/no-explicit-any

// Who an address is for, by how it begins: the first that fits. An address that is none of these fails the test.
const wanted: readonly (readonly [start: RegExp, Role | 'none'])[] = [
  [/^get \/(?:health|problems|openapi\.json)/, 'none'],
  [/^get \/metrics$/, 'reader'],
  [/^post \/api\/articles$/, 'recorder'],
  [/^post \/api\/drafts$/, 'recorder'],
  [/^post \/api\/partnerships\/\{id\}\/(?:corrections|resolutions|retractions|merges|separations)$/, 'steward'],
  [/^post \/api\/articles\/\{id\}\/retraction$/, 'steward'],
  [/^(?:get|post|delete) \/api\/webhooks/, 'steward'],
  [/^(?:get|post) \/api\/tokens/, 'admin'],
  [/^get \/api(?:\/(?:partnerships|games|articles|audit|search|feed|timemap|changes|events)\b|$)/, 'reader'],
];

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

const newToken = (role: Role, expiresAt: string | null = null) =>
  closed.tokens.create({ name: `a-${role}`, role, reads: null, expiresAt, createdBy: 'tests' });

t.test('each address of the description is for one role, and for no lower one', async (t) => {
  const { body: document } = await closed.get('/openapi.json');
  const secrets = Object.fromEntries(roles.map((role) => [role, newToken(role).secret])) as Record<Role, string>;
  const operations = Object.entries<Record<string, Operation>>(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  t.ok(operations.length > 60);
  for (const { path, method, operation } of operations) {
    const what = `${method} ${path}`;
    const role = wanted.find(([start]) => start.test(what))?.[1];
    t.equal(operation['x-role'], role, `${what} is for ${role}`);
    const url = path.replaceAll(/\{\w+\}/g, 'nothing');
    const ask = async (headers: Readonly<Record<string, string>>) => {
      const options = { method: method.toUpperCase() as 'GET', url, headers, payloadAsStream: true as const };
      const answer = await closed.app.inject(options);
      const { statusCode } = answer;
      answer.stream().destroy();
      return statusCode;
    };
    if (role === 'none' || role === undefined) {
      t.same(operation.security, [], `${what} needs no token`);
      t.notOk([401, 403].includes(await ask({})), `${what} is open`);
      continue;
    }
    t.ok(
      operation.security.some((one: object) => 'token' in one),
      `${what} tells that it takes a token`,
    );
    t.equal(await ask({}), 401, `${what} without a token`);
    const lower = roles[roles.indexOf(role) - 1];
    if (lower !== undefined) t.equal(await ask(bearer(secrets[lower])), 403, `${what} for a ${lower}`);
    t.notOk([401, 403].includes(await ask(bearer(secrets[role]))), `${what} for a ${role}`);
  }
});

t.test('pages, embeds and documents are for readers, files and help for all', async (t) => {
  const { secret } = newToken('reader');
  for (const url of ['/', '/search', '/write', '/partnerships/alibaba.ioc/timeline', '/articles/001']) {
    t.equal((await closed.get(url)).status, 401, url);
    t.equal((await closed.send('HEAD', url)).status, 401, `HEAD ${url}`);
    t.equal((await closed.get(url, bearer(secret))).status, 200, `${url} for a reader`);
  }
  t.equal((await closed.get('/embed/partnerships/alibaba.ioc/timeline')).status, 401);
  for (const url of ['/docs', '/docs/explorer', '/problems', '/health/live', '/health/ready']) {
    t.equal((await closed.get(url)).status, 200, url);
  }
  t.equal((await closed.get('/assets/nothing.css')).status, 404);
  t.equal((await closed.get('/api/nothing')).status, 404);
  t.equal((await closed.send('OPTIONS', '/api/articles')).status, 204);
  t.equal((await closed.send('PUT', '/api/articles')).status, 405);
});

t.test(
  'a token that is wrong, expired or revoked is refused as RFC 6750 says, also where reading is open',
  async (t) => {
    const open = await openTestApp(t);
    const over = newToken('admin', '2000-01-01T00:00:00.000Z');
    const revoked = newToken('admin');
    t.equal((await closed.get('/api', bearer(revoked.secret))).status, 200);
    closed.tokens.revoke(revoked.token.id);
    const missing = await closed.get('/api');
    t.match(missing, problem('token-missing', 401));
    t.equal(missing.headers['www-authenticate'], 'Bearer realm="partnership-ledger"');
    for (const [secret, why] of [
      [over.secret, 'expired'],
      [revoked.secret, 'revoked'],
      ['a-token-of-nobody-here', 'does not accept'],
    ] as const) {
      const answer = await closed.get('/api', bearer(secret));
      t.match(answer, problem('token-wrong', 401));
      t.match(answer.headers['www-authenticate'], /^Bearer realm="partnership-ledger", error="invalid_token", /);
      t.match(answer.body.detail, why);
      t.equal((await open.get('/api', bearer(secret))).status, 401);
    }
    t.equal((await open.get('/api')).status, 200);
    t.equal((await open.get('/api', { authorization: 'Basic Zm9vOmJhcg==' })).status, 200, 'of a proxy: not for us');
    const low = await closed.send('POST', '/api/articles', bearer(newToken('reader').secret));
    t.match(low, problem('role-insufficient', 403));
    t.match(low.headers['www-authenticate'], /error="insufficient_scope", scope="recorder"$/);
  },
);

t.test(
  'what is recorded with a kept token carries its name; tokens of the environment keep their rights',
  async (t) => {
    const { post, send } = await openTestApp(t, { door: { publicReads: false } });
    t.equal((await send('POST', '/api/drafts', bearer(stewardTokens.anna))).status, 400, 'stewards may draft');
    t.equal(
      (await send('POST', '/api/webhooks', bearer(stewardTokens.anna))).status,
      404,
      'and manage webhooks, if on',
    );
    t.match((await post('nonsense', bearer(testToken))).status, 422);
  },
);

t.test('a browser gives its token once, reads with its cookie, writes nothing, and signs out', async (t) => {
  const html = { accept: 'text/html' };
  const form = { ...html, 'content-type': 'application/x-www-form-urlencoded' };
  const path = '/partnerships/alibaba.ioc/timeline?status=due';
  const asked = await closed.get(path, html);
  t.equal(asked.status, 303);
  const signIn = asked.headers['location'] ?? '';
  t.equal(signIn, `/sign-in?next=${encodeURIComponent(path)}`);
  const page = await closed.get(signIn, html);
  t.match(page.text, /<form[^>]* action="\/sign-in"/);
  t.match(page.text, `name="next" value="${path}"`);

  const { secret, token } = newToken('steward');
  const give = async (text: string, next = path, more = {}) =>
    await closed.send('POST', '/sign-in', { ...form, ...more }, new URLSearchParams({ token: text, next }).toString());
  const wrong = await give('a-token-of-nobody-here');
  t.equal(wrong.status, 401);
  t.match(wrong.text, /aria-invalid="true"/);
  t.equal(wrong.headers['set-cookie'], undefined);
  t.equal((await give(secret, path, { 'sec-fetch-site': 'cross-site' })).status, 400, 'no other site signs people in');
  for (const next of ['//evil.example/', '/\\evil.example', 'https://evil.example/', '/sign-in']) {
    t.equal((await give(secret, next)).headers['location'], '/', next);
  }
  const signedIn = await give(secret);
  t.equal(signedIn.headers['location'], path);
  const set = signedIn.headers['set-cookie'] ?? '';
  t.match(set, /^ledger-\w+=[\w.-]+; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/);
  t.notMatch(set, secret);

  const cookie = { cookie: `other=1; ${set.split(';')[0]}` };
  const timeline = await closed.get(path, { ...html, ...cookie });
  t.equal(timeline.status, 200);
  t.match(timeline.text, 'Signed in as a-steward');
  t.equal((await closed.get('/api/partnerships', cookie)).status, 200);
  t.equal((await closed.send('POST', '/api/drafts', cookie)).status, 401, 'it writes nothing');
  t.equal((await closed.get('/api/webhooks', cookie)).status, 401, 'and reads no more than a reader');
  const [name = '', value = ''] = (set.split(';')[0] ?? '').split('=');
  const forged = value.replace(/^./, (letter) => (letter === 'e' ? 'f' : 'e'));
  t.equal((await closed.get('/api', { cookie: `${name}=${forged}` })).status, 401);
  t.match((await closed.get('/sign-in', cookie)).text, /action="\/sign-out"/);
  t.match((await closed.send('POST', '/sign-out', { ...form, ...cookie }, '')).headers['set-cookie'], /Max-Age=0/);
  closed.tokens.revoke(token.id);
  t.equal((await closed.get('/api', cookie)).status, 401, 'a session ends with its token');
});

t.test('an address reads one view until it is revoked, with the bytes of the view', async (t) => {
  const view = '/api/partnerships/alibaba.ioc/calendar.ics?occurredAsOf=2018-02-05';
  const admin = { ...bearer(testToken), 'content-type': 'application/json' };
  const made = await closed.send('POST', '/api/tokens', admin, JSON.stringify({ name: 'phone', reads: view }));
  t.match(made, { status: 201, body: { name: 'phone', role: null, reads: view, address: String } });
  const { address, secret, id } = made.body;
  t.match(address, /^\/shared\/ledger_[\w-]{43}\/calendar\.ics$/);
  const shared = await closed.get(address);
  t.equal(shared.status, 200);
  t.equal(shared.text, (await closed.get(view, bearer(testToken))).text);
  t.equal((await closed.get(address, { 'if-none-match': shared.headers['etag'] ?? '' })).status, 304);
  t.equal((await closed.send('POST', address)).status, 405);
  t.equal((await closed.get('/api', bearer(secret))).status, 401, 'it is no token for a header');
  const listed = (await closed.get('/api/tokens', admin)).text;
  t.match(listed, '"usedAt":"2');
  t.notMatch(listed, secret);
  t.equal((await closed.send('POST', `/api/tokens/${id}/revocation`, admin, '{}')).status, 200);
  t.equal((await closed.get(address)).status, 404);
  for (const [body, place] of [
    [{ name: 'Anna', role: 'reader' }, '/name'],
    [{ name: 'anna' }, ''],
    [{ name: 'anna', role: 'reader', reads: view }, ''],
    [{ name: 'anna', reads: '/api/partnerships' }, '/reads'],
    [{ name: 'anna', role: 'king' }, '/role'],
    [{ name: 'anna', role: 'reader', expires: 'soon' }, '/expires'],
  ] as const) {
    const refused = await closed.send('POST', '/api/tokens', admin, JSON.stringify(body));
    t.match(refused, { ...problem('invalid-token', 422), body: { errors: [{ path: place }] } }, JSON.stringify(body));
  }
});

t.test('guessing is slowed by address, and refusals are logged with the address and without the secret', async (t) => {
  const lines: string[] = [];
  const { app, later } = await openTestApp(t, {
    seeds: false,
    door: { publicReads: false },
    log: (line) => lines.push(line),
  });
  const guess = async (secret: string, remoteAddress: string) =>
    await app.inject({ url: '/api?token=in-a-query', headers: bearer(secret), remoteAddress });
  for (let i = 0; i < 10; i += 1) t.equal((await guess(`guess-number-${i}`, '2001:db8::1')).statusCode, 401);
  const slowed = await guess(testToken, '2001:db8::2:1');
  t.equal(slowed.statusCode, 429, 'the network counts');
  t.equal(slowed.headers['retry-after'], '6');
  t.equal((await guess(testToken, '2001:db8:0:1::1')).statusCode, 400, 'another network, whose token is looked at');
  later(6_000);
  t.equal((await guess(testToken, '2001:db8::1')).statusCode, 400, 'then the next is looked at');
  const log = lines.join('');
  t.match(log, /"address":"2001:db8::1".*refused/);
  for (const secret of ['guess-number', 'in-a-query', testToken]) t.notMatch(log, secret);
});

t.test('a host that the server was not told of is refused, whatever it asks', async (t) => {
  const ask = async (host: string) => (await closed.get('/health/live', { host })).status;
  for (const host of [
    'localhost',
    'LOCALHOST:3000',
    '127.0.0.1:80',
    '[::1]:3000',
    'ledger.example:1',
    'other.example:8443',
  ])
    t.equal(await ask(host), 200, host);
  for (const host of [
    'evil.example',
    'other.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'a@localhost',
  ])
    t.equal(await ask(host), 421, host);
});

t.test('limits, other sites and ids of requests are as the operator set them', async (t) => {
  const door = { requestsAMinute: 3, corsOrigins: ['https://news.example'], trustedProxies: ['uniquelocal'] };
  const { app } = await openTestApp(t, { seeds: false, door });
  const ask = async (
    headers: Readonly<Record<string, string>>,
    remoteAddress = '127.0.0.1',
    method: 'GET' | 'OPTIONS' = 'GET',
  ) => await app.inject({ method, url: '/api', headers, remoteAddress });
  const from = async (origin: string) => await ask({ origin });
  t.equal((await from('https://news.example')).headers['access-control-allow-origin'], 'https://news.example');
  t.match((await from('https://news.example')).headers['vary'], /origin/i);
  t.equal((await from('https://evil.example')).headers['access-control-allow-origin'], undefined);
  const preflight = await ask(
    { origin: 'https://news.example', 'access-control-request-method': 'GET' },
    '127.0.0.1',
    'OPTIONS',
  );
  t.equal(preflight.headers['access-control-allow-origin'], 'https://news.example');
  t.equal(
    (await closed.send('OPTIONS', '/api', { origin: 'https://news.example' })).headers['access-control-allow-origin'],
    undefined,
  );
  const statuses = [];
  for (let i = 0; i < 4; i += 1)
    statuses.push((await ask({ 'x-forwarded-for': '203.0.113.7' }, '10.0.0.2')).statusCode);
  t.same(statuses, [200, 200, 200, 429], 'by the address that the proxy names');
  t.equal((await ask({ 'x-forwarded-for': '203.0.113.8' }, '10.0.0.2')).statusCode, 200);
  t.equal((await ask({ 'x-request-id': 'mine-1' })).headers['x-request-id'], 'mine-1');
  t.match((await ask({ 'x-request-id': 'not one\tid' })).headers['x-request-id'], /^[0-9a-f-]{36}$/);
  const { headers } = await ask({});
  t.match(headers, {
    'x-frame-options': 'DENY',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  });
  t.match(headers['content-security-policy'], /^default-src 'none'/);
});

t.test('tokens of an identity provider count by issuer, audience, key and role', async (t) => {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const keys = createServer((_, response) => {
    void exportJWK(publicKey).then((jwk) =>
      response.end(JSON.stringify({ keys: [{ ...jwk, kid: 'one', alg: 'ES256' }] })),
    );
  }).listen(0, '127.0.0.1');
  t.teardown(() => void keys.close());
  await once(keys, 'listening');
  const { port } = keys.address() as AddressInfo;
  const parts = { issuer: 'https://id.example', audience: 'ledger', roleClaim: 'roles', now: () => startOfApps };
  const provider = identityProvider({ ...parts, keys: new URL(`http://127.0.0.1:${port}/`) });
  const { get, send } = await openTestApp(t, { seeds: false, door: { publicReads: false }, provider });
  const seconds = startOfApps / 1000;
  const sign = async (
    claims: object,
    { issuer = parts.issuer, audience = 'ledger', ends = seconds + 60, key = privateKey } = {},
  ) =>
    await new SignJWT({ preferred_username: 'Carla', ...claims })
      .setProtectedHeader({ alg: 'ES256', kid: 'one' })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject('17')
      .setExpirationTime(ends)
      .sign(key);
  t.equal((await get('/api', bearer(await sign({ roles: ['other', 'reader'] })))).status, 200);
  const low = await send('POST', '/api/articles', bearer(await sign({ roles: 'reader' })));
  t.match(low, problem('role-insufficient', 403));
  t.match(low.body.detail, 'carla');
  const { privateKey: strange } = await generateKeyPair('ES256');
  for (const [why, token] of [
    ['of another issuer', await sign({ roles: 'admin' }, { issuer: 'https://evil.example' })],
    ['for another audience', await sign({ roles: 'admin' }, { audience: 'mail' })],
    ['expired', await sign({ roles: 'admin' }, { ends: seconds - 60 })],
    ['by another key', await sign({ roles: 'admin' }, { key: strange })],
    ['without a role', await sign({})],
    ['with the name of a steward of this ledger', await sign({ roles: 'admin', preferred_username: 'Anna' })],
    ['with a name of the ledger itself', await sign({ roles: 'admin', preferred_username: 'seeds' })],
  ] as const) {
    t.match(await get('/api', bearer(token)), problem('token-wrong', 401), why);
  }
});
