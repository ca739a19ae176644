import { join } from 'node:path';
import t from 'tap';
import { openAccess } from '../../../src/access/access.ts';
import { readArticle } from '../../../src/articles/read-article.ts';
import { emptyRegistry } from '../../../src/articles/registry.ts';
import { copyStores } from '../../../src/event-store/copying/copy.ts';
import type { RecordedEvent } from '../../../src/event-store/event-store.ts';
import type { StorePlace } from '../../../src/event-store/open-store.ts';
import { buildApp } from '../../../src/http/app.ts';
import { type Ledger, type LedgerOptions, openLedger, openProof } from '../../../src/open-ledger.ts';
import { recordArticle, replaySeeds } from '../../../src/recording/record-article.ts';
import { articleText } from '../../support/article-text.ts';
import { placeOnEventStoreDb, tokenOfTests } from '../../support/open-test-ledger.ts';
import { projectSeeds } from '../../support/seeds.ts';
import { collect, numbers } from '../made-up-events.ts';

const day = 86_400_000;
const christmas = Date.UTC(2026, 11, 25, 9);

/** The seeds in an embedded ledger, each article recorded on a day of its own in November. */
const seedsIn = async (dataDir: string): Promise<number> => {
  let clock = Date.UTC(2026, 10, 1, 9);
  const ledger = await openLedger({ dataDir, now: () => clock });
  await replaySeeds(await projectSeeds(), ledger.recorder, () => {
    clock += day + 7;
  });
  const { position } = await ledger.views.head();
  await ledger.close();
  return position;
};

const placeOf = ({ dataDir, eventStore, streamPrefix = '' }: LedgerOptions): StorePlace =>
  eventStore === undefined
    ? { engine: 'sqlite', folder: dataDir }
    : { engine: 'eventstoredb', connectionString: eventStore, streamPrefix };

type Answers = { readonly events: readonly RecordedEvent[]; readonly answers: ReadonlyMap<string, string> };

/** The first events of the ledger of a place, and what it answers to each address on one and the same day. */
const answersOf = async (place: LedgerOptions, length: number, addresses: readonly string[]): Promise<Answers> => {
  const now = () => christmas;
  const ledger = await openLedger({ ...place, now });
  const events = await collect(ledger.store.readAll({ limit: length }));
  const { subjects } = await projectSeeds();
  const proof = await openProof(ledger, { dataDir: place.dataDir, report: () => undefined });
  const app = buildApp({
    ledger,
    proof,
    subjects,
    access: openAccess({ writeToken: tokenOfTests, now }),
    version: '0.0.0-test',
    now,
    logger: false,
  });
  const answers = new Map<string, string>();
  for (const address of addresses) {
    const { body, headers, statusCode } = await app.inject(address);
    answers.set(address, `${statusCode} ${headers.etag} ${body}`);
  }
  await app.close();
  await proof.stop();
  await ledger.close();
  return { events, answers };
};

t.test('a copy, and a copy of it, answer like the first ledger to the byte at every position', async (t) => {
  const folder = t.testdir({ first: {}, second: {}, third: {} });
  const first = { dataDir: join(folder, 'first') };
  const second = await placeOnEventStoreDb(join(folder, 'second'));
  const third = { dataDir: join(folder, 'third') };
  const length = await seedsIn(first.dataDir);

  const options = { tell: () => undefined, signal: new AbortController().signal };
  for (const [from, to] of [
    [first, second],
    [second, third],
  ] as const) {
    t.match(await copyStores({ from: placeOf(from), to: placeOf(to) }, options), { outcome: 'closed', left: 0 });
  }

  const partnership = '/api/partnerships/alibaba.ioc';
  const addresses = [
    ...numbers(0, length).map((position) => `/api?atPosition=${position}`),
    // Views follow from the events, and take their time: every 30th position, and the end of each day of recording.
    ...numbers(0, Math.floor(length / 30)).flatMap((part) =>
      [`${partnership}/timeline`, `${partnership}/audit`].map((address) => `${address}?atPosition=${30 * part}`),
    ),
    ...numbers(1, 8).flatMap((date) =>
      [`${partnership}/timeline`, '/api/audit', '/api/articles'].map(
        (address) => `${address}?recordedAsOf=2026-11-0${date}`,
      ),
    ),
    ...['timeline', 'obligations', 'rollout', 'audit'].map((view) => `${partnership}/${view}`),
  ];
  const expected = await answersOf(first, length, addresses);
  t.ok(
    [...expected.answers.values()].every((answer) => answer.startsWith('200 ')),
    'all are answered',
  );
  t.ok(new Set(expected.answers.values()).size > addresses.length - 20, 'and differ from position to position');
  for (const [name, place] of Object.entries({ second, third })) {
    const { events, answers } = await answersOf(place, length, addresses);
    t.strictSame(events, expected.events, `${name}: events`);
    const differing = addresses.filter((address) => answers.get(address) !== expected.answers.get(address));
    t.same(differing, [], `${name}: answers`);
  }
});

t.test('a copy in the same folder does not take later events of the first ledger for its own', async (t) => {
  const folder = t.testdir({ one: {}, other: {} });
  const dataDir = join(folder, 'one');
  const record = async (ledger: Ledger, article: string) => {
    const text = articleText({ article, partnership: 'acme.federation' });
    const { reading } = readArticle(text, { file: 'test.yaml', subjects: emptyRegistry });
    if (reading === null) throw new Error('the made-up article is wrong');
    await recordArticle(reading, { recordedBy: 'test', isNewPartnership: true }, ledger);
  };
  const articlesIn = async (place: LedgerOptions, ...more: readonly string[]): Promise<readonly string[]> => {
    const ledger = await openLedger(place);
    for (const article of more) await record(ledger, article);
    const { position } = await ledger.views.head();
    const articles = ledger.views.catalogue.articles(position);
    await ledger.close();
    return articles;
  };
  const first = { dataDir };
  const second = await placeOnEventStoreDb(dataDir);
  t.same(await articlesIn(first, 'a1'), ['a1']);
  const options = { tell: () => undefined, signal: new AbortController().signal };
  t.match(await copyStores({ from: placeOf(first), to: placeOf(second) }, options), { outcome: 'closed' });
  t.same(await articlesIn(first, 'a2'), ['a1', 'a2']);
  // Another server has made the copy longer than what the index of this one has seen.
  const elsewhere = { ...second, dataDir: join(folder, 'other') };
  t.same(await articlesIn(elsewhere, 'a3', 'a4'), ['a1', 'a3', 'a4']);
  t.same(await articlesIn(second), ['a1', 'a3', 'a4']);
  t.same(await articlesIn(first), ['a1', 'a2']);
});
