import type { UUID } from '@eventstore/db-client/generated/shared_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { Status } from '@eventstore/db-client/generated/status_pb.js';
import type { BatchAppendReq, BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { type ServerDuplexStream, status } from '@grpc/grpc-js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import { checkCredentials, mayUse } from '../access.ts';
import { CallError, notLeader } from '../call-error.ts';
import type { ExpectedRevision } from '../database/check-append.ts';
import type { ProposedEvent, Written } from '../database/database.ts';
import { admit, type Node, requiresLeader, roleOf } from '../node.ts';
import { callError } from './answer-call.ts';
import {
  batchAccessDenied,
  batchBadRequest,
  batchNotReady,
  batchStreamDeleted,
  batchTimeout,
  batchTooLarge,
  batchWrongRevision,
} from './batch-error.ts';
import { commit } from './commit.ts';
import { expectedPosition, streamName } from './expected-revision.ts';
import { appendedSize, proposedEvent } from './proposed-event.ts';
import { uuidText } from './uuid.ts';

type Call = ServerDuplexStream<BatchAppendReq, BatchAppendResp>;

type Batch = {
  readonly correlation: UUID | undefined;
  readonly stream: string;
  readonly expected: ExpectedRevision;
  readonly deadline: number;
  readonly events: ProposedEvent[];
  size: number;
  readonly timer: NodeJS.Timeout;
};

// A server gives a write no more time than this, whatever the client allows.
const writeTimeout = 2_000;

const success = ({ revision, position }: Written): BatchAppendResp.Success => {
  const body = new streams.BatchAppendResp.Success();
  if (revision === -1) body.setNoStream(new empty.Empty());
  else body.setCurrentRevision(String(revision));
  if (position === undefined) return body.setNoPosition(new empty.Empty());
  const place = new shared.AllStreamPosition();
  return body.setPosition(place.setCommitPosition(String(position)).setPreparePosition(String(position)));
};

/** Streams.BatchAppend: many appends in one call, each in one or more messages and with an answer of its own. */
export const batchAppendCall =
  (node: Node) =>
  (call: Call): void => {
    const batches = new Map<string, Batch>();
    const committing = new Set<Promise<void>>();
    const fail = (error: unknown): void => {
      call.emit('error', callError(error));
    };

    const respond = (batch: Pick<Batch, 'correlation' | 'stream'>, result: Status | BatchAppendResp.Success): void => {
      const response = new streams.BatchAppendResp().setCorrelationId(batch.correlation);
      response.setStreamIdentifier(new shared.StreamIdentifier().setStreamName(Buffer.from(batch.stream)));
      if (result instanceof streams.BatchAppendResp.Success) response.setSuccess(result);
      else response.setError(result);
      if (!call.cancelled) call.write(response);
    };

    const write = (batch: Batch): Status | BatchAppendResp.Success => {
      const role = roleOf(node);
      if (role.kind === 'electing') return batchNotReady();
      if (role.kind === 'follower' && requiresLeader(call.metadata)) throw notLeader(role.leader);
      const result = node.database.append(batch.stream, batch.expected, batch.events);
      if (result.kind === 'written') return success(result);
      if (result.kind === 'stream-deleted') return batchStreamDeleted(batch.stream);
      return batchWrongRevision(batch.expected, result.current);
    };

    const finish = async (batch: Batch): Promise<void> => {
      try {
        await admit(node, call.metadata);
        if (node.plan.cutsAfter('append', batch.events.length)) {
          node.cut(call.getPeer());
          return;
        }
        const result = await commit(node, call.getPeer(), batch.deadline, () => write(batch));
        if (result !== undefined) respond(batch, result);
      } catch (error) {
        if (error instanceof CallError && error.code === status.PERMISSION_DENIED) respond(batch, batchAccessDenied());
        else fail(error);
      }
    };

    const begin = (key: string, request: BatchAppendReq, options: BatchAppendReq.Options): void => {
      const correlation = request.getCorrelationId();
      const stream = streamName(options.getStreamIdentifier());
      const deadline = options.getDeadline()?.toDate().getTime() ?? Infinity;
      const left = Math.min(deadline - Date.now(), writeTimeout);
      if (!mayUse(call.metadata, node.users, stream)) {
        respond({ correlation, stream }, batchAccessDenied());
        return;
      }
      if (left <= 0) {
        respond({ correlation, stream }, batchTimeout());
        return;
      }
      const expired = (): void => {
        if (batches.delete(key)) respond({ correlation, stream }, batchTimeout());
      };
      const timer = setTimeout(expired, left).unref();
      const expected = expectedPosition(options);
      batches.set(key, { correlation, stream, expected, deadline, events: [], size: 0, timer });
    };

    const receive = (request: BatchAppendReq): void => {
      const key = uuidText(request.getCorrelationId());
      const options = request.getOptions();
      if (options !== undefined) begin(key, request, options);
      const batch = batches.get(key);
      if (batch === undefined) return;
      for (const message of request.getProposedMessagesList()) {
        const event = proposedEvent(message);
        batch.size += appendedSize(event);
        batch.events.push(event);
      }
      const isTooLarge = batch.size > node.maxAppendSize;
      if (!isTooLarge && !request.getIsFinal()) return;
      batches.delete(key);
      clearTimeout(batch.timer);
      if (isTooLarge) {
        respond(batch, batchTooLarge(node.maxAppendSize));
        return;
      }
      const work = finish(batch).finally(() => committing.delete(work));
      committing.add(work);
    };

    const receiveAll = async (): Promise<void> => {
      checkCredentials(call.metadata, node.users);
      for await (const request of call as AsyncIterable<BatchAppendReq>) {
        try {
          receive(request);
        } catch (error) {
          const correlation = request.getCorrelationId();
          const name = request.getOptions()?.getStreamIdentifier()?.getStreamName_asU8() ?? [];
          respond({ correlation, stream: Buffer.from(name).toString() }, batchBadRequest(String(error)));
        }
      }
      await Promise.all(committing);
      call.end();
    };
    receiveAll().catch(fail);
  };
