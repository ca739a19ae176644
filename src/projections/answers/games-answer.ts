import * as z from 'zod';
import type { Edition } from '../../domain/edition.ts';
import type { LedgerEvent } from '../../domain/ledger-event.ts';
import type { ResolvedCut } from '../clocks.ts';
import { gamesList } from '../games.ts';
import { obligations } from '../obligations.ts';
import { partnershipSummary } from '../partnership-summary.ts';
import type { PartnershipView } from '../partnership-view.ts';
import { answerShape } from '../shapes/cut.ts';
import { gamesObligationsShape, gamesShape } from '../shapes/games.ts';
import type { Asked } from './asked.ts';
import { cutOf, type LastEvent, latestOf, publishedLater, recordedLater } from './cut-and-notice.ts';
import { type FilterRules, type Filters, noFilters } from './filters.ts';
import { publishedBy } from './ledger-trail.ts';
import { type Page, pageOf, pageShape, wholeList } from './page.ts';

export const gamesAnswerShape = answerShape
  .extend({ total: pageShape.total, games: z.array(gamesShape), next: pageShape.next })
  .describe('The Games editions that references tell of or reports name');
export type GamesAnswer = z.infer<typeof gamesAnswerShape>;

export const gamesObligationsAnswerShape = answerShape
  .extend(gamesObligationsShape.shape)
  .describe('What every partnership owes for one Games edition');
export type GamesObligationsAnswer = z.infer<typeof gamesObligationsAnswerShape>;

/** The filters of the list of Games. */
export const gamesFilters: FilterRules = { status: gamesShape.shape.status.options, games: 'editions' };

/** What answers on Games are made from; everything up to the cut. */
export type GamesAsked = Pick<Asked, 'firstRecordedAt'> & {
  readonly cut: ResolvedCut;
  /** The events of the streams of Games. */
  readonly events: readonly LedgerEvent[];
  /** The partnerships that name Games of which no reference tells. */
  readonly views: readonly PartnershipView[];
};

function lastOf(events: readonly LedgerEvent[], cut: ResolvedCut): LastEvent {
  return latestOf(publishedBy(events, cut.reportedAsOf));
}

/** The last event that bears on the list of Games through a cut; null if there is none. */
export function lastOnGames({ cut, events, views }: Omit<GamesAsked, 'firstRecordedAt'>): LastEvent {
  const told = new Set(gamesList(events, [], cut).map(({ edition }) => edition));
  const telling = views.filter(({ editions }) => [...editions].some((edition) => !told.has(edition)));
  return latestOf([lastOf(events, cut), ...telling.map(({ last }) => last)]);
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

/** What an answer on one edition is made from; everything up to the cut. */
export type EditionAsked = Pick<Asked, 'names' | 'firstRecordedAt'> & {
  readonly edition: Edition;
  readonly cut: ResolvedCut;
  /** The events of the stream of these Games. */
  readonly events: readonly LedgerEvent[];
  /** The partnerships that name these Games, in order of id. */
  readonly views: readonly PartnershipView[];
};

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
