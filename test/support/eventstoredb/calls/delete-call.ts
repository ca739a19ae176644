import type { DeleteReq, DeleteResp, TombstoneReq, TombstoneResp } from '@eventstore/db-client/generated/streams_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerUnaryCall, sendUnaryData } from '@grpc/grpc-js';
import { checkAccess } from '../access.ts';
import { streamDeleted, wrongRevision } from '../call-error.ts';
import type { Database } from '../database/database.ts';
import { admit, checkWritable, type Node } from '../node.ts';
import { answer } from './answer-call.ts';
import { commit } from './commit.ts';
import { expectedRevision, streamName } from './expected-revision.ts';

type Request = DeleteReq | TombstoneReq;
type Remove = Database['softDelete'];

const removed = async (
  node: Node,
  call: ServerUnaryCall<Request, unknown>,
  remove: Remove,
): Promise<number | undefined> => {
  await admit(node, call.metadata);
  const options = call.request.getOptions() ?? new streams.DeleteReq.Options();
  const stream = streamName(options.getStreamIdentifier());
  const expected = expectedRevision(options);
  checkAccess(call.metadata, node.users, stream);
  if (node.plan.cutsAfter('delete', 0)) {
    node.cut(call.getPeer());
    return undefined;
  }
  return commit(node, call.getPeer(), call.getDeadline(), () => {
    checkWritable(node, call.metadata);
    const result = remove(stream, expected);
    if (result.kind === 'stream-deleted') throw streamDeleted(stream);
    if (result.kind === 'wrong-revision') throw wrongRevision(stream, expected, result.current);
    return result.position;
  });
};

/** Streams.Delete: a soft delete. */
export const deleteCall =
  (node: Node) =>
  (call: ServerUnaryCall<DeleteReq, DeleteResp>, callback: sendUnaryData<DeleteResp>): void => {
    const run = async (): Promise<DeleteResp | undefined> => {
      const position = await removed(node, call, node.database.softDelete);
      if (position === undefined) return undefined;
      const place = new streams.DeleteResp.Position();
      place.setCommitPosition(String(position)).setPreparePosition(String(position));
      return new streams.DeleteResp().setPosition(place);
    };
    answer(run, callback);
  };

/** Streams.Tombstone: the end of a stream. */
export const tombstoneCall =
  (node: Node) =>
  (call: ServerUnaryCall<TombstoneReq, TombstoneResp>, callback: sendUnaryData<TombstoneResp>): void => {
    const run = async (): Promise<TombstoneResp | undefined> => {
      const position = await removed(node, call, node.database.tombstone);
      if (position === undefined) return undefined;
      const place = new streams.TombstoneResp.Position();
      place.setCommitPosition(String(position)).setPreparePosition(String(position));
      return new streams.TombstoneResp().setPosition(place);
    };
    answer(run, callback);
  };
