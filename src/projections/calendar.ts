import * as z from 'zod';
import { compare } from '../domain/facts/evidence.ts';
import { isGuess } from '../domain/facts/fact.ts';
import type { ViewFact } from '../domain/facts/facts-at.ts';
import type { Games } from '../domain/facts/games-calendar.ts';
import { reportTypes } from '../domain/vocabulary/event-types.ts';
import { answerShape, beginAnswer, type Question } from './answer.ts';
import { type FilterRules, type Filters, factsThatPass, matchesAny, noFilters } from './filters.ts';
import { type Obligations, obligations } from './obligations.ts';
import { partnershipDetail } from './partnerships.ts';
import { dateOf, dateShape, sourcesShape } from './shapes.ts';
import { sourcesOf } from './sources.ts';
import { factLink, inOrderOfTime, statusShape, summaryOf } from './timeline.ts';
import { groupOf, groupShape, titleOf } from './titles.ts';

/**
 * What a partnership puts into a calendar: the days for which something is planned, the Games, and the ends of the
 * agreement. What has happened is no plan any more. A plan without a day is only counted.
 */
export function calendarAnswer(question: Question, filters: Filters = noFilters): CalendarAnswer {
  const { view, names } = question;
  const plans = factsThatPass(view, filters).filter(({ status }) => planStatuses.has(status));
  const dated = plans.toSorted(inOrderOfTime).flatMap((fact) => planOf(fact, question));
  const { rows } = obligations(view.facts(), view.cut, view.partnership, names);
  const { type, status, article, contested } = filters;
  const isOfFacts = contested !== null || [type, status, article].some((wanted) => wanted.length > 0);
  const games = isOfFacts ? [] : rows.flatMap((row) => gamesOf(row, question));
  const isLimited = isOfFacts || filters.games.length > 0;
  const entries = [
    ...dated,
    ...games.filter(({ edition }) => matchesAny(filters.games, (wanted) => wanted === edition)),
    ...(isLimited ? [] : endsOf(question)),
  ].toSorted((a, b) => compare(a.from, b.from) || compare(a.until, b.until) || compare(a.key, b.key));
  return {
    ...beginAnswer(question),
    partnership: view.partnership,
    name: partnershipDetail(view, names).name,
    total: entries.length,
    undated: plans.length - dated.length,
    entries,
  };
}

export type CalendarAnswer = z.infer<typeof calendarAnswerShape>;

const planStatuses: ReadonlySet<ViewFact['status']> = new Set([
  'planned',
  'due',
  'overdue-unconfirmed',
  'postponed',
  'on-hold',
  'cancelled',
  'denied',
]);

const calendarEntryShape = z.object({
  key: z.string().describe('the same for as long as the ledger holds it, whatever day it is moved to'),
  kind: z.enum(['plan', 'games', 'end']),
  title: z.string().describe('without Games or market; it says of no plan that it was carried out'),
  group: groupShape.nullable(),
  summary: z.string(),
  status: statusShape.nullable().describe('of a plan'),
  state: z
    .enum(['confirmed', 'tentative', 'cancelled'])
    .describe('tentative: on some day of the span, or perhaps; cancelled: also what is denied'),
  date: dateShape,
  from: z.string().describe('the first day to mark; of what has only a last possible day, that day'),
  until: z.string().describe('the last day to mark; of what has only a first possible day, that day'),
  edition: z.string().nullable().describe('of Games'),
  games: z.array(z.string()),
  fact: z.string().nullable(),
  ...sourcesShape,
  version: z.int().describe('position of the last event that may have moved it; it only grows'),
  links: z.record(z.string(), z.string()),
});

export type CalendarEntry = z.infer<typeof calendarEntryShape>;

export const calendarAnswerShape = answerShape
  .extend({
    partnership: z.string(),
    name: z.string(),
    total: z.int().nonnegative(),
    undated: z.int().nonnegative().describe('plans that pass the filters and have no day'),
    entries: z.array(calendarEntryShape),
  })
  .describe('The days for which something is planned, the Games, and the ends of the agreement, by first day');

/** The filters of the plans. With one on anything but Games, the Games and the ends of the agreement are left out. */
export const calendarFilters: FilterRules = {
  type: reportTypes.map(({ type }) => type),
  status: [...planStatuses],
  games: 'editions',
  article: 'articles',
  contested: 'true or false',
};

function planOf(fact: ViewFact, { view, names }: Question): readonly CalendarEntry[] {
  const { plannedFor, status, contests, games } = fact;
  const days = daysOf(plannedFor);
  if (plannedFor === null || days === null) return [];
  // A day that the Games give moves with them.
  const version = Math.max(
    fact.version,
    ...(plannedFor.basis === 'games' ? games : []).map((one) => lastOn(one, view)),
  );
  const isDoubted = contests.some(({ field, contested }) => field === 'planned' && contested);
  const isSure = fact.timing === 'certain' && !isGuess(fact) && !isDoubted && status !== 'on-hold';
  const isOff = status === 'cancelled' || status === 'denied';
  return [
    {
      key: `${view.partnership}/${fact.key}`,
      kind: 'plan',
      title: titleOf(fact, names),
      group: groupOf(fact),
      summary: summaryOf(fact, names),
      status,
      state: isOff ? 'cancelled' : isSure && isOneDay(plannedFor) ? 'confirmed' : 'tentative',
      date: dateOf(plannedFor),
      ...days,
      edition: null,
      games: [...games],
      fact: fact.key,
      ...sourcesOf(fact.evidence, [factLink(view.partnership, fact.key)]),
      version,
      links: { fact: factLink(view.partnership, fact.key) },
    },
  ];
}

type Days = Pick<CalendarEntry, 'from' | 'until'>;

type Bounds = { readonly earliest: string | null; readonly latest: string | null };

// Of a date with one bound, only that day is known: the entry marks it alone, and invents no other end.
function daysOf(date: Bounds | null): Days | null {
  const from = date?.earliest ?? date?.latest;
  const until = date?.latest ?? date?.earliest;
  return from == null || until == null ? null : { from, until };
}

function isOneDay({ earliest, latest }: Bounds): boolean {
  return earliest !== null && earliest === latest;
}

// The last event that told of the dates of Games, as far as the cut goes.
function lastOn(edition: string, { ground, cut }: Question['view']): number {
  const told = ground.games.filter((event) => event.kind === 'reference' && event.games.includes(edition));
  return Math.max(0, ...told.map(({ position }) => position).filter((position) => position <= cut.position));
}

function gamesOf(row: Obligations['rows'][number], { view }: Question): readonly CalendarEntry[] {
  const { edition, name, host, window, editionStatus, cells } = row;
  const days = daysOf(window);
  if (window === null || days === null) return [];
  const promises = Object.values(cells).map((cell) => cell.name);
  const isPeriod = window.edtf?.includes('/') === true || isOneDay(window);
  const isCancelled = editionStatus === ('cancelled' satisfies Games['status']);
  return [
    {
      key: `${view.partnership}/games/${edition}`,
      kind: 'games',
      title: name,
      group: null,
      summary: promises.length === 0 ? `${name}.` : `${name}. Promised for them: ${promises.join(', ')}.`,
      status: null,
      state: isCancelled ? 'cancelled' : isPeriod && row.timing === 'certain' ? 'confirmed' : 'tentative',
      date: window,
      ...days,
      edition,
      games: [edition],
      fact: null,
      sources: row.coverage,
      ...(row.moreCoverage && { moreSources: row.moreCoverage }),
      version: lastOn(edition, view),
      links: { obligations: `/api/games/${edition}/obligations`, ...(host === null ? {} : { games: '/api/games' }) },
    },
  ];
}

// The end of the term, and the ends that a notice or a declined renewal names. A planned end is a plan already.
function endsOf({ view, names }: Question): readonly CalendarEntry[] {
  const { partnership } = view;
  const { name, term, plannedEnds } = partnershipDetail(view, names);
  const { facts } = view.facts();
  const ofTerm = facts.filter(({ fields }) => fields['end'] !== undefined || fields['after'] !== undefined);
  const noticed = plannedEnds.flatMap(({ fact, date, timing }) => {
    const told = facts.find(({ key, plannedFor }) => key === fact && plannedFor === null);
    return told === undefined ? [] : [{ key: `${fact}/end`, told: [told], date, isSure: timing === 'certain' }];
  });
  const ofAgreement = { key: 'term/end', told: ofTerm, date: term.end, isSure: !term.contested };
  return [ofAgreement, ...noticed].flatMap(({ key, told, date, isSure }): CalendarEntry[] => {
    const days = daysOf(date);
    if (date === null || days === null || told.length === 0) return [];
    const only = told.length === 1 ? told[0] : undefined;
    return [
      {
        key: `${partnership}/${key}`,
        kind: 'end',
        title: `End of the agreement: ${name}`,
        group: null,
        summary: only === undefined ? 'The last day of the term, as far as it is told.' : summaryOf(only, names),
        status: null,
        state: isSure && isOneDay(date) ? 'confirmed' : 'tentative',
        date,
        ...days,
        edition: null,
        games: [],
        fact: only?.key ?? null,
        ...sourcesOf(
          told.flatMap(({ evidence }) => evidence),
          told.map((fact) => factLink(partnership, fact.key)),
        ),
        version: Math.max(...told.map(({ version }) => version)),
        links: only === undefined ? {} : { fact: factLink(partnership, only.key) },
      },
    ];
  });
}
