import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import process from 'node:process';
import { EventStoreDBClient } from '@eventstore/db-client';
import { splitConnectionString } from '../src/event-store/eventstoredb/connection-string.ts';
import { openEventStoreDb } from '../src/event-store/eventstoredb/eventstoredb.ts';
import { startEventStoreDb } from '../test/support/eventstoredb/event-store-db.ts';
import { history, inTurn, type Measure, measures } from './eventstoredb-measures.ts';
import { adapter, bare, following } from './eventstoredb-subjects.ts';
import { median, part, type Round, takeTurns } from './rounds.ts';
import { typicalEvents } from './typical-event.ts';

// `npm run bench:esdb` measures what the adapter costs on top of the client's public methods, on one server: the one
// that EVENTSTORE_URL names, or else the test server in a process of its own.
//
// The subjects take turns in short rounds, in reverse order every other round, and the median of the rounds counts. So
// other work on the machine slows all of them alike.
//
// The adapter does more than the client: it answers an append once its events have come back through the subscription
// and have their positions. So `follow` is a client that subscribes and waits until it has seen what it wrote, which is
// the least that a position costs. `batch` is what the client does by default. The adapter cannot use that
// (docs/adr/0026): its appends share one call and one table, and have no deadline.

const whole = (value: number): string =>
  (Number.isFinite(value) ? Math.round(value).toLocaleString('en') : '').padStart(9);
const hundredths = (value: number): string => (Number.isFinite(value) ? value.toFixed(2) : '').padStart(9);

const row = ({ name, goal }: Measure, of: Readonly<Record<string, readonly Round[]>>): boolean => {
  const { client = [], batch = [], follow = [], adapter: own = [] } = of;
  const ofClient = part(own, client);
  const columns = [
    ...[client, batch, follow, own].map((subject) => whole(median(subject.map(({ rate }) => rate)))),
    hundredths(ofClient),
    (goal === null ? '' : String(goal)).padStart(6),
    ...[batch, follow].map((subject) => hundredths(part(own, subject))),
    ...[client, own].map((subject) => whole(median(subject.map(({ cost }) => cost)))),
  ];
  console.log(name.padEnd(48) + columns.join(''));
  return goal === null || ofClient >= goal;
};

const measureAll = async (connectionString: string): Promise<boolean> => {
  const connect = () => EventStoreDBClient.connectionString(connectionString);
  const { credentials } = splitConnectionString(connectionString);
  const prefixes = Array.from({ length: 5 }, (_, at) => `bench${at}-${randomUUID()}_`);
  const [forUnary = '', forBatch = '', forFollowing = '', forAdapter = '', forReads = ''] = prefixes;
  const writer = await openEventStoreDb({ connectionString, streamPrefix: forAdapter });
  const reader = await openEventStoreDb({ connectionString, streamPrefix: forReads });
  const appenders = {
    client: bare(connect(), forUnary, 'unary', credentials),
    batch: bare(connect(), forBatch, 'batch', credentials),
    follow: following(connect(), forFollowing, credentials),
    adapter: adapter(writer),
  };
  const readers = { client: bare(connect(), forReads, 'unary', credentials), adapter: adapter(reader) };
  const batches = Array.from({ length: history / 500 }, () => typicalEvents(500));
  await inTurn(readers.adapter, 'history', batches);

  console.log(
    `${''.padEnd(48)}${'events per second'.padStart(36)}${'adapter: part of'.padStart(33)}   µs of this process`,
  );
  console.log(
    `${''.padEnd(48)}   client    batch   follow  adapter   client  goal    batch   follow   client  adapter`,
  );
  let isMet = true;
  for (const measure of measures) {
    const { isRead, events, prepare } = measure;
    isMet = row(measure, await takeTurns(isRead ? readers : appenders, events, prepare)) && isMet;
  }
  await reader.close();
  await writer.close();
  return isMet;
};

const serve = async (): Promise<void> => {
  const { connectionString, stop } = await startEventStoreDb();
  console.log(connectionString);
  process.once('SIGTERM', () => void stop());
};

const startServer = async (): Promise<{ child: ChildProcess; connectionString: string }> => {
  const child = spawn(process.execPath, [import.meta.filename, 'serve'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout ?? child, 'data')) as [Buffer];
  return { child, connectionString: line.toString().trim() };
};

if (process.argv[2] === 'serve') await serve();
else {
  const given = process.env['EVENTSTORE_URL'];
  const started = given ? null : await startServer();
  const isMet = await measureAll(given ?? started?.connectionString ?? '');
  started?.child.kill();
  // The bare clients keep their connections.
  process.exit(isMet ? 0 : 1);
}
