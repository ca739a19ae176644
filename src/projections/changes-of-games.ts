import type { Certainty } from '../domain/cut.ts';
import type { Edition } from '../domain/edition.ts';
import { gamesCalendar } from '../domain/games-calendar.ts';
import type { LedgerEvent } from '../domain/ledger-event.ts';
import type { Day } from '../domain/uncertain-date.ts';
import { bearing } from './bearing.ts';
import { type Change, inOrder } from './changes.ts';

/** The other clocks of a resource, through which its changes are seen. */
export type OtherClocks = {
  readonly reportedAsOf: Day | null;
  /** Null: the day of each recording. */
  readonly occurredAsOf: Day | null;
  readonly certainty: Certainty;
};

/** A partnership that names Games: where it first named each edition, and all that bears on it. */
export type Naming = {
  readonly named: ReadonlyMap<Edition, number>;
  readonly changes: readonly Change[];
};

/**
 * Every change that bears on what is owed for one edition: what references say of it, and what bears on a partnership
 * from where that names it. `games` are the events of its stream.
 */
export function changesOfEdition(
  edition: Edition,
  games: readonly LedgerEvent[],
  concerned: readonly Naming[],
  reportedAsOf: Day | null,
): readonly Change[] {
  const since = ({ named }: Naming) => named.get(edition) ?? Number.POSITIVE_INFINITY;
  const ofPartnerships = concerned.flatMap((one) => one.changes.filter(({ position }) => position >= since(one)));
  return inOrder([...bearing(games, reportedAsOf), ...ofPartnerships]);
}

/**
 * Every change that bears on the list of Games: what references say, and what bears on a partnership as long as it names
 * an edition of which no reference tells. `games` are the events of the streams of all editions.
 */
export function changesOfGames(
  games: readonly LedgerEvent[],
  concerned: readonly Naming[],
  { reportedAsOf, occurredAsOf, certainty }: OtherClocks,
): readonly Change[] {
  const byEdition = Map.groupBy(games, (event) => (event.kind === 'reference' ? event.games[0] : undefined));
  const isTold = (edition: Edition, { position, recordedAt }: Change): boolean => {
    const known = (byEdition.get(edition) ?? []).filter((event) => event.position <= position);
    return gamesCalendar(known, reportedAsOf, occurredAsOf ?? recordedAt.slice(0, 10), certainty).length > 0;
  };
  const telling = concerned.flatMap(({ named, changes }) =>
    changes.filter((change) =>
      [...named].some(([edition, first]) => first <= change.position && !isTold(edition, change)),
    ),
  );
  return inOrder([...bearing(games, reportedAsOf), ...telling]);
}
