import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { Status } from '@eventstore/db-client/generated/status_pb.js';
import statuses from '@eventstore/db-client/generated/status_pb.js';
import { status } from '@grpc/grpc-js';
import anything from 'google-protobuf/google/protobuf/any_pb.js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import type { ExpectedRevision } from '../database/check-append.ts';

const error = (code: number, message: string, typeName: string, body: Uint8Array): Status => {
  const details = new anything.Any();
  details.pack(body, typeName);
  return new statuses.Status().setCode(code).setMessage(message).setDetails(details);
};

const named = (code: number, name: string, body: { serializeBinary: () => Uint8Array }): Status =>
  error(code, name, `event_store.client.${name}`, body.serializeBinary());

/** The stream does not stand where the batch expected it. */
export const batchWrongRevision = (expected: ExpectedRevision, current: number): Status => {
  const body = new shared.WrongExpectedVersion();
  if (current === -1) body.setCurrentNoStream(new empty.Empty());
  else body.setCurrentStreamRevision(String(current));
  if (expected === 'any') body.setExpectedAny(new empty.Empty());
  else if (expected === 'no_stream') body.setExpectedNoStream(new empty.Empty());
  else if (expected === 'stream_exists') body.setExpectedStreamExists(new empty.Empty());
  else body.setExpectedStreamPosition(String(expected));
  return named(status.ALREADY_EXISTS, 'WrongExpectedVersion', body);
};

/** The stream was tombstoned. */
export const batchStreamDeleted = (stream: string): Status => {
  const identifier = new shared.StreamIdentifier().setStreamName(Buffer.from(stream));
  return named(status.NOT_FOUND, 'StreamDeleted', new shared.StreamDeleted().setStreamIdentifier(identifier));
};

/** The events of the batch are too large together. */
export const batchTooLarge = (limit: number): Status => {
  const body = new shared.MaximumAppendSizeExceeded().setMaxappendsize(limit);
  return named(status.INVALID_ARGUMENT, 'MaximumAppendSizeExceeded', body);
};

/** The deadline of the batch has passed. */
export const batchTimeout = (): Status => named(status.DEADLINE_EXCEEDED, 'Timeout', new shared.Timeout());

/** The caller may not write to the stream. */
export const batchAccessDenied = (): Status =>
  named(status.PERMISSION_DENIED, 'AccessDenied', new shared.AccessDenied());

/** The batch makes no sense. */
export const batchBadRequest = (why: string): Status =>
  named(status.INVALID_ARGUMENT, 'BadRequest', new shared.BadRequest().setMessage(why));

/** There is no leader; it has no code and no details, so that clients do not recognise it. */
export const batchNotReady = (): Status =>
  error(0, 'Server Is Not Ready', 'google.protobuf.Empty', new empty.Empty().serializeBinary());
