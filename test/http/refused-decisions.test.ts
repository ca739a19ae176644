import t from 'tap';
import { problem } from '../support/app.ts';
import { articleText } from '../support/article-text.ts';
import { decide } from '../support/decide.ts';
import { acme, correction, sign, signed, twoArticles, versionOf } from './two-articles.ts';

t.test('a decision that would break a business rule is refused with that rule', async (t) => {
  const app = await twoArticles(t);
  await app.post(
    articleText({
      article: 'd',
      published: '2024-09-02',
      reports: '  - { TermAgreed: ~, happened: 2024-05-01, p: 1, start: 2024-05, end: 2030, note: Six years }',
    }),
  );
  const term = 'partnership/acme.federation/term-agreed';
  const body = { fact: term, field: 'end', value: '2024-04', basis: 'misread', reason: 'misread' };
  const answer = await decide(app, `${acme}/corrections`, body, { version: await versionOf(app, term), key: '1' });
  t.match(
    answer,
    problem('rule-broken', 409, {
      rule: 'term',
      errors: [{ in: 'body', path: '/value', message: String as never }],
    }),
  );
  t.match(answer.body.flags, [{ rule: 'term', fact: term, detail: String }]);
});

t.test('a decision on an unknown fact is refused with the nearest one', async (t) => {
  const app = await twoArticles(t);
  const seen = { version: 1, key: '1' };
  t.match(
    await decide(app, '/api/partnerships/acme.federatio/corrections', correction, seen),
    problem('unknown-partnership', 404),
  );
  t.match(await decide(app, '/api/articles/z/retraction', { reason: 'x' }, seen), problem('unknown-article', 404));
  t.match(
    await decide(app, `${acme}/corrections`, { ...correction, fact: 'partnership/acme.federation/sgned' }, seen),
    problem('unknown-fact', 404, {
      errors: [{ in: 'body', path: '/fact', message: String as never, suggestion: signed }],
    }),
  );
  const version = await versionOf(app, signed);
  const wrong: readonly (readonly [object, string, string, string?])[] = [
    [{ field: 'plaze' }, 'unknown-field', '/field', 'place'],
    [{ field: 'date', value: '2024-13' }, 'wrong-value', '/value'],
    [{ reports: ['00000000-0000-4000-8000-000000000000'] }, 'unknown-report', '/reports/0'],
  ];
  for (const [change, rule, path, suggestion] of wrong) {
    const answer = await decide(app, `${acme}/corrections`, { ...correction, ...change }, { version, key: '1' });
    const error = { in: 'body' as const, path, message: String as never };
    t.match(
      answer,
      problem('invalid-decision', 422, { rule, errors: [suggestion === undefined ? error : { ...error, suggestion }] }),
      rule,
    );
  }
});

t.test('all mistakes in the body of a decision are reported together, and nothing is recorded', async (t) => {
  const app = await twoArticles(t);
  const { position } = await app.ledger.views.head();
  const version = await versionOf(app, signed);
  const answer = await decide(
    app,
    `${acme}/corrections`,
    {
      facts: signed,
      reports: ['x'],
      field: ' ',
      value: { min: 'three' },
      basis: 'misred',
      reason: '',
      reference: { titel: 'A register', published: '2018/2019' },
    },
    { version, key: '1' },
  );
  t.match(answer, problem('invalid-decision', 422));
  t.same(
    answer.body.errors
      .map(({ path, suggestion }: { path: string; suggestion?: string }) => [path, suggestion ?? null])
      .toSorted(),
    [
      ['/basis', 'misread'],
      ['/fact', null],
      ['/facts', 'fact'],
      ['/field', null],
      ['/reason', null],
      ['/reference/published', '[2018..2019]'],
      ['/reference/titel', 'title'],
      ['/reference/title', null],
      ['/reports/0', null],
      ['/value', null],
    ],
  );
  const unfounded = await decide(
    app,
    `${acme}/corrections`,
    { ...correction, basis: 'better-evidence', reason: ' ' },
    { version, key: '1' },
  );
  t.same(
    unfounded.body.errors.map(({ path }: { path: string }) => path),
    ['/reason', '/reference'],
  );
  for (const body of ['[]', '"text"', 'null', '7']) {
    t.match(await decide(app, `${acme}/merges`, body, { version, key: '1' }), problem('invalid-decision', 422), body);
  }
  const odd = await decide(app, `${acme}/corrections`, '{"__proto__": {"fact": "x"}, "constructor": 1}', {
    version,
    key: '1',
  });
  t.match(odd, problem('invalid-decision', 422));
  t.match(
    await decide(app, `${acme}/merges`, '{ "fact": "x",\n }', { version, key: '1' }),
    problem('malformed-body', 400, { errors: [{ line: 2 } as never] }),
  );
  t.match(await decide(app, `${acme}/merges`, '', { version, key: '1' }), problem('malformed-body', 400));
  const yaml = await decide(app, `${acme}/merges`, 'fact: x', {
    version,
    key: '1',
    headers: { 'content-type': 'application/yaml' },
  });
  t.match(yaml, problem('unsupported-media-type', 415));
  t.equal(yaml.headers['accept-post'], 'application/json');
  t.match(
    await decide(app, `${acme}/merges?dryrun=true`, {}, { version, key: '1' }),
    problem('unknown-parameter', 400),
  );
  t.equal((await app.ledger.views.head()).position, position);
});

t.test('a single mistake in the body of a decision names its rule', async (t) => {
  const app = await twoArticles(t);
  const version = await versionOf(app, signed);
  const wrong: readonly (readonly [object, string, string])[] = [
    [{ reason: ' ' }, 'missing-reason', '/reason'],
    [{ reason: undefined }, 'missing-reason', '/reason'],
    [{ basis: 'better-evidence' }, 'missing-reference', '/reference'],
    [{ reference: { title: 'A register', published: 'last year' } }, 'wrong-reference', '/reference/published'],
  ];
  for (const [change, rule, path] of wrong) {
    const answer = await decide(app, `${acme}/corrections`, { ...correction, ...change }, { version, key: '1' });
    const error = { in: 'body' as const, path, message: String as never };
    t.match(answer, problem('invalid-decision', 422, { rule, errors: [error] }), JSON.stringify(change));
  }
});

t.test('a decision takes Unicode texts without control characters', async (t) => {
  const app = await twoArticles(t);
  const version = await versionOf(app, signed);
  const wrong: readonly (readonly [object, string])[] = [
    [{ reason: 'half \ud800' }, '/reason'],
    [{ value: '\udc00' }, '/value'],
    [{ field: 'pl\ud800ce' }, '/field'],
    [{ fact: `${signed}\ud800` }, '/fact'],
    [{ reference: { title: '\ud800', published: '2018' } }, '/reference/title'],
    [{ reason: 'a\u0000b' }, '/reason'],
    [{ reason: '\u001b[31mred' }, '/reason'],
    [{ reason: 'a\u009bb' }, '/reason'],
    [{ reason: 'Z\ufffdrich' }, '/reason'],
  ];
  for (const [change, path] of wrong) {
    const answer = await decide(app, `${acme}/corrections`, { ...correction, ...change }, { version, key: '1' });
    const error = { in: 'body' as const, path, message: String as never };
    t.match(answer, problem('invalid-decision', 422, { errors: [error] }), JSON.stringify(change));
  }
  const reason = 'one line\r\n\tand another \u{1f3c5}';
  t.match(await decide(app, `${acme}/corrections`, { ...correction, reason }, { version, key: '1' }), { status: 201 });
});

t.test('the token of a decision names its steward', async (t) => {
  const app = await twoArticles(t);
  const version = await versionOf(app, signed);
  const by = async (authorization: string) =>
    await decide(app, `${acme}/corrections`, correction, { version, key: '1', headers: { authorization } });
  t.match(await by(''), problem('token-missing', 401));
  t.match(await by('Bearer token-of-nobody-at-all'), problem('token-wrong', 401));
  t.match(await decide(app, `${acme}/corrections`, correction, { version, key: '1', by: 'ben' }), {
    body: { recordedBy: 'ben' },
  });
  const reports = sign('Zug');
  const posted = await app.post(articleText({ article: 'e', reports }), {
    authorization: 'Bearer token-of-ben-the-steward',
  });
  t.equal(posted.status, 201);
  const { body: trail } = await app.get('/api/articles/e/audit');
  t.same(
    new Set(trail.entries.map(({ recordedBy }: { recordedBy: string }) => recordedBy)),
    new Set(['ben']),
    'articles too',
  );
});

t.test('other methods on a decision are refused with the allowed one', async (t) => {
  const { send, get } = await twoArticles(t);
  const addresses = ['corrections', 'retractions', 'resolutions', 'merges'].map((name) => `${acme}/${name}`);
  for (const address of [...addresses, '/api/articles/b/retraction']) {
    const answer = await get(address);
    t.match(answer, problem('method-not-allowed', 405), address);
    t.equal(answer.headers.allow, 'POST, OPTIONS');
    t.match(await send('OPTIONS', address), { status: 204, headers: { allow: 'POST, OPTIONS' } });
  }
});
