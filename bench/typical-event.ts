import { randomUUID } from 'node:crypto';
import type { NewEvent } from '../src/event-store/event-store.ts';

/** An event of the size that articles give: some 350 bytes of data and metadata. */
export const typicalEvent = (): NewEvent => ({
  id: randomUUID(),
  type: 'ObligationUndertaken',
  data: {
    fact: 'obligation/cloud-services.2022w/undertaken',
    modality: 'happened',
    date: '2017-01-19',
    subject: 'cloud-services',
    games: ['2022W'],
    note: 'one statement in our own words, about as long as a line of notes',
  },
  metadata: {
    article: '901',
    revision: 1,
    paragraphs: [3, 4],
    attribution: 'joint-statement',
    speaker: null,
    recordedBy: 'bench',
    schema: 1,
  },
});

/** `count` typical events. */
export const typicalEvents = (count: number): readonly NewEvent[] => Array.from({ length: count }, typicalEvent);
