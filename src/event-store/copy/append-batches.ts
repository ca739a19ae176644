import { appendLimit, appendSize } from '../encode-append.ts';
import type { NewEvent, RecordedEvent } from '../event-store.ts';
import { asCopied } from './copied-event.ts';

/** Events of one stream that follow each other in the ledger, as a copy appends them together. */
export type AppendBatch = {
  readonly events: readonly NewEvent[];
  readonly first: RecordedEvent;
  readonly last: RecordedEvent;
};

/** More events than this together gain nothing, and make progress jump. */
const mostEvents = 500;

function sizeOf({ id, type, data, metadata }: NewEvent): number {
  return appendSize([{ id, type, data: JSON.stringify(data), metadata: JSON.stringify(metadata) }]);
}

/** Gathers events, in order of position, into appends as large as an append may be. */
export async function* appendBatches(events: AsyncIterable<RecordedEvent>): AsyncGenerator<AppendBatch> {
  let batch: NewEvent[] = [];
  let bytes = 0;
  let first: RecordedEvent | undefined;
  let last: RecordedEvent | undefined;
  for await (const event of events) {
    const copied = asCopied(event);
    const size = sizeOf(copied);
    const isFull = batch.length >= mostEvents || bytes + size > appendLimit;
    if (first !== undefined && last !== undefined && (isFull || event.stream !== first.stream)) {
      yield { events: batch, first, last };
      [batch, bytes, first] = [[], 0, undefined];
    }
    batch.push(copied);
    bytes += size;
    first ??= event;
    last = event;
  }
  if (first !== undefined && last !== undefined) yield { events: batch, first, last };
}
