import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import t from 'tap';
import { formats } from '../../src/exports/formats.ts';
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
  // They need a token too (test/http/access.test.ts).
  '/api/tokens': [],
  '/api/audit/checkpoint': [''],
  '/api/audit/proofs/inclusion': ['?position=2', '?position=2&size=5'],
  '/api/audit/proofs/consistency': ['?from=2', '?from=2&to=5'],
  '/api/audit/public-key': [''],
  '/api/audit/verifier': [''],
};

// biome-ignore lint/suspicious/noExplicitAny: tests say which members they expect
type Operation = any; // oxlint-disable-line typescript/no-explicit-any

// A part of the document, or the component that it refers to.
const resolved = (part: Operation): Operation =>
  part.$ref === undefined
    ? part
    : part.$ref
        .split('/')
        .slice(1)
        .reduce((value: Operation, name: string) => value[name], document);

const isTimeMap = (path: string) => path.startsWith('/api/timemap');

const derivedTags: ReadonlySet<unknown> = new Set(['export', 'timemap']);

t.test('the API description has every route with its parameters and answers', async (t) => {
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
    '/api/audit/verifier': ['get'],
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
    '/api/tokens': ['get', 'post'],
    '/api/tokens/{id}/revocation': ['post'],
    '/health/ready': ['get'],
    '/metrics': ['get'],
  };
  t.same(
    Object.fromEntries(
      Object.entries<object>(document.paths).flatMap(([path, methods]) =>
        derivedTags.has(Object.values(methods)[0]?.tags[0]) ? [] : [[path, Object.keys(methods)]],
      ),
    ),
    wanted,
  );

  const operations = Object.values<Record<string, { operationId?: string }>>(document.paths).flatMap(Object.values);
  t.equal(
    new Set(operations.map(({ operationId }) => operationId)).size,
    operations.length,
    'each has an id of its own',
  );
  for (const [path, { get: read }] of Object.entries<Record<string, Operation>>(document.paths)) {
    if (!path.startsWith('/api') || read === undefined || path in withoutClocks || isTimeMap(path)) continue;
    const names = read.parameters?.map((one: Operation) => resolved(one).name) ?? [];
    for (const type of Object.keys(resolved(read.responses['200']).content)) {
      const suffix = Object.values(formats).find((format) => format.type === type)?.suffix;
      if (read.tags[0] !== 'export' && suffix !== undefined)
        t.ok(`${path}${suffix}` in document.paths, `${path}${suffix}`);
    }
    if (read.tags[0] === 'read') t.ok(path.replace('/api', '/api/timemap') in document.paths, `the TimeMap of ${path}`);
    t.ok(
      ['occurredAsOf', 'reportedAsOf', 'recordedAsOf', 'atPosition', 'timing'].every((clock) => names.includes(clock)),
      `${path} takes the clocks`,
    );
  }
  t.match(document.servers, [{ url: /^http:\/\/[^/]+$/ }], 'the server that was asked');
  t.same(Object.keys(document.paths['/api/articles'].post.requestBody.content).toSorted(), [
    'application/json',
    'application/x-yaml',
    'application/yaml',
    'text/x-yaml',
    'text/yaml',
  ]);
});

t.test('every answer fits the API description', async (t) => {
  const ajv = new Ajv2020({ strict: false, discriminator: true });
  addFormats.default(ajv);
  // Ajv finds a type by its name without the mapping.
  const withoutMapping = JSON.stringify(document).replaceAll(/,"mapping":\{[^}]*\}/g, '');
  ajv.addSchema({ ...JSON.parse(withoutMapping), $id: 'openapi' });
  const check = (pointer: string, value: unknown, message: string) => {
    const validate = ajv.getSchema(`openapi#${pointer}`);
    if (validate === undefined) throw new Error(`no schema at ${pointer}`);
    t.ok(validate(value), `${message} ${JSON.stringify(validate.errors?.slice(0, 3))}`);
  };
  const escaped = (path: string) => encodeURIComponent(path.replaceAll('~', '~0').replaceAll('/', '~1'));
  const answered = (path: string, method: string, status: string, type: string) => {
    const { $ref } = document.paths[path][method].responses[status];
    const place = $ref === undefined ? `/paths/${escaped(path)}/${method}/responses/${status}` : $ref.slice(1);
    return `${place}/content/${escaped(type)}/schema`;
  };

  const reread = articleText({
    article: '005',
    partnership: 'alibaba.ioc',
    published: '2018-02-02',
    reports: '  - { CampaignLaunched: greatness-of-small, happened: 2018-02-01, p: 1, note: On the air }',
  });
  check(answered('/api/articles', 'post', '201', 'application/json'), (await post(reread)).body, 'recorded');
  check(answered('/api/articles', 'post', '200', 'application/json'), (await post(reread)).body, 'unchanged');

  const timeline = '/api/partnerships/{id}/timeline';
  const partnership = '/api/partnerships/alibaba.ioc';
  const params: Readonly<Record<string, string>> = { '{edition}': '2022W', '{name}': 'unknown-games' };
  const fill = (path: string) =>
    Object.entries(params).reduce(
      (text, [from, to]) => text.replace(from, to),
      path.replace('/partnerships/{id}', '/partnerships/alibaba.ioc').replace('/articles/{id}', '/articles/002'),
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
    if (isTimeMap(path))
      return queriesOf(path.replace('/timemap', '')).filter((query) => !/recorded|atPosition/.test(query));
    if (path.endsWith('/diff')) return comparisons;
    if (path.startsWith('/api/search')) return clocks.map((query) => `${query === '' ? '?' : `${query}&`}q=alibaba`);
    return withoutClocks[path] ?? (path.startsWith('/api') ? clocks : ['']);
  };
  for (const [path, methods] of Object.entries<Operation>(document.paths)) {
    if (!('get' in methods)) continue;
    const addresses = path.includes('/facts/')
      ? ['campaign/greatness-of-small/launched', 'campaign/greatness-of-small/creative-count-stated'].map((fact) =>
          fill(path).replace('{kind}/{subject}/{milestone}', fact),
        )
      : [fill(path)];
    for (const address of addresses) {
      // A file and a TimeMap depend on the clocks as their read does.
      const isDerived = derivedTags.has(resolved(methods.get).tags[0]);
      for (const query of queriesOf(path).slice(0, isDerived ? 1 : undefined)) {
        const { status, headers, body, text } = await get(`${address}${query}`);
        t.equal(status, 200, `${address}${query}`);
        const type = headers['content-type']?.split(';')[0] ?? '';
        check(answered(path, 'get', '200', type), type.endsWith('json') ? body : text, `${address}${query}`);
      }
    }
  }
  for (const address of [
    '/api?asOf=2018',
    '/api/articles/nope',
    `${partnership}/timeline?type=Nope`,
    '/api?atPosition=99999',
  ]) {
    const { status, body } = await get(address);
    const path = address.startsWith('/api?') ? '/api' : address.includes('articles') ? '/api/articles/{id}' : timeline;
    check(answered(path, 'get', String(status), 'application/problem+json'), body, address);
  }
  const invalid = await post('article: x');
  t.equal(invalid.status, 422);
  check(answered('/api/articles', 'post', '422', 'application/problem+json'), invalid.body, 'an invalid article');

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
  check(answered(resolutions, 'post', '412', 'application/problem+json'), stale.body, 'stale');
  const path = '/api/partnerships/{id}/facts/{kind}/{subject}/{milestone}';
  check(
    answered(path, 'get', '200', 'application/json'),
    (await get(`${partnership}/facts/${fact}`)).body,
    'decided on',
  );

  const decision = document.paths[resolutions].post;
  t.same(
    decision.parameters.map(resolved).map(({ name, in: place, required }: Operation) => [place, name, required]),
    [
      ['query', 'dryRun', false],
      ['path', 'id', true],
      ['header', 'if-match', true],
      ['header', 'idempotency-key', false],
    ],
  );
  check(`/paths/${escaped(resolutions)}/post/requestBody/content/application~1json/schema`, resolution, 'the body');
});
