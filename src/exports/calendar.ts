import ical, {
  ICalAlarmRelatesTo,
  ICalAlarmType,
  ICalCalendarMethod,
  type ICalEventData,
  ICalEventStatus,
  ICalEventTransparency,
} from 'ical-generator';
import { factPath, partnershipPath } from '../page/address.ts';
import { capitalise, dateWords, listWords, marketName, statusWords } from '../page/words.ts';
import type { CalendarAnswer, CalendarEntry } from '../projections/calendar.ts';
import { sourcesText } from './columns.ts';
import { csvOf } from './csv.ts';
import type { Export, Place } from './formats.ts';

/**
 * A calendar (RFC 5545). An entry keeps its UID for good, and its SEQUENCE grows with the events that may have moved it;
 * its stamp is when the last event of the cut was recorded, so that equal ledgers give equal files. Days are whole days.
 * What happens on some day of a span stands on the whole span, as tentative.
 */
export const calendarIcs: Export<CalendarAnswer> = {
  format: 'ics',
  name: 'calendar',
  text: (answer, place) => {
    const { name, cut, entries } = answer;
    const calendar = ical({
      name: `${name}: plans, Games, deadlines`,
      prodId: { company: 'Partnership Ledger', product: 'Calendar', language: 'EN' },
      method: ICalCalendarMethod.PUBLISH,
      ttl: refreshSeconds,
      ...(place.origin === '' ? {} : { url: `${place.origin}${partnershipPath(answer.partnership)}` }),
    });
    for (const entry of entries) {
      const event = calendar.createEvent(eventOf(entry, answer, place));
      // Only this method sets what an alarm relates to.
      for (const end of remindersOf(entry, cut.occurredAsOf)) {
        const alarm = { type: ICalAlarmType.display, triggerBefore: weekSeconds, description: titleWords(entry) };
        event.createAlarm(alarm).relatesTo(end);
      }
    }
    return calendar.toString();
  },
};

const refreshSeconds = 6 * 60 * 60;

function eventOf(entry: CalendarEntry, { cut, partnership }: CalendarAnswer, { origin, ledger }: Place): ICalEventData {
  const { key, from, until, state, version, fact } = entry;
  const path = fact === null ? partnershipPath(partnership) : factPath(partnership, fact);
  return {
    id: `${key}@${ledger}`,
    sequence: version,
    stamp: Temporal.Instant.from(cut.recordedAsOf ?? beginning),
    start: Temporal.PlainDate.from(from),
    end: Temporal.PlainDate.from(until).add({ days: 1 }),
    allDay: true,
    summary: titleWords(entry),
    description: descriptionOf(entry),
    status: states[state],
    transparency: ICalEventTransparency.TRANSPARENT,
    categories: [{ name: kinds[entry.kind] }],
    ...(origin === '' ? {} : { url: `${origin}${path}` }),
  };
}

// A calendar with entries rests on an event that was recorded.
const beginning = '1970-01-01T00:00:00Z';

const states = {
  confirmed: ICalEventStatus.CONFIRMED,
  tentative: ICalEventStatus.TENTATIVE,
  cancelled: ICalEventStatus.CANCELLED,
} as const;

const kinds = { plan: 'Plan', games: 'Games', end: 'Deadline' } as const;

// The title of a plan begins with its status, so that nobody takes the plan for done. Where the days of the entry alone
// would mislead, the title says when.
function titleWords(entry: CalendarEntry): string {
  const { date, kind, state, status } = entry;
  const what = status === null ? entryTitle(entry) : `${capitalise(statusWords({ status }))}: ${entryTitle(entry)}`;
  return kind === 'games' || state === 'confirmed' || date.earliest === date.latest
    ? what
    : `${what} (${dateWords(date)})`;
}

function entryTitle({ title, group }: CalendarEntry): string {
  if (group === null || group.over === 'games') return title;
  return `${title}: ${group.over === 'markets' ? marketName(group.member) : group.member}`;
}

function descriptionOf(entry: CalendarEntry): string {
  const { summary, status, date, kind, games, sources } = entry;
  const planned = kind === 'plan' ? `Planned: ${dateWords(date, 'long')}.` : `${capitalise(dateWords(date, 'long'))}.`;
  return [
    summary,
    planned,
    ...(status === null ? [] : [`${capitalise(statusWords({ status }))}. A plan is no event.`]),
    ...(kind === 'plan' && games.length > 0 ? [`For the Games ${listWords(games)}.`] : []),
    ...(sources.length === 0 ? [] : [`From articles (paragraphs): ${sourcesText(entry)}.`]),
  ].join('\n');
}

// A week before the first day and, for a long span, a week before its end. None for what is over or called off.
function remindersOf({ from, until, state }: CalendarEntry, day: string): readonly ICalAlarmRelatesTo[] {
  if (state === 'cancelled' || until < day) return [];
  const { days } = Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(until));
  return days < 14 ? [ICalAlarmRelatesTo.start] : [ICalAlarmRelatesTo.start, ICalAlarmRelatesTo.end];
}

const weekSeconds = 7 * 24 * 60 * 60;

/** The calendar as a table: a row for each entry. */
export const calendarCsv = csvOf('calendar', ({ entries }: CalendarAnswer) => entries, [
  ['What', entryTitle],
  ['Kind', ({ kind }) => kinds[kind].toLowerCase()],
  ['When', ({ date }) => date, 'date'],
  ['Status', ({ status }) => (status === null ? '' : statusWords({ status }))],
  ['Certainty', ({ state }) => state],
  ['Games', ({ games }) => games.join('; ')],
  ['What is told', ({ summary }) => summary],
  ['Articles', (entry) => entry, 'sources'],
  ['Fact', ({ fact }) => fact],
  ['Last event', ({ version }) => version],
]);
