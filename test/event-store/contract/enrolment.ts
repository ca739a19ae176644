import type { EventStore } from '../../../src/event-store/event-store.ts';

/** What a store provides so that the contract can run on it. */
export type Enrolment = {
  /** A place for a fresh ledger, made of a folder of one's own. */
  readonly place: (folder: string) => Promise<string>;
  /** Opens the ledger at a place, by any process, with the clock that gives recordedAt (milliseconds since 1970). */
  readonly open: (place: string, now?: () => number) => Promise<EventStore>;
  /** The address of the module that exports this as `enrolment`, so that another process can open the place too. */
  readonly module: string;
  /** True where the clock that gives recordedAt cannot be set: what needs that is skipped. */
  readonly keepsItsClock?: boolean;
};
