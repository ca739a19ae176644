import t, { type Test } from 'tap';
import { openTestApp, problem, type TestApp } from '../support/app.ts';
import { articleText } from '../support/article-text.ts';
import { decide } from '../support/decide.ts';
import { placeOf } from '../support/open-test-ledger.ts';

const acme = '/api/partnerships/acme.federation';
const aims = (...names: readonly string[]) =>
  names.map((name) => `  - { PriorityStated: ${name}, happened: 2024-05-01, p: 1, note: An aim }\n`).join('');
const factOf = (name: string) => `priority/${name}/stated`;

const begun = async (t: Test): Promise<TestApp> => {
  const app = await openTestApp(t, { seeds: false });
  const answer = await app.post(
    articleText({ article: 'a', published: '2024-05-02', reports: aims('one', 'two', 'three') }),
  );
  t.equal(answer.status, 201, answer.text);
  return app;
};
const versionOf = async ({ get }: TestApp, fact: string): Promise<number> =>
  (await get(`${acme}/facts/${fact}`)).body.entry.version;
const dated = (name: string, day: string) => ({
  fact: factOf(name),
  field: 'date',
  value: day,
  basis: 'misread',
  reason: 'read again',
});
const corrections = `${acme}/corrections`;

t.test('a decision must say which version its steward saw', async (t) => {
  const app = await begun(t);
  const version = await versionOf(app, factOf('one'));
  const body = dated('one', '2024-04-30');
  t.match(await decide(app, corrections, body, { version: null, key: '1' }), problem('version-missing', 428));
  const both = await decide(app, corrections, body, { version: null, key: '' });
  t.match(both, problem('idempotency-key-missing', 400), 'whatever else is missing is named too');
  t.same(
    both.body.errors.map(({ path }: { path: string }) => path),
    ['Idempotency-Key', 'If-Match'],
  );
  const refused: readonly (readonly [string, RegExp, string?])[] = [
    ['*', /seen nothing/],
    [`W/"${version}"`, /weak/, `"${version}"`],
    [`"${version}", "1"`, /one version/],
    [String(version), /double quotes/, `"${version}"`],
    ['"HjK3n-abc"', /not the ETag/],
    ['""', /a number/],
    ['"-1"', /a number/],
    [`"${version}`, /double quotes/],
  ];
  for (const [tag, message, suggestion] of refused) {
    const answer = await decide(app, corrections, body, { version: null, key: '1', headers: { 'if-match': tag } });
    const error = { in: 'header' as const, path: 'If-Match', message: message as never };
    t.match(
      answer,
      problem('invalid-header', 400, { errors: [suggestion === undefined ? error : { ...error, suggestion }] }),
      tag,
    );
  }
  t.equal((await decide(app, corrections, body, { version, key: '1' })).status, 201);
});

t.test('a stale decision is refused with what has changed since', async (t) => {
  const app = await begun(t);
  const version = await versionOf(app, factOf('one'));
  const first = await decide(app, corrections, dated('one', '2024-04-30'), { version, key: '1' });
  await app.post(articleText({ article: 'b', published: '2024-05-03', reports: aims('one') }));
  const now = await versionOf(app, factOf('one'));
  const stale = await decide(app, corrections, dated('one', '2024-04-29'), { version, key: '2', by: 'ben' });
  t.match(stale, problem('version-stale', 412, { version: now }));
  t.match(stale.body.since, [
    { position: first.body.position, type: 'FactCorrected', recordedBy: 'anna', recordedAt: first.body.recordedAt },
    { position: now, type: 'PriorityStated', recordedBy: 'api', recordedAt: String },
  ]);
  t.match(
    await decide(app, corrections, dated('one', '2024-04-29'), { version: 999_999, key: '2' }),
    problem('version-stale', 412),
    'a version of the future',
  );
  t.match(await decide(app, corrections, dated('one', '2024-04-29'), { version: now, key: '2' }), { status: 201 });
});

t.test('a change to another fact does not make a decision stale', async (t) => {
  const app = await begun(t);
  const [one, two] = [await versionOf(app, factOf('one')), await versionOf(app, factOf('two'))];
  t.equal((await decide(app, corrections, dated('two', '2024-04-30'), { version: two, key: '1' })).status, 201);
  await app.post(articleText({ article: 'b', published: '2024-05-03', reports: aims('three') }));
  t.equal((await decide(app, corrections, dated('one', '2024-04-30'), { version: one, key: '2' })).status, 201);
});

t.test('a re-reading or retraction of an article makes decisions on its facts stale', async (t) => {
  const app = await begun(t);
  const one = await versionOf(app, factOf('one'));
  const reread = await app.post(
    articleText({
      article: 'a',
      published: '2024-05-02',
      revision: 2,
      head: 'because: reread\n',
      reports: aims('two'),
    }),
  );
  const stale = await decide(app, corrections, dated('one', '2024-04-30'), { version: one, key: '1' });
  t.match(stale, problem('version-stale', 412, { version: reread.body.position }));
  t.match(stale.body.since, [{ type: 'ArticleRead' }]);
  const article = { version: reread.body.position, key: '2' };
  const retracted = await decide(app, '/api/articles/a/retraction', { reason: 'a hoax' }, article);
  t.match(await decide(app, corrections, dated('two', '2024-04-30'), { version: reread.body.position, key: '3' }), {
    status: 412,
    body: { version: retracted.body.version, since: [{ type: 'ArticleRetracted' }] },
  });
  t.match(
    await decide(app, '/api/articles/a/retraction', { reason: 'again' }, { ...article, key: '4' }),
    problem('version-stale', 412, { version: retracted.body.version }),
    'the article has a version of its own',
  );
});

t.test('a decision without an Idempotency-Key is refused', async (t) => {
  const app = await begun(t);
  const version = await versionOf(app, factOf('one'));
  const body = dated('one', '2024-04-30');
  t.match(await decide(app, corrections, body, { version, key: '' }), problem('idempotency-key-missing', 400));
  for (const key of ['with space', 'ö', 'x'.repeat(201), 'tab\there']) {
    t.match(await decide(app, corrections, body, { version, key }), problem('invalid-header', 400), key);
  }
  t.equal((await decide(app, corrections, body, { version, key: '~'.repeat(200) })).status, 201);
});

t.test('a repeated decision gets the answer that was lost', async (t) => {
  const app = await begun(t);
  const version = await versionOf(app, factOf('one'));
  const send = async () => await decide(app, corrections, dated('one', '2024-04-30'), { version, key: 'one-key' });
  const lost = await send();
  t.equal(lost.status, 201);
  // The fact and its surroundings move on meanwhile.
  await decide(app, corrections, dated('one', '2024-04-29'), { version: lost.body.version, key: '2', by: 'ben' });
  await decide(
    app,
    `${acme}/merges`,
    { fact: factOf('two'), from: factOf('one'), reason: 'one aim' },
    { version: await versionOf(app, factOf('two')), key: '3' },
  );
  await decide(
    app,
    '/api/articles/a/retraction',
    { reason: 'a hoax' },
    { version: (await app.get('/api/articles/a')).body.article.version, key: '4' },
  );
  const { position } = await app.ledger.views.head();
  t.equal(position, lost.body.position + 3);
  const again = await send();
  t.equal(again.status, 200);
  t.equal(again.text, lost.text, 'in every byte');
  t.equal(again.headers.location, lost.headers.location);
  t.equal((await app.ledger.views.head()).position, position, 'and nothing is recorded');
});

t.test('an Idempotency-Key stands for one request of one steward', async (t) => {
  const app = await begun(t);
  const version = await versionOf(app, factOf('one'));
  const body = dated('one', '2024-04-30');
  const first = await decide(app, corrections, body, { version, key: 'k' });
  const seen = { version: first.body.version, key: 'k' };
  const taken = problem('idempotency-key-taken', 422, {
    errors: [{ in: 'header', path: 'Idempotency-Key', message: String as never }],
  });
  t.match(await decide(app, corrections, { ...body, reason: 'another' }, seen), taken, 'not another body');
  t.match(await decide(app, `${acme}/resolutions`, body, seen), taken, 'not another address');
  t.match(
    await decide(app, '/api/articles/a/retraction', { reason: 'x' }, { version: 1, key: 'k' }),
    taken,
    'not an article',
  );
  const reordered = JSON.stringify(Object.fromEntries(Object.entries(body).toReversed()), null, 2);
  t.match(
    await decide(app, corrections, reordered, seen),
    { status: 200 },
    'the same members in another order are the same',
  );
  const other = await decide(app, corrections, dated('one', '2024-04-29'), { ...seen, by: 'ben' });
  t.equal(other.status, 201, 'of another steward it is another key');
  t.not(other.body.decision, first.body.decision);
});

t.test('of two stewards deciding on one fact at once, one decides and the other is stale', async (t) => {
  const app = await begun(t);
  const version = await versionOf(app, factOf('one'));
  const answers = await Promise.all(
    (['anna', 'ben'] as const).map(
      async (by, i) => await decide(app, corrections, dated('one', `2024-04-2${i}`), { version, key: '1', by }),
    ),
  );
  t.same(
    answers.map(({ status }) => status).toSorted((a, b) => a - b),
    [201, 412],
  );
});

t.test('stewards deciding on different facts at once all decide', async (t) => {
  const app = await begun(t);
  const names = Array.from({ length: 12 }, (_, i) => `aim-${i}`);
  await app.post(articleText({ article: 'many', published: '2024-05-02', reports: aims(...names) }));
  const versions = await Promise.all(names.map((name) => versionOf(app, factOf(name))));
  const answers = await Promise.all(
    names.map(
      async (name, i) =>
        await decide(app, corrections, dated(name, '2024-04-30'), { version: versions[i] ?? 0, key: name }),
    ),
  );
  t.ok(answers.every(({ status }) => status === 201));
  t.equal(new Set(answers.map(({ body }) => body.position)).size, names.length);
});

t.test('one key sent to two servers at once gives one event', async (t) => {
  const folder = t.testdir({ first: {}, second: {} });
  const place = await placeOf(`${folder}/first`);
  // The embedded store is one file; servers on EventStoreDB share a log and have folders of their own.
  const other = place.eventStore === undefined ? place : { ...place, dataDir: `${folder}/second` };
  const one = await openTestApp(t, { seeds: false, place });
  await one.post(articleText({ article: 'a', published: '2024-05-02', reports: aims('one', 'two') }));
  const two = await openTestApp(t, { seeds: false, place: other });
  const version = await versionOf(one, factOf('one'));
  const { position } = await one.ledger.views.head();

  const same = await Promise.all(
    [one, two, one, two].map(
      async (app) => await decide(app, corrections, dated('one', '2024-04-30'), { version, key: 'same' }),
    ),
  );
  t.ok(same.every(({ status }) => status === 201 || status === 200));
  t.equal(new Set(same.map(({ text }) => text)).size, 1, 'all are told the same');
  t.equal((await one.ledger.views.head()).position, position + 1);

  const seen = same[0]?.body.version;
  const different = await Promise.all(
    [one, two].map(
      async (app, i) =>
        await decide(app, corrections, dated('one', `2024-04-2${i}`), { version: seen, key: 'different' }),
    ),
  );
  t.same(
    different.map(({ status }) => status).toSorted((a, b) => a - b),
    [201, 422],
    'the same key with other bodies: one is told that it is taken',
  );

  const now = await versionOf(one, factOf('one'));
  const race = await Promise.all(
    [one, two].map(
      async (app, i) =>
        await decide(app, corrections, dated('one', `2024-04-1${i}`), {
          version: now,
          key: 'race',
          by: i === 0 ? 'anna' : 'ben',
        }),
    ),
  );
  t.same(
    race.map(({ status }) => status).toSorted((a, b) => a - b),
    [201, 412],
  );
});
