import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { type Answer, openTestApp, problem, startDay, type TestApp } from '../support/app.ts';
import { articleText } from '../support/article-text.ts';
import { startEventStoreDb } from '../support/eventstoredb/event-store-db.ts';
import { startProxy } from '../support/eventstoredb/proxy.ts';
import { placeOnEventStoreDb, type TestServer, testServer } from '../support/open-test-ledger.ts';
import { addressesOf } from './addresses.ts';
import { sameAnswers } from './same-answers.ts';

/** Two servers on one ledger; the second one may have its own way to the store. */
const openTwo = async (
  t: Test,
  store: TestServer,
  { connectionString }: Pick<TestServer, 'connectionString'> = store,
): Promise<{ readonly first: TestApp; readonly second: TestApp }> => {
  const folder = t.testdir();
  const place = await placeOnEventStoreDb(join(folder, 'first'), store);
  const other = { ...place, dataDir: join(folder, 'second'), eventStore: connectionString };
  return {
    first: await openTestApp(t, { seeds: false, place }),
    second: await openTestApp(t, { seeds: false, place: other }),
  };
};

const timeline = '/api/partnerships/acme.federation/timeline';
const aims = ({ body }: Answer): number => body.entries.length;
const article = (n: number | string): string =>
  articleText({
    article: `a${n}`,
    published: '2020-05-02',
    reports: `  - { PriorityStated: aim-${n}, p: 1, note: An aim }`,
  });

const soon = async (asked: Promise<Answer>): Promise<{ answer: Answer; seconds: number }> => {
  const begun = performance.now();
  return { answer: await asked, seconds: (performance.now() - begun) / 1000 };
};

t.test('a client that knows the position reads on one server what another has just written', async (t) => {
  const { first, second } = await openTwo(t, await testServer());
  for (let n = 1; n <= 40; n += 1) {
    const [writer, reader] = n % 2 === 0 ? [first, second] : [second, first];
    const { status, body } = await writer.post(article(n));
    t.equal(status, 201);
    const read = await reader.get(`${timeline}?${n % 3 === 0 ? 'atPosition' : 'atLeast'}=${body.position}`);
    t.equal(aims(read), n, `after ${n} articles`);
  }
});

t.test('two servers that write at the same time agree on the result', async (t) => {
  const { first, second } = await openTwo(t, await testServer());
  const texts = Array.from({ length: 40 }, (_, n) => article(n));
  // Each article goes to both, as if a balancer had sent a client's second attempt elsewhere.
  const answers = await Promise.all(texts.flatMap((text) => [first.post(text), second.post(text)]));
  t.same(
    answers.filter(({ status }) => status !== 200 && status !== 201),
    [],
  );
  const positions = answers.map(({ body }) => body.position);
  t.equal(new Set(positions).size, texts.length, 'both are told the same position of each article');
  const head = Math.max(...positions);
  t.equal(head, 1 + 2 * texts.length, 'each is recorded once');
  const answerOf =
    ({ get }: TestApp) =>
    async (address: string) => {
      const { text, headers } = await get(`${address}?atLeast=${head}`);
      return { text, etag: headers['etag'] };
    };
  await sameAnswers(t, await addressesOf(first), answerOf(first), answerOf(second));
});

t.test('an article id taken on one server is taken on the other', async (t) => {
  const store = await startEventStoreDb();
  t.teardown(() => store.stop());
  const proxy = await startProxy(store);
  t.teardown(() => proxy.stop());
  const { first, second } = await openTwo(t, store, proxy);
  const about = (partnership: string) => article(1).replace('acme.federation', partnership);

  proxy.pause();
  t.equal((await first.post(about('one.federation'))).status, 201);
  const sent = second.post(about('other.federation'));
  await wait(200);
  proxy.resume();
  t.match(await sent, problem('article-taken', 409), 'though the second one had not heard of it when it was asked');
  t.match(await second.get('/api/articles'), { body: { total: 1 } });
});

t.test('a server waits for a position that another server has shown', async (t) => {
  const store = await startEventStoreDb();
  t.teardown(() => store.stop());
  const proxy = await startProxy(store);
  t.teardown(() => proxy.stop());
  const { first, second } = await openTwo(t, store, proxy);
  await second.get('/api/audit');
  proxy.pause();
  const { position } = (await first.post(article(1))).body;
  const { body: page } = await first.get('/api/audit?limit=2');
  const behind = [page.next, `/api/audit?article=a1&atLeast=${position}`, `${timeline}?article=a1&atLeast=${position}`];

  t.match(await second.get(page.next), problem('store-behind', 503), 'a page of a list that is not known here yet');
  const waiting = Promise.all(behind.map((address) => second.get(address)));
  await wait(300);
  proxy.resume();
  for (const [i, { status, text }] of (await waiting).entries()) {
    t.equal(status, 200, `${behind[i]}: ${text}`);
    t.equal(text, (await first.get(behind[i])).text);
  }
  const changed = `${page.next.slice(0, -2)}AA`;
  t.match(await second.get(changed), problem('invalid-cursor', 400), 'a cursor that was changed is still refused');
});

t.test("a ledger whose prefix starts with that of another moves none of the other's positions", async (t) => {
  const store = await testServer();
  const folder = t.testdir();
  const place = await placeOnEventStoreDb(join(folder, 'race'), store);
  const longer = { ...place, dataDir: join(folder, 'race-two'), streamPrefix: `${place.streamPrefix}two_` };
  const race = await openTestApp(t, { seeds: false, place });
  const raceTwo = await openTestApp(t, { seeds: false, place: longer });
  for (const n of [1, 2]) t.match(await raceTwo.post(article(n)), { status: 201, body: { position: 1 + 2 * n } });
  t.match(await race.post(article(1)), { status: 201, body: { position: 3 } });
  const anew = await openTestApp(t, { seeds: false, place: { ...place, dataDir: join(folder, 'anew') } });
  for (const app of [race, anew]) {
    t.match(await app.get('/health/ready'), { status: 200, body: { position: 3 } });
    t.match(await app.get('/api/audit'), { body: { total: 3 } });
  }
});

t.test('a server cut off from its store serves what it knows and answers 503 to the rest', async (t) => {
  const store = await startEventStoreDb();
  t.teardown(() => store.stop());
  const proxy = await startProxy(store);
  t.teardown(() => proxy.stop());
  const { first, second } = await openTwo(t, store, proxy);
  const before = (await first.post(article('before'))).body.position;
  t.equal(aims(await second.get(`${timeline}?atLeast=${before}`)), 1);

  proxy.pause();
  const { position } = (await first.post(article('after'))).body;
  t.equal(aims(await second.get(timeline)), 1, 'answers with what it knows');
  const [atLeast, atPosition, recordedAsOf, ready] = await Promise.all([
    soon(second.get(`${timeline}?atLeast=${position}`)),
    soon(second.get(`${timeline}?atPosition=${position}`)),
    soon(second.get(`${timeline}?recordedAsOf=${startDay}`)),
    soon(second.get('/health/ready')),
  ]);
  for (const [{ answer, seconds }, name] of [
    [atLeast, 'store-behind'],
    [atPosition, 'store-behind'],
    [recordedAsOf, 'store-unavailable'],
    [ready, 'store-unavailable'],
  ] as const) {
    t.match(answer, problem(name, 503));
    t.match(answer.headers['retry-after'], /^[1-9]\d*$/);
    t.ok(seconds < 60, `it said so after ${seconds.toFixed(1)} s`);
  }
  t.equal(aims(await second.get(`${timeline}?atPosition=${before}`)), 1, 'what it has numbered it goes on to serve');
  t.match(await second.get('/health/live'), { status: 200 });

  const waiting = second.get(`${timeline}?atLeast=${position}`);
  await wait(500);
  proxy.resume();
  t.equal(aims(await waiting), 2, 'who waits gets the answer when the way is free again');
  t.equal(aims(await second.get(`${timeline}?recordedAsOf=${startDay}`)), 2);
  t.match(await second.get('/health/ready'), { status: 200, body: { position } });
});
