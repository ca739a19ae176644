import type { Certainty } from '../domain/facts/evidence.ts';
import { bearing, type IngestEvents, ingestsOf, versionsOf } from '../domain/facts/facts-at.ts';
import { gamesCalendar } from '../domain/facts/games-calendar.ts';
import { visibility } from '../domain/facts/visibility.ts';
import type { Day } from '../domain/vocabulary/dates.ts';
import { articleNamed, editionsNamed, type LedgerEvent } from '../domain/vocabulary/events.ts';
import type { Edition } from '../domain/vocabulary/games-editions.ts';
import { bearingOnHoldings } from './holdings.ts';
import type { RelevantHistory } from './relevant-history.ts';

/**
 * Every change to the answers on a partnership, in recorded order: its own ingests and decisions, what references say
 * about Games that it already names, and what changes who else holds its categories. What was certainly published after
 * `reportedAsOf` changes nothing.
 */
export function changesOf({ history, games, others }: ChangingGround, reportedAsOf: Day | null): readonly Change[] {
  const ingests = visibleIngests(history, reportedAsOf);
  const ownChanges = endsOf(ingests);
  const firstNamed = namingsIn(ingests);
  const gamesChanges = bearing(games, reportedAsOf).filter(
    (event) =>
      event.kind === 'reference' && event.games.some((edition) => (firstNamed.get(edition) ?? never) < event.position),
  );
  const shared = [...others].filter(([, holders]) => holders.length > 0);
  const isHeldHere = heldAt(
    shared.length === 0 ? [] : history,
    shared.map(([category]) => category),
    reportedAsOf,
  );
  const otherChanges = shared.flatMap(([category, holders]) =>
    holders.flatMap((holder) => changesElsewhere(category, isHeldHere, holder, reportedAsOf)),
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
  const seen = visibility(reportedAsOf);
  return ingests.filter((ingest) => {
    ingest.forEach(seen.add);
    return ingest.some(seen.isVisible);
  });
}

/** The position from which a history names each Games edition, for a reader on `reportedAsOf`. */
export function firstNamings(history: readonly LedgerEvent[], reportedAsOf: Day | null): ReadonlyMap<Edition, number> {
  return namingsIn(visibleIngests(history, reportedAsOf));
}

function namingsIn(ingests: readonly IngestEvents[]): ReadonlyMap<Edition, number> {
  const named = new Map<Edition, number>();
  for (const ingest of ingests) {
    const editions = ingest.flatMap(editionsNamed);
    for (const edition of editions) if (!named.has(edition)) named.set(edition, ingest.at(-1)?.position ?? 0);
  }
  return named;
}

const never = Number.POSITIVE_INFINITY;

// What another partnership records on a category or on its own term matters here once both hold the category.
function changesElsewhere(
  category: string,
  isHeldHere: HeldAt,
  { events, relevant }: OtherHolder,
  reportedAsOf: Day | null,
): readonly Change[] {
  const isOnHoldings = bearingOnHoldings(new Set([category]));
  const seen = visibility(reportedAsOf);
  const touched = touchedFacts(seen.isVisible);
  return endsOf(
    ingestsOf(events).filter((ingest) => {
      ingest.forEach(seen.add);
      ingest.forEach(touched.add);
      // The index also holds later events, so it may let too much through.
      if (!ingest.some(seen.isVisible) || ![...relevant.touchedBy(ingest)].some(isOnHoldings)) return false;
      const { position } = ingest.at(-1) as LedgerEvent;
      return isHeldHere(category, position) && seen.grants(category) && [...touched.by(ingest)].some(isOnHoldings);
    }),
  );
}

// Whether a reader could know at a position that a partnership was granted one of the categories.
function heldAt(history: readonly LedgerEvent[], categories: Iterable<string>, reportedAsOf: Day | null): HeldAt {
  const seen = visibility(reportedAsOf);
  const turns = new Map<string, { readonly position: number; readonly isHeld: boolean }[]>(
    [...categories].map((category) => [category, []]),
  );
  for (const event of history) {
    seen.add(event);
    for (const [category, ofCategory] of turns) {
      const isHeld = seen.grants(category);
      if (isHeld !== (ofCategory.at(-1)?.isHeld ?? false)) ofCategory.push({ position: event.position, isHeld });
    }
  }
  return (category, position) => turns.get(category)?.findLast((turn) => turn.position <= position)?.isHeld ?? false;
}

type HeldAt = (category: string, position: number) => boolean;

// The facts whose version an ingest moved for a reader when it was recorded: see `versionsOf`.
function touchedFacts(isVisible: (event: LedgerEvent) => boolean) {
  const ofArticles = new Map<string, LedgerEvent[]>();
  const merging: LedgerEvent[] = [];
  return {
    add: (event: LedgerEvent) => {
      const article = articleNamed(event);
      const ofArticle = article === null ? undefined : ofArticles.get(article);
      if (ofArticle !== undefined) ofArticle.push(event);
      else if (article !== null) ofArticles.set(article, [event]);
      if (event.kind === 'decision' && 'from' in event.decision) merging.push(event);
    },
    by: (ingest: IngestEvents): readonly string[] => {
      const articles = new Set(ingest.flatMap((event) => articleNamed(event) ?? []));
      const about = new Set([...[...articles].flatMap((one) => ofArticles.get(one) ?? []), ...merging, ...ingest]);
      const start = ingest[0]?.position ?? 0;
      const inOrder = [...about].filter(isVisible).toSorted((a, b) => a.position - b.position);
      return [...versionsOf(inOrder)].flatMap(([fact, position]) => (position >= start ? [fact] : []));
    },
  };
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
