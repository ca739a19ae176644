import { ledgerStream } from '../../domain/streams.ts';
import {
  type Appended,
  type EventStore,
  type NewEvent,
  type RecordedEvent,
  WrongExpectedRevision,
} from '../event-store.ts';
import { isMarked, ledgerCopied } from './copied-event.ts';
import { CopyRefused } from './copy-refused.ts';

/** Where a target stands: how many events were copied before, and the event that closed the copy. */
export type Begun = { readonly count: number; readonly closing: RecordedEvent | null };

/** The position of the last event, whoever wrote it. Throws StoreUnavailable. */
export async function headOf(store: EventStore): Promise<number> {
  return (await store.freshHead()).position;
}

/** Throws CopyRefused where something is wrong with a store that a copy cannot put up with. */
export async function refuseProblems(store: EventStore, which: string): Promise<void> {
  const { problems } = await store.health();
  const messages = problems.filter(({ kind }) => kind !== 'copy').map(({ message }) => message);
  if (messages.length > 0) throw new CopyRefused(`the ${which} cannot be used: ${messages.join('; ')}`);
}

async function closingOf(target: EventStore): Promise<RecordedEvent | null> {
  for await (const event of target.readStream(ledgerStream, { direction: 'backwards' })) {
    if (event.type === ledgerCopied && !isMarked(event)) return event;
  }
  return null;
}

/** Where a target stands that is to become a copy of so many events. Throws CopyRefused where it can never be one. */
export async function begunIn(target: EventStore, length: number): Promise<Begun> {
  const closing = await closingOf(target);
  const head = await headOf(target);
  if (closing === null) {
    if (head <= length) return { count: head, closing };
    throw new CopyRefused(`the target holds ${head} events, the source ${length}: the target must be empty`);
  }
  const count = closing.position - 1;
  if (head > closing.position) {
    throw new CopyRefused(
      `the target holds a finished copy of ${count} events and has gone on since: the target must be empty`,
    );
  }
  if (count === length) return { count, closing };
  throw new CopyRefused(
    `the target holds a finished copy of ${count} events, the source ${length}: ` +
      'a finished copy is not gone on with, the target must be empty',
  );
}

const others =
  'the target must be empty, and nobody else may write to it until the copy is closed; what was copied is of no use';

/**
 * Appends events to a stream of the target that ends at the revision `before` (-1: has none), so that the last of them
 * gets its position. Throws CopyRefused where somebody else has written to the target.
 */
export async function appendTo(
  target: EventStore,
  stream: string,
  before: number,
  events: readonly NewEvent[],
  position: number,
): Promise<void> {
  let appended: Appended;
  try {
    appended = await target.append(stream, before < 0 ? 'no_stream' : before, events);
  } catch (error) {
    if (!(error instanceof WrongExpectedRevision)) throw error;
    throw new CopyRefused(`${error.message}: ${others}`, { cause: error });
  }
  if (appended.position === position) return;
  throw new CopyRefused(`what belongs to position ${position} got ${appended.position}: ${others}`);
}
