import * as z from 'zod';
import { gamesCalendar } from '../../domain/facts/games-calendar.ts';
import type { LedgerEvent } from '../../domain/vocabulary/events.ts';
import { type Edition, parseEdition } from '../../domain/vocabulary/games-editions.ts';
import { nearest } from '../../domain/vocabulary/nearest.ts';
import { isProblem } from '../../domain/vocabulary/problem.ts';
import {
  gamesAnswer,
  gamesAnswerShape,
  gamesFilters,
  gamesList,
  gamesObligationsAnswer,
  gamesObligationsAnswerShape,
  lastOnEdition,
  lastOnGames,
} from '../../projections/games.ts';
import type { LastEvent } from '../../projections/partnership-view.ts';
import { type Context, presentCut, unknown, viewsOf } from '../context.ts';
import type { AddRead } from '../reads.ts';

/** The Games, and what is owed for one edition across all partnerships. */
export function gamesRoutes(read: AddRead, context: Context): void {
  const { views } = context.ledger;
  const { name: names } = context.subjects;

  // By year and season if the text gives them, else by host: "beijing-2022" and "pyeongchang" name one each.
  const editionOf = async (text: string): Promise<Edition> => {
    const edition = parseEdition(text);
    if (!isProblem(edition)) return edition;
    const present = await presentCut(context);
    const known = gamesList(await views.games(present), [], present);
    const called = new Map(
      known
        .toReversed()
        .flatMap((games) => [games.name, games.host ?? games.name].map((name) => [name, games.edition])),
    );
    const [near] = nearest(text, called.keys(), { limit: 1 });
    const suggestion = edition.suggestion ?? (near === undefined ? undefined : called.get(near));
    throw unknown('unknown-games', 'Games edition', text, 'edition', suggestion);
  };

  // Only what shows nothing says when the first was recorded: nothing else depends on what is recorded later.
  const firstRecordedAt = async (last: LastEvent, edition?: Edition) => {
    if (last !== null) return null;
    const all = await views.games(await presentCut(context));
    return all.find(({ stream }) => edition === undefined || stream === `games-${edition}`)?.recordedAt ?? null;
  };

  read({
    url: '/api/games',
    operationId: 'listGames',
    summary: 'The Games editions that the ledger knows',
    params: z.object({}),
    filters: gamesFilters,
    answer: gamesAnswerShape,
    ask: async ({ cut, filters, page }) => {
      const events = await views.games(cut);
      const told = gamesCalendar(
        events,
        cut.reportedAsOf,
        cut.occurredAsOf,
        cut.timing === 'certain' ? 'certain' : 'possible',
      );
      const untold = views.catalogue
        .editions(cut.position)
        .filter((edition) => !told.some((games) => games.edition === edition));
      const naming = new Set(untold.flatMap((edition) => views.catalogue.concernedBy(edition, cut.position)));
      const concerned = await viewsOf(context, [...naming].toSorted(), cut);
      const found = { cut, events, views: concerned };
      const asked = { ...found, firstRecordedAt: await firstRecordedAt(lastOnGames(found)) };
      return {
        dependsOn: [positionsOf(events), concerned.map(({ dependsOn }) => dependsOn), asked.firstRecordedAt],
        build: () => gamesAnswer(asked, filters, page),
      };
    },
  });

  // Games that the calendar knows and the ledger does not have an answer too: nobody owes anything for them.
  read({
    url: '/api/games/:edition/obligations',
    operationId: 'getGamesObligations',
    summary: 'What every partnership owes for one Games edition',
    params: editionParams,
    answer: gamesObligationsAnswerShape,
    ask: async ({ params, cut }) => {
      const edition = await editionOf(params.edition);
      const events = (await views.games(cut)).filter(({ stream }) => stream === `games-${edition}`);
      const concerned = await viewsOf(context, views.catalogue.concernedBy(edition, cut.position), cut);
      const found = { edition, cut, events, views: concerned, names };
      const asked = { ...found, firstRecordedAt: await firstRecordedAt(lastOnEdition(found), edition) };
      return {
        dependsOn: [positionsOf(events), concerned.map(({ dependsOn }) => dependsOn), asked.firstRecordedAt],
        build: () => gamesObligationsAnswer(asked),
      };
    },
  });
}

function positionsOf(events: readonly LedgerEvent[]): readonly number[] {
  return events.map(({ position }) => position);
}

const editionParams = z.object({ edition: z.string().describe('year of the Games and S or W, as in 2018W') });
