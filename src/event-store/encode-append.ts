import { EmptyAppend, type NewEvent, TooLarge } from './event-store.ts';

/** What one append may have, all events together: 1 MiB, as EventStoreDB has it by default. */
export const appendLimit = 1024 * 1024;

/** An event whose data and metadata are JSON text. */
export type EncodedEvent = {
  readonly id: string;
  readonly type: string;
  readonly data: string;
  readonly metadata: string;
};

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

function encode({ id, type, data, metadata }: NewEvent): EncodedEvent {
  if (!uuid.test(id)) throw new TypeError(`${type}: the id must be a UUID in lower case, not ${JSON.stringify(id)}`);
  if (type === '') throw new TypeError(`${id}: an event needs a type`);
  return { id, type, data: JSON.stringify(data), metadata: JSON.stringify(metadata) };
}

/** As EventStoreDB counts: the bytes of data and metadata, and two for every character of the type. */
function size({ type, data, metadata }: EncodedEvent): number {
  return Buffer.byteLength(data) + Buffer.byteLength(metadata) + 2 * type.length;
}

/** Bytes of the events of one append together, as they count against its limit. */
export function appendSize(events: readonly EncodedEvent[]): number {
  return events.reduce((sum, event) => sum + size(event), 0);
}

/** Checks and encodes the events of one append, alike on every store. Throws EmptyAppend, TooLarge, TypeError. */
export function encodeAppend(stream: string, events: readonly NewEvent[]): readonly EncodedEvent[] {
  if (stream === '') throw new TypeError('a stream needs a name');
  if (events.length === 0) throw new EmptyAppend(stream);
  const encoded = events.map(encode);
  const bytes = appendSize(encoded);
  if (bytes > appendLimit) throw new TooLarge(bytes, appendLimit);
  return encoded;
}
