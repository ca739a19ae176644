import { EventStoreDBClient } from '@eventstore/db-client';
import t, { type Test } from 'tap';
import { articleText } from '../support/article-text.ts';
import { type EventStoreDb, startEventStoreDb } from '../support/eventstoredb/event-store-db.ts';
import { environmentOf, openLedgerAt, placeOnEventStoreDb, signingKeyOfTests } from '../support/open-test-ledger.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';

t.jobs = 4;

const password = 'not-the-password-7f3a';

const start = (t: Test, settings: Readonly<Record<string, string>>): ServerProcess => {
  const server = startServerProcess(t.testdir(), { SEEDS_DIR: '.', ...settings });
  t.teardown(() => server.stop('SIGKILL'));
  return server;
};

const withToken = { WRITE_TOKEN: 'a-token-of-our-own', SIGNING_KEY: signingKeyOfTests };

const startStore = async (t: Test, options = {}): Promise<EventStoreDb> => {
  const store = await startEventStoreDb(options);
  t.teardown(() => store.stop());
  return store;
};

const stackTrace = /\n\s+at /;

t.test('a server on EventStoreDB requires a token and a signing key', { buffered: true }, async (t) => {
  const { code, errors } = await start(t, { EVENT_STORE: 'esdb://127.0.0.1:1?tls=false' }).ended();
  t.equal(code, 2);
  for (const name of ['WRITE_TOKEN', 'SIGNING_KEY']) t.match(errors, `${name} must be set`);
});

t.test('a server whose credentials are refused says so without the password', { buffered: true }, async (t) => {
  const store = await startStore(t, { secure: true });
  for (const name of ['admin', 'nobody']) {
    const address = store.connectionStringFor({ name, password });
    const { code, errors, output } = await start(t, { EVENT_STORE: address, ...withToken }).ended();
    t.equal(code, 1);
    t.match(errors, /does not accept the credentials/);
    t.notMatch(errors + output, password);
    t.notMatch(errors, stackTrace);
  }
});

t.test('a server that is denied access says so', { buffered: true }, async (t) => {
  const store = await startStore(t, { secure: true });
  store.faults.refuse('access-denied');
  const { code, errors, output } = await start(t, { EVENT_STORE: store.connectionString, ...withToken }).ended();
  t.equal(code, 1);
  t.match(errors, /does not allow this/);
  t.notMatch(errors + output, 'changeit');
  t.notMatch(errors, stackTrace);
});

t.test('a malformed address is refused without being shown', { buffered: true }, async (t) => {
  const broken = [
    `esdb://admin:${password}%@127.0.0.1:2113`,
    `esdb://admin:${password}/x@127.0.0.1`,
    `esdb://${password}@h`,
  ];
  for (const address of broken) {
    const { code, errors, output } = await start(t, { EVENT_STORE: address, ...withToken }).ended();
    t.not(code, 0);
    t.match(errors, /credentials of the connection string/);
    t.notMatch(errors + output, password);
    t.notMatch(errors, stackTrace);
  }
});

t.test('a server reports a truncated ledger at start', { buffered: true }, async (t) => {
  const store = await startStore(t);
  const folder = t.testdir();
  const place = await placeOnEventStoreDb(folder, store);
  await (await openLedgerAt(place)).close();
  const client = EventStoreDBClient.connectionString(store.connectionString);
  await client.setStreamMetadata(`${place.streamPrefix}partnership-acme.federation`, { maxCount: 1 });
  await client.dispose();

  const server = start(t, environmentOf(place));
  const origin = await server.origin();
  const ready = async () => {
    const answer = await fetch(`${origin}/health/ready`);
    return { status: answer.status, body: await answer.json() };
  };
  const told = /partnership-acme\.federation.*\$maxCount/;
  t.match(await ready(), { status: 200, body: { warnings: [{ message: told }] } }, 'nothing is gone yet');
  const headers = { authorization: `Bearer ${environmentOf(place)['WRITE_TOKEN']}`, 'content-type': 'text/yaml' };
  t.equal((await fetch(`${origin}/api/articles`, { method: 'POST', headers, body: articleText() })).status, 201);
  const recorded = { status: 503, body: { type: '/problems/ledger-truncated', detail: told } };
  t.match(await ready(), recorded, 'an article has more events than are kept');
  await server.stop('SIGTERM');
  t.match(await server.errors, told);
});
