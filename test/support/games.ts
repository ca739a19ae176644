import type { FieldValue } from '../../src/domain/vocabulary/event-type.ts';
import { eventType } from '../../src/domain/vocabulary/event-types.ts';
import { decode, gamesStream, idOf, type LedgerEvent } from '../../src/domain/vocabulary/events.ts';
import { factKey } from '../../src/domain/vocabulary/fact-key.ts';
import type { Edition } from '../../src/domain/vocabulary/games-editions.ts';
import type { NewEvent } from '../../src/event-store/event-store.ts';
import { recorded } from './given.ts';

/** What a reference says of Games: the type, the edition, when it became public, and its one field. */
export type GamesStatement = readonly [
  type: 'HostElected' | 'HostWithdrew' | 'GamesDatesSet' | 'GamesRescheduled' | 'GamesCancelled',
  edition: Edition,
  published: string,
  fields?: Readonly<Record<string, FieldValue>>,
];

/** The event of a statement of a reference. */
export const gamesEvent = ([type, edition, published, fields = {}]: GamesStatement): NewEvent => {
  const definition = eventType(type);
  if (definition === undefined) throw new RangeError(type);
  const id = idOf('reference', type, edition, published, JSON.stringify(fields));
  return {
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
};

/** The history of the streams of Games, from a position on. */
export const gamesHistory = (statements: readonly GamesStatement[], after = 1000): readonly LedgerEvent[] =>
  statements.flatMap((statement, i) =>
    recorded(gamesStream(statement[1]), [gamesEvent(statement)], after + i).flatMap((one) => decode(one) ?? []),
  );

/** The dates of an edition, public since long before anything that tests speak of. */
export const datesOf = (edition: Edition, window: string): GamesStatement => [
  'GamesDatesSet',
  edition,
  '2011',
  { window },
];
