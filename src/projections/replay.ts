import type { Ground } from '../domain/facts/facts-at.ts';
import { addDays, type Day } from '../domain/vocabulary/dates.ts';
import type { SubjectNames } from '../domain/vocabulary/subjects.ts';
import { diffOf } from './diff.ts';
import { type Diff, readModelsOf } from './diff-parts.ts';
import { type Happening, type Happenings, ingestMoments, momentsOf } from './happenings.ts';
import type { MovingClock, ResolvedCut } from './live/clocks.ts';
import type { PartnershipView } from './partnership-view.ts';

/**
 * The steps of a replay, each made when it is asked for: every moment at which something changes on the clock, and each
 * ingest on the recorded one. `view` gives the partnership at a cut.
 */
export async function* replaySteps(
  replay: Replay,
  view: (cut: ResolvedCut) => Promise<PartnershipView>,
  names: SubjectNames,
): AsyncGenerator<ReplayStep> {
  const { ground } = await view(replay.to);
  const moments = replay.clock === 'recorded' ? ingestMoments(ground) : dayMoments(ground);
  const played = moments.filter((moment) => isPlayed(replay, moment));
  const [first] = played;
  if (first === undefined) return;
  let shown = readModelsOf(await view(cutBefore(replay, first)), names);
  for (const { isIngest, happenings, ...place } of played) {
    const after = readModelsOf(await view(cutAt(replay, place)), names);
    const { audit: _audit, ...changes } = diffOf(shown, after);
    shown = after;
    const { timeline, obligations, rollout } = changes;
    if (!isIngest && timeline.length + obligations.length + rollout.length === 0) continue;
    yield { ...place, happenings: isIngest ? happenings : relevantTo(changes, happenings), changes };
  }
}

/** What is replayed: which clock moves, from where to where, and where the others stand. */
export type Replay = {
  readonly clock: MovingClock;
  /** The first day that is played; null: from the beginning. */
  readonly from: Day | null;
  /** The cut at which it ends. */
  readonly to: ResolvedCut;
  /** Whether the world's clock moves with the clock that is played, because nobody set it. */
  readonly follows: boolean;
};

/** One step: where the clock stands, what happens there, and what that changes. */
export type ReplayStep = {
  readonly day: Day;
  /** Of the recorded clock: the position, and when it was recorded. */
  readonly position: number | null;
  readonly recordedAt: string | null;
  readonly happenings: readonly Happening[];
  readonly changes: Omit<Diff, 'audit'>;
};

function dayMoments(ground: Ground): readonly Happenings[] {
  // What has no first day was there before all days.
  return [{ day: '0001-01-01', happenings: [] }, ...momentsOf(ground)].map((moment) => ({
    ...moment,
    position: null,
    recordedAt: null,
    isIngest: false,
  }));
}

function isPlayed({ clock, from, to }: Replay, { day, position }: Happenings): boolean {
  if (from !== null && day < from) return false;
  if (clock === 'recorded') return (position ?? 0) <= to.position;
  return day <= (clock === 'occurred' ? to.occurredAsOf : (to.reportedAsOf ?? to.occurredAsOf));
}

function cutBefore(replay: Replay, first: Happenings): ResolvedCut {
  if (replay.from === null) return { ...cutAt(replay, first), position: 0 };
  return first.position === null
    ? cutAt(replay, { day: addDays(replay.from, -1), position: null })
    : cutAt(replay, { day: first.day, position: first.position - 1 });
}

function cutAt({ clock, to, follows }: Replay, { day, position }: Pick<Happenings, 'day' | 'position'>): ResolvedCut {
  const isMoving = clock === 'occurred' || follows;
  const occurredAsOf = isMoving && day < to.occurredAsOf ? day : to.occurredAsOf;
  if (clock === 'occurred') return { ...to, occurredAsOf };
  if (clock === 'reported') return { ...to, occurredAsOf, reportedAsOf: day };
  return { ...to, occurredAsOf, position: position ?? to.position };
}

// The happenings of a day that bear on what changes.
function relevantTo({ timeline }: ReplayStep['changes'], happenings: readonly Happening[]): readonly Happening[] {
  const changed = new Set(timeline.map(({ key }) => key));
  return happenings.filter(({ fact }) => fact === null || changed.has(fact));
}
