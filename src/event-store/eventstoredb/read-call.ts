import { type StreamsClient, StreamsService } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import type { CallArguments } from './client.ts';
import { type ReadAnswer, readAnswer } from './read-answer.ts';

const { path, requestSerialize } = StreamsService.read;

/** The answers of a read or a subscription, as they come. */
export type ReadCall = ReturnType<typeof StreamsClient.prototype.makeServerStreamRequest<ReadReq, ReadAnswer>>;

/** Begins a read or a subscription. An answer that is no message ends it with an error. */
export function read(streams: StreamsClient, request: ReadReq, [metadata, options]: CallArguments): ReadCall {
  return streams.makeServerStreamRequest(path, requestSerialize, readAnswer, request, metadata, options);
}
