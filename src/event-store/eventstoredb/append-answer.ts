import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { Status } from '@eventstore/db-client/generated/status_pb.js';
import messages from '@eventstore/db-client/generated/streams_pb.js';
import {
  AccessDenied,
  appendSize,
  type EncodedEvent,
  type ExpectedRevision,
  StreamDeleted,
  TooLarge,
  WrongExpectedRevision,
} from '../event-store.ts';
import { refused, UnknownOutcome } from './call-error.ts';
import { type MessageField, messageFields, textIn } from './message-fields.ts';

/** What is to be appended: to a stream as the port names it, at the revision that is expected. */
export type Attempt = {
  readonly stream: string;
  readonly expected: ExpectedRevision;
  readonly events: readonly EncodedEvent[];
};

/** Where the last event of an append stands; `commit` is null where the server does not say. */
export type Written = { readonly revision: number; readonly commit: number | null };

const { MaximumAppendSizeExceeded, WrongExpectedVersion } = shared;
const { BatchAppendResp } = messages;

function refusal(status: Status | undefined, { stream, expected, events }: Attempt): Error {
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
}

/** The answer to an append: the correlation id of its request, and what it says of that attempt. */
export type AppendAnswer = {
  readonly id: string;
  /** Throws what the server refuses, UnknownOutcome where it does not know. */
  readonly to: (attempt: Attempt) => Written;
};

// A field that is 0 is not sent.
function numberIn(fields: readonly MessageField[], number: number): number {
  return fields.find((field) => field.number === number)?.value ?? 0;
}

function writtenIn(bytes: Buffer, success: MessageField): Written {
  const fields = messageFields(bytes, success.from, success.to);
  const position = fields.find(({ number }) => number === 3);
  const commit = position === undefined ? null : numberIn(messageFields(bytes, position.from, position.to), 1);
  return { revision: numberIn(fields, 1), commit };
}

/** Reads a BatchAppendResp: a success by its fields, as events are read, what is refused by its class. Throws NoMessage. */
export function appendAnswer(bytes: Buffer): AppendAnswer {
  const fields = messageFields(bytes);
  const [correlation, success] = [1, 3].map((number) => fields.find((field) => field.number === number));
  return {
    id: correlation === undefined ? '' : textIn(bytes, correlation, 2),
    to: (attempt) => {
      if (success === undefined) throw refusal(BatchAppendResp.deserializeBinary(bytes).getError(), attempt);
      return writtenIn(bytes, success);
    },
  };
}
