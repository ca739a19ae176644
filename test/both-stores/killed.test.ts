import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { openTestApp } from '../support/app.ts';
import { randomFrom } from '../support/eventstoredb/random.ts';
import {
  environmentOf,
  openLedgerAt,
  type Place,
  placeOnEventStoreDb,
  tokenOfTests,
} from '../support/open-test-ledger.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { addressesOf } from './addresses.ts';
import { auditOf } from './audit-of.ts';
import { indexRows } from './index-rows.ts';
import { manyArticles, type SentArticle } from './many-articles.ts';

t.setTimeout(110_000);

const articles = manyArticles(300);
const deaths = 8;
const workers = 6;

type Acknowledged = Map<string, number>;

const post = async (origin: string, { text }: SentArticle): Promise<number> => {
  const answer = await fetch(`${origin}/api/articles`, {
    method: 'POST',
    headers: { authorization: `Bearer ${tokenOfTests}`, 'content-type': 'application/yaml' },
    body: text,
  });
  const body = (await answer.json()) as { position: number };
  if (answer.status !== 200 && answer.status !== 201) throw new Error(`${answer.status}: ${JSON.stringify(body)}`);
  return body.position;
};

// Sends what is not acknowledged yet, until all is or the server is gone.
const sendRest = async (origin: string, acknowledged: Acknowledged): Promise<void> => {
  const waiting = articles.filter(({ id }) => !acknowledged.has(id));
  const work = async (): Promise<void> => {
    for (let article = waiting.shift(); article !== undefined; article = waiting.shift()) {
      acknowledged.set(article.id, await post(origin, article));
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
};

/** Starts a server on the place again and again, and kills it at a random moment of its start or of its work. */
const dieOften = async (
  start: () => ServerProcess,
  random: () => number,
  acknowledged: Acknowledged,
): Promise<void> => {
  for (let death = 1; death <= deaths; death += 1) {
    const server = start();
    const lives = server.origin().then(
      (origin) => sendRest(origin, acknowledged),
      () => undefined,
    );
    // Half of them die before they serve, or when they have just begun.
    if (death % 2 === 0) await server.origin();
    await wait(random() * 700);
    await server.stop('SIGKILL');
    await lives.catch(() => undefined);
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
    indexes: ['catalogue.sqlite'],
    withoutIndex: ({ dataDir }, folder) => {
      const anew = join(folder, 'anew');
      mkdirSync(anew);
      copyFileSync(join(dataDir, 'ledger.sqlite'), join(anew, 'ledger.sqlite'));
      return { dataDir: anew };
    },
  },
  EventStoreDB: {
    placeIn: (folder) => placeOnEventStoreDb(join(folder, 'data')),
    indexes: ['catalogue.sqlite', 'numbers.sqlite'],
    withoutIndex: (place, folder) => ({ ...place, dataDir: join(folder, 'anew') }),
  },
};

const killedOn = (name: string, { placeIn, indexes, withoutIndex }: Store, seed: number) =>
  t.test(`killed again and again on ${name}`, async (t: Test) => {
    const folder = t.testdir();
    const place = await placeIn(folder);
    const settings = { ...environmentOf(place), WRITE_TOKEN: tokenOfTests };
    const acknowledged: Acknowledged = new Map();
    await dieOften(() => startServerProcess(folder, settings), randomFrom(seed), acknowledged);
    const before = acknowledged.size;
    t.ok(before > 0 && before < articles.length, `${before} articles were acknowledged by servers that were killed`);

    const last = startServerProcess(folder, settings);
    await sendRest(await last.origin(), acknowledged);
    t.equal(await last.stop('SIGTERM'), 0);
    t.equal(await last.errors, '', 'the last server had nothing to complain about');

    // Opened once more, so that what is left in the log of a file is in the file.
    await (await openLedgerAt(place)).close();
    const rebuiltPlace = withoutIndex(place, folder);
    const resumed = await openTestApp(t, { seeds: false, place });
    const rebuilt = await openTestApp(t, { seeds: false, place: rebuiltPlace });
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
    t.equal(readings.length, acknowledged.size);

    for (const address of await addressesOf(rebuilt)) {
      t.equal((await resumed.get(address)).text, (await rebuilt.get(address)).text, address);
    }
    await Promise.all([resumed.ledger.close(), rebuilt.ledger.close()]);
    t.strictSame(
      indexRows(place.dataDir, indexes),
      indexRows(rebuiltPlace.dataDir, indexes),
      'the index is one made anew',
    );
  });

for (const [i, [name, store]] of Object.entries(stores).entries()) killedOn(name, store, i + 1);
