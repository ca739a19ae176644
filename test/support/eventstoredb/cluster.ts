import { setTimeout as sleep } from 'node:timers/promises';
import { connectionStringTo } from './connection-string.ts';
import { type Clock, createClock } from './database/clock.ts';
import { createDatabase } from './database/database.ts';
import { type EventStoreDb, type ServerOptions, startEventStoreDb } from './event-store-db.ts';
import type { Member, Role } from './role.ts';

/** How long the others take to see that the leader has gone, and to have another one, in milliseconds. */
export type Election = { readonly noticedAfter?: number; readonly electedAfter?: number };

/** Nodes with one log, of which one leads. */
export type Cluster = {
  readonly nodes: readonly EventStoreDb[];
  /** For a client that finds the leader by gossip. */
  readonly connectionString: string;
  readonly clock: Clock;
  /** The node that leads, or led last. */
  readonly leader: () => EventStoreDb;
  readonly followers: () => readonly EventStoreDb[];
  /**
   * Stops the leader. The others name it until they notice (after 100 ms), are not ready until they have elected (after
   * 1 s), and then one of them leads. Resolves when it does.
   */
  readonly killLeader: (election?: Election) => Promise<EventStoreDb>;
  /** The leader answers no call any more, though its connections live; another node leads at once. */
  readonly hangLeader: () => void;
  readonly stop: () => Promise<void>;
};

type Options = Omit<ServerOptions, 'port'> & { readonly nodes?: number };

/** Starts a cluster, by default of three nodes. What one node is written, all have at once. */
export const startCluster = async ({ nodes: size = 3, ...options }: Options = {}): Promise<Cluster> => {
  const clock = createClock();
  const database = createDatabase(clock);
  const nodes: EventStoreDb[] = [];
  let leader = 0;
  let isElecting = false;
  const leading = (): EventStoreDb => nodes[leader] as EventStoreDb;

  const roleOf = (i: number): Role => {
    if (isElecting) return { kind: 'electing' };
    return i === leader ? { kind: 'leader' } : { kind: 'follower', leader: leading().endpoint };
  };
  const members = (): readonly Member[] =>
    nodes.map(({ instanceId, endpoint, isRunning }, i) => ({
      instanceId,
      endpoint,
      role: roleOf(i).kind,
      isAlive: isRunning(),
    }));

  database.beginEpoch();
  for (let i = 0; i < size; i += 1) {
    nodes.push(await startEventStoreDb(options, { database, role: () => roleOf(i), members }));
  }

  const addresses = nodes.map((node) => node.address).join(',');
  const admin = { name: 'admin', password: 'changeit' };
  return {
    nodes,
    connectionString: connectionStringTo(addresses, options.secure === true, admin),
    clock,
    leader: leading,
    followers: () => nodes.filter((node) => node !== leading() && node.isRunning()),
    killLeader: async ({ noticedAfter = 100, electedAfter = 1_000 } = {}) => {
      await leading().stop();
      await sleep(noticedAfter);
      isElecting = true;
      await sleep(electedAfter - noticedAfter);
      leader = nodes.findIndex((node) => node.isRunning());
      database.beginEpoch();
      isElecting = false;
      return leading();
    },
    hangLeader: () => {
      const hung = leading();
      hung.faults.slow(2 ** 30);
      leader = nodes.findIndex((node) => node !== hung && node.isRunning());
      database.beginEpoch();
    },
    stop: async () => {
      for (const node of nodes) await node.stop();
    },
  };
};
