import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { LoggedEvent } from '../database/log.ts';
import type { ReadMessage } from '../database/read-message.ts';
import { uuidMessage } from './uuid.ts';

const tombstoneRevision = '9223372036854775807';

const identifier = (stream: string) => new shared.StreamIdentifier().setStreamName(Buffer.from(stream, 'utf8'));

const eventResponse = (event: LoggedEvent): ReadResp => {
  const position = String(event.position);
  const recorded = new streams.ReadResp.ReadEvent.RecordedEvent()
    .setId(uuidMessage(event.id))
    .setStreamIdentifier(identifier(event.stream))
    .setStreamRevision(event.revision === Infinity ? tombstoneRevision : String(event.revision))
    .setCommitPosition(position)
    .setPreparePosition(position)
    .setData(event.data)
    .setCustomMetadata(event.metadata);
  const metadata = recorded.getMetadataMap();
  metadata.set('type', event.type);
  metadata.set('content-type', event.json ? 'application/json' : 'application/octet-stream');
  metadata.set('created', String(event.created));
  const read = new streams.ReadResp.ReadEvent().setEvent(recorded).setCommitPosition(position);
  return new streams.ReadResp().setEvent(read);
};

const controlResponse = (message: Exclude<ReadMessage, { kind: 'event' }>): ReadResp => {
  const { Checkpoint, CaughtUp, FellBehind, StreamNotFound, SubscriptionConfirmation } = streams.ReadResp;
  const response = new streams.ReadResp();
  if (message.kind === 'confirmation') {
    response.setConfirmation(new SubscriptionConfirmation().setSubscriptionId(message.subscriptionId));
  } else if (message.kind === 'checkpoint') {
    const { commit, prepare } = message.position;
    const checkpoint = new Checkpoint().setCommitPosition(String(commit)).setPreparePosition(String(prepare));
    response.setCheckpoint(checkpoint);
  } else if (message.kind === 'caught-up') response.setCaughtUp(new CaughtUp());
  else if (message.kind === 'fell-behind') response.setFellBehind(new FellBehind());
  else if (message.kind === 'stream-not-found') {
    response.setStreamNotFound(new StreamNotFound().setStreamIdentifier(identifier(message.stream)));
  } else if (message.kind === 'first-stream-position') response.setFirstStreamPosition(String(message.revision));
  else response.setLastStreamPosition(String(message.revision));
  return response;
};

const bytesOf = (response: ReadResp): Buffer => Buffer.from(response.serializeBinary());
const eventBytes = new WeakMap<LoggedEvent, Buffer>();

/** A message of a read or a subscription as it goes over the wire. An event is serialised once, for all its readers. */
export const readResponse = (message: ReadMessage): Buffer => {
  if (message.kind !== 'event') return bytesOf(controlResponse(message));
  const known = eventBytes.get(message.event);
  if (known !== undefined) return known;
  const bytes = bytesOf(eventResponse(message.event));
  eventBytes.set(message.event, bytes);
  return bytes;
};
