import {
  certainlyBefore,
  contains,
  type Day,
  intersect,
  type UncertainDate,
  uncertainDate,
} from '../vocabulary/dates.ts';
import { asText } from '../vocabulary/event-type.ts';
import type { LedgerEvent, ReferenceEvent } from '../vocabulary/events.ts';
import { compareEditions, type Edition } from '../vocabulary/games-editions.ts';
import { type Certainty, type Evidence, hasCome } from './evidence.ts';

/**
 * The Games in references, for a reader on `reportedAsOf` and as of a day of the world, in the order of the calendar. What
 * a reference says exists from the day that it names for it (a cancellation), else from its publication; what was
 * published last counts.
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
      hasCome(event.date ?? event.published, occurredAsOf, certainty),
  ) as readonly ReferenceEvent[];
  return [...Map.groupBy(published, ({ games }) => games[0] as Edition)]
    .map(([name, events]) => edition(name, events.toSorted(byPublication)))
    .toSorted((a, b) => compareEditions(a.edition, b.edition));
}

/** A Games edition as references describe it. */
export type Games = {
  readonly edition: Edition;
  /** The name of its series; null for the Olympic Games, and where no reference gives it. */
  readonly seriesName: string | null;
  readonly host: string | null;
  readonly window: UncertainDate | null;
  readonly status: 'scheduled' | 'rescheduled' | 'cancelled' | 'unscheduled';
  /** The cancellation of Games that are cancelled, or the last move of Games that were moved. */
  readonly change: ReferenceEvent | null;
  /** The dates from which Games were moved, without those that the present ones only narrowed. */
  readonly movedFrom: readonly UncertainDate[];
  readonly evidence: readonly ReferenceEvent[];
};

function edition(name: Edition, events: readonly ReferenceEvent[]): Games {
  const last = (...types: readonly string[]) => events.findLast(({ type }) => types.includes(type.type));
  const hosting = last('HostElected', 'HostWithdrew');
  const host = hosting?.type.type === 'HostElected' ? hosting.fields['host'] : undefined;
  const seriesName = last('SeriesNamed')?.fields['series'];
  const windows = events.flatMap(({ fields }) => (fields['window'] ? uncertainDate(asText(fields['window'])) : []));
  const decisive = last(...Object.keys(statuses));
  const status = statuses[decisive?.type.type ?? ''] ?? 'unscheduled';
  const isChanged = status === 'cancelled' || status === 'rescheduled';
  return {
    edition: name,
    seriesName: seriesName === undefined ? null : asText(seriesName),
    host: host === undefined ? null : asText(host),
    window: windows.at(-1) ?? null,
    status,
    change: (isChanged && decisive) || null,
    movedFrom:
      status === 'rescheduled' ? windows.slice(0, -1).filter((old) => !contains(old, windows.at(-1) ?? old)) : [],
    evidence: events,
  };
}

const statuses: Readonly<Record<string, Games['status']>> = {
  GamesDatesSet: 'scheduled',
  GamesRescheduled: 'rescheduled',
  GamesCancelled: 'cancelled',
};

/** When Games take place; null if it is unknown, or if they are cancelled. */
export function windowOf(games: Games | undefined): UncertainDate | null {
  return games === undefined || games.status === 'cancelled' ? null : games.window;
}

/** The last day of a period, as bounds: of a date without a slash it may be any day. */
export function lastDayIn(period: UncertainDate): UncertainDate {
  const end = period.edtf.split('/')[1];
  return end === undefined || end === '..' ? period : uncertainDate(end);
}

/**
 * Reports with the bounds of what they count from Games: what ends after the Games ends on their last day or later. On
 * which day is unknown, so there is no last bound; where the Games have no dates, there is no bound at all. What a report
 * says of the day itself is only narrowed.
 */
export function datedByGames(evidence: readonly Evidence[], windows: Windows): readonly Evidence[] {
  return evidence.map((one) => {
    const after = one.fields['after'];
    const window = after === undefined ? undefined : windows.get(asText(after));
    const earliest = window === undefined ? null : lastDayIn(window).earliest;
    return earliest === null ? one : endingFrom(one, { edtf: `[${earliest}..]`, earliest, latest: null });
  });
}

/** When each of the Games takes place. */
export type Windows = ReadonlyMap<Edition, UncertainDate>;

// An agreement or a notice tells of an end to come; a termination or an expiry is the end.
function endingFrom(one: Evidence, from: UncertainDate): Evidence {
  const { report, published, date: toldDate, fields } = one;
  const name = endFields.find((field) => field in report.type.fields);
  if (name !== undefined) {
    const end = narrowedTo(fields[name] === undefined ? null : uncertainDate(asText(fields[name])), from);
    return end === null ? one : { ...one, fields: { ...fields, [name]: end.edtf } };
  }
  // Nobody reports as happened what comes after the publication.
  if (report.modality === 'happened' && published !== null && certainlyBefore(published, from)) return one;
  const date = narrowedTo(toldDate, from);
  return date === null ? one : { ...one, date, isDatedByGames: toldDate === null };
}

const endFields = ['end', 'effective'];

function narrowedTo(told: UncertainDate | null, from: UncertainDate): UncertainDate | null {
  return told === null ? from : intersect(told, from);
}

/**
 * Where an edition stands on a day: `moved` until its new dates begin, `held` once its dates are over and no cancellation
 * is known, which no report need have told.
 */
export function editionStatus(games: Pick<Games, 'status' | 'window'> | undefined, day: Day): EditionStatus {
  if (games?.status === 'cancelled') return 'cancelled';
  const { earliest = null, latest = null } = games?.window ?? {};
  if (latest !== null && latest <= day) return 'held';
  const hasBegun = earliest !== null && earliest <= day;
  return games?.status === 'rescheduled' && !hasBegun ? 'moved' : 'scheduled';
}

export const editionStatuses = ['scheduled', 'moved', 'held', 'cancelled'] as const;

type EditionStatus = (typeof editionStatuses)[number];

/** The order of statements in references, by publication, then by id: the last one counts. */
export function byPublication(a: ReferenceEvent, b: ReferenceEvent): number {
  const [x, y] = [
    `${a.published.earliest ?? ''} ${a.published.latest ?? ':'}`,
    `${b.published.earliest ?? ''} ${b.published.latest ?? ':'}`,
  ];
  return x < y ? -1 : x > y ? 1 : a.id < b.id ? -1 : 1;
}
