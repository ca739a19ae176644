import type { Certainty } from '../domain/facts/evidence.ts';
import { bearing, type IngestEvents, ingestsOf } from '../domain/facts/facts-at.ts';
import { gamesCalendar } from '../domain/facts/games-calendar.ts';
import type { Day } from '../domain/vocabulary/dates.ts';
import { articleNamed, editionsNamed, type LedgerEvent } from '../domain/vocabulary/events.ts';
import type { Edition } from '../domain/vocabulary/games-editions.ts';
import { bearingOnHoldings, categoriesIn, lastOnHoldings } from './holdings.ts';
import { type RelevantHistory, upTo } from './relevant-history.ts';

/**
 * Every change to the answers on a partnership, in recorded order: its own ingests and decisions, what references say
 * about Games that it already names, and what changes who else holds its categories. What was certainly published after
 * `reportedAsOf` changes nothing.
 */
export function changesOf({ history, games, others }: ChangingGround, reportedAsOf: Day | null): readonly Change[] {
  const ownChanges = endsOf(visibleIngests(history, reportedAsOf));
  const firstNamed = firstNamings(history, reportedAsOf);
  const gamesChanges = bearing(games, reportedAsOf).filter(
    (event) =>
      event.kind === 'reference' && event.games.some((edition) => (firstNamed.get(edition) ?? never) < event.position),
  );
  const otherChanges = [...others].flatMap(([category, holders]) =>
    holders.flatMap((holder) => changesElsewhere(category, history, holder, reportedAsOf)),
  );
  const first = ownChanges[0]?.position ?? never;
  return inOrder([...ownChanges, ...gamesChanges, ...otherChanges].filter(({ position }) => position >= first));
}

/** Everything that may change the answers on a partnership. */
export type ChangingGround = {
  readonly history: readonly LedgerEvent[];
  /** The events of the streams of Games. */
  readonly games: readonly LedgerEvent[];
  /** For each category that the partnership grants, the streams of its other holders. */
  readonly others: ReadonlyMap<string, readonly OtherHolder[]>;
};

type OtherHolder = { readonly events: readonly LedgerEvent[]; readonly relevant: RelevantHistory };

/** The last event of an ingest, after which answers may differ. */
export type Change = { readonly position: number; readonly recordedAt: string };

export function endsOf(ingests: readonly IngestEvents[]): readonly Change[] {
  return ingests.flatMap((ingest) => ingest.at(-1) ?? []);
}

/**
 * The ingests of a history that changed an answer for a reader on `reportedAsOf` when they were recorded, whatever a later
 * reading or decision made of them.
 */
export function visibleIngests(history: readonly LedgerEvent[], reportedAsOf: Day | null): readonly IngestEvents[] {
  const ingests = ingestsOf(history);
  if (reportedAsOf === null) return ingests;
  const visible = new Set(bearing(history, reportedAsOf));
  const readings = Map.groupBy(
    history.filter(({ kind }) => kind === 'reading'),
    articleNamed,
  );
  // If an article has only one reading, its date is final. Everything else depends on the ledger of that moment.
  const isSettled = (event: LedgerEvent): boolean =>
    (event.kind === 'report' || event.kind === 'reading') && readings.get(articleNamed(event))?.length === 1;
  return ingests.filter((ingest) => {
    if (ingest.every(isSettled)) return ingest.some((event) => visible.has(event));
    const visibleThen = new Set(bearingAt(history, ingest.at(-1)?.position ?? 0, reportedAsOf));
    return ingest.some((event) => visibleThen.has(event));
  });
}

function bearingAt(history: readonly LedgerEvent[], position: number, reportedAsOf: Day | null) {
  return bearing(upTo(history, position), reportedAsOf);
}

/** The position from which a history names each Games edition, for a reader on `reportedAsOf`. */
export function firstNamings(history: readonly LedgerEvent[], reportedAsOf: Day | null): ReadonlyMap<Edition, number> {
  const named = new Map<Edition, number>();
  for (const ingest of visibleIngests(history, reportedAsOf)) {
    const editions = ingest.flatMap(editionsNamed);
    for (const edition of editions) if (!named.has(edition)) named.set(edition, ingest.at(-1)?.position ?? 0);
  }
  return named;
}

const never = Number.POSITIVE_INFINITY;

// What another partnership records on a category or on its own term matters here once both hold the category.
function changesElsewhere(
  category: string,
  history: readonly LedgerEvent[],
  { events, relevant }: OtherHolder,
  reportedAsOf: Day | null,
): readonly Change[] {
  const categories = new Set([category]);
  const isOnHoldings = bearingOnHoldings(categories);
  return endsOf(
    visibleIngests(events, reportedAsOf).filter((ingest) => {
      // The index also holds later events, so it may let too much through; the check below is as of that moment.
      if (![...relevant.touchedBy(ingest)].some(isOnHoldings)) return false;
      const { position } = ingest.at(-1) as LedgerEvent;
      const elsewhere = bearingAt(events, position, reportedAsOf);
      const isHeldByBoth = [elsewhere, bearingAt(history, position, reportedAsOf)].every((visible) =>
        categoriesIn(visible).has(category),
      );
      return isHeldByBoth && lastOnHoldings(elsewhere, categories)?.position === position;
    }),
  );
}

/** Changes by position, each once, in recorded order. */
export function inOrder(changes: Iterable<Change>): readonly Change[] {
  const recordedAt = new Map([...changes].map((change) => [change.position, change.recordedAt]));
  return [...recordedAt]
    .map(([position, recordedAt]) => ({ position, recordedAt }))
    .toSorted((a, b) => a.position - b.position);
}

/**
 * Every change to what is owed for one edition: what references say about it, and the changes of each partnership from
 * when it names the edition. `games` are the events of the edition's stream.
 */
export function changesOfEdition(
  edition: Edition,
  games: readonly LedgerEvent[],
  partnerships: readonly NamingPartnership[],
  reportedAsOf: Day | null,
): readonly Change[] {
  const partnershipChanges = partnerships.flatMap(({ named, changes }) =>
    changes.filter(({ position }) => position >= (named.get(edition) ?? never)),
  );
  return inOrder([...bearing(games, reportedAsOf), ...partnershipChanges]);
}

export type NamingPartnership = {
  /** The position from which it names each edition. */
  readonly named: ReadonlyMap<Edition, number>;
  readonly changes: readonly Change[];
};

/**
 * Every change to the list of Games: what references say, and the changes of each partnership while it names an edition
 * without a reference. `games` are the events of the streams of all editions.
 */
export function changesOfGames(
  games: readonly LedgerEvent[],
  partnerships: readonly NamingPartnership[],
  { reportedAsOf, occurredAsOf, certainty }: OtherClocks,
): readonly Change[] {
  const byEdition = Map.groupBy(games, (event) => (event.kind === 'reference' ? event.games[0] : undefined));
  const hasReference = (edition: Edition, { position, recordedAt }: Change): boolean => {
    const events = (byEdition.get(edition) ?? []).filter((event) => event.position <= position);
    return gamesCalendar(events, reportedAsOf, occurredAsOf ?? recordedAt.slice(0, 10), certainty).length > 0;
  };
  const partnershipChanges = partnerships.flatMap(({ named, changes }) =>
    changes.filter((change) =>
      [...named].some(([edition, first]) => first <= change.position && !hasReference(edition, change)),
    ),
  );
  return inOrder([...bearing(games, reportedAsOf), ...partnershipChanges]);
}

/** The clocks of a resource other than the recorded one. */
export type OtherClocks = {
  readonly reportedAsOf: Day | null;
  /** Null: the day of each recording. */
  readonly occurredAsOf: Day | null;
  readonly certainty: Certainty;
};
