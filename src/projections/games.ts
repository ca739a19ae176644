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
  type Listed,
  type ListQuestion,
  nextPage,
  type Page,
  pageOf,
  pageShape,
  wholeList,
} from './answer.ts';
import { publishedBy } from './audit.ts';
import { type FilterRules, type Filters, matchesAny, noFilters } from './filters.ts';
import type { ResolvedCut } from './live/clocks.ts';
import { rowShape } from './obligations.ts';
import { type LastEvent, latestOf } from './partnership-view.ts';
import { dateOf, dateShape, gamesName, gamesTypeShape } from './shapes.ts';

/** The Games through a cut: those with a reference, and those of `named` that a fact names. */
export function gamesAnswer(
  { cut: asked, firstRecordedAt, events, named }: GamesQuestion,
  filters: Filters = noFilters,
  page: Page = wholeList,
): z.infer<typeof gamesAnswerShape> {
  const last = lastOnGames({ cut: asked, events, named });
  const cut = cutOf(asked, last);
  const editions = named.flatMap(({ edition, isOfFact }) => (isOfFact ? [edition] : []));
  const games = gamesList(events, editions, asked).filter(
    ({ status, edition }) =>
      matchesAny(filters.status, (wanted) => status === wanted) &&
      matchesAny(filters.games, (wanted) => edition === wanted),
  );
  const { total, items, next } = pageOf(games, page, cut);
  return { cut, total, games: items, next, ...endAnswer({ cut: asked, firstRecordedAt }, last, events.length > 0) };
}

type GamesQuestion = ListQuestion & {
  /** The events of the streams of Games up to the cut. */
  readonly events: readonly LedgerEvent[];
  /** The Games that reports name without a reference for them. */
  readonly named: readonly NamedGames[];
};

/** Games that reports name: whether a fact that counts does, and the last event of the partnerships that do. */
export type NamedGames = { readonly edition: Edition; readonly isOfFact: boolean; readonly last: LastEvent };

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
      type: gamesTypeShape,
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
export function lastOnGames({ cut, events, named }: Omit<GamesQuestion, 'firstRecordedAt'>): LastEvent {
  return latestOf([...publishedBy(events, cut.reportedAsOf), ...named.map(({ last }) => last)]);
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

/** What every partnership owes for one edition, through a cut; `listed` is the page of those that owe anything. */
export function gamesObligationsAnswer(
  question: EditionQuestion,
  listed: Listed<GamesObligations>,
  page: Page = wholeList,
): z.infer<typeof gamesObligationsAnswerShape> {
  const { edition, events } = question;
  const { total, items } = listed;
  const [games] = gamesList(events, [edition], question.cut).filter((one) => one.edition === edition);
  const { series, name, host, window, editionStatus } = games as GamesShape;
  const last = lastOnEdition(question, listed);
  const cut = cutOf(question.cut, last);
  return {
    cut,
    edition,
    series,
    name,
    host,
    window,
    editionStatus,
    total,
    partnerships: [...items],
    next: nextPage(total, page, cut),
    ...endAnswer(question, last, events.length > 0 || listed.isRecorded),
  };
}

/** `events` are those of the edition's stream. */
type EditionQuestion = ListQuestion & { readonly edition: Edition; readonly events: readonly LedgerEvent[] };

const gamesObligationsShape = z.object({
  partnership: z.string(),
  name: z.string(),
  ...rowShape.pick({ implied: true, timing: true, coverage: true, qualifications: true, cells: true }).shape,
});

/** What one partnership owes for one edition. */
export type GamesObligations = z.infer<typeof gamesObligationsShape>;

export const gamesObligationsAnswerShape = answerShape
  .extend({
    edition: z.string(),
    series: rowShape.shape.series,
    name: z.string(),
    host: z.string().nullable(),
    window: dateShape.nullable(),
    editionStatus: rowShape.shape.editionStatus,
    total: pageShape.total,
    partnerships: z.array(gamesObligationsShape),
    next: pageShape.next,
  })
  .describe('What every partnership owes for one Games edition');

/** The last event that the answer on one edition depends on, or null. */
export function lastOnEdition(
  { cut, events }: Pick<EditionQuestion, 'cut' | 'events'>,
  { last }: Pick<Listed<unknown>, 'last'>,
): LastEvent {
  return latestOf([...publishedBy(events, cut.reportedAsOf), last]);
}
