import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { inspect } from 'node:util';
import t from 'tap';
import { createConnection } from '../../../src/event-store/eventstoredb/connection.ts';
import { splitConnectionString } from '../../../src/event-store/eventstoredb/connection-string.ts';
import { openEventStoreDb } from '../../../src/event-store/eventstoredb/eventstoredb.ts';
import { startCluster } from '../../support/eventstoredb/cluster.ts';
import { startEventStoreDb } from '../../support/eventstoredb/event-store-db.ts';
import { collect, madeUp } from '../made-up-events.ts';
import { openLedgerOn, startLedger } from './on-a-server.ts';

const failureOf = async (work: Promise<unknown>): Promise<Error> => {
  try {
    await work;
  } catch (error) {
    return error as Error;
  }
  throw new Error('an error was expected');
};

t.test('a secure server accepts the credentials of the connection string', async (t) => {
  const { store } = await startLedger(t, {}, { secure: true });
  t.match(await store.append('s', 'no_stream', [madeUp()]), { position: 1 });
  t.equal((await collect(store.readStream('s'))).length, 1);
});

t.test('nodes named by IP address use TLS if their certificates are for that address', async (t) => {
  const { server, store } = await startLedger(t, {}, { secure: true, byAddress: true });
  t.match(server.connectionString, /@127\.0\.0\.1:\d+\?tls=true/);
  t.match(await store.append('s', 'no_stream', [madeUp()]), { position: 1 });
  await server.restart();
  t.equal((await collect(store.readStream('s'))).length, 1, 'also when the connection is made anew');

  const cluster = await startCluster({ secure: true, byAddress: true });
  t.teardown(cluster.stop);
  const found = await openLedgerOn(t, cluster.connectionString);
  t.match(await found.append('s', 'no_stream', [madeUp()]), { position: 1 }, 'a leader is found by gossip');

  // The same server at an address that its certificate does not name.
  const elsewhere = createServer((socket) => {
    const beyond = connect(server.endpoint.port, '127.0.0.1');
    socket.pipe(beyond).pipe(socket);
    for (const each of [socket, beyond]) each.on('error', () => each.destroy());
  }).listen(0, '127.0.0.2');
  await once(elsewhere, 'listening');
  t.teardown(() => elsewhere.close());
  const { port } = elsewhere.address() as AddressInfo;
  const connectionString = server.connectionString.replace(/127\.0\.0\.1:\d+/, `127.0.0.2:${port}`);
  const error = await failureOf(openEventStoreDb({ connectionString, patienceMs: 500 }));
  t.match(error, { name: 'StoreUnavailable', message: /IP: 127\.0\.0\.2 is not in the cert's list/ });
});

t.test('wrong and insufficient credentials are told apart without a wait and not shown', async (t) => {
  const server = await startEventStoreDb({ secure: true });
  t.teardown(() => server.stop());
  const password = 'a-most-secret-word';
  for (const [user, name] of [
    [undefined, 'AccessDenied'],
    [{ name: 'admin', password }, 'Unauthenticated'],
    [{ name: 'nobody', password }, 'Unauthenticated'],
  ] as const) {
    const begun = performance.now();
    const connectionString = server.connectionStringFor(user);
    const error = await failureOf(openEventStoreDb({ connectionString, patienceMs: 600_000 }));
    t.equal(error.name, name);
    t.ok(performance.now() - begun < 60_000, 'without trying again and again');
    t.notMatch(inspect(error, { depth: 20, showHidden: true }), password);
    t.notMatch(inspect(error, { depth: 20, showHidden: true }), Buffer.from(`admin:${password}`).toString('base64'));
  }
});

t.test('withdrawn rights fail every call and the health check', async (t) => {
  for (const [how, name] of [
    ['access-denied', 'AccessDenied'],
    ['unauthenticated', 'Unauthenticated'],
  ] as const) {
    const { server, store } = await startLedger(t);
    await store.append('s', 'no_stream', [madeUp()]);
    server.faults.refuse(how);
    await t.rejects(store.append('s', 0, [madeUp()]), { name });
    await t.rejects(collect(store.readStream('s')), { name });
    t.match(await store.health(), { ok: false, problems: [{ kind: 'unavailable' }] });
    server.faults.clear();
    t.match(await store.append('s', 0, [madeUp()]), { position: 2 });
    t.same(await store.health(), { ok: true, problems: [] });
  }
});

t.test('no error, warning or health answer contains the password', async (t) => {
  const password = 'a-most-secret-word';
  const shown: unknown[] = [];
  const { warn } = console;
  console.warn = (...words: unknown[]) => shown.push(words);
  t.teardown(() => {
    console.warn = warn;
  });
  for (const rest of [
    '127.0.0.1:1?tls=false',
    '127.0.0.1:1?tlsVerifyCert=false&unheard=of',
    '127.0.0.1:x',
    '?tls=maybe',
  ]) {
    const connectionString = `esdb://admin:${password}@${rest}`;
    shown.push(await failureOf(openEventStoreDb({ connectionString, deadlineMs: 50, patienceMs: 100 })));
  }
  const { server, store } = await startLedger(t, { deadlineMs: 1_000, patienceMs: 2_000 }, { secure: true });
  await server.stop();
  shown.push(await store.health(), await failureOf(store.append('s', 'no_stream', [madeUp()])));
  t.notMatch(inspect(shown, { depth: 20, showHidden: true }), password);
  t.notMatch(inspect(shown, { depth: 20, showHidden: true }), /changeit/);
});

t.test('credentials for an insecure server are accepted', async (t) => {
  const server = await startEventStoreDb();
  t.teardown(() => server.stop());
  const store = await openLedgerOn(t, server.connectionString.replace('esdb://', 'esdb://admin:changeit@'));
  t.match(await store.append('s', 'no_stream', [madeUp()]), { position: 1 });
});

t.test('the client cannot print the password even when DEBUG is set', async (t) => {
  const connection = createConnection(splitConnectionString('esdb://admin:a-most-secret-word@127.0.0.1:1'), 100);
  t.teardown(connection.close);
  const { client, options, appendOptions } = connection.line();
  t.match(options.credentials, { username: 'admin', password: 'a-most-secret-word' });
  t.notMatch(inspect([client, options, appendOptions], { depth: 20, showHidden: true }), /a-most-secret-word/);
});
