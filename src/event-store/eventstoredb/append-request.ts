import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { BatchAppendReq } from '@eventstore/db-client/generated/streams_pb.js';
import messages from '@eventstore/db-client/generated/streams_pb.js';
import type { EncodedEvent } from '../encode-append.ts';
import type { Attempt } from './append-answer.ts';

const { Empty, StreamIdentifier, UUID } = shared;
const { BatchAppendReq: Request } = messages;

const text = new TextEncoder();

const proposed = ({ id, type, data, metadata }: EncodedEvent): BatchAppendReq.ProposedMessage => {
  const message = new Request.ProposedMessage()
    .setId(new UUID().setString(id))
    .setData(text.encode(data))
    .setCustomMetadata(text.encode(metadata));
  message.getMetadataMap().set('type', type).set('content-type', 'application/json');
  return message;
};

/**
 * One append to the stream with this full name; the answer carries the same correlation id. It names no deadline, which
 * would be an instant and thus depend on how well two clocks agree: the server then takes its own.
 */
export const appendRequest = (
  correlationId: string,
  fullName: string,
  { expected, events }: Attempt,
): BatchAppendReq => {
  const name = new StreamIdentifier().setStreamName(text.encode(fullName));
  const options = new Request.Options().setStreamIdentifier(name);
  if (expected === 'no_stream') options.setNoStream(new Empty());
  else options.setStreamPosition(String(expected));
  return new Request()
    .setCorrelationId(new UUID().setString(correlationId))
    .setOptions(options)
    .setProposedMessagesList(events.map(proposed))
    .setIsFinal(true);
};
