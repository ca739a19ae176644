import type { EventStore, RecordedEvent } from '../event-store.ts';
import { asRecorded, lineOf, originalOf } from './copied-event.ts';
import { CopyRefused } from './copy-refused.ts';

/** What is compared: the events after one position up to another, of a ledger and of its copy. */
export type Comparison = {
  readonly source: Pick<EventStore, 'readAll'>;
  readonly target: Pick<EventStore, 'readAll'>;
  readonly after: number;
  readonly upTo: number;
};

function named({ type, id, stream }: RecordedEvent): string {
  return `${type} ${id} in ${stream}`;
}

function inTarget(event: RecordedEvent | undefined, found: RecordedEvent | undefined): string {
  if (found === undefined) return 'nothing';
  if (originalOf(found) === null) return `${named(found)}, which was recorded there and not copied`;
  return event?.id === found.id ? 'the same event with another content' : named(found);
}

function differs(position: number, event: RecordedEvent | undefined, found: RecordedEvent | undefined): CopyRefused {
  return new CopyRefused(
    `at position ${position} the source holds ${event === undefined ? 'nothing' : named(event)}, ` +
      `the target ${inTarget(event, found)}. ` +
      'The target must be empty, or hold what an unfinished copy of the same ledger left there',
  );
}

/**
 * Reads both side by side and yields each event with its line, where both are alike: id, type, data, metadata, stream,
 * revision, position and when it was first recorded. Throws CopyRefused at the first that is not.
 */
export async function* compareLedgers({
  source,
  target,
  after,
  upTo,
}: Comparison): AsyncGenerator<{ readonly event: RecordedEvent; readonly line: string }> {
  const bounds = { after, limit: upTo - after };
  const copies = target.readAll(bounds)[Symbol.asyncIterator]();
  let position = after;
  try {
    for await (const event of source.readAll(bounds)) {
      position += 1;
      const { value: found } = (await copies.next()) as { readonly value: RecordedEvent | undefined };
      const original = found === undefined ? null : originalOf(found);
      const line = lineOf(event);
      if (found === undefined || original === null || lineOf(asRecorded(found, original)) !== line) {
        throw differs(position, event, found);
      }
      yield { event, line };
    }
    if (position < upTo)
      throw differs(position + 1, undefined, (await copies.next()).value as RecordedEvent | undefined);
  } finally {
    await copies.return?.();
  }
}
