import type { LedgerEvent } from '../domain/ledger-event.ts';
import type { Day } from '../domain/uncertain-date.ts';
import { bearing } from './bearing.ts';
import { upTo } from './histories.ts';
import { bearsOnHoldings, lastOnHoldings } from './holdings-bearing.ts';
import type { IngestEvents } from './ingests.ts';
import type { RelevantHistory } from './relevant-history.ts';
import { bearingAt, visibleIngests } from './visible-ingests.ts';

/** The last event of something that was recorded in one go, after which answers may be others than before. */
export type Change = { readonly position: number; readonly recordedAt: string };

/** The partnership of another holder of a category, its stream indexed. */
export type OtherHolder = { readonly history: readonly LedgerEvent[]; readonly relevant: RelevantHistory };

/** All that may change what is answered on a partnership. */
export type ChangingGround = {
  readonly history: readonly LedgerEvent[];
  /** The events of the streams of Games. */
  readonly games: readonly LedgerEvent[];
  /** For each category that the partnership grants, its other holders. */
  readonly others: ReadonlyMap<string, readonly OtherHolder[]>;
};

function endsOf(ingests: readonly IngestEvents[]): readonly Change[] {
  return ingests.flatMap((ingest) => ingest.at(-1) ?? []);
}

function grants(category: string) {
  return (event: LedgerEvent): boolean =>
    event.kind === 'report' && event.type.type === 'CategoryGranted' && event.subject === category;
}

// What another partnership records on a category and on its own term bears on this one once both hold the category.
function elsewhere(
  category: string,
  own: readonly LedgerEvent[],
  { history, relevant }: OtherHolder,
  reportedAsOf: Day | null,
): readonly Change[] {
  const held = (events: readonly LedgerEvent[]) => events.some(grants(category));
  return visibleIngests(history, reportedAsOf).flatMap((ingest) => {
    const last = ingest.at(-1);
    // The index knows all that came later, and may say too much; what it leaves is looked at as it was then.
    if (last === undefined || !bearsOnHoldings([...relevant.touchedBy(ingest)], category)) return [];
    const { position } = last;
    if (!held(upTo(history, position)) || !held(bearingAt(own, position, reportedAsOf))) return [];
    const bearing = lastOnHoldings(bearingAt(history, position, reportedAsOf), new Set([category]));
    return bearing?.position === position ? [last] : [];
  });
}

/** Where each Games edition was first named in what a reader on `reportedAsOf` could know of. */
export function namingsIn(history: readonly LedgerEvent[], reportedAsOf: Day | null): ReadonlyMap<string, number> {
  const named = new Map<string, number>();
  for (const ingest of visibleIngests(history, reportedAsOf)) {
    const position = ingest.at(-1)?.position ?? 0;
    for (const event of ingest) {
      for (const edition of event.kind === 'report' ? event.games : []) {
        if (!named.has(edition)) named.set(edition, position);
      }
    }
  }
  return named;
}

/** Changes by position, each once, in recorded order. */
export function inOrder(changes: Iterable<Change>): readonly Change[] {
  const byPosition = new Map([...changes].map(({ position, recordedAt }) => [position, recordedAt]));
  return [...byPosition]
    .map(([position, recordedAt]) => ({ position, recordedAt }))
    .toSorted((a, b) => a.position - b.position);
}

/**
 * Every change that bears on what is answered on a partnership, in recorded order: its own ingests and decisions, what
 * references say of the Games that it names by then, and what bears on who else holds its categories. What was
 * certainly published after `reportedAsOf` bears on nothing.
 */
export function changesOf({ history, games, others }: ChangingGround, reportedAsOf: Day | null): readonly Change[] {
  const own = endsOf(visibleIngests(history, reportedAsOf));
  const named = namingsIn(history, reportedAsOf);
  const ofGames = bearing(games, reportedAsOf).filter(
    (event) =>
      event.kind === 'reference' &&
      event.games.some((edition) => (named.get(edition) ?? Number.POSITIVE_INFINITY) < event.position),
  );
  const ofOthers = [...others].flatMap(([category, holders]) =>
    holders.flatMap((holder) => elsewhere(category, history, holder, reportedAsOf)),
  );
  const first = own[0]?.position ?? Number.POSITIVE_INFINITY;
  return inOrder([...own, ...ofGames, ...ofOthers].filter(({ position }) => position >= first));
}
