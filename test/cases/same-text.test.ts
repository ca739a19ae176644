import { join } from 'node:path';
import t from 'tap';
import { articleFile } from '../cli/article-file.ts';
import { run } from '../cli/run-command.ts';
import { openTestApp, problem, stewardTokens, type TestApp } from '../support/app.ts';
import { articleText } from '../support/article-text.ts';
import { textOf } from '../support/text-of.ts';

type Parts = NonNullable<Parameters<typeof articleText>[0]>;

// One text, whatever the id.
const wire = (article: string, change: Partial<Parts> = {}): string =>
  articleText({
    article,
    partnership: 'auk.ioc',
    publisher: `Publisher of ${article}`,
    published: '2020-04-10',
    reports: '  - { CreativeCountStated: duo, count: 3, p: 1 }',
    text: textOf('the wire'),
    ...change,
  });

const copyOf = (id: string) => ({ head: `copyOf: ${id}\n` });

t.test('the same text under another id is refused and the first is named, on any partnership', async (t) => {
  const { post, get } = await openTestApp(t);
  t.equal((await post(wire('t20a'))).status, 201);
  for (const again of [wire('t20b'), wire('t20b', { partnership: 'auk.fifa' })]) {
    const { status, body } = await post(again);
    t.match({ status, ...body }, { status: 409, type: '/problems/same-text', detail: /article t20a, on auk\.ioc, / });
    t.match(body.errors, [{ path: '/textSha256' }]);
  }
  t.match(await get('/api/articles/t20b'), problem('unknown-article', 404));
  t.equal((await post(wire('t20a'))).status, 200, 'the first itself is unchanged');
  t.equal((await post(wire('t20a', { revision: 2, head: 'because: reread\n' }))).status, 201, 'and may be read anew');
});

t.test('the text of an article that was withdrawn may be recorded under another id', async (t) => {
  const { post, send, get } = await openTestApp(t);
  await post(wire('t20a'));
  await withdraw({ send, get }, 't20a');
  t.equal((await post(wire('t20b'))).status, 201);
  const again = await post(wire('t20a', { revision: 2, head: 'because: reread\n' }));
  t.match(again.body, { type: '/problems/same-text', detail: /article t20b/ }, 'and then belongs to that');
});

const withdraw = async ({ send, get }: Pick<TestApp, 'send' | 'get'>, article: string): Promise<void> => {
  const { version } = (await get(`/api/articles/${article}`)).body.article;
  const headers = {
    authorization: `Bearer ${stewardTokens.anna}`,
    'content-type': 'application/json',
    'idempotency-key': `withdraw-${article}`,
    'if-match': `"${version}"`,
  };
  await send(
    'POST',
    `/api/articles/${article}/retraction`,
    headers,
    JSON.stringify({ reason: 'Recorded by mistake.' }),
  );
};

t.test('a copy is recorded with its original and shown with it, and was not the first to report', async (t) => {
  const { post, get } = await openTestApp(t);
  await post(wire('t20a'));
  t.equal((await post(wire('copy', copyOf('t20a')))).status, 201);
  t.match((await get('/api/articles/copy')).body.article, { copyOf: 't20a' });
  t.match((await get('/api/articles/t20a')).body.article, { copyOf: null });
  const [entry] = (await get('/api/partnerships/auk.ioc/timeline')).body.entries;
  t.match(entry.sources, [
    { article: 'copy', copyOf: 't20a' },
    { article: 't20a', copyOf: null },
  ]);
  t.match(entry.firstReported, { articles: ['t20a'], tie: false });
});

t.test(
  'a copy of another text, of itself, of a copy or of what is not recorded is refused with the right id',
  async (t) => {
    const { post } = await openTestApp(t, { seeds: false });
    await post(wire('kyodo-1'));
    await post(wire('copy', copyOf('kyodo-1')));
    await post(wire('other', { text: textOf('other') }));
    const refusal = async (text: string) => {
      const { status, body } = await post(text);
      return { status, type: body.type, errors: body.errors };
    };
    const wrong = (suggestion?: string) => ({
      status: 422,
      type: '/problems/invalid-article',
      errors: [{ path: '/copyOf', suggestion }],
    });
    t.match(await refusal(wire('x', copyOf('kyodo-2'))), wrong('kyodo-1'));
    t.match(await refusal(wire('x', copyOf('x'))), wrong());
    t.match(await refusal(wire('x', copyOf('copy'))), wrong('kyodo-1'));
    t.match(await refusal(wire('x', copyOf('other'))), { status: 409, type: '/problems/same-text' });
  },
);

// Three articles say 3, two independent ones say 2.
const contest = async ({ post, get }: TestApp, three: readonly string[]): Promise<unknown> => {
  for (const text of three) t.equal((await post(text)).status, 201);
  for (const id of ['x', 'y']) {
    const count = { reports: '  - { CreativeCountStated: duo, count: 2, p: 1 }', text: textOf(id) };
    t.equal((await post(wire(id, count))).status, 201);
  }
  const [entry] = (await get('/api/partnerships/auk.ioc/timeline')).body.entries;
  return entry.data.count;
};

t.test('two copies support the count of their original no more than the original alone', async (t) => {
  const copies = [wire('a'), wire('b', copyOf('a')), wire('c', { ...copyOf('a'), text: textOf('edited') })];
  t.equal(await contest(await openTestApp(t), copies), 2);
  const own = (id: string) => wire(id, { text: textOf(id) });
  t.equal(await contest(await openTestApp(t), ['a', 'b', 'c'].map(own)), 3, 'three articles of their own would');
});

t.test('a quote that three articles retell is one mouth', async (t) => {
  const quoting = (speaker: string) => (id: string) =>
    wire(id, {
      text: textOf(id),
      reports: `  - { CreativeCountStated: duo, count: 3, p: 1, speaker: "${speaker.replace('ID', id)}, of Auk" }`,
    });
  t.equal(await contest(await openTestApp(t), ['a', 'b', 'c'].map(quoting('Ida Lund'))), 2);
  t.equal(await contest(await openTestApp(t), ['a', 'b', 'c'].map(quoting('Ida ID'))), 3, 'three speakers are three');
});

t.test('of two posts of one text at once under two ids one is recorded and the other refused', async (t) => {
  const { post, get } = await openTestApp(t, { seeds: false });
  for (const [one, other] of [
    ['auk.ioc', 'auk.ioc'],
    ['auk.ioc', 'auk.fifa'],
  ] as const) {
    const text = textOf(`${one} ${other}`);
    const ids = [`a-${one}-${other}`, `b-${one}-${other}`] as const;
    const texts = [wire(ids[0], { partnership: one, text }), wire(ids[1], { partnership: other, text })];
    const answers = await Promise.all(texts.map(async (sent) => await post(sent)));
    t.same(
      answers.map(({ status }) => status).toSorted((a, b) => a - b),
      [201, 409],
      `${one}, ${other}`,
    );
    t.match(answers.find(({ status }) => status === 409)?.body, { type: '/problems/same-text' });
    const recorded = await Promise.all(ids.map(async (id) => (await get(`/api/articles/${id}`)).status));
    t.same(
      recorded.toSorted((a, b) => a - b),
      [200, 404],
    );
  }
});

t.test('check refuses the same text across files, against the ledger and against the seeds', async (t) => {
  const same = { textSha256: textOf('same') };
  const told = (id: string, head: Record<string, string>) =>
    articleFile(id, ['PartnershipSigned: ~, happened: ~'], head);
  const folder = t.testdir({
    'a.yaml': told('a', same),
    'b.yaml': told('b', same),
    'copy.yaml': told('copy', { ...same, copyOf: 'a' }),
    seeds: { 'seed.yaml': told('seed', same) },
  });
  const dataDir = join(folder, 'data');
  const check = async (names: readonly string[], seedsDir?: string) =>
    await run(
      dataDir,
      ['check', ...names.map((name) => join(folder, name))],
      seedsDir === undefined ? {} : { seedsDir },
    );
  const refused = (first: string) => ({
    code: 2,
    messages: new RegExp(`would be refused: article ${first}, on kestrel`),
  });
  t.match(await check(['a.yaml', 'b.yaml']), refused('a'));
  t.match(await check(['a.yaml', 'copy.yaml']), { code: 0 }, 'a copy of a file before it is sound');
  t.match(await check(['copy.yaml']), { code: 2, messages: /article a, of which this is a copy, is not recorded/ });
  t.match(await check(['b.yaml'], join(folder, 'seeds')), refused('seed'));
  t.match(await check(['seeds/seed.yaml'], join(folder, 'seeds')), { code: 0 }, 'a seed is not its own double');
  await run(dataDir, ['ingest', join(folder, 'a.yaml')]);
  t.match(await check(['b.yaml']), refused('a'));
  t.match(await run(dataDir, ['ingest', join(folder, 'b.yaml')]), { code: 1, messages: /article a, on kestrel\.ioc/ });
});
