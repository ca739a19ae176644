import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { startCluster } from '../test/support/eventstoredb/cluster.ts';
import { type EventStoreDb, startEventStoreDb } from '../test/support/eventstoredb/event-store-db.ts';
import type { Late } from '../test/support/eventstoredb/faults.ts';

const usage = `npm run test-server -- [options]

Runs a server that speaks the protocol of EventStoreDB, until you stop it. The first line of its output is the
connection string. It keeps everything in memory and nothing on disk.

  --port <n>             the port (default: any free port)
  --secure               TLS with a self-signed certificate, and credentials (admin or ops, changeit)
  --cluster <n>          n nodes with one log and one leader; not with --port
  --max-append-size <n>  the most bytes of one append (default: 1048576)

Faults, permanent unless they count:
  --drop-rate <share>    cuts connections at random, at this share of the appends and of every 100 events sent
  --seed <n>             the seed of these choices (default: 1)
  --lose-answers <n>     commits the first n writes and cuts their connections instead of answering
  --late-answers <n>     answers the first n writes late, after their deadline or after --late
  --late <ms>            how late
  --commits <when>       when to commit the late writes: at-once, late or never (default: at-once)
  --slow <ms>            delays every call
  --election <ms>        has no leader for this long after the start
  --follower-of <a:p>    follows the leader at this address
  --refuse <how>         refuses all credentials: access-denied or unauthenticated
`;

const wrong = (why: string): never => {
  process.stderr.write(`${why}\n\n${usage}`);
  process.exit(2);
};

const read = () => {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    return parseArgs({
      options: {
        port: text,
        secure: flag,
        cluster: text,
        'max-append-size': text,
        'drop-rate': text,
        seed: text,
        'lose-answers': text,
        'late-answers': text,
        late: text,
        commits: text,
        slow: text,
        election: text,
        'follower-of': text,
        refuse: text,
        help: flag,
      },
    }).values;
  } catch (error) {
    return wrong(error instanceof Error ? error.message : String(error));
  }
};

const values = read();
if (values.help === true) {
  process.stdout.write(usage);
  process.exit(0);
}

const number = (
  name:
    | 'port'
    | 'cluster'
    | 'max-append-size'
    | 'drop-rate'
    | 'seed'
    | 'lose-answers'
    | 'late-answers'
    | 'late'
    | 'slow'
    | 'election',
): number | undefined => {
  const given = values[name];
  if (given === undefined) return undefined;
  const value = Number(given);
  return given.trim() !== '' && value >= 0 ? value : wrong(`--${name} takes a number, not ${JSON.stringify(given)}`);
};

const oneOf = <Choice extends string>(name: 'commits' | 'refuse', choices: readonly Choice[]): Choice | undefined => {
  const given = values[name];
  if (given === undefined) return undefined;
  return choices.find((choice) => choice === given) ?? wrong(`--${name} is one of ${choices.join(', ')}`);
};

const applyFaults = ({ faults }: EventStoreDb): void => {
  const rate = number('drop-rate');
  if (rate !== undefined) faults.dropRandomly({ rate, seed: number('seed') ?? 1 });
  const lost = number('lose-answers');
  if (lost !== undefined) faults.loseAnswer(lost);
  const times = number('late-answers');
  const milliseconds = number('late');
  const commits = oneOf('commits', ['at-once', 'late', 'never'] satisfies Late['commits'][]);
  if (times !== undefined) {
    faults.answerLate({
      times,
      ...(milliseconds === undefined ? {} : { milliseconds }),
      ...(commits === undefined ? {} : { commits }),
    });
  }
  const slow = number('slow');
  if (slow !== undefined) faults.slow(slow);
  const election = number('election');
  if (election !== undefined) faults.elect(election);
  const [, host, port] = /^(.+):(\d+)$/.exec(values['follower-of'] ?? '') ?? [];
  if (host !== undefined) faults.follow({ host, port: Number(port) });
  else if (values['follower-of'] !== undefined) wrong('--follower-of takes an address, <host>:<port>');
  const refuse = oneOf('refuse', ['access-denied', 'unauthenticated']);
  if (refuse !== undefined) faults.refuse(refuse);
};

const options = { secure: values.secure === true, maxAppendSize: number('max-append-size') ?? 1024 * 1024 };
const size = number('cluster');
const start = async () => {
  if (size !== undefined) return startCluster({ ...options, nodes: size });
  const server = await startEventStoreDb({ ...options, port: number('port') ?? 0 });
  return { connectionString: server.connectionString, nodes: [server], stop: server.stop };
};

const running = await start();
for (const node of running.nodes) applyFaults(node);
process.stdout.write(`${running.connectionString}\n`);
await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
await running.stop();
