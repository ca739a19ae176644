import * as z from 'zod';
import { certaintyOf } from '../domain/facts/facts-at.ts';
import { editionStatus, type Games, gamesCalendar } from '../domain/facts/games-calendar.ts';
import type { Day } from '../domain/vocabulary/dates.ts';
import type { LedgerEvent } from '../domain/vocabulary/events.ts';
import { compareEditions, type Edition, seriesOf } from '../domain/vocabulary/games-editions.ts';
import {
  answerShape,
  cutOf,
  endAnswer,
  type Page,
  pageOf,
  pageShape,
  type Question,
  type SpanningQuestion,
  wholeList,
} from './answer.ts';
import { publishedBy } from './audit.ts';
import { type FilterRules, type Filters, matchesAny, noFilters } from './filters.ts';
import type { ResolvedCut } from './live/clocks.ts';
import { obligations, rowShape } from './obligations.ts';
import { type LastEvent, latestOf, namesFor } from './partnership-view.ts';
import { partnershipSummary } from './partnerships.ts';
import { dateShape, gamesName } from './shapes.ts';
import { dateOf } from './timeline.ts';

/** The Games through a cut: those with a reference, and those that a fact names. */
export function gamesAnswer(
  question: GamesQuestion,
  filters: Filters = noFilters,
  page: Page = wholeList,
): z.infer<typeof gamesAnswerShape> {
  const { events, views } = question;
  const editions = views.flatMap((view) => view.facts().facts.flatMap(({ games }) => games));
  const last = lastOnGames(question);
  const cut = cutOf(question.cut, last);
  const games = gamesList(events, [...new Set(editions)], question.cut).filter(
    ({ status, edition }) =>
      matchesAny(filters.status, (wanted) => status === wanted) &&
      matchesAny(filters.games, (wanted) => edition === wanted),
  );
  const { total, items, next } = pageOf(games, page, cut);
  return { cut, total, games: items, next, ...endAnswer(question, last, events.length > 0) };
}

/** For the list, `views` are the partnerships that name Games without a reference. */
type GamesQuestion = SpanningQuestion & {
  /** The events of the streams of Games up to the cut. */
  readonly events: readonly LedgerEvent[];
};

export const gamesShape = z.object({
  edition: z.string(),
  series: rowShape.shape.series,
  name: z.string(),
  host: z.string().nullable(),
  window: dateShape.nullable(),
  status: z
    .enum(['scheduled', 'rescheduled', 'cancelled', 'unscheduled'])
    .describe('unscheduled: no reference gives its dates by then'),
  editionStatus: rowShape.shape.editionStatus,
  sources: z.array(
    z.object({
      reference: z.string(),
      publisher: z.string().nullable(),
      title: z.string().nullable(),
      published: dateShape.describe('when it became public'),
      type: z.string(),
      values: z.record(z.string(), z.unknown()),
      position: z.int(),
      id: z.string(),
    }),
  ),
});

export const gamesAnswerShape = answerShape
  .extend({ total: pageShape.total, games: z.array(gamesShape), next: pageShape.next })
  .describe('The Games editions that references describe or reports name');

export const gamesFilters: FilterRules = { status: gamesShape.shape.status.options, games: 'editions' };

/** The last event that the list of Games through a cut depends on, or null. */
export function lastOnGames({ cut, events, views }: Omit<GamesQuestion, 'firstRecordedAt'>): LastEvent {
  const withReference = new Set(gamesList(events, [], cut).map(({ edition }) => edition));
  const naming = views.filter(({ editions }) => !editions.isSubsetOf(withReference));
  return lastOf(events, naming, cut);
}

function lastOf(events: readonly LedgerEvent[], views: SpanningQuestion['views'], cut: ResolvedCut): LastEvent {
  return latestOf([...publishedBy(events, cut.reportedAsOf), ...views.map(({ last }) => last)]);
}

/** The Games that have a reference, and `named` editions even without one, in the order of the calendar. */
export function gamesList(
  events: readonly LedgerEvent[],
  named: readonly Edition[],
  { reportedAsOf, occurredAsOf, timing }: ResolvedCut,
): readonly GamesShape[] {
  const calendar = gamesCalendar(events, reportedAsOf, occurredAsOf, certaintyOf(timing));
  const missing = named
    .filter((edition) => !calendar.some((games) => games.edition === edition))
    .map((edition): Games => ({ ...unscheduled, edition }));
  return [...calendar, ...missing]
    .toSorted((a, b) => compareEditions(a.edition, b.edition))
    .map((games) => toShape(games, calendar, occurredAsOf));
}

const unscheduled = {
  seriesName: null,
  host: null,
  window: null,
  status: 'unscheduled',
  change: null,
  movedFrom: [],
  evidence: [],
} as const;

type GamesShape = z.infer<typeof gamesShape>;

function toShape(games: Games, calendar: readonly Games[], occurredAsOf: Day): GamesShape {
  const { edition, host, window, status, evidence } = games;
  return {
    edition,
    series: seriesOf(edition),
    name: gamesName(edition, calendar),
    host,
    window: window && dateOf(window),
    status,
    editionStatus: editionStatus(games, occurredAsOf),
    sources: evidence.map(({ metadata, published, type, fields, position, id }) => ({
      reference: metadata.reference,
      publisher: metadata.publisher,
      title: metadata.title,
      published: dateOf(published),
      type: type.type,
      values: { ...fields },
      position,
      id,
    })),
  };
}

/** What every partnership owes for one edition, through a cut. */
export function gamesObligationsAnswer(question: EditionQuestion): z.infer<typeof gamesObligationsAnswerShape> {
  const { edition, events, views, names } = question;
  const [games] = gamesList(events, [edition], question.cut).filter((listed) => listed.edition === edition);
  const last = lastOnEdition(question);
  const partnerships = views.flatMap((view) => {
    const { rows } = obligations(view.facts(), view.cut, view.partnership, namesFor(view, names));
    const row = rows.find((candidate) => candidate.edition === edition);
    if (row === undefined) return [];
    const { implied, timing, coverage, qualifications, cells } = row;
    const { name } = partnershipSummary(view, names);
    return [{ partnership: view.partnership, name, implied, timing, coverage, qualifications, cells }];
  });
  const { series, name, host, window, editionStatus } = games as GamesShape;
  const isRecorded = events.length > 0 || views.length > 0;
  const cut = cutOf(question.cut, last);
  return {
    cut,
    edition,
    series,
    name,
    host,
    window,
    editionStatus,
    partnerships,
    ...endAnswer(question, last, isRecorded),
  };
}

/** `events` are those of the edition's stream; `views` are the partnerships that name it. */
type EditionQuestion = GamesQuestion & Pick<Question, 'names'> & { readonly edition: Edition };

export const gamesObligationsAnswerShape = answerShape
  .extend({
    edition: z.string(),
    series: rowShape.shape.series,
    name: z.string(),
    host: z.string().nullable(),
    window: dateShape.nullable(),
    editionStatus: rowShape.shape.editionStatus,
    partnerships: z.array(
      z.object({
        partnership: z.string(),
        name: z.string(),
        ...rowShape.pick({ implied: true, timing: true, coverage: true, qualifications: true, cells: true }).shape,
      }),
    ),
  })
  .describe('What every partnership owes for one Games edition');

/** The last event that the answer on one edition depends on, or null. */
export function lastOnEdition({
  edition,
  cut,
  events,
  views,
}: Pick<EditionQuestion, 'edition' | 'cut' | 'events' | 'views'>): LastEvent {
  // A partnership does not matter if only later publications name the edition.
  const naming = views.filter(({ editions }) => editions.has(edition));
  return lastOf(events, naming, cut);
}
