import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { openTestApp } from '../support/app.ts';
import { randomFrom } from '../support/eventstoredb/random.ts';
import { environmentOf, type Place, placeOnEventStoreDb, tokenOfTests } from '../support/open-test-ledger.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { addressesOf, withSomeArticles } from './addresses.ts';
import { auditOf } from './audit-of.ts';
import { indexRows } from './index-rows.ts';
import { manyArticles, type SentArticle } from './many-articles.ts';
import { sameAnswers, textOf } from './same-answers.ts';

const articles = manyArticles(100);
const deaths = 2;
const mostEach = 24;
const workers = 6;

/** The positions that were answered, by article, and the answers that nobody wants to get. */
type Answers = { readonly acknowledged: Map<string, number>; readonly refusals: string[] };

const post = async (origin: string, { id, text }: SentArticle, { acknowledged, refusals }: Answers): Promise<void> => {
  const headers = { authorization: `Bearer ${tokenOfTests}`, 'content-type': 'application/yaml' };
  const answer = await fetch(`${origin}/api/articles?newPartnership=true`, { method: 'POST', headers, body: text });
  const said = await answer.text();
  if (answer.status === 200 || answer.status === 201) acknowledged.set(id, JSON.parse(said).position);
  else refusals.push(`${id}: ${answer.status} ${said}`);
};

// Sends unacknowledged articles, at most `most`, until all are acknowledged or the server is gone.
const sendRest = async (origin: string, answers: Answers, most = articles.length): Promise<void> => {
  const waiting = articles.filter(({ id }) => !answers.acknowledged.has(id)).slice(0, most);
  const work = async (): Promise<void> => {
    for (let article = waiting.shift(); article !== undefined; article = waiting.shift()) {
      await post(origin, article, answers);
    }
  };
  await Promise.allSettled(Array.from({ length: workers }, work));
};

// Waits until more than `by` further articles are acknowledged, however slow the machine is.
const more = async ({ acknowledged }: Answers, by: number): Promise<void> => {
  const before = acknowledged.size;
  while (acknowledged.size <= before + by) await wait(1);
};

/** Starts a server again and again, and kills it at a random moment of its start or of its work. */
const dieOften = async (start: () => ServerProcess, random: () => number, answers: Answers): Promise<void> => {
  for (let death = 1; death <= deaths; death += 1) {
    const server = start();
    const serving = server.origin().catch(() => null);
    const sending = serving.then((origin) => (origin === null ? undefined : sendRest(origin, answers, mostEach)));
    // Every other server dies before it serves or just after.
    if (death % 2 === 0) await Promise.race([sending, more(answers, Math.floor(random() * mostEach))]);
    else await wait(random() * 1_200);
    await server.stop('SIGKILL');
    await sending;
  }
};

type Store = {
  readonly placeIn: (folder: string) => Promise<Place>;
  readonly indexes: readonly string[];
  /** A place of the same ledger without any index. */
  readonly withoutIndex: (place: Place, folder: string) => Place;
};

const stores: Readonly<Record<string, Store>> = {
  'the embedded store': {
    placeIn: async (folder) => ({ dataDir: join(folder, 'data') }),
    indexes: ['catalogue.sqlite', 'proof.sqlite'],
    withoutIndex: ({ dataDir }, folder) => {
      const anew = join(folder, 'anew');
      mkdirSync(anew);
      copyFileSync(join(dataDir, 'ledger.sqlite'), join(anew, 'ledger.sqlite'));
      return { dataDir: anew };
    },
  },
  EventStoreDB: {
    placeIn: (folder) => placeOnEventStoreDb(join(folder, 'data')),
    indexes: ['catalogue.sqlite', 'numbers.sqlite', 'proof.sqlite'],
    withoutIndex: (place, folder) => ({ ...place, dataDir: join(folder, 'anew') }),
  },
};

const killedOn = (name: string, { placeIn, indexes, withoutIndex }: Store, seed: number) =>
  t.test(`a server that is killed again and again on ${name} loses no acknowledged article`, async (t: Test) => {
    const folder = t.testdir();
    const place = await placeIn(folder);
    const settings = { ...environmentOf(place), WRITE_TOKEN: tokenOfTests };
    const start = (): ServerProcess => {
      const server = startServerProcess(folder, settings);
      t.teardown(() => server.stop('SIGKILL'));
      return server;
    };
    const answers: Answers = { acknowledged: new Map(), refusals: [] };
    const { acknowledged, refusals } = answers;
    await dieOften(start, randomFrom(seed), answers);
    const before = acknowledged.size;
    t.ok(before > 0 && before < articles.length, `${before} articles were acknowledged by servers that were killed`);

    const last = start();
    await sendRest(await last.origin(), answers);
    t.equal(acknowledged.size, articles.length);
    t.same(refusals, []);
    t.equal(await last.stop('SIGTERM'), 0);
    t.equal(await last.errors, '', 'the last server had nothing to complain about');

    const rebuiltPlace = withoutIndex(place, folder);
    const resumed = await openTestApp(t, { seeds: false, place });
    const rebuilt = await openTestApp(t, { seeds: false, place: rebuiltPlace });
    for (const { proof } of [resumed, rebuilt]) t.match(proof.check.state(), { state: 'good' });
    const entries = await auditOf(resumed);
    t.equal(new Set(entries.map(({ event }) => event.id)).size, entries.length, 'nothing is there twice');
    t.same(
      entries.map(({ position }) => position),
      entries.map((_, i) => i + 1),
    );
    const readings = entries.filter(({ event, article }) => event.type === 'ArticleRead' && article?.startsWith('a'));
    t.same(
      new Map(readings.map(({ article, position }) => [article, position])),
      acknowledged,
      'what was acknowledged is there once, where the acknowledgement said',
    );
    t.equal(readings.length, articles.length);

    await sameAnswers(t, withSomeArticles(await addressesOf(rebuilt)), textOf(rebuilt), textOf(resumed));
    t.strictSame(
      indexRows(place.dataDir, indexes),
      indexRows(rebuiltPlace.dataDir, indexes),
      'the index is one made anew',
    );
  });

const resumedOn = (name: string, { placeIn, indexes }: Store) =>
  t.test(`a restarted server on ${name} resumes from its checkpoint`, async (t: Test) => {
    const place = await placeIn(t.testdir());
    const before = await openTestApp(t, { seeds: false, place });
    t.equal((await before.post(articles[0]?.text ?? '')).status, 201);
    // The index holds some things that no event says, and loses them when it is rebuilt.
    const mark = (file: string, sql: string): void => {
      if (!indexes.includes(file)) return;
      const database = new DatabaseSync(join(place.dataDir, file));
      database.exec(sql);
      database.close();
    };
    mark('catalogue.sqlite', "INSERT INTO reading VALUES ('mark', 'acme.federation', 1, NULL, '', '', NULL, 0, 1)");
    mark('numbers.sqlite', `INSERT INTO truncation VALUES ('${place.streamPrefix}mark', 'marked', 1)`);

    const after = await openTestApp(t, { seeds: false, place });
    t.equal((await after.post(articles[1]?.text ?? '')).status, 201);
    const { catalogue } = after.ledger.views;
    for (const id of ['mark', 'a0', 'a1']) t.ok(catalogue.article(id), id);
    const marked = (await after.ledger.store.health()).problems.map(({ stream }) => stream);
    t.same(marked, indexes.includes('numbers.sqlite') ? ['mark'] : []);
  });

for (const [i, [name, store]] of Object.entries(stores).entries()) {
  killedOn(name, store, i + 1);
  resumedOn(name, store);
}
