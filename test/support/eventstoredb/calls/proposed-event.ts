import type { AppendReq, BatchAppendReq } from '@eventstore/db-client/generated/streams_pb.js';
import { metadataMissing, unknown } from '../call-error.ts';
import type { ProposedEvent } from '../database/database.ts';
import { uuidText } from './uuid.ts';

/** An event out of the message of either way to append. Throws a CallError if it has no type or content type. */
export const proposedEvent = (message: AppendReq.ProposedMessage | BatchAppendReq.ProposedMessage): ProposedEvent => {
  const type = message.getMetadataMap().get('type');
  const contentType = message.getMetadataMap().get('content-type');
  if (type === undefined) throw metadataMissing('type');
  if (contentType === undefined) throw metadataMissing('content-type');
  if (type === '') throw unknown('Empty eventType provided.');
  return {
    id: uuidText(message.getId()),
    type,
    json: contentType === 'application/json',
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8(),
  };
};

/** What an event counts towards the size of its append: data, metadata, and its type in UTF-16. */
export const appendedSize = (event: ProposedEvent): number =>
  event.data.length + event.metadata.length + event.type.length * 2;
