import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { openEventStoreDb } from '../../src/event-store/eventstoredb/eventstoredb.ts';
import { asWritten, collect } from '../event-store/made-up-events.ts';
import { openTestApp, type TestApp } from '../support/app.ts';
import { articleText } from '../support/article-text.ts';
import { startEventStoreDb } from '../support/eventstoredb/event-store-db.ts';
import { type Place, placeOnEventStoreDb } from '../support/open-test-ledger.ts';
import { addressesOf } from './addresses.ts';
import { indexRows } from './index-rows.ts';
import { sameAnswers, textOf } from './same-answers.ts';

/** A log that can be set back, and two servers on it, which are never open at the same time. */
type RestorableLog = {
  readonly first: Place;
  readonly second: Place;
  readonly indexes: readonly string[];
  readonly backUp: () => Promise<void>;
  /** Sets the log back, as the second server sees it from then on. */
  readonly restore: () => Promise<void>;
  /** The first server sees it too. */
  readonly goOn: () => void;
};

const embedded = (folder: string): RestorableLog => {
  const [first, second, backup] = ['first', 'second', 'backup'].map((name) => join(folder, name, 'ledger.sqlite'));
  const copy = (from = '', to = ''): void => {
    mkdirSync(join(to, '..'), { recursive: true });
    copyFileSync(from, to);
  };
  return {
    first: { dataDir: join(folder, 'first') },
    second: { dataDir: join(folder, 'second') },
    indexes: ['catalogue.sqlite'],
    backUp: async () => copy(first, backup),
    restore: async () => copy(backup, second),
    goOn: () => copy(second, first),
  };
};

const onEventStoreDb = async (t: Test, folder: string): Promise<RestorableLog> => {
  const server = await startEventStoreDb();
  t.teardown(() => server.stop());
  const { clock, ...first } = await placeOnEventStoreDb(join(folder, 'first'), server);
  const place = { connectionString: server.connectionString, streamPrefix: first.streamPrefix };
  const backup: { stream: string; revision: number; event: ReturnType<typeof asWritten> }[] = [];
  return {
    first: { ...first, clock },
    second: { ...first, clock, dataDir: join(folder, 'second') },
    indexes: ['catalogue.sqlite', 'numbers.sqlite'],
    backUp: async () => {
      const store = await openEventStoreDb(place);
      const events = await collect(store.readAll());
      backup.push(...events.map((event) => ({ ...event, event: asWritten(event) })));
      await store.close();
    },
    restore: async () => {
      await server.restart({ keep: false });
      const store = await openEventStoreDb(place);
      for (const { stream, revision, event } of backup) {
        await store.append(stream, revision === 0 ? 'no_stream' : revision - 1, [event]);
      }
      await store.close();
    },
    goOn: () => undefined,
  };
};

const article = (id: string): string =>
  articleText({
    article: id,
    partnership: `partner-of-${id}.federation`,
    published: '2020-05-02',
    reports: `  - { PriorityStated: aim-${id}, p: 1, note: An aim }`,
  });

// Opens the ledger of a place, some minutes after the start of all, for some work.
const at = async (t: Test, place: Place, minutes: number, work: (app: TestApp) => Promise<void>): Promise<unknown> =>
  await t.test(`opening the ledger after ${minutes} min`, async (t) => {
    const app = await openTestApp(t, { seeds: false, place });
    app.later(minutes * 60_000);
    await work(app);
  });

const posting =
  (...ids: readonly string[]) =>
  async ({ post }: TestApp): Promise<void> => {
    for (const id of ids) t.equal((await post(article(id))).status, 201, id);
  };

for (const [name, open] of [
  ['the embedded store', async (_: Test, folder: string) => embedded(folder)],
  ['EventStoreDB', onEventStoreDb],
] as const) {
  for (const [what, lost, sent] of [
    ['other articles', ['b1', 'b2'], ['c1', 'c2', 'c3']],
    ['the lost ones in another order', ['b1', 'b2', 'b3'], ['b2', 'b1', 'b3']],
  ] as const) {
    t.test(`a server notices a log on ${name} that was restored and has since received ${what}`, async (t) => {
      const log = await open(t, t.testdir());
      await at(t, log.first, 0, posting('a1'));
      await at(t, log.first, 1, async () => undefined);
      await log.backUp();
      await at(t, log.first, 2, posting(...lost));
      await log.restore();
      await at(t, log.second, 3, posting(...sent));
      log.goOn();
      await at(t, log.second, 4, async (rebuilt) => {
        const known = await openTestApp(t, { seeds: false, place: log.first });
        t.same(
          known.ledger.views.catalogue.articles(99),
          ['a1', ...sent].toSorted(),
          'a server that knew the lost events does not know them any more',
        );
        await sameAnswers(t, await addressesOf(rebuilt), textOf(rebuilt), textOf(known));
      });
      t.strictSame(
        indexRows(log.first.dataDir, log.indexes),
        indexRows(log.second.dataDir, log.indexes),
        'its indexes are those that are made anew',
      );
    });
  }
}
