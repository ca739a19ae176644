import { type Day, type UncertainDate, uncertainDate } from '../vocabulary/dates.ts';
import { asText } from '../vocabulary/event-type.ts';
import type { LedgerEvent, ReferenceEvent } from '../vocabulary/events.ts';
import { compareEditions, type Edition } from '../vocabulary/games-editions.ts';
import { type Certainty, hasCome } from './evidence.ts';

/**
 * The Games in references, for a reader on `reportedAsOf` and as of a day of the world, in the order of the calendar. An
 * election or a move of dates exists from its publication; what was published last counts.
 */
export function gamesCalendar(
  history: readonly LedgerEvent[],
  reportedAsOf: Day | null,
  occurredAsOf: Day,
  certainty: Certainty,
): readonly Games[] {
  const published = history.filter(
    (event) =>
      event.kind === 'reference' &&
      hasCome(event.published, reportedAsOf, certainty) &&
      hasCome(event.published, occurredAsOf, certainty),
  ) as readonly ReferenceEvent[];
  return [...Map.groupBy(published, ({ games }) => games[0] as Edition)]
    .map(([name, events]) => edition(name, events.toSorted(byPublication)))
    .toSorted((a, b) => compareEditions(a.edition, b.edition));
}

/** A Games edition as references describe it. */
export type Games = {
  readonly edition: Edition;
  readonly host: string | null;
  readonly window: UncertainDate | null;
  readonly status: 'scheduled' | 'rescheduled' | 'cancelled' | 'unscheduled';
  readonly evidence: readonly ReferenceEvent[];
};

function edition(name: Edition, events: readonly ReferenceEvent[]): Games {
  const last = (...types: readonly string[]) => events.findLast(({ type }) => types.includes(type.type));
  const host = last('HostElected')?.fields['host'];
  const window = last('GamesDatesSet', 'GamesRescheduled')?.fields['window'];
  const status = statuses[last(...Object.keys(statuses))?.type.type ?? ''] ?? 'unscheduled';
  return {
    edition: name,
    host: host === undefined ? null : asText(host),
    window: window === undefined ? null : uncertainDate(asText(window)),
    status,
    evidence: events,
  };
}

const statuses: Readonly<Record<string, Games['status']>> = {
  GamesDatesSet: 'scheduled',
  GamesRescheduled: 'rescheduled',
  GamesCancelled: 'cancelled',
};

/** The order of statements in references, by publication, then by id: the last one counts. */
export function byPublication(a: ReferenceEvent, b: ReferenceEvent): number {
  const [x, y] = [
    `${a.published.earliest ?? ''} ${a.published.latest ?? ':'}`,
    `${b.published.earliest ?? ''} ${b.published.latest ?? ':'}`,
  ];
  return x < y ? -1 : x > y ? 1 : a.id < b.id ? -1 : 1;
}
