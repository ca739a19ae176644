import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { startCluster } from './cluster.ts';
import { connectTo, startConnected } from './connected.ts';
import { errorOf, events, idsOf } from './made-up.ts';

t.test('a stopped test server cannot be reached and keeps its events when started again', async (t) => {
  const { server, client } = await startConnected(t);
  const recorded = events(5);
  await client.appendToStream('kept', recorded);
  const { address } = server;
  await server.stop();
  t.match(await errorOf(idsOf(connectTo(t, server.connectionString).readStream('kept'))), { type: 'unavailable' });
  await server.start();
  t.equal(server.address, address);
  t.strictSame(
    await idsOf(connectTo(t, server.connectionString).readStream('kept')),
    recorded.map(({ id }) => id),
  );
});

t.test('a restart of the test server cuts subscriptions and may lose all events', async (t) => {
  const { server, client } = await startConnected(t);
  await client.appendToStream('lost', events(2));
  const subscription = client.subscribeToStream('lost');
  await subscription[Symbol.asyncIterator]().next();
  const cut = errorOf(once(subscription, 'end'));
  await server.restart({ keep: false });
  t.match(await cut, { type: 'unavailable' });
  const again = connectTo(t, server.connectionString);
  t.match(await errorOf(idsOf(again.readStream('lost'))), { type: 'stream-not-found' });
});

t.test('each start begins an epoch, which $all shows as a system event', async (t) => {
  const { server } = await startConnected(t);
  await server.restart();
  const client = connectTo(t, server.connectionString);
  t.equal((await idsOf(client.readStream('$epoch-information'))).length, 2);
});

t.test('a client finds the leader of a test cluster by gossip, and the next one after its death', async (t) => {
  const cluster = await startCluster();
  t.teardown(cluster.stop);
  const client = connectTo(t, cluster.connectionString);
  const append = () => client.appendToStream('led', events(1), { requiresLeader: true });
  t.equal((await append()).nextExpectedRevision, 0n);
  await cluster.killLeader({ noticedAfter: 10, electedAfter: 100 });
  const { nextExpectedRevision } = await append().catch(append);
  t.equal(nextExpectedRevision, 1n, 'with what the one before had written');
});

t.test('npm run test-server prints how to connect and ends on a signal', async (t) => {
  const script = fileURLToPath(new URL('../../../scripts/test-server.ts', import.meta.url));
  const server = spawn(process.execPath, [script, '--port', '0', '--refuse', 'access-denied'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(server, 'exit');
  t.teardown(() => server.kill());
  const [line] = await once(createInterface({ input: server.stdout }), 'line');
  t.match(line, /^esdb:\/\/127\.0\.0\.1:\d+\?tls=false$/);
  t.match(await errorOf(connectTo(t, String(line)).appendToStream('refused', events(1))), { type: 'access-denied' });
  server.kill('SIGTERM');
  t.strictSame(await exit, [0, null]);
});

t.test('npm run test-server names an argument that it does not understand', async (t) => {
  const script = fileURLToPath(new URL('../../../scripts/test-server.ts', import.meta.url));
  const server = spawn(process.execPath, [script, '--slow', 'very'], { stdio: ['ignore', 'ignore', 'pipe'] });
  const [line] = await once(createInterface({ input: server.stderr }), 'line');
  t.equal(line, '--slow takes a number, not "very"');
  t.strictSame(await once(server, 'exit'), [2, null]);
});
