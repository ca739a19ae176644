import { join } from 'node:path';
import t from 'tap';
import { run } from '../cli/run-command.ts';
import { openTestApp, stewardTokens, type TestApp } from '../support/app.ts';
import { textOf } from '../support/text-of.ts';

const head = (article: string, more = '') => `article: ${article}
title: null
publisher: Kyodo
published: 2020-05-02
publishedBasis: Printed above the text.
textSha256: ${textOf(article)}
paragraphs: 3
by: outlet
${more}`;

// One article on two partnerships: paragraph 1 is about both, 2 and 3 about one each.
const both = (article: string, more = '') => `${head(article, more)}partnerships:
  auk.ioc:
    - { PartnershipAnnounced: ~, happened: 2020-05-01, p: [1, 2] }
    - { CategoryGranted: cars, happened: 2020-05-01, p: 2 }
  auk.ipc:
    - { PartnershipAnnounced: ~, happened: 2020-05-01, p: [1, 3] }
`;

const onOne = (article: string, partnership: string, more = '') =>
  `${head(article, more)}partnership: ${partnership}
reports:
  - { PartnershipAnnounced: ~, happened: 2020-05-01, p: 1-3 }
`;

const articleOf = async ({ get }: Pick<TestApp, 'get'>, id: string) => (await get(`/api/articles/${id}`)).body.article;

const factsOf = async ({ get }: Pick<TestApp, 'get'>, id: string) =>
  (await get(`/api/partnerships/${id}/timeline`)).body.entries.map(({ fact }: { fact: string }) => fact);

t.test('one file on two partnerships is one append each and one article with both', async (t) => {
  const app = await openTestApp(t);
  const { status, body } = await app.post(both('x'));
  t.equal(status, 201);
  t.match(body.partnerships, [
    { partnership: 'auk.ioc', effects: { entered: ['category/cars/granted', 'partnership/auk.ioc/announced'] } },
    { partnership: 'auk.ipc', effects: { entered: ['partnership/auk.ipc/announced'] } },
  ]);
  t.equal(body.position, body.partnerships[1].position, 'everything up to the answer can be read');
  t.same(await factsOf(app, 'auk.ioc'), ['partnership/auk.ioc/announced', 'category/cars/granted']);
  t.same(await factsOf(app, 'auk.ipc'), ['partnership/auk.ipc/announced']);
  t.match(await articleOf(app, 'x'), {
    partnerships: ['auk.ioc', 'auk.ipc'],
    incomplete: [],
    sameTextAs: [],
    paragraphs: [
      { reports: ['partnership/auk.ioc/announced', 'partnership/auk.ipc/announced'] },
      { reports: ['partnership/auk.ioc/announced', 'category/cars/granted'] },
      { reports: ['partnership/auk.ipc/announced'] },
    ],
    blocks: [
      { partnership: 'auk.ioc', paragraphs: [{ paragraph: 1 }, { paragraph: 2 }] },
      { partnership: 'auk.ipc', paragraphs: [{ paragraph: 1 }, { paragraph: 3 }] },
    ],
    version: body.position,
  });
  const { articles } = (await app.get('/api/articles')).body;
  t.same(
    articles.filter(({ id }: { id: string }) => id === 'x').map((one: { partnerships: string[] }) => one.partnerships),
    [['auk.ioc', 'auk.ipc']],
  );
  const { entries } = (await app.get('/api/articles/x/audit')).body;
  t.same(
    entries.map(({ event }: { event: { stream: string } }) => event.stream),
    [...Array(3).fill('partnership-auk.ioc'), ...Array(2).fill('partnership-auk.ipc')],
  );
  t.equal((await app.post(both('x'))).status, 200, 'the same file again appends nothing');
});

t.test('a file half recorded is shown as incomplete and completed by posting it again', async (t) => {
  const app = await openTestApp(t);
  const { store } = app.ledger.recorder;
  const { append } = store;
  const failing: typeof append = async (stream, ...rest) => {
    if (stream === 'partnership-auk.ipc') throw new Error('the store went away');
    return await append(stream, ...rest);
  };
  Object.assign(store, { append: failing });
  t.equal((await app.post(both('x'))).status, 500);
  Object.assign(store, { append });
  t.match(await articleOf(app, 'x'), { partnerships: ['auk.ioc', 'auk.ipc'], incomplete: ['auk.ipc'] });
  const again = await app.post(both('x'));
  t.match(again, { status: 201, body: { partnerships: [{ partnership: 'auk.ipc' }] } });
  t.match(await articleOf(app, 'x'), { incomplete: [] });
  const before = (await app.get(`/api/articles/x?atPosition=${again.body.position - 1}`)).body.article;
  t.match(before, { incomplete: ['auk.ipc'] }, 'as it was at the time');
});

t.test('an article under a wrong partnership is moved by a higher revision, and its trail stays', async (t) => {
  const app = await openTestApp(t);
  await app.post(onOne('x', 'auck.ioc'));
  const moved = await app.post(onOne('x', 'auk.ioc', 'revision: 2\nbecause: reread\n'));
  t.match(moved, { status: 201, body: { effects: { superseded: ['partnership/auck.ioc/announced'] } } });
  t.same(await factsOf(app, 'auck.ioc'), []);
  t.same(await factsOf(app, 'auk.ioc'), ['partnership/auk.ioc/announced']);
  const { partnerships } = (await app.get('/api/partnerships')).body;
  t.same(
    partnerships.map(({ id }: { id: string }) => id),
    ['alibaba.ioc', 'auk.ioc'],
  );
  t.match(await articleOf(app, 'x'), {
    partnerships: ['auk.ioc'],
    incomplete: [],
    revisions: [
      { revision: 1, counts: false },
      { revision: 2, counts: true },
    ],
  });
  t.equal((await app.get('/api/partnerships/auck.ioc/audit')).body.total, 3);
  t.equal((await app.get('/api/articles/x/audit')).body.total, 5);
});

t.test('a lower revision that arrives after the article was moved counts as if it had come first', async (t) => {
  const app = await openTestApp(t);
  await app.post(onOne('x', 'auk.ioc', 'revision: 2\nbecause: reread\n'));
  t.equal((await app.post(onOne('x', 'auck.ioc'))).status, 201);
  t.same(await factsOf(app, 'auck.ioc'), []);
  t.match(await articleOf(app, 'x'), { revision: 2, partnerships: ['auk.ioc'], incomplete: [] });
});

t.test('a revision may add a partnership, and a reread without a date inherits none there', async (t) => {
  const app = await openTestApp(t);
  await app.post(onOne('x', 'auk.ioc'));
  const next = 'revision: 2\nbecause: reread\n';
  const undated = both('x', next).replace(/published: .*\npublishedBasis: .*\n/, '');
  const refused = await app.post(undated);
  t.match(refused, { status: 422, body: { type: '/problems/invalid-article', errors: [{ path: '/published' }] } });
  t.equal((await app.post(both('x', next))).status, 201);
  t.match(await articleOf(app, 'x'), { partnerships: ['auk.ioc', 'auk.ipc'], incomplete: [] });
});

t.test('an article is withdrawn from all its partnerships by one decision', async (t) => {
  const app = await openTestApp(t);
  const { body } = await app.post(both('x'));
  const withdraw = async (version: number, key: string) =>
    await app.send(
      'POST',
      '/api/articles/x/retraction',
      {
        authorization: `Bearer ${stewardTokens.anna}`,
        'content-type': 'application/json',
        'idempotency-key': key,
        'if-match': `"${version}"`,
      },
      JSON.stringify({ reason: 'Recorded by mistake.' }),
    );
  t.equal((await withdraw(body.position - 1, 'stale')).status, 412);
  t.equal((await withdraw(body.position, 'k')).status, 201);
  t.equal((await withdraw(body.position, 'k')).status, 200, 'the same request again');
  t.same([...(await factsOf(app, 'auk.ioc')), ...(await factsOf(app, 'auk.ipc'))], []);
  t.match(await articleOf(app, 'x'), { retracted: { reason: 'Recorded by mistake.' }, incomplete: [] });
});

t.test('a mistake in a block is told at its place', async (t) => {
  const { post } = await openTestApp(t);
  const wrong = both('x')
    .replace('auk.ipc:', 'Auk:')
    .replace('CategoryGranted', 'CategoryGrantd')
    .replace('partnerships:', 'partnership: auk.ioc\npartnerships:');
  const { status, body } = await post(wrong);
  t.equal(status, 422);
  t.match(
    body.errors.map(({ path, message }: { path: string; message: string }) => `${path} ${message}`),
    ['/partnership leave partnership out: the file has partnerships', /^\/partnerships\/Auk "Auk": write <partner>/],
  );
  const mistyped = both('x').replace('CategoryGranted', 'CategoryGrantd');
  t.match((await post(mistyped)).body.errors, [
    { path: '/partnerships/auk.ioc/1/CategoryGrantd', suggestion: 'CategoryGranted' },
  ]);
  const unknown = await post(both('x'), {}, '/api/articles');
  t.match(unknown.body, { type: '/problems/unknown-partnership', errors: [{ path: '/partnerships/auk.ioc' }] });
});

t.test('check and ingest take a file on two partnerships', async (t) => {
  const dataDir = join(t.testdir(), 'data');
  const checked = await run(dataDir, ['check', '-'], { stdin: both('x') });
  t.equal(checked.code, 0);
  t.match(checked.out, /article x, revision 1, on auk\.ioc and auk\.ipc: sound/);
  t.match(checked.out, '3 of 3 paragraphs cited, by 3 reports; 0 omitted');
  t.match(checked.out, '2 facts on auk.ioc: it joins 0 and creates 2');
  t.match(checked.out, '1 fact on auk.ipc: it joins 0 and creates 1');
  const ingested = await run(dataDir, ['ingest', '-'], { stdin: both('x') });
  t.match(ingested, { code: 0, out: /3 entered/ });
  t.match(await run(dataDir, ['show', 'timeline', 'auk.ipc']), { code: 0, out: /x/ });
  t.match(await run(dataDir, ['check', '-'], { stdin: both('x') }), { code: 0, out: /already recorded/ });
});
