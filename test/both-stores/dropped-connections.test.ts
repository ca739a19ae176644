import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import t from 'tap';
import { type Answer, openTestApp, startOfApps, type TestApp } from '../support/app.ts';
import { startEventStoreDb } from '../support/eventstoredb/event-store-db.ts';
import { placeOnEventStoreDb } from '../support/open-test-ledger.ts';
import { addressesOf, factsOf, withSomeArticles } from './addresses.ts';
import { auditOf } from './audit-of.ts';
import { beginLedger } from './begin-ledger.ts';
import { manyArticles, type SentArticle } from './many-articles.ts';
import { sameAnswers, textOf } from './same-answers.ts';

// How often chance cuts depends on how the appends interleave: articles go on until there were enough cuts.
const fewestArticles = 300;
const fewestCuts = 50;
const articles = manyArticles(5 * fewestArticles);
const workers = 12;

// Like a careful client: sends whatever is not acknowledged again, unchanged.
const send = async ({ post }: TestApp, { text }: SentArticle): Promise<Answer> => {
  for (;;) {
    const answer = await post(text);
    if (answer.status !== 503) return answer;
    await wait(100);
  }
};

t.test('hundreds of articles are each recorded once while connections drop at random', async (t) => {
  const server = await startEventStoreDb();
  t.teardown(() => server.stop());
  const folder = t.testdir();
  const place = await placeOnEventStoreDb(join(folder, 'eventstoredb'), server);
  await beginLedger(place, () => startOfApps);
  const app = await openTestApp(t, { seeds: false, place });

  const acknowledged = new Map<string, Answer>();
  const sent: SentArticle[] = [];
  const isEnough = (): boolean => sent.length >= fewestArticles && server.faults.injected() >= fewestCuts;
  let read = 0;
  const work = async (): Promise<void> => {
    while (!isEnough()) {
      const article = articles[sent.length];
      if (article === undefined) return;
      sent.push(article);
      const answer = await send(app, article);
      acknowledged.set(article.id, answer);
      if (acknowledged.size % 10 !== 0) continue;
      // Whatever is acknowledged can be read, whatever breaks meanwhile.
      const { status, body } = await app.get(`/api/articles/${article.id}?atLeast=${answer.body.position}`);
      if (status === 200 && body.article.version >= answer.body.position) read += 1;
    }
  };
  server.faults.dropRandomly({ rate: 0.07, seed: 1 });
  const begun = performance.now();
  await Promise.all(Array.from({ length: workers }, work));
  const seconds = (performance.now() - begun) / 1000;
  const dropped = server.faults.injected();
  server.faults.clear();

  t.ok(dropped >= fewestCuts, `${dropped} cuts during ${sent.length} articles in ${seconds.toFixed(1)} s`);
  t.equal(read, Math.floor(sent.length / 10), 'what was acknowledged could be read at once');
  t.same(
    [...acknowledged].filter(([, { status }]) => status !== 200 && status !== 201).map(([id, { text }]) => [id, text]),
    [],
    'every article is acknowledged',
  );

  const entries = await auditOf(app);
  t.equal(entries.length, 1 + sent.length * 4, 'three reports and a reading each, after the opening');
  t.equal(new Set(entries.map(({ event }) => event.id)).size, entries.length, 'nothing is there twice');
  const readings = entries.filter(({ event }) => event.type === 'ArticleRead');
  t.same(
    new Map(readings.map(({ article, position }) => [article, position])),
    new Map([...acknowledged].map(([id, { body }]) => [id, body.position])),
    'every article is where its acknowledgement says',
  );

  await t.test('after dropped connections the views equal those of the embedded store', async (t) => {
    const embeddedPlace = { dataDir: join(folder, 'embedded') };
    await beginLedger(embeddedPlace, () => startOfApps);
    const embedded = await openTestApp(t, { seeds: false, place: embeddedPlace });
    const byId = new Map(sent.map((article) => [article.id, article]));
    for (const { article } of readings) {
      const text = byId.get(article ?? '')?.text;
      if (text !== undefined) await embedded.post(text);
    }
    const addresses = [...withSomeArticles(await addressesOf(embedded))];
    addresses.push(...(await factsOf(embedded, 'partner-7.federation')));
    t.ok(addresses.length > 100);
    await sameAnswers(t, addresses, textOf(embedded), textOf(app));
    t.strictSame(await auditOf(app), await auditOf(embedded));
  });
});
