import { checkEvents } from '../domain/check-events.ts';
import { eventType } from '../domain/events/vocabulary.ts';
import { factKey } from '../domain/fact-key.ts';
import { idOf } from '../domain/identity.ts';
import { gamesStream } from '../domain/streams.ts';
import { currentVersion } from '../domain/upcast.ts';
import { type EventStore, type NewEvent, WrongExpectedRevision } from '../event-store/event-store.ts';
import type { GamesDraft } from './references.ts';

function eventOf(draft: GamesDraft, recordedBy: string): NewEvent {
  const { reference, edition, fields, published, publisher, title } = draft;
  const type = eventType(draft.type);
  if (type === undefined) throw new RangeError(`${draft.type} is not an event type`);
  const id = idOf('reference', reference, edition, draft.type, JSON.stringify(fields), published, publisher, title);
  return {
    id,
    type: draft.type,
    data: {
      fact: factKey(type, { partnership: '', subject: null, campaign: null, edition }),
      modality: 'happened',
      date: published,
      subject: null,
      games: [edition],
      ...fields,
    },
    metadata: {
      recordedBy,
      correlationId: id,
      causationId: null,
      schema: currentVersion(type),
      reference,
      publisher,
      title,
      published,
    },
  };
}

async function recordEdition(
  stream: string,
  events: readonly NewEvent[],
  store: Pick<EventStore, 'append' | 'readStream'>,
): Promise<number> {
  const known = new Set<string>();
  for await (const { id } of store.readStream(stream)) known.add(id);
  const missing = events.filter(({ id }) => !known.has(id));
  if (missing.length === 0) return 0;
  checkEvents(missing);
  try {
    await store.append(stream, known.size === 0 ? 'no_stream' : known.size - 1, missing);
    return missing.length;
  } catch (error) {
    if (error instanceof WrongExpectedRevision) return await recordEdition(stream, events, store);
    throw error;
  }
}

/** The events of reference statements, each with the stream of its edition. */
export function gamesEventsOf(
  drafts: readonly GamesDraft[],
  recordedBy: string,
): readonly { readonly stream: string; readonly event: NewEvent }[] {
  return drafts.map((draft) => ({ stream: gamesStream(draft.edition), event: eventOf(draft, recordedBy) }));
}

/**
 * Records what a reference says of Games editions, each statement once: an edition is a stream. Answers how many
 * events were appended; the same reference again appends none.
 */
export async function recordReferences(
  drafts: readonly GamesDraft[],
  recordedBy: string,
  store: Pick<EventStore, 'append' | 'readStream'>,
): Promise<number> {
  let appended = 0;
  for (const [stream, ofEdition] of Map.groupBy(gamesEventsOf(drafts, recordedBy), (one) => one.stream)) {
    appended += await recordEdition(
      stream,
      ofEdition.map(({ event }) => event),
      store,
    );
  }
  return appended;
}
