import { join } from 'node:path';
import t, { type Test } from 'tap';
import { readArticle } from '../../src/articles/read-article.ts';
import { emptyRegistry } from '../../src/articles/registry.ts';
import type { Ledger } from '../../src/open-ledger.ts';
import { recordArticle } from '../../src/recording/record-article.ts';
import { openTestApp, type TestApp } from '../support/app.ts';
import { articleText } from '../support/article-text.ts';
import { onEventStoreDb, openLedgerAt, placeOf } from '../support/open-test-ledger.ts';
import { textOf } from '../support/text-of.ts';

const wire = (article: string, partnership: string, publisher: string, more = ''): string =>
  articleText({
    article,
    partnership,
    publisher,
    published: '2020-04-10',
    reports: '  - { CreativeCountStated: duo, count: 3, p: 1 }',
    text: textOf('the wire'),
    head: more,
  });

/** A server and another writer on one ledger. The writer appends only after `meanwhile`: it has passed the door then. */
const openTwo = async (t: Test, meanwhile: (server: TestApp) => Promise<unknown>) => {
  const folder = t.testdir();
  const place = await placeOf(join(folder, 'server'));
  const server = await openTestApp(t, { seeds: false, place });
  const writer = await openLedgerAt(onEventStoreDb ? { ...place, dataDir: join(folder, 'writer') } : place);
  t.teardown(() => writer.close());
  const { append } = writer.recorder.store;
  let isFirst = true;
  Object.assign(writer.recorder.store, {
    append: async (...given: Parameters<typeof append>) => {
      if (isFirst) {
        isFirst = false;
        await meanwhile(server);
      }
      return await append(...given);
    },
  });
  return { server, writer };
};

const record = async (text: string, writer: Ledger) => {
  const { reading, problems } = readArticle(text, { file: 'x', subjects: emptyRegistry });
  if (reading === null) throw new Error(JSON.stringify(problems));
  return await recordArticle(reading, { recordedBy: 'test', isNewPartnership: true }, writer);
};

t.test('of two writers of one text in one stream the second is refused although it had passed the door', async (t) => {
  const { server, writer } = await openTwo(t, async ({ post }) => await post(wire('a', 'auk.ioc', 'Daily')));
  t.match(await record(wire('b', 'auk.ioc', 'Weekly'), writer), {
    outcome: 'refused',
    rejection: { rule: 'same-text', message: /article a, on auk\.ioc/ },
  });
  t.equal((await server.get('/api/articles')).body.total, 1);
});

t.test(
  'one text that two writers record at once in two streams is flagged afterwards, until one of them says so',
  async (t) => {
    const { server, writer } = await openTwo(t, async ({ post }) => await post(wire('a', 'auk.ioc', 'Daily')));
    const recorded = await record(wire('b', 'auk.ipc', 'Weekly'), writer);
    if (recorded.outcome !== 'recorded') throw new Error(JSON.stringify(recorded));
    const { position } = recorded.appended;
    const articleAt = async (id: string) => (await server.get(`/api/articles/${id}?atLeast=${position}`)).body.article;
    t.match(await articleAt('a'), { sameTextAs: ['b'], partnerships: ['auk.ioc'] });
    t.match(await articleAt('b'), { sameTextAs: ['a'], partnerships: ['auk.ipc'] });
    t.match((await server.get('/api/articles')).body.articles, [{ sameTextAs: ['b'] }, { sameTextAs: ['a'] }]);
    t.match(
      (await server.get(`/api/articles/a?atPosition=${position - 2}`)).body.article,
      { sameTextAs: [] },
      'as it was before',
    );
    const third = await server.post(wire('c', 'auk.fifa', 'Post'));
    t.match(third.body, { type: '/problems/same-text' }, 'a third is refused');
    const copy = await server.post(
      wire('b', 'auk.ipc', 'Weekly', 'revision: 2\nbecause: reread\ncopyOf: a\n').replace('revision: 1\n', ''),
    );
    t.equal(copy.status, 201);
    t.match(await articleAt('a'), { sameTextAs: [] });
  },
);

t.test('a file that two writers send at once on two partnerships is one article, complete', async (t) => {
  const several = (text: string) =>
    text
      .replace(/partnership: .*\n/, '')
      .replace(/reports:\n(.*)\n/, 'partnerships:\n  auk.ioc:\n  $1\n  auk.ipc:\n  $1\n');
  const text = several(wire('a', 'auk.ioc', 'Daily'));
  const { server, writer } = await openTwo(t, async ({ post }) => await post(text));
  t.match(await record(text, writer), { outcome: /recorded|unchanged/ });
  const { articles, total } = (await server.get('/api/articles')).body;
  t.equal(total, 1);
  t.match(articles, [{ id: 'a', partnerships: ['auk.ioc', 'auk.ipc'], incomplete: [], sameTextAs: [] }]);
  t.equal((await server.get('/api/articles/a/audit')).body.total, 4, 'each stream has it once');
});
