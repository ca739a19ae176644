import * as z from 'zod';
import { gamesCalendar } from '../../domain/facts/games-calendar.ts';
import { type Edition, parseEdition, refuseUnknown } from '../../domain/vocabulary/games-editions.ts';
import { editionNamed } from '../../domain/vocabulary/games-names.ts';
import { nearest } from '../../domain/vocabulary/nearest.ts';
import { isProblem } from '../../domain/vocabulary/problem.ts';
import { gamesCsv, gamesObligationsCsv } from '../../exports/ledger-tables.ts';
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
import type { AddRead } from '../answers.ts';
import { type Context, presentCut, soon, unknown } from '../context.ts';
import { HttpProblem, problemIn } from '../problems.ts';

/** The Games, and what is owed for one edition across all partnerships. */
export function gamesRoutes(read: AddRead, context: Context): void {
  const { views } = context.ledger;

  read({
    url: '/api/games',
    operationId: 'listGames',
    summary: 'The Games editions that the ledger knows',
    params: z.object({}),
    filters: gamesFilters,
    answer: gamesAnswerShape,
    exports: [gamesCsv],
    prepare: async ({ cut, filters, page }) => {
      const events = await views.games(cut);
      const certainty = cut.timing === 'certain' ? 'certain' : 'possible';
      const dated = gamesCalendar(events, cut.reportedAsOf, cut.occurredAsOf, certainty);
      const undated = views.catalogue
        .editions(cut.position)
        .filter((edition) => !dated.some((games) => games.edition === edition));
      const question = { cut, events, named: await soon(context.summaries.named(undated, cut)) };
      const firstRecordedAt = await firstOnGames(context, lastOnGames(question));
      return {
        dependsOn: [events.map(({ position }) => position), question.named, firstRecordedAt],
        build: () => gamesAnswer({ ...question, firstRecordedAt }, filters, page),
      };
    },
  });

  // Games that the ledger does not know have an answer if the Olympic calendar knows them: nobody owes anything for them.
  read({
    url: '/api/games/:edition/obligations',
    operationId: 'getGamesObligations',
    summary: 'What every partnership owes for one Games edition',
    params: z.object({ edition: z.string().describe('such as 2018W, or fifa-world-cup.2026 of another series') }),
    filters: {},
    answer: gamesObligationsAnswerShape,
    exports: [gamesObligationsCsv],
    prepare: async ({ params, cut, page }) => {
      const edition = await readEdition(context, params.edition);
      const events = await views.gamesOf(edition, cut);
      const listed = await soon(context.summaries.owedFor(edition, cut, page));
      const firstRecordedAt = await firstOnGames(context, lastOnEdition({ cut, events }, listed), edition);
      return {
        build: () => gamesObligationsAnswer({ edition, cut, events, firstRecordedAt }, listed, page),
      };
    },
  });
}

// Only an empty answer says when the first event was recorded: no other depends on what is recorded later.
async function firstOnGames(context: Context, last: LastEvent, edition?: Edition): Promise<string | null> {
  if (last !== null) return null;
  const { views } = context.ledger;
  const present = await presentCut(context);
  const [first] = edition === undefined ? await views.games(present) : await views.gamesOf(edition, present);
  return first?.recordedAt ?? null;
}

// Suggests the edition by its form if the text has that, else by name or host: for "beijing-2022", "pyeongchang".
async function readEdition(context: Context, text: string): Promise<Edition> {
  const edition = parseEdition(text);
  const present = await presentCut(context);
  const { views } = context.ledger;
  const editions = views.catalogue.editions(present.position);
  if (!isProblem(edition)) {
    const refused = refuseUnknown(edition, editions);
    if (refused === null) return edition;
    throw new HttpProblem('unknown-games', refused.message, {
      errors: [problemIn('path', 'edition', refused.message)],
    });
  }
  const games = gamesList(await views.games(present), editions, present);
  const byName = new Map(
    games.toReversed().flatMap(({ name, host, edition: named }) => [name, host ?? name].map((key) => [key, named])),
  );
  const [near] = nearest(text, byName.keys(), { limit: 1 });
  const named = editionNamed(text, views.catalogue.describedEditions());
  const suggestion = named ?? edition.suggestion ?? (near === undefined ? undefined : byName.get(near));
  throw unknown('unknown-games', 'edition', text, 'edition', suggestion);
}
