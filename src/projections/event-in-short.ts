import * as z from 'zod';
import { eventType, gamesTypes, reportTypes } from '../domain/vocabulary/event-types.ts';
import {
  decisionTypes,
  editionOfStream,
  keyOfEvent,
  partnershipOfStream,
  partnershipStream,
} from '../domain/vocabulary/events.ts';
import type { RecordedEvent } from '../event-store/event-store.ts';

/** A recorded event in short, as those get it who follow the ledger. */
export function inShort(event: RecordedEvent): EventInShort {
  const { position, recordedAt, id, type, stream, revision, data, metadata } = event;
  const article = metadata['article'] ?? data['article'];
  return {
    position,
    recordedAt,
    recordedBy: String(metadata['recordedBy']),
    kind: kindOf(event),
    event: { id, type, stream, revision },
    ingest: String(metadata['correlationId']),
    partnership: partnershipOfStream(stream),
    edition: editionOfStream(stream),
    article: typeof article === 'string' ? article : null,
    fact: keyOfEvent(event),
  };
}

function kindOf({ type, stream }: RecordedEvent): EventInShort['kind'] {
  if (eventType(type) !== undefined) return editionOfStream(stream) === null ? 'report' : 'reference';
  if (type === 'ArticleRead') return 'reading';
  if (type === 'ArticleRetracted') return 'retraction';
  return partnershipOfStream(stream) === null ? 'ledger' : 'decision';
}

/** Every type that an event may have. */
export const recordedTypes: readonly string[] = [
  ...[...reportTypes, ...gamesTypes].map(({ type }) => type),
  'ArticleRead',
  'ArticleRetracted',
  ...decisionTypes,
  'LedgerOpened',
];

/** Whether a partnership rests on an event: those of its own stream, and those of the Games that its reports name. */
export function concerns(
  partnership: string,
  { concernedBy }: { readonly concernedBy: (edition: string, position: number) => readonly string[] },
): (event: RecordedEvent) => boolean {
  const own = partnershipStream(partnership);
  return ({ stream, position }) => {
    if (stream === own) return true;
    const edition = editionOfStream(stream);
    return edition !== null && concernedBy(edition, position).includes(partnership);
  };
}

export const eventInShort = z
  .object({
    position: z.int(),
    recordedAt: z.string(),
    recordedBy: z.string(),
    kind: z.enum(['report', 'reading', 'retraction', 'decision', 'reference', 'ledger']),
    event: z.object({ id: z.string(), type: z.string(), stream: z.string(), revision: z.int() }),
    ingest: z.string().describe('the same for all events that were recorded together'),
    partnership: z.string().nullable(),
    edition: z.string().nullable().describe('the Games that a reference is about'),
    article: z.string().nullable(),
    fact: z.string().nullable().describe('the key of the fact that it is about'),
  })
  .describe('A recorded event in short');

export type EventInShort = z.infer<typeof eventInShort>;
