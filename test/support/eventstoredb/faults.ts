import { randomFrom } from './random.ts';
import type { Endpoint, Role } from './role.ts';

/** The calls that a connection can be cut in. Both ways to append are `append`, both ways to delete `delete`. */
export type CallKind = 'append' | 'delete' | 'read' | 'subscribe';

/** A write whose answer comes too late. */
export type Late = {
  /** How long the answer takes; without it, a little longer than the deadline that the client gave. */
  readonly milliseconds?: number;
  /** Whether the events are there at once, only when the client has given up, or never. By default at once. */
  readonly commits?: 'at-once' | 'late' | 'never';
  /** How many writes are late, by default one. */
  readonly times?: number;
};

/** The faults that a test can switch on while a server runs. */
export type Faults = {
  /** Cuts the connection in `times` calls (by default one), each after so many events (by default 0) have passed. */
  readonly dropConnection: (rule: { call: CallKind; after?: number; times?: number }) => void;
  /**
   * Cuts connections at random, the same for the same seed: `rate` is the chance of an append or a delete, half of it
   * before the commit and half after it, and of every 100 events that are sent.
   */
  readonly dropRandomly: (rule: { rate: number; seed: number }) => void;
  /** Commits the next writes and then cuts their connection instead of answering. */
  readonly loseAnswer: (times?: number) => void;
  readonly answerLate: (late?: Late) => void;
  /** Delays every call by some milliseconds. */
  readonly slow: (milliseconds: number) => void;
  /** Makes this node a follower of that leader, whether or not there is one. */
  readonly follow: (leader: Endpoint) => void;
  /** Has no leader for some milliseconds. */
  readonly elect: (milliseconds: number) => void;
  /** Denies every call what it asks, or does not accept its credentials, whatever they are. */
  readonly refuse: (how: 'access-denied' | 'unauthenticated') => void;
  /** How many connections were cut and answers held back so far. */
  readonly injected: () => number;
  /** How many late writes are held back at the moment. */
  readonly held: () => number;
  /** Ends all faults. */
  readonly clear: () => void;
};

/** The faults as the handlers of calls see them. */
export type FaultPlan = {
  /** Whether the connection is to be cut, now that so many events have passed. */
  readonly cutsAfter: (call: CallKind, events: number) => boolean;
  /** Whether chance cuts the connection, given the share of `rate` at stake. */
  readonly cutsByChance: (share: number) => boolean;
  readonly losesAnswer: () => boolean;
  /** The next write is late, if this says so, until `releaseLate` is called. */
  readonly nextLate: () => Late | undefined;
  readonly releaseLate: () => void;
  readonly delay: () => number;
  readonly role: () => Role | undefined;
  readonly refusal: () => 'access-denied' | 'unauthenticated' | undefined;
};

/** Creates the switches and the plan that they set. */
export const createFaults = (): { readonly faults: Faults; readonly plan: FaultPlan } => {
  const nothing = {
    drops: [] as { call: CallKind; after: number; left: number }[],
    chance: undefined as { rate: number; random: () => number } | undefined,
    lost: 0,
    late: { milliseconds: undefined as number | undefined, commits: 'at-once' as Late['commits'], left: 0 },
    delay: 0,
    leader: undefined as Endpoint | undefined,
    electedAt: 0,
    refusal: undefined as 'access-denied' | 'unauthenticated' | undefined,
  };
  let set = structuredClone(nothing);
  let injected = 0;
  let held = 0;

  const counted = (isInjected: boolean): boolean => {
    if (isInjected) injected += 1;
    return isInjected;
  };

  const faults: Faults = {
    dropConnection: ({ call, after = 0, times = 1 }) => set.drops.push({ call, after, left: times }),
    dropRandomly: ({ rate, seed }) => {
      set.chance = { rate, random: randomFrom(seed) };
    },
    loseAnswer: (times = 1) => {
      set.lost = times;
    },
    answerLate: ({ milliseconds, commits = 'at-once', times = 1 } = {}) => {
      set.late = { milliseconds, commits, left: times };
    },
    slow: (milliseconds) => {
      set.delay = milliseconds;
    },
    follow: (leader) => {
      set.leader = leader;
    },
    elect: (milliseconds) => {
      set.electedAt = performance.now() + milliseconds;
    },
    refuse: (how) => {
      set.refusal = how;
    },
    injected: () => injected,
    held: () => held,
    clear: () => {
      set = structuredClone(nothing);
    },
  };

  const plan: FaultPlan = {
    cutsAfter: (call, events) => {
      const drop = set.drops.find((drop) => drop.call === call && drop.after <= events && drop.left > 0);
      if (drop !== undefined) drop.left -= 1;
      return counted(drop !== undefined);
    },
    cutsByChance: (share) => counted(set.chance !== undefined && set.chance.random() < set.chance.rate * share),
    losesAnswer: () => {
      set.lost -= 1;
      return counted(set.lost >= 0);
    },
    nextLate: () => {
      if (set.late.left <= 0) return undefined;
      set.late.left -= 1;
      injected += 1;
      held += 1;
      const { milliseconds, commits = 'at-once' } = set.late;
      return milliseconds === undefined ? { commits } : { milliseconds, commits };
    },
    releaseLate: () => {
      held -= 1;
    },
    delay: () => set.delay,
    role: () => {
      if (performance.now() < set.electedAt) return { kind: 'electing' };
      return set.leader === undefined ? undefined : { kind: 'follower', leader: set.leader };
    },
    refusal: () => set.refusal,
  };
  return { faults, plan };
};
