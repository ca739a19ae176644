import t from 'tap';
import { type Role, roles } from '../../src/access/roles.ts';
import { openTestApp, problem, stewardTokens, testToken } from '../support/app.ts';

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
