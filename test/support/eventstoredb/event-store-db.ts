import { randomUUID } from 'node:crypto';
import { ServerCredentials } from '@grpc/grpc-js';
import type { Users } from './access.ts';
import { serve } from './calls/serve.ts';
import { connectionStringTo } from './connection-string.ts';
import { acceptConnections, type Connections } from './connections.ts';
import { type Clock, createClock } from './database/clock.ts';
import { createDatabase, type Database } from './database/database.ts';
import { createFaults, type Faults } from './faults.ts';
import type { Node } from './node.ts';
import type { Endpoint, Member, Role } from './role.ts';
import { testCredentials } from './tls/test-credentials.ts';

/** The options of a test server; all are optional. */
export type ServerOptions = {
  /** 0, the default, is any port that is free. It stays the same over restarts. */
  readonly port?: number;
  /** Speaks TLS and asks for credentials, as a server does unless it is told to be insecure. */
  readonly secure?: boolean;
  /** Goes by its IP address also where it is secure; else by a name then. */
  readonly byAddress?: boolean;
  /** The most bytes that one append may have; 1 MiB by default. */
  readonly maxAppendSize?: number;
  /** A live subscriber that is more records behind than this is dropped; 512 by default. */
  readonly liveBuffer?: number;
};

/** A node of a cluster shares its database with the others, and is told what it is. */
export type ClusterPart = {
  readonly database: Database;
  readonly role: () => Role;
  readonly members: () => readonly Member[];
};

/** Who may use a secure server: the users that every server has, with the password that it comes with. */
export const defaultUsers: Users = { admin: 'changeit', ops: 'changeit' };

/** A running server that speaks the protocol of EventStoreDB, keeps all in memory and can be made to fail. */
export type EventStoreDb = {
  /** For a client that connects to this node alone, as `admin` if it is secure. */
  readonly connectionString: string;
  /** The same for a user, or for nobody. */
  readonly connectionStringFor: (user: { readonly name: string; readonly password: string } | undefined) => string;
  /** `host:port` */
  readonly address: string;
  readonly endpoint: Endpoint;
  readonly instanceId: string;
  readonly faults: Faults;
  readonly clock: Clock;
  readonly isRunning: () => boolean;
  /** How many live subscribers were dropped because they were too slow. */
  readonly dropped: () => number;
  /** Cuts all connections and stops listening, at once and without a word, as a process that is killed. */
  readonly stop: () => Promise<void>;
  /** Listens on its port again, with all that it had recorded, but without the ids that it had seen lately. */
  readonly start: () => Promise<void>;
  /** Stops and starts. With `keep: false` what was recorded is lost, as on a server that runs in memory. */
  readonly restart: (options?: { readonly keep?: boolean }) => Promise<void>;
};

const listenOn = '127.0.0.1';
const mebibyte = 1024 * 1024;

/** Starts a server. `part` makes it a node of a cluster. */
export const startEventStoreDb = async (options: ServerOptions = {}, part?: ClusterPart): Promise<EventStoreDb> => {
  const { secure = false, byAddress = false, maxAppendSize = mebibyte, liveBuffer = 512 } = options;
  const instanceId = randomUUID();
  const clock = part?.database.clock ?? createClock();
  const { faults, plan } = createFaults();
  let database = part?.database ?? createDatabase(clock);
  let dropped = 0;
  let running: { connections: Connections; stop: () => Promise<void> } | undefined;

  const run = async (port: number): Promise<typeof running> => {
    const stopped = new AbortController();
    const isAlone = part === undefined;
    const alone: Role = { kind: 'leader' };
    const node: Node = {
      database,
      plan,
      users: secure ? defaultUsers : undefined,
      maxAppendSize,
      liveBuffer,
      tellDropped: () => {
        dropped += 1;
      },
      role: part?.role ?? (() => alone),
      members: part?.members ?? (() => [{ instanceId, endpoint, role: (plan.role() ?? alone).kind, isAlive: true }]),
      cut: (peer) => connections.cut(peer),
      stopped: stopped.signal,
    };
    if (isAlone) database.beginEpoch();
    const server = serve(node);
    const connections = await acceptConnections(
      { host: listenOn, port },
      server.createConnectionInjector(secure ? testCredentials() : ServerCredentials.createInsecure()),
    );
    const stop = async (): Promise<void> => {
      stopped.abort();
      // The connections first: the other way round the server would still say that it cancels its calls.
      await connections.close();
      server.forceShutdown();
    };
    return { connections, stop };
  };

  running = await run(options.port ?? 0);
  // Some clients take no address where they speak TLS.
  const endpoint = { host: secure && !byAddress ? 'localhost' : listenOn, port: running?.connections.port ?? 0 };
  const address = `${endpoint.host}:${endpoint.port}`;

  const stop = async (): Promise<void> => {
    const before = running;
    running = undefined;
    await before?.stop();
  };
  const start = async (): Promise<void> => {
    running ??= await run(endpoint.port);
  };

  const connectionStringFor: EventStoreDb['connectionStringFor'] = (user) => connectionStringTo(address, secure, user);

  return {
    connectionString: connectionStringFor({ name: 'admin', password: 'changeit' }),
    connectionStringFor,
    address,
    endpoint,
    instanceId,
    faults,
    clock,
    isRunning: () => running !== undefined,
    dropped: () => dropped,
    stop,
    start,
    restart: async ({ keep = true } = {}) => {
      await stop();
      if (!keep) database = createDatabase(clock);
      await start();
    },
  };
};
