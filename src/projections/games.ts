import * as z from 'zod';
import { type Games, gamesCalendar } from '../domain/facts/games-calendar.ts';
import type { LedgerEvent } from '../domain/vocabulary/events.ts';
import { compareEditions, type Edition } from '../domain/vocabulary/games-editions.ts';
import {
  answerShape,
  cutOf,
  type Page,
  pageOf,
  pageShape,
  publishedLater,
  type Question,
  recordedLater,
  wholeList,
} from './answer.ts';
import { publishedBy } from './audit.ts';
import { type FilterRules, type Filters, noFilters } from './filters.ts';
import type { ResolvedCut } from './live/clocks.ts';
import { obligations, rowShape } from './obligations.ts';
import type { PartnershipView } from './partnership-view.ts';
import { type LastEvent, latestOf } from './partnership-view.ts';
import { partnershipSummary } from './partnerships.ts';
import { dateShape, gamesName } from './shapes.ts';
import { dateOf } from './timeline.ts';

/**
 * The Games that references tell of or that reports name, in the order of the calendar. `named` are editions to
 * list even where no reference tells of them.
 */
export function gamesList(
  events: readonly LedgerEvent[],
  named: readonly Edition[],
  cut: ResolvedCut,
): readonly GamesShape[] {
  const known = gamesCalendar(
    events,
    cut.reportedAsOf,
    cut.occurredAsOf,
    cut.timing === 'certain' ? 'certain' : 'possible',
  );
  const missing = named.filter((edition) => !known.some((games) => games.edition === edition)).map(unknown);
  return [...known, ...missing].toSorted((a, b) => compareEditions(a.edition, b.edition)).map(shapeOf);
}

export type GamesShape = z.infer<typeof gamesShape>;

/** A statement of a reference on a Games edition. */
const referenceShape = z.object({
  reference: z.string(),
  publisher: z.string().nullable(),
  title: z.string().nullable(),
  published: dateShape.describe('when it became public'),
  type: z.string(),
  values: z.record(z.string(), z.unknown()),
  position: z.int(),
  id: z.string(),
});

/** A Games edition: what is known of it, and from which reference. */
export const gamesShape = z.object({
  edition: z.string(),
  name: z.string(),
  host: z.string().nullable(),
  window: dateShape.nullable(),
  status: z
    .enum(['scheduled', 'rescheduled', 'cancelled', 'unscheduled'])
    .describe('unscheduled: no reference gives its dates by then'),
  sources: z.array(referenceShape),
});

function unknown(edition: Edition): Games {
  return {
    edition,
    host: null,
    window: null,
    status: 'unscheduled',
    evidence: [],
  };
}

function shapeOf({ edition, host, window, status, evidence }: Games): GamesShape {
  return {
    edition,
    name: gamesName(edition, host),
    host,
    window: window && dateOf(window),
    status,
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

/** The last event that bears on the list of Games through a cut; null if there is none. */
export function lastOnGames({ cut, events, views }: Omit<GamesAsked, 'firstRecordedAt'>): LastEvent {
  const told = new Set(gamesList(events, [], cut).map(({ edition }) => edition));
  const telling = views.filter(({ editions }) => [...editions].some((edition) => !told.has(edition)));
  return latestOf([lastOf(events, cut), ...telling.map(({ last }) => last)]);
}

/** What answers on Games are made from; everything up to the cut. */
export type GamesAsked = Pick<Question, 'firstRecordedAt'> & {
  readonly cut: ResolvedCut;
  /** The events of the streams of Games. */
  readonly events: readonly LedgerEvent[];
  /** The partnerships that name Games of which no reference tells. */
  readonly views: readonly PartnershipView[];
};

function lastOf(events: readonly LedgerEvent[], cut: ResolvedCut): LastEvent {
  return latestOf(publishedBy(events, cut.reportedAsOf));
}

/** The Games through a cut: those that references tell of, and those that a fact names. */
export function gamesAnswer(
  { cut: asked, events, views, firstRecordedAt }: GamesAsked,
  filters: Filters = noFilters,
  page: Page = wholeList,
): GamesAnswer {
  const named = views.flatMap((view) => view.facts().facts.flatMap(({ games }) => games));
  const cut = cutOf(asked, lastOnGames({ cut: asked, events, views }));
  const found = gamesList(events, [...new Set(named)], asked)
    .filter(({ status }) => filters.status.length === 0 || filters.status.includes(status))
    .filter(({ edition }) => filters.games.length === 0 || filters.games.includes(edition));
  const { total, items, next } = pageOf(found, page, cut);
  const answer = { cut, total, games: items, next };
  if (firstRecordedAt === null || cut.position > 0) return answer;
  return {
    ...answer,
    notice: events.length === 0 ? recordedLater(asked, firstRecordedAt) : publishedLater(firstRecordedAt),
  };
}

export type GamesAnswer = z.infer<typeof gamesAnswerShape>;

export const gamesAnswerShape = answerShape
  .extend({ total: pageShape.total, games: z.array(gamesShape), next: pageShape.next })
  .describe('The Games editions that references tell of or reports name');

/** The last event that bears on what is owed for one edition through a cut; null if there is none. */
export function lastOnEdition({
  edition,
  cut,
  events,
  views,
}: Pick<EditionAsked, 'edition' | 'cut' | 'events' | 'views'>): LastEvent {
  // One that names them only in what was published later does not bear on the answer.
  const naming = views.filter(({ editions }) => editions.has(edition));
  return latestOf([lastOf(events, cut), ...naming.map(({ last }) => last)]);
}

/** What an answer on one edition is made from; everything up to the cut. */
export type EditionAsked = Pick<Question, 'names' | 'firstRecordedAt'> & {
  readonly edition: Edition;
  readonly cut: ResolvedCut;
  /** The events of the stream of these Games. */
  readonly events: readonly LedgerEvent[];
  /** The partnerships that name these Games, in order of id. */
  readonly views: readonly PartnershipView[];
};

/** What every partnership owes for one edition, through a cut. */
export function gamesObligationsAnswer(asked: EditionAsked): GamesObligationsAnswer {
  const { edition, events, views, names, firstRecordedAt } = asked;
  const games = gamesList(events, [edition], asked.cut).find((one) => one.edition === edition);
  const cut = cutOf(asked.cut, lastOnEdition(asked));
  const partnerships = views.flatMap((view) => {
    const rows = obligations(view.facts(), view.cut, view.partnership, names).rows;
    const row = rows.find((one) => one.edition === edition);
    if (row === undefined) return [];
    const { implied, timing, coverage, qualifications, cells } = row;
    const { name } = partnershipSummary(view, names);
    return [{ partnership: view.partnership, name, implied, timing, coverage, qualifications, cells }];
  });
  const { name = edition, host = null, window = null } = games ?? {};
  const answer = { cut, edition, name, host, window, partnerships };
  if (firstRecordedAt === null || cut.position > 0) return answer;
  const nothing = events.length === 0 && views.length === 0;
  return { ...answer, notice: nothing ? recordedLater(asked.cut, firstRecordedAt) : publishedLater(firstRecordedAt) };
}

export type GamesObligationsAnswer = z.infer<typeof gamesObligationsAnswerShape>;

/** What every partnership owes for one edition. */
export const gamesObligationsShape = z.object({
  edition: z.string(),
  name: z.string(),
  host: z.string().nullable(),
  window: dateShape.nullable(),
  partnerships: z.array(
    z.object({
      partnership: z.string(),
      name: z.string(),
      ...rowShape.pick({ implied: true, timing: true, coverage: true, qualifications: true, cells: true }).shape,
    }),
  ),
});

export const gamesObligationsAnswerShape = answerShape
  .extend(gamesObligationsShape.shape)
  .describe('What every partnership owes for one Games edition');

/** The filters of the list of Games. */
export const gamesFilters: FilterRules = { status: gamesShape.shape.status.options, games: 'editions' };
