import type { StreamIdentifier } from '@eventstore/db-client/generated/shared_pb.js';
import type { AppendReq, BatchAppendReq, DeleteReq, TombstoneReq } from '@eventstore/db-client/generated/streams_pb.js';
import { unknown } from '../call-error.ts';
import type { ExpectedRevision } from '../database/check-append.ts';

/** The name of the stream in a request. Throws a CallError if it is empty. */
export const streamName = (identifier: StreamIdentifier | undefined): string => {
  const name = Buffer.from(identifier?.getStreamName_asU8() ?? []).toString('utf8');
  if (name === '') throw unknown('a stream needs a name');
  return name;
};

/** The expected revision in the options of an append, a delete or a tombstone. */
export const expectedRevision = (
  options: AppendReq.Options | DeleteReq.Options | TombstoneReq.Options,
): ExpectedRevision => {
  if (options.hasAny()) return 'any';
  if (options.hasNoStream()) return 'no_stream';
  if (options.hasStreamExists()) return 'stream_exists';
  return Number(options.getRevision());
};

/** The expected revision in the options of a batch append. */
export const expectedPosition = (options: BatchAppendReq.Options): ExpectedRevision => {
  if (options.hasAny()) return 'any';
  if (options.hasNoStream()) return 'no_stream';
  if (options.hasStreamExists()) return 'stream_exists';
  return Number(options.getStreamPosition());
};
