import type { IGossipServer } from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import gossip from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import type { IServerFeaturesServer } from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import features from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import type { IStreamsServer } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import streams from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import { type handleServerStreamingCall, Server } from '@grpc/grpc-js';
import type { Node } from '../node.ts';
import { appendCall } from './append-call.ts';
import { batchAppendCall } from './batch-append-call.ts';
import { deleteCall, tombstoneCall } from './delete-call.ts';
import { clusterInfo } from './gossip.ts';
import { readCall } from './read-call.ts';
import { serverFeatures } from './server-features.ts';

// A server takes messages as large as its largest record.
const largestMessage = 17 * 1024 * 1024;

/** The gRPC server of a node, through the client's own generated services. It does not listen yet. */
export const serve = (node: Node): Server => {
  const server = new Server({
    'grpc.max_receive_message_length': largestMessage,
    'grpc.max_send_message_length': largestMessage,
  });
  const streamCalls: Omit<IStreamsServer, 'read'> & { readonly read: handleServerStreamingCall<ReadReq, Buffer> } = {
    append: appendCall(node),
    batchAppend: batchAppendCall(node),
    delete: deleteCall(node),
    tombstone: tombstoneCall(node),
    read: readCall(node),
  };
  const featureCalls: IServerFeaturesServer = {
    getSupportedMethods: (_call, callback) => callback(null, serverFeatures()),
  };
  const gossipCalls: IGossipServer = {
    read: (_call, callback) => callback(null, clusterInfo(node.members(), node.database.clock.now())),
  };
  const read = { ...streams.StreamsService.read, responseSerialize: (serialised: Buffer) => serialised };
  server.addService({ ...streams.StreamsService, read }, streamCalls);
  server.addService(features.ServerFeaturesService, featureCalls);
  server.addService(gossip.GossipService, gossipCalls);
  return server;
};
