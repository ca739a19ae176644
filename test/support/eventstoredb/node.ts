import { setTimeout as sleep } from 'node:timers/promises';
import type { Metadata } from '@grpc/grpc-js';
import { checkCredentials, type Users } from './access.ts';
import { accessDenied, notLeader, notReady, unauthenticated } from './call-error.ts';
import type { Database } from './database/database.ts';
import type { FaultPlan } from './faults.ts';
import type { Member, Role } from './role.ts';

/** What the calls to a server work with. */
export type Node = {
  readonly database: Database;
  readonly plan: FaultPlan;
  readonly users: Users | undefined;
  readonly maxAppendSize: number;
  readonly liveBuffer: number;
  /** A live subscriber was dropped. */
  readonly tellDropped: () => void;
  /** What this node is in its cluster, unless a fault says otherwise. */
  readonly role: () => Role;
  readonly members: () => readonly Member[];
  /** Cuts the connection from a peer. */
  readonly cut: (peer: string) => void;
  /** Aborted when the server stops. */
  readonly stopped: AbortSignal;
};

/** Waits, and rejects when the server stops. */
export const pause = async (node: Node, milliseconds: number): Promise<void> => {
  if (milliseconds > 0) await sleep(milliseconds, undefined, { signal: node.stopped });
};

/** Lets a call in: it is delayed if calls are slow, and throws a CallError if it is refused. */
export const admit = async (node: Node, metadata: Metadata): Promise<void> => {
  await pause(node, node.plan.delay());
  const refusal = node.plan.refusal();
  if (refusal === 'access-denied') throw accessDenied();
  if (refusal === 'unauthenticated') throw unauthenticated();
  checkCredentials(metadata, node.users);
};

/** The role of a node at the moment, faults included. */
export const roleOf = (node: Node): Role => node.plan.role() ?? node.role();

/** Whether a call is only for the leader. */
export const requiresLeader = (metadata: Metadata): boolean =>
  String(metadata.get('requires-leader')[0] ?? '').toLowerCase() === 'true';

/** Throws a CallError if a call that is only for the leader came to another node. */
export const checkLeader = (node: Node, metadata: Metadata): void => {
  if (!requiresLeader(metadata)) return;
  const role = roleOf(node);
  if (role.kind === 'follower') throw notLeader(role.leader);
  if (role.kind === 'electing') throw notReady();
};

/** Throws a CallError if this node cannot have a write done now: a follower hands it on, without a leader it cannot. */
export const checkWritable = (node: Node, metadata: Metadata): void => {
  checkLeader(node, metadata);
  if (roleOf(node).kind === 'electing') throw notReady();
};
