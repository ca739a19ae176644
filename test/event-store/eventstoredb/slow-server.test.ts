import t from 'tap';
import { madeUp } from '../made-up-events.ts';
import { indexIn, openLedgerOn, startLedger } from './on-a-server.ts';

t.test('a ledger opens and writes on a server that is slow to begin each call', async (t) => {
  const indexFile = indexIn(t);
  const { server, store } = await startLedger(t, { indexFile });
  await store.append('s', 'no_stream', [madeUp()]);
  await store.close();
  const other = await openLedgerOn(t, server.connectionString);
  await other.append('s', 0, [madeUp()]);
  // Longer than a subscription may be quiet while something is due.
  server.faults.slow(1_600);
  const slow = await openLedgerOn(t, server.connectionString, { indexFile, deadlineMs: 5_000 });
  t.equal((await slow.head()).position, 2, 'what its index lacks comes');
  t.match(await slow.append('s', 1, [madeUp()]), { revision: 2, position: 3 });
});
