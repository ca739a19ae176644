import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { LoggedEvent } from './log.ts';
import type { ReadMessage } from './read-message.ts';
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

/** A message of a read or a subscription as it goes over the wire. */
export const readResponse = (message: ReadMessage): ReadResp => {
  const response = new streams.ReadResp();
  switch (message.kind) {
    case 'event':
      return eventResponse(message.event);
    case 'confirmation': {
      const { SubscriptionConfirmation } = streams.ReadResp;
      return response.setConfirmation(new SubscriptionConfirmation().setSubscriptionId(message.subscriptionId));
    }
    case 'checkpoint': {
      const checkpoint = new streams.ReadResp.Checkpoint()
        .setCommitPosition(String(message.position.commit))
        .setPreparePosition(String(message.position.prepare));
      return response.setCheckpoint(checkpoint);
    }
    case 'caught-up':
      return response.setCaughtUp(new streams.ReadResp.CaughtUp());
    case 'fell-behind':
      return response.setFellBehind(new streams.ReadResp.FellBehind());
    case 'stream-not-found': {
      const { StreamNotFound } = streams.ReadResp;
      return response.setStreamNotFound(new StreamNotFound().setStreamIdentifier(identifier(message.stream)));
    }
    case 'first-stream-position':
      return response.setFirstStreamPosition(String(message.revision));
    case 'last-stream-position':
      return response.setLastStreamPosition(String(message.revision));
  }
};
