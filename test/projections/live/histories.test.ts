import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import t from 'tap';
import { AccessDenied, type EventStore } from '../../../src/event-store/event-store.ts';
import { openSqliteEventStore } from '../../../src/event-store/sqlite.ts';
import { openCatalogue } from '../../../src/projections/live/catalogue.ts';
import { createHistories, startFeed } from '../../../src/projections/live/histories.ts';

const event = (n: number) => ({
  id: `00000000-0000-4000-8000-00000000000${n}`,
  type: 'ArticleRead',
  data: { article: `a${n}`, revision: 1, reports: [] },
  metadata: {},
});

/** A feed of a store whose subscription breaks once with an error, after its first event. */
const feedThatBreaks = async (folder: string, error: Error) => {
  const store = await openSqliteEventStore({ file: join(folder, 'ledger.sqlite') });
  await store.append('partnership-acme.federation', 'no_stream', [event(1), event(2)]);
  let breaks = true;
  const breaking: EventStore = {
    ...store,
    async *subscribe(options) {
      for await (const item of store.subscribe(options)) {
        yield item;
        if (breaks) {
          breaks = false;
          throw error;
        }
      }
    },
  };
  const catalogue = openCatalogue(':memory:');
  const feed = startFeed(breaking, catalogue, createHistories(breaking));
  return { store, catalogue, feed };
};

t.test('a feed resumes after a store has refused it for a while', async (t) => {
  const { store, catalogue, feed } = await feedThatBreaks(t.testdir(), new AccessDenied('not now'));
  await t.rejects(feed.until(2), AccessDenied, 'who waits is told');
  t.match(feed.failure(), { name: 'AccessDenied' });
  while (feed.failure() !== null) await wait(20);
  await feed.until(2);
  t.equal(catalogue.articles(2).length, 2, 'nothing is missing');
  await feed.stop();
  await store.close();
});

t.test('a feed that fails by a defect stays failed while one that was refused resumes', async (t) => {
  const folders = t.testdir({ broken: {}, refused: {} });
  const broken = await feedThatBreaks(join(folders, 'broken'), new RangeError('a defect'));
  await t.rejects(broken.feed.until(2), RangeError);
  // It failed later, so once it has resumed the broken feed has had its time to resume as well.
  const refused = await feedThatBreaks(join(folders, 'refused'), new AccessDenied('not now'));
  await t.rejects(refused.feed.until(2), AccessDenied);
  while (refused.feed.failure() !== null) await wait(20);
  t.match(broken.feed.failure(), { name: 'RangeError' });
  for (const { feed, store } of [broken, refused]) {
    await feed.stop();
    await store.close();
  }
});

const retraction = (n: number) => ({
  ...event(n),
  type: 'ArticleRetracted',
  data: { article: 'a1', revision: 1, reason: 'no longer stands' },
  metadata: { recordedBy: 'anna', correlationId: event(n).id, causationId: null, schema: 1 },
});

t.test('histories beyond the memory that they may take are let go, and one that is larger is kept alone', async (t) => {
  const store = await openSqliteEventStore({ file: join(t.testdir(), 'ledger.sqlite') });
  const read: string[] = [];
  const histories = createHistories(
    {
      readStream: (stream, options) => {
        read.push(`${stream} ${options?.from ?? 0}`);
        return store.readStream(stream, options);
      },
    },
    10_000,
  );
  await store.append('partnership-small.one', 'no_stream', [retraction(1)]);
  await store.append('partnership-small.two', 'no_stream', [retraction(2)]);
  const many = Array.from({ length: 30 }, (_, n) => ({
    ...retraction(3),
    id: `00000000-0000-4000-8000-0000000001${String(n).padStart(2, '0')}`,
  }));
  await store.append('partnership-large.one', 'no_stream', many);
  const [one, two, large] = ['partnership-small.one', 'partnership-small.two', 'partnership-large.one'] as const;
  for (const stream of [one, two, one, two, large, large, one]) await histories.of(stream);
  t.same(read, [`${one} 0`, `${two} 0`, `${large} 0`, `${one} 0`]);
  await store.close();
});
