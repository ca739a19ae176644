import { compareEditions, type Edition } from '../domain/edition.ts';
import { type Games, gamesCalendar } from '../domain/games-calendar.ts';
import type { LedgerEvent } from '../domain/ledger-event.ts';
import type { ResolvedCut } from './clocks.ts';
import { gamesName } from './games-name.ts';
import type { GamesShape } from './shapes/games.ts';
import { dateOf } from './source-of.ts';

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

function unknown(edition: Edition): Games {
  return {
    edition,
    host: null,
    window: null,
    status: 'unscheduled',
    evidence: [],
  };
}

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
