import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { Status } from '@eventstore/db-client/generated/status_pb.js';
import type { BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import { appendSize, type EncodedEvent } from '../encode-append.ts';
import { AccessDenied, type ExpectedRevision, StreamDeleted, TooLarge, WrongExpectedRevision } from '../event-store.ts';
import { refused, UnknownOutcome } from './call-error.ts';

/** What is to be appended: to a stream as the port names it, at the revision that is expected. */
export type Attempt = {
  readonly stream: string;
  readonly expected: ExpectedRevision;
  readonly events: readonly EncodedEvent[];
};

/** Where the last event of an append stands; `commit` is null where the server does not say. */
export type Written = { readonly revision: number; readonly commit: number | null };

const { MaximumAppendSizeExceeded, WrongExpectedVersion } = shared;

const refusal = (status: Status | undefined, { stream, expected, events }: Attempt): Error => {
  const details = status?.getDetails();
  const kind = details?.getTypeName() ?? '';
  const message = status?.getMessage() ?? '';
  switch (kind) {
    case 'event_store.client.WrongExpectedVersion': {
      const found = details?.unpack((bytes) => WrongExpectedVersion.deserializeBinary(bytes), kind);
      const actual = found?.hasCurrentStreamRevision() ? Number(found.getCurrentStreamRevision()) : 'no_stream';
      return new WrongExpectedRevision(stream, expected, actual);
    }
    case 'event_store.client.StreamDeleted':
      return new StreamDeleted(stream);
    case 'event_store.client.AccessDenied':
      return new AccessDenied(refused);
    case 'event_store.client.MaximumAppendSizeExceeded': {
      const found = details?.unpack((bytes) => MaximumAppendSizeExceeded.deserializeBinary(bytes), kind);
      return new TooLarge(appendSize(events), found?.getMaxappendsize() ?? 0);
    }
    case 'event_store.client.BadRequest':
      return new TypeError(`${stream}: the event store refused the append as malformed: ${message}`);
    default:
      // A timeout, or that the server is busy or has no leader yet.
      return new UnknownOutcome(`the event store answered "${message}"`);
  }
};

/** What the server answers to an append. Throws what it refuses, UnknownOutcome where it does not know. */
export const readAppendAnswer = (answer: BatchAppendResp, attempt: Attempt): Written => {
  const success = answer.getSuccess();
  if (success === undefined) throw refusal(answer.getError(), attempt);
  const commit = Number(success.getPosition()?.getCommitPosition() ?? Number.NaN);
  return { revision: Number(success.getCurrentRevision()), commit: Number.isSafeInteger(commit) ? commit : null };
};
