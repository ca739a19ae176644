import type { Edition } from '../../src/domain/edition.ts';
import type { FieldValue } from '../../src/domain/events/field.ts';
import { eventType } from '../../src/domain/events/vocabulary.ts';
import { factKey } from '../../src/domain/fact-key.ts';
import { idOf } from '../../src/domain/identity.ts';
import { decode, type LedgerEvent } from '../../src/domain/ledger-event.ts';
import { gamesStream } from '../../src/domain/streams.ts';
import { recorded } from './given.ts';

/** What a reference says of Games: the type, the edition, when it became public, and its one field. */
export type GamesStatement = readonly [
  type: 'HostElected' | 'GamesDatesSet' | 'GamesRescheduled' | 'GamesCancelled',
  edition: Edition,
  published: string,
  fields?: Readonly<Record<string, FieldValue>>,
];

/** The history of the streams of Games, from a position on. */
export const gamesHistory = (statements: readonly GamesStatement[], after = 1000): readonly LedgerEvent[] =>
  statements.flatMap(([type, edition, published, fields = {}], i) => {
    const definition = eventType(type);
    if (definition === undefined) throw new RangeError(type);
    const id = idOf('reference', type, edition, published, JSON.stringify(fields));
    const event = {
      id,
      type,
      data: {
        fact: factKey(definition, { partnership: '', subject: null, campaign: null, edition }),
        modality: 'happened',
        date: published,
        subject: null,
        games: [edition],
        ...fields,
      },
      metadata: {
        recordedBy: 'test',
        correlationId: id,
        causationId: null,
        schema: 1,
        reference: 'almanac',
        publisher: null,
        title: null,
        published,
      },
    };
    return recorded(gamesStream(edition), [event], after + i).flatMap((one) => decode(one) ?? []);
  });

/** The dates of an edition, public since long before anything that tests speak of. */
export const datesOf = (edition: Edition, window: string): GamesStatement => [
  'GamesDatesSet',
  edition,
  '2011',
  { window },
];
