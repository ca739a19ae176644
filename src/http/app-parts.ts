import type { FastifyServerOptions } from 'fastify';
import type { Recorder } from '../articles/record.ts';
import type { SubjectRegistry } from '../articles/subjects.ts';
import type { NamedToken } from '../domain/named-tokens.ts';
import type { EventStore } from '../event-store/event-store.ts';
import type { LedgerIdentity } from '../projections/catalogue.ts';
import type { Feed } from '../projections/feed.ts';
import type { Histories } from '../projections/histories.ts';
import type { LedgerViews } from '../projections/ledger-views.ts';
import type { LedgerProof } from '../proof/ledger-proof.ts';

/** An open ledger, as far as the API uses it. */
export type LedgerParts = {
  readonly store: Pick<EventStore, 'health' | 'positionAt' | 'readAll' | 'readStream'>;
  readonly views: LedgerViews;
  readonly histories: Histories;
  readonly feed: Feed;
  readonly recorder: Recorder;
};

/** What the API is made of. */
export type AppParts = {
  readonly ledger: LedgerParts;
  readonly proof: LedgerProof;
  readonly subjects: SubjectRegistry;
  /** The bearer token for writes. */
  readonly writeToken: string;
  /** Those of people, beside it: what they write stands under their names. */
  readonly writeTokens?: readonly NamedToken[];
  /** Version of this software. */
  readonly version: string;
  /** The clock that "today" is taken from, in milliseconds since 1970; the same as that of the ledger. */
  readonly now: () => number;
  readonly logger: FastifyServerOptions['logger'];
};

/** What all routes share. */
export type Context = AppParts & { readonly identity: LedgerIdentity };
