import type { LedgerEvent } from '../domain/ledger-event.ts';
import { addDays, type Day } from '../domain/uncertain-date.ts';
import type { ResolvedCut } from '../projections/clocks.ts';
import { diffOf } from '../projections/diff/diff.ts';
import type { Ground } from '../projections/facts-in-view.ts';
import type { Happening } from '../projections/happening.ts';
import { ingestsOf } from '../projections/ingests.ts';
import { momentsOf } from '../projections/moments.ts';
import type { SubjectNames } from '../projections/names.ts';
import type { PartnershipView } from '../projections/partnership-view.ts';
import { readModelsOf } from '../projections/read-models.ts';
import { recordings } from '../projections/recordings.ts';
import type { Diff } from '../projections/shapes/diff.ts';

/** The clock that a replay moves. */
export type ReplayClock = 'occurred' | 'reported' | 'recorded';

/** What is replayed: which clock moves, from where to where, and where the others stand. */
export type Replay = {
  readonly clock: ReplayClock;
  /** The first day that is played; null: from the beginning. */
  readonly from: Day | null;
  /** The cut at which it ends. */
  readonly to: ResolvedCut;
  /** The world's clock goes with the one that moves, since nobody set it. */
  readonly follows: boolean;
};

/** One step: where the clock stands, what comes about there, and what that changes. */
export type ReplayStep = {
  readonly day: Day;
  /** Of the recorded clock: the position, and when that was recorded. */
  readonly position: number | null;
  readonly recordedAt: string | null;
  readonly happenings: readonly Happening[];
  readonly changes: Omit<Diff, 'audit'>;
};

type At = Pick<ReplayStep, 'day' | 'position' | 'recordedAt' | 'happenings'> & { readonly isIngest: boolean };

function lesser(a: Day, b: Day): Day {
  return a < b ? a : b;
}

function cutAt({ clock, to, follows }: Replay, { day, position }: Pick<At, 'day' | 'position'>): ResolvedCut {
  const occurredAsOf = clock === 'occurred' || follows ? lesser(day, to.occurredAsOf) : to.occurredAsOf;
  if (clock === 'occurred') return { ...to, occurredAsOf };
  if (clock === 'reported') return { ...to, occurredAsOf, reportedAsOf: day };
  return { ...to, occurredAsOf, position: position ?? to.position };
}

function lastOf(ingest: readonly LedgerEvent[]): LedgerEvent {
  return ingest.at(-1) as LedgerEvent;
}

// What was recorded together is one step; the dates of the Games stand in streams of their own.
function ingestsIn({ history, games }: Ground): readonly At[] {
  return [...ingestsOf(history), ...ingestsOf(games)]
    .toSorted((a, b) => lastOf(a).position - lastOf(b).position)
    .map((ingest) => {
      const { position, recordedAt } = lastOf(ingest);
      const isIngest = ingest.some(({ kind }) => kind !== 'reference');
      return { day: recordedAt.slice(0, 10), position, recordedAt, happenings: recordings(ingest), isIngest };
    });
}

function daysIn(ground: Ground): readonly At[] {
  // Before all days stands what has no first day.
  return [{ day: '0001-01-01', happenings: [] }, ...momentsOf(ground)].map((moment) => ({
    ...moment,
    position: null,
    recordedAt: null,
    isIngest: false,
  }));
}

function within({ clock, from, to }: Replay, { day, position }: At): boolean {
  if (from !== null && day < from) return false;
  if (clock === 'recorded') return (position ?? 0) <= to.position;
  return day <= (clock === 'occurred' ? to.occurredAsOf : (to.reportedAsOf ?? to.occurredAsOf));
}

function before(replay: Replay, first: At): ResolvedCut {
  const { from } = replay;
  if (from === null) return { ...cutAt(replay, first), position: 0 };
  return first.position === null
    ? cutAt(replay, { day: addDays(from, -1), position: null })
    : cutAt(replay, { day: first.day, position: first.position - 1 });
}

function changesAnything({ timeline, obligations, rollout }: ReplayStep['changes']): boolean {
  return timeline.length + obligations.length + rollout.length > 0;
}

// Of what comes about on a day, that which bears on what changes.
function bearing(happenings: readonly Happening[], { timeline }: ReplayStep['changes']): readonly Happening[] {
  const changed = new Set(timeline.map(({ key }) => key));
  return happenings.filter(({ fact }) => fact === null || changed.has(fact));
}

/**
 * The steps of a replay, one after another as they are asked for: every moment at which something changes on the clock,
 * and each ingest on the recorded one. `view` gives the partnership at a cut.
 */
export async function* replaySteps(
  replay: Replay,
  view: (cut: ResolvedCut) => Promise<PartnershipView>,
  names: SubjectNames,
): AsyncGenerator<ReplayStep> {
  const { ground } = await view(replay.to);
  const moments = (replay.clock === 'recorded' ? ingestsIn(ground) : daysIn(ground)).filter((at) => within(replay, at));
  const [first] = moments;
  if (first === undefined) return;
  let shown = readModelsOf(await view(before(replay, first)), names);
  for (const { isIngest, happenings, ...at } of moments) {
    const after = readModelsOf(await view(cutAt(replay, at)), names);
    const { audit: _audit, ...changes } = diffOf(shown, after);
    shown = after;
    if (!isIngest && !changesAnything(changes)) continue;
    yield { ...at, happenings: isIngest ? happenings : bearing(happenings, changes), changes };
  }
}
