import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { EventStoreDBClient } from '@eventstore/db-client';
import t, { type Test } from 'tap';
import { type Answer, openTestApp, problem, startDay, type TestApp } from '../support/app.ts';
import { articleText } from '../support/article-text.ts';
import { startCluster } from '../support/eventstoredb/cluster.ts';
import { type EventStoreDb, startEventStoreDb } from '../support/eventstoredb/event-store-db.ts';
import { type Place, placeOnEventStoreDb, signingKeyOfTests, tokenOfTests } from '../support/open-test-ledger.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { auditOf } from './audit-of.ts';

t.jobs = 6;

const timeline = '/api/partnerships/acme.federation/timeline';

const article = (n: number | string, partnership = 'acme.federation'): string =>
  articleText({
    article: `a${n}`,
    partnership,
    published: '2020-05-02',
    reports: `  - { PriorityStated: aim-${n}, p: 1, note: An aim }`,
  });

const openOn = async (t: Test): Promise<{ store: EventStoreDb; app: TestApp; prefix: string; place: Place }> => {
  const store = await startEventStoreDb();
  t.teardown(() => store.stop());
  const place = await placeOnEventStoreDb(join(t.testdir(), 'data'), store);
  return { store, app: await openTestApp(t, { seeds: false, place }), prefix: place.streamPrefix, place };
};

// A server on the store in a process of its own.
const start = (t: Test, { connectionString }: EventStoreDb): ServerProcess => {
  const keys = { WRITE_TOKEN: tokenOfTests, SIGNING_KEY: signingKeyOfTests };
  const settings = { EVENT_STORE: connectionString, ...keys, SEEDS_DIR: '.' };
  const server = startServerProcess(t.testdir(), settings);
  t.teardown(() => server.stop('SIGKILL'));
  return server;
};

/**
 * Asks until the answer has this status or is this problem, or has not been so for a minute. On a busy machine a health
 * check may run out of time, and say so, before it sees what a test waits for.
 */
const until = async (wanted: number | `ledger-${string}`, ask: () => Promise<Answer>): Promise<Answer> => {
  const begun = performance.now();
  for (;;) {
    const answer = await ask();
    const isWanted = answer.status === wanted || answer.body?.type === `/problems/${wanted}`;
    if (isWanted || performance.now() - begun > 60_000) return answer;
    await wait(100);
  }
};

const unavailable = (t: Test, answer: Answer, what: string): void => {
  t.match(answer, problem('store-unavailable', 503), what);
  t.match(answer.headers['retry-after'], /^[1-9]\d*$/);
};

const recordedOnce = async (t: Test, app: TestApp, ids: readonly string[]): Promise<void> => {
  const read = (await auditOf(app)).filter(({ event }) => event.type === 'ArticleRead').map(({ article }) => article);
  t.equal(read.length, ids.length, 'each article is recorded once');
  t.same(new Set(read), new Set(ids));
};

t.test('a server is not ready while its store is away', { buffered: true }, async (t) => {
  const { store, app } = await openOn(t);
  t.equal((await app.post(article(1))).status, 201);
  t.equal((await app.get(timeline)).status, 200);

  await store.stop();
  const begun = performance.now();
  unavailable(t, await app.get('/health/ready'), 'it is not ready');
  t.ok(performance.now() - begun < 60_000, 'and says so within seconds');
  t.match(await app.get('/health/live'), { status: 200 });
  t.match(await app.get(timeline), { status: 200, body: { total: 1 } }, 'what is known is served');
  const sent = app.post(article(2));
  // Time for some attempts that fail, and far less than the patience of an append.
  await wait(500);
  await store.start();
  t.equal((await sent).status, 201, 'what was sent meanwhile is recorded when it is back');
  t.match(await until(200, () => app.get('/health/ready')), { status: 200 });
  t.match(await app.get(timeline), { body: { total: 2 } });
  await recordedOnce(t, app, ['a1', 'a2']);
});

t.test('the log says once why a server is not ready', { buffered: true }, async (t) => {
  const store = await startEventStoreDb();
  t.teardown(() => store.stop());
  const place = await placeOnEventStoreDb(join(t.testdir(), 'data'), store);
  const lines: string[] = [];
  const app = await openTestApp(t, { seeds: false, place, log: (line) => lines.push(line) });
  const said = (): readonly string[] =>
    lines.map((line) => JSON.parse(line).msg as string).filter((message) => message.startsWith('health: '));
  let refusals = 0;
  const ask = async (): Promise<Answer> => {
    const answer = await app.get('/health/ready');
    if (answer.status !== 200) refusals += 1;
    return answer;
  };
  t.match(await until(200, ask), { status: 200 });
  t.ok(said().length <= 2 * refusals, 'nothing is said where nothing is wrong');
  store.faults.refuse('access-denied');
  const isExplained = (): boolean => said().some((message) => /does not allow this with the credentials/.test(message));
  for (let asked = 0; asked < 3 || !isExplained(); asked += 1) unavailable(t, await ask(), 'it is not ready');
  const messages = said();
  const repeated = messages.filter((message, i) => message === messages[i - 1]);
  t.same(repeated, [], 'nothing is said again while it stays the same');
  store.faults.clear();
  t.match(await until(200, ask), { status: 200 });
  t.match(said().at(-1), /everything works again/);
});

t.test('a server whose store stays away answers 503', { buffered: true }, async (t) => {
  const { store, app } = await openOn(t);
  const { position } = (await app.post(article(1))).body;
  await store.stop();
  const begun = performance.now();
  const answers = await Promise.all([
    app.post(article(2)),
    app.post(article(2)),
    app.get(`${timeline}?atLeast=${position + 2}`),
    app.get(`${timeline}?recordedAsOf=${startDay}`),
  ]);
  t.ok(performance.now() - begun < 60_000, 'nobody waits for ever');
  const [first, second, atLeast, recordedAsOf] = answers;
  for (const answer of [first, second]) if (answer) unavailable(t, answer, 'an article');
  t.match(atLeast, problem('store-behind', 503));
  if (recordedAsOf) unavailable(t, recordedAsOf, 'a time that cannot be settled');

  await store.start();
  const again = await until(201, () => app.post(article(2)));
  t.match(again, { status: 201, body: { position: position + 2 } }, 'sent again it is recorded');
  await recordedOnce(t, app, ['a1', 'a2']);
});

t.test('a server that cannot reach its store at start waits, then says so and ends', { buffered: true }, async (t) => {
  const store = await startEventStoreDb({ secure: true });
  t.teardown(() => store.stop());
  await store.stop();
  const { code, errors, output } = await start(t, store).ended();
  t.equal(code, 1);
  t.match(output, /^Waiting for the event store esdb:\/\/localhost:\d+/m);
  t.equal(output.split('Waiting').length, 2, 'it says so once');
  t.match(errors, /the event store cannot be (reached|read)/);
  t.notMatch(errors + output, 'changeit');
  t.notMatch(errors, /\n\s+at /, 'without a stack');

  const later = start(t, store);
  setTimeout(() => void store.start(), 3_000);
  t.equal((await fetch(`${await later.origin()}/health/ready`)).status, 200, 'one that comes meanwhile is found');
});

t.test('a server acknowledges nothing on a store that has lost its events', { buffered: true }, async (t) => {
  const { store, app, place } = await openOn(t);
  t.equal((await app.post(article(1))).status, 201);
  await store.restart({ keep: false });
  unavailable(t, await until(503, () => app.get('/health/ready')), 'it is not the ledger that was numbered');
  const begun = performance.now();
  // Whether it sees first that the log is another one, or that a stream has lost its events.
  const lost = /^\/problems\/(store-unavailable|ledger-truncated)$/;
  t.match(await app.post(article(2)), { status: 503, body: { type: lost } }, 'nothing is acknowledged');
  t.ok(performance.now() - begun < 60_000, 'at once');
  const anew = await openTestApp(t, { seeds: false, place: { ...place, dataDir: join(t.testdir(), 'anew') } });
  t.equal((await anew.ledger.store.head()).position, 1, 'and nothing was written there');
});

t.test('an election of more than a second delays answers and loses none', { buffered: true }, async (t) => {
  const { store, app } = await openOn(t);
  store.faults.elect(1_500);
  t.equal((await app.post(article(1))).status, 201);
  t.match(await app.get(timeline), { status: 200, body: { total: 1 } });
  t.match(await until(200, () => app.get('/health/ready')), { status: 200 });
});

t.test('every article is recorded once while cluster leaders die one after another', { buffered: true }, async (t) => {
  const cluster = await startCluster();
  t.teardown(() => cluster.stop());
  const place = await placeOnEventStoreDb(join(t.testdir(), 'data'), cluster);
  const app = await openTestApp(t, { seeds: false, place });
  const waiting = Array.from({ length: 300 }, (_, n) => n);
  const work = async (): Promise<void> => {
    for (let n = waiting.shift(); n !== undefined; n = waiting.shift()) {
      const { status } = await until(201, () => app.post(article(n, `partner-${n % 20}.federation`)));
      if (status !== 201) t.fail(`article ${n}: ${status}`);
      await wait(20);
    }
  };
  const working = Promise.all(Array.from({ length: 4 }, work));
  await wait(300);
  const dead = cluster.leader();
  await cluster.killLeader();
  await dead.start();
  await wait(300);
  await cluster.killLeader();
  await working;
  t.match(await until(200, () => app.get('/health/ready')), { status: 200 });
  await recordedOnce(
    t,
    app,
    Array.from({ length: 300 }, (_, n) => `a${n}`),
  );
});

t.test('a server connected to a follower writes through the leader', { buffered: true }, async (t) => {
  const cluster = await startCluster();
  t.teardown(() => cluster.stop());
  const [follower] = cluster.followers();
  const connectionString = follower?.connectionString ?? '';
  const place = await placeOnEventStoreDb(join(t.testdir(), 'data'), { connectionString, clock: cluster.clock });
  const app = await openTestApp(t, { seeds: false, place });
  t.equal((await app.post(article(1))).status, 201);
  t.match(await app.get(timeline), { body: { total: 1 } });
});

t.test('a server is not ready while its store refuses it access', { buffered: true }, async (t) => {
  const { store, app } = await openOn(t);
  t.equal((await app.post(article(1))).status, 201);
  for (const how of ['access-denied', 'unauthenticated'] as const) {
    store.faults.refuse(how);
    unavailable(t, await app.post(article(how)), how);
    unavailable(t, await until(503, () => app.get('/health/ready')), `${how}: it is not ready`);
    store.faults.clear();
    t.match(await until(200, () => app.get('/health/ready')), { status: 200 }, 'it is ready when that is over');
    t.equal((await until(201, () => app.post(article(how)))).status, 201);
  }
  await recordedOnce(t, app, ['a1', 'aaccess-denied', 'aunauthenticated']);
});

t.test('a running server warns of a coming truncation and is not ready after one', { buffered: true }, async (t) => {
  const { store, app, prefix } = await openOn(t);
  t.equal((await app.post(article(1))).status, 201);
  const client = EventStoreDBClient.connectionString(store.connectionString);
  t.teardown(() => client.dispose());
  const stream = `${prefix}partnership-acme.federation`;
  for (const [settings, said] of [
    [{ maxCount: 100 }, '$maxCount'],
    [{ maxAge: 86_400 }, '$maxAge'],
  ] as const) {
    await client.setStreamMetadata(stream, settings);
    t.equal((await app.post(article(said.slice(1).toLowerCase()))).status, 201);
    const { status, body } = await until(200, () => app.get('/health/ready'));
    t.equal(status, 200, `${said}: nothing is gone yet, so no balancer is to pass this server over`);
    t.match(body.warnings, [{ stream: 'partnership-acme.federation', message: said }]);
  }
  await client.setStreamMetadata(stream, {});
  t.equal((await app.post(article(2))).status, 201);
  const cured = await until(200, () => app.get('/health/ready'));
  t.equal(cured.status, 200);
  t.same(cured.body.warnings, [], 'a setting that is gone is no longer warned of');

  for (const [settings, said] of [
    [{ maxCount: 2 }, '$maxCount'],
    [{ truncateBefore: 1 }, 'cut off'],
  ] as const) {
    await client.setStreamMetadata(stream, settings);
    const red = await until('ledger-truncated', () => app.get('/health/ready'));
    t.match(red, problem('ledger-truncated', 503));
    t.match(red.body.detail, said);
    t.match(red.body.detail, 'partnership-acme.federation');
    t.notMatch(red.body.detail, prefix, 'the stream has the name that the ledger gives it');
    await client.setStreamMetadata(stream, {});
    t.match(await until(200, () => app.get('/health/ready')), { status: 200 });
  }
  await client.deleteStream(stream);
  const deleted = await until('ledger-truncated', () => app.get('/health/ready'));
  t.match(deleted, problem('ledger-truncated', 503), 'a stream is deleted');
});
