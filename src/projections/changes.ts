import type { LedgerEvent } from '../domain/ledger-event.ts';
import type { Day } from '../domain/uncertain-date.ts';
import { bearing } from './bearing.ts';
import { ingestsOf } from './ingests.ts';
import type { RelevantHistory } from './relevant-history.ts';

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

const endsOf = (history: readonly LedgerEvent[], visible: ReadonlySet<LedgerEvent>): readonly Change[] =>
  ingestsOf(history).flatMap((ingest) => {
    const last = ingest.at(-1);
    return last === undefined || !ingest.some((event) => visible.has(event)) ? [] : [last];
  });

const firstOf = (history: readonly LedgerEvent[], is: (event: LedgerEvent) => boolean): number =>
  history.find(is)?.position ?? Number.POSITIVE_INFINITY;

const grants =
  (category: string) =>
  (event: LedgerEvent): boolean =>
    event.kind === 'report' && event.type.type === 'CategoryGranted' && event.subject === category;

const onTerm = /^partnership\/.*\/(?:term-agreed|renewed|terminated|expired)$/;

// What another partnership records on a category and on its own term bears on this one once both hold the category.
const elsewhere = (
  category: string,
  own: readonly LedgerEvent[],
  { history, relevant }: OtherHolder,
  reportedAsOf: Day | null,
): readonly Change[] => {
  const since = Math.max(firstOf(own, grants(category)), firstOf(history, grants(category)));
  const visible = new Set(bearing(history, reportedAsOf));
  const key = `category/${category}/granted`;
  return ingestsOf(history).flatMap((ingest) => {
    const last = ingest.at(-1);
    if (last === undefined || !ingest.some((event) => visible.has(event))) return [];
    const touched = [...relevant.touchedBy(ingest)].some((fact) => fact === key || onTerm.test(fact));
    return touched && last.position >= since ? [last] : [];
  });
};

/**
 * Every change that bears on what is answered on a partnership, in recorded order: its own ingests and decisions, what
 * references say of the Games that it names by then, and what bears on who else holds its categories. What was
 * certainly published after `reportedAsOf` bears on nothing.
 */
export const changesOf = ({ history, games, others }: ChangingGround, reportedAsOf: Day | null): readonly Change[] => {
  const own = endsOf(history, new Set(bearing(history, reportedAsOf)));
  const named = new Map<string, number>();
  for (const event of history) {
    for (const edition of event.kind === 'report' ? event.games : []) {
      if (!named.has(edition)) named.set(edition, event.position);
    }
  }
  const ofGames = bearing(games, reportedAsOf).filter(
    (event) =>
      event.kind === 'reference' &&
      event.games.some((edition) => (named.get(edition) ?? Number.POSITIVE_INFINITY) < event.position),
  );
  const ofOthers = [...others].flatMap(([category, holders]) =>
    holders.flatMap((holder) => elsewhere(category, history, holder, reportedAsOf)),
  );
  const first = own[0]?.position ?? Number.POSITIVE_INFINITY;
  const byPosition = new Map([...own, ...ofGames, ...ofOthers].map((event) => [event.position, event.recordedAt]));
  return [...byPosition]
    .filter(([position]) => position >= first)
    .map(([position, recordedAt]) => ({ position, recordedAt }))
    .toSorted((a, b) => a.position - b.position);
};
