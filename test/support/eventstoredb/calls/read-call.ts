import { setTimeout as sleep } from 'node:timers/promises';
import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import { type ServerWritableStream, status } from '@grpc/grpc-js';
import { checkAccess } from '../access.ts';
import { readAll } from '../database/read-all.ts';
import type { ReadMessage } from '../database/read-message.ts';
import { readStream } from '../database/read-stream.ts';
import { subscribeToAll } from '../database/subscribe-to-all.ts';
import { subscribeToStream } from '../database/subscribe-to-stream.ts';
import { admit, checkLeader, type Node } from '../node.ts';
import { callError } from './answer-call.ts';
import { type ReadRequest, readRequest } from './read-request.ts';
import { readResponse } from './read-response.ts';

type Call = ServerWritableStream<ReadReq, Buffer>;

const messagesFor = (
  { database, liveBuffer }: Node,
  request: ReadRequest,
  signal: AbortSignal,
): Iterable<ReadMessage> | AsyncIterable<ReadMessage> => {
  if (request.kind === 'read-stream') return readStream(database, request.read);
  if (request.kind === 'read-all') return readAll(database, request.read);
  if (request.kind === 'subscribe-to-stream') {
    return subscribeToStream(database, { ...request.subscription, liveBuffer }, signal);
  }
  return subscribeToAll(database, { ...request.subscription, liveBuffer }, signal);
};

const streamOf = (request: ReadRequest): string => {
  if (request.kind === 'read-stream') return request.read.stream;
  if (request.kind === 'subscribe-to-stream') return request.subscription.stream;
  return '$all';
};

// Resolves when a slow reader has taken what was written, or has gone.
const drained = (call: Call, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      call.off('drain', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    call.once('drain', done);
    signal.addEventListener('abort', done);
  });

// Whole messages reach the reader before its connection goes.
const cutAfterFlush = async (node: Node, call: Call): Promise<void> => {
  while (call.writableLength > 0 && !call.cancelled) await sleep(1);
  await sleep(20);
  node.cut(call.getPeer());
};

const send = async (node: Node, call: Call, request: ReadRequest, signal: AbortSignal): Promise<void> => {
  const kind = request.kind.startsWith('read') ? 'read' : 'subscribe';
  let events = 0;
  for await (const message of messagesFor(node, request, signal)) {
    if (signal.aborted) return;
    if (message.kind === 'event') {
      if (node.plan.cutsAfter(kind, events) || node.plan.cutsByChance(1 / 100)) return cutAfterFlush(node, call);
      events += 1;
    }
    if (!call.write(readResponse(message))) await drained(call, signal);
  }
  if (!signal.aborted) call.end();
};

/** Streams.Read: reads of a stream or of $all, and subscriptions to them. It answers with serialised messages. */
export const readCall =
  (node: Node) =>
  (call: Call): void => {
    const gone = new AbortController();
    call.on('cancelled', () => gone.abort());
    const run = async (): Promise<void> => {
      try {
        await admit(node, call.metadata);
        const request = readRequest(call.request);
        checkAccess(call.metadata, node.users, streamOf(request));
        checkLeader(node, call.metadata);
        // A real server goes round for ever on a read of $all with a count of 0; this one waits, without work.
        if (request.kind === 'read-all' && request.read.count === 0) return;
        await send(node, call, request, gone.signal);
      } catch (error) {
        const failure = callError(error);
        if (failure.code === status.ABORTED) node.tellDropped();
        call.emit('error', failure);
      } finally {
        gone.abort();
      }
    };
    void run();
  };
