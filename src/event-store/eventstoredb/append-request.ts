import type { EncodedEvent } from '../event-store.ts';
import type { Attempt } from './append-answer.ts';
import { longestHead, messageWriter } from './message-writer.ts';

// What an event has beside its own texts: an id, the names of its metadata, and the heads of eleven fields.
const mostAround = 128 + 11 * longestHead;

function mostBytes({ type, data, metadata }: EncodedEvent): number {
  return 3 * type.length + Buffer.byteLength(data) + Buffer.byteLength(metadata) + mostAround;
}

/**
 * One append to the stream with this full name, a BatchAppendReq; the answer carries the same correlation id. It names
 * no deadline, which would be an instant and thus depend on how well two clocks agree: the server then takes its own.
 * By its fields: the generated class takes three times as long.
 */
export function appendRequest(correlationId: string, fullName: string, { expected, events }: Attempt): Buffer {
  const around = mostAround + 3 * fullName.length;
  const request = messageWriter(events.reduce((sum, event) => sum + mostBytes(event), around));

  const metadata = (name: string, value: string): void =>
    request.message(2, () => {
      request.text(2, value);
      request.text(1, name);
    });

  request.varint(4, 1);
  for (const event of events.toReversed()) {
    request.message(3, () => {
      request.text(4, event.data);
      request.text(3, event.metadata);
      metadata('content-type', 'application/json');
      metadata('type', event.type);
      request.message(1, () => request.text(2, event.id));
    });
  }
  request.message(2, () => {
    if (expected === 'no_stream') request.message(3, () => undefined);
    else request.varint(2, expected);
    request.message(1, () => request.text(3, fullName));
  });
  request.message(1, () => request.text(2, correlationId));
  return request.written();
}
