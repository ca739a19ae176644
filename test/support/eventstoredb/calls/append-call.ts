import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { AppendReq, AppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerReadableStream, sendUnaryData } from '@grpc/grpc-js';
import { checkAccess } from '../access.ts';
import { appendTooLarge, streamDeleted, unknown } from '../call-error.ts';
import type { ExpectedRevision } from '../database/check-append.ts';
import type { ProposedEvent, Written } from '../database/database.ts';
import { admit, checkWritable, type Node } from '../node.ts';
import { answer } from './answer-call.ts';
import { commit } from './commit.ts';
import { expectedRevision, streamName } from './expected-revision.ts';
import { appendedSize, proposedEvent } from './proposed-event.ts';

const success = ({ revision, position }: Written): AppendResp => {
  const body = new streams.AppendResp.Success();
  if (revision === -1) body.setNoStream(new shared.Empty());
  else body.setCurrentRevision(String(revision));
  if (position === undefined) body.setNoPosition(new shared.Empty());
  else {
    const place = new streams.AppendResp.Position();
    body.setPosition(place.setCommitPosition(String(position)).setPreparePosition(String(position)));
  }
  return new streams.AppendResp().setSuccess(body);
};

const wrongRevision = (expected: ExpectedRevision, current: number): AppendResp => {
  const body = new streams.AppendResp.WrongExpectedVersion();
  if (current === -1) body.setCurrentNoStream(new shared.Empty());
  else body.setCurrentRevision(String(current));
  if (expected === 'any') body.setExpectedAny(new shared.Empty());
  else if (expected === 'no_stream') body.setExpectedNoStream(new shared.Empty());
  else if (expected === 'stream_exists') body.setExpectedStreamExists(new shared.Empty());
  else body.setExpectedRevision(String(expected));
  return new streams.AppendResp().setWrongExpectedVersion(body);
};

/** Streams.Append: the options, then one message for each event, then one answer. */
export const appendCall =
  (node: Node) =>
  (call: ServerReadableStream<AppendReq, AppendResp>, callback: sendUnaryData<AppendResp>): void => {
    const run = async (): Promise<AppendResp | undefined> => {
      let options: AppendReq.Options | undefined;
      const events: ProposedEvent[] = [];
      let size = 0;
      for await (const request of call as AsyncIterable<AppendReq>) {
        if (options === undefined) {
          options = request.getOptions();
          await admit(node, call.metadata);
          continue;
        }
        if (node.plan.cutsAfter('append', events.length)) {
          node.cut(call.getPeer());
          return undefined;
        }
        const message = request.getProposedMessage();
        if (message === undefined) throw unknown('an event was expected');
        const event = proposedEvent(message);
        size += appendedSize(event);
        if (size > node.maxAppendSize) throw appendTooLarge(node.maxAppendSize);
        events.push(event);
      }
      // The client gave up before it had sent all of it.
      if (call.cancelled) return undefined;
      if (options === undefined) throw unknown('options were expected');
      if (node.plan.cutsAfter('append', events.length)) {
        node.cut(call.getPeer());
        return undefined;
      }

      const stream = streamName(options.getStreamIdentifier());
      const expected = expectedRevision(options);
      checkAccess(call.metadata, node.users, stream);
      return commit(node, call.getPeer(), call.getDeadline(), () => {
        checkWritable(node, call.metadata);
        const result = node.database.append(stream, expected, events);
        if (result.kind === 'written') return success(result);
        if (result.kind === 'stream-deleted') throw streamDeleted(stream);
        return wrongRevision(expected, result.current);
      });
    };
    answer(run, callback);
  };
