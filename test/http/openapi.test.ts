import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import t from 'tap';
import { openTestApp } from '../support/app.ts';
import { articleText } from '../support/article-text.ts';
import { decide } from '../support/decide.ts';

const app = await openTestApp(t);
const { get, post } = app;
const { body: document } = await get('/openapi.json');

t.test('the API description is valid OpenAPI 3.1', async (t) => {
  t.match(document.openapi, /^3\.1/);
  const { valid, errors } = await new Validator().validate(structuredClone(document));
  t.ok(valid, JSON.stringify(errors));
});

// What proves the whole ledger is looked at through no clock; what it is asked instead.
const withoutClocks: Readonly<Record<string, readonly string[]>> = {
  // A stream has no end (test/http/changes.test.ts).
  '/api/events': [],
  '/api/changes': ['', '?since=300&limit=5', '?partnership=alibaba.ioc'],
  // They need a token (test/webhooks/webhooks.test.ts).
  '/api/webhooks': [],
  '/api/webhooks/{id}': [],
  '/api/audit/checkpoint': [''],
  '/api/audit/proofs/inclusion': ['?position=2', '?position=2&size=5'],
  '/api/audit/proofs/consistency': ['?from=2', '?from=2&to=5'],
  '/api/audit/public-key': [''],
};

t.test('the API description has every route with its parameters and answers', async (t) => {
  const routes = app.app.printRoutes({ commonPrefix: false, includeHooks: false });
  t.match(routes, /facts/);
  const wanted: Readonly<Record<string, readonly string[]>> = {
    '/api': ['get'],
    '/api/partnerships': ['get'],
    '/api/partnerships/{id}': ['get'],
    '/api/partnerships/{id}/timeline': ['get'],
    '/api/partnerships/{id}/obligations': ['get'],
    '/api/partnerships/{id}/rollout': ['get'],
    '/api/partnerships/{id}/audit': ['get'],
    '/api/partnerships/{id}/drift': ['get'],
    '/api/partnerships/{id}/silence': ['get'],
    '/api/partnerships/{id}/calendar': ['get'],
    '/api/partnerships/{id}/brief': ['get'],
    '/api/partnerships/{id}/diff': ['get'],
    '/api/partnerships/{id}/moments': ['get'],
    '/api/search': ['get'],
    '/api/feed': ['get'],
    '/api/partnerships/{id}/feed': ['get'],
    '/api/partnerships/{id}/facts/{kind}/{subject}/{milestone}': ['get'],
    '/api/partnerships/{id}/facts/{kind}/{subject}/{milestone}/audit': ['get'],
    '/api/partnerships/{id}/facts/{kind}/{subject}/{milestone}/why': ['get'],
    '/api/audit': ['get'],
    '/api/audit/checkpoint': ['get'],
    '/api/audit/proofs/inclusion': ['get'],
    '/api/audit/proofs/consistency': ['get'],
    '/api/audit/public-key': ['get'],
    '/api/games': ['get'],
    '/api/games/{edition}/obligations': ['get'],
    '/api/articles': ['get', 'post'],
    '/api/articles/{id}': ['get'],
    '/api/articles/{id}/audit': ['get'],
    '/api/articles/{id}/retraction': ['post'],
    '/api/partnerships/{id}/corrections': ['post'],
    '/api/partnerships/{id}/merges': ['post'],
    '/api/partnerships/{id}/separations': ['post'],
    '/api/partnerships/{id}/resolutions': ['post'],
    '/api/partnerships/{id}/retractions': ['post'],
    '/openapi.json': ['get'],
    '/problems': ['get'],
    '/problems/{name}': ['get'],
    '/health/live': ['get'],
    '/api/changes': ['get'],
    '/api/drafts': ['post'],
    '/api/webhooks': ['get', 'post'],
    '/api/webhooks/{id}': ['get', 'delete'],
    '/api/webhooks/{id}/test': ['post'],
    '/api/events': ['get'],
    '/health/ready': ['get'],
  };
  t.same(
    Object.fromEntries(Object.entries<object>(document.paths).map(([path, methods]) => [path, Object.keys(methods)])),
    wanted,
  );

  const operations = Object.values<Record<string, { operationId?: string }>>(document.paths).flatMap(Object.values);
  t.equal(
    new Set(operations.map(({ operationId }) => operationId)).size,
    operations.length,
    'each has an id of its own',
  );
  for (const [path, { get: read }] of Object.entries<{ get?: { parameters?: { name: string }[] } }>(document.paths)) {
    if (!path.startsWith('/api') || read === undefined || path in withoutClocks) continue;
    const names = read.parameters?.map(({ name }) => name) ?? [];
    t.ok(
      ['occurredAsOf', 'reportedAsOf', 'recordedAsOf', 'atPosition', 'timing'].every((clock) => names.includes(clock)),
      `${path} takes the clocks`,
    );
  }
  t.same(Object.keys(document.paths['/api/articles'].post.requestBody.content).toSorted(), [
    'application/json',
    'application/x-yaml',
    'application/yaml',
    'text/x-yaml',
    'text/yaml',
  ]);
});

t.test('every answer fits the API description', async (t) => {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema({ ...document, $id: 'openapi' });
  const check = (pointer: string, value: unknown, message: string) => {
    const validate = ajv.getSchema(`openapi#${pointer}`);
    if (validate === undefined) throw new Error(`no schema at ${pointer}`);
    t.ok(validate(value), `${message} ${JSON.stringify(validate.errors?.slice(0, 3))}`);
  };
  const escaped = (path: string) => encodeURIComponent(path.replaceAll('~', '~0').replaceAll('/', '~1'));
  const answered = (path: string, method: string, status: string, type: string) =>
    `/paths/${escaped(path)}/${method}/responses/${status}/content/${escaped(type)}/schema`;

  const reread = articleText({
    article: '005',
    partnership: 'alibaba.ioc',
    published: '2018-02-02',
    reports: '  - { CampaignLaunched: greatness-of-small, happened: 2018-02-01, p: 1, note: On the air }',
  });
  check(answered('/api/articles', 'post', '201', 'application/json'), (await post(reread)).body, 'recorded');
  check(answered('/api/articles', 'post', '200', 'application/json'), (await post(reread)).body, 'unchanged');

  const partnership = '/api/partnerships/alibaba.ioc';
  const params: Readonly<Record<string, string>> = { '{edition}': '2022W', '{name}': 'unknown-games' };
  const fill = (path: string) =>
    Object.entries(params).reduce(
      (text, [from, to]) => text.replace(from, to),
      path.replace('/api/partnerships/{id}', partnership).replace('/api/articles/{id}', '/api/articles/002'),
    );
  const clocks = [
    '',
    '?reportedAsOf=2017-06',
    '?occurredAsOf=2018-02-05&timing=certain',
    '?recordedAsOf=2018',
    '?atPosition=1',
  ];
  const comparisons = [
    '?from=2018-01-01&to=2018-03-01',
    '?clock=reported&from=2017-01-20',
    '?clock=recorded&from=position:100&timing=certain',
    '?from=2018&to=2018',
    '?from=2017&to=2018&recordedAsOf=2018',
  ];
  const queriesOf = (path: string): readonly string[] => {
    if (path.endsWith('/diff')) return comparisons;
    if (path === '/api/search') return clocks.map((query) => `${query === '' ? '?' : `${query}&`}q=alibaba`);
    return withoutClocks[path] ?? (path.startsWith('/api') ? clocks : ['']);
  };
  for (const [path, methods] of Object.entries<object>(document.paths)) {
    if (!('get' in methods)) continue;
    const addresses = path.includes('/facts/')
      ? ['campaign/greatness-of-small/launched', 'campaign/greatness-of-small/creative-count-stated'].map((fact) =>
          fill(path).replace('{kind}/{subject}/{milestone}', fact),
        )
      : [fill(path)];
    for (const address of addresses) {
      for (const query of queriesOf(path)) {
        const { status, body } = await get(`${address}${query}`);
        t.equal(status, 200, `${address}${query}`);
        if (path === '/api/audit/checkpoint') continue;
        check(answered(path, 'get', '200', 'application/json'), body, `${address}${query}`);
      }
    }
  }
  for (const address of [
    '/api?asOf=2018',
    '/api/articles/nope',
    `${partnership}/timeline?type=Nope`,
    '/api?atPosition=99999',
  ]) {
    check(answered('/api', 'get', '4XX', 'application/problem+json'), (await get(address)).body, address);
  }
  const invalid = await post('article: x');
  t.equal(invalid.status, 422);
  check(answered('/api/articles', 'post', '4XX', 'application/problem+json'), invalid.body, 'an invalid article');

  const fact = 'campaign/greatness-of-small/creative-count-stated';
  const resolution = { fact, field: 'count', value: 3, basis: 'misread', reason: 'counted again' };
  const { version } = (await get(`${partnership}/facts/${fact}`)).body.entry;
  const resolutions = '/api/partnerships/{id}/resolutions';
  for (const status of ['201', '200'] as const) {
    const { body } = await decide(app, fill(resolutions), resolution, { version, key: 'once' });
    check(answered(resolutions, 'post', status, 'application/json'), body, status);
  }
  const stale = await decide(app, fill(resolutions), resolution, { version, key: 'twice' });
  t.equal(stale.status, 412);
  check(answered(resolutions, 'post', '4XX', 'application/problem+json'), stale.body, 'stale');
  const path = '/api/partnerships/{id}/facts/{kind}/{subject}/{milestone}';
  check(
    answered(path, 'get', '200', 'application/json'),
    (await get(`${partnership}/facts/${fact}`)).body,
    'decided on',
  );

  const decision = document.paths[resolutions].post;
  t.same(
    decision.parameters.map(({ name, in: place, required }: Record<string, unknown>) => [place, name, required]),
    [
      ['query', 'dryRun', false],
      ['path', 'id', true],
      ['header', 'if-match', true],
      ['header', 'idempotency-key', false],
    ],
  );
  check(`/paths/${escaped(resolutions)}/post/requestBody/content/application~1json/schema`, resolution, 'the body');
});
