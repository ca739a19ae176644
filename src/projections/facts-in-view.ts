import type { Certainty, Cut } from '../domain/cut.ts';
import type { Edition } from '../domain/edition.ts';
import { mergedInto, mergesIn } from '../domain/evidence-at.ts';
import { factsAt, mergeFacts } from '../domain/fact.ts';
import { type FactState, factState } from '../domain/fact-state.ts';
import { type Games, gamesCalendar } from '../domain/games-calendar.ts';
import type { DecisionEvent, LedgerEvent } from '../domain/ledger-event.ts';
import { flagsOf } from '../domain/policies/policies.ts';
import type { CategoryHolding, Flag } from '../domain/policies/policy.ts';
import type { UncertainDate } from '../domain/uncertain-date.ts';
import { bearing } from './bearing.ts';
import { decisionsInView } from './decisions-in-view.ts';
import { droppedEvidence } from './dropped-evidence.ts';
import { cancellations, type PlannedFor, plannedFor, type StatusChoice, statusOf } from './status.ts';
import { versionsOf } from './versions.ts';

/** Everything that a view of a partnership is a function of, beside the cut; all of it up to the cut's position. */
export type Ground = {
  readonly partnership: string;
  /** The events of the partnership's stream, in order. */
  readonly history: readonly LedgerEvent[];
  /** The events of the streams of Games. */
  readonly games: readonly LedgerEvent[];
  /** Categories of the same rights holder that other partners hold at the same cut. */
  readonly otherHoldings: Readonly<Record<Certainty, readonly CategoryHolding[]>>;
};

/** Whether a status had certainly been reached by the clocks. */
export type Timing = 'certain' | 'possible';

/** A fact as a view shows it. */
export type ViewFact = FactState &
  StatusChoice & {
    readonly timing: Timing;
    readonly plannedFor: PlannedFor | null;
    readonly flags: readonly Flag[];
    /** What stewards decided on it, in recorded order. */
    readonly decisions: readonly DecisionEvent[];
    /** Position of the last event that touched the fact, of those that a reader on `reportedAsOf` could know of. */
    readonly version: number;
  };

/** The facts of a partnership at a cut, and the calendar of Games that goes with them. */
export type FactsInView = {
  readonly facts: readonly ViewFact[];
  /** The same without what is only possible: what a derived status is compared with. */
  readonly certain: readonly ViewFact[];
  readonly games: readonly Games[];
};

/** Which answer is asked for: what was certainly so, or also what possibly was. */
export type TimingChoice = 'any' | 'certain';

/** The evidence that a choice lets through. */
export function certaintyOf(choice: TimingChoice): Certainty {
  return choice === 'certain' ? 'certain' : 'possible';
}

/** When each of the Games takes place, but those that are cancelled. */
export function windowsOf(games: readonly Games[]): ReadonlyMap<Edition, UncertainDate> {
  return new Map(
    games.flatMap(({ edition, window, status }) => (window && status !== 'cancelled' ? [[edition, window]] : [])),
  );
}

type Drawn = Omit<ViewFact, 'timing'>;

function draw(ground: Ground, cut: Cut, certainty: Certainty, versions: ReadonlyMap<string, number>) {
  const games = gamesCalendar(ground.games, cut.reportedAsOf, cut.occurredAsOf, certainty);
  const windows = windowsOf(games);
  const states = factsAt(ground.history, cut.reportedAsOf, certainty).flatMap(
    (fact) => factState(fact, cut.occurredAsOf, certainty) ?? [],
  );
  const flags = flagsOf(states, { windows, otherHoldings: ground.otherHoldings[certainty] });
  const calledOff = cancellations(states).filter(({ key }) => !flags.has(key));
  const decided = decisionsInView(ground.history, cut.reportedAsOf, certainty);
  const facts: readonly Drawn[] = states.map((state) => ({
    ...state,
    reopened: state.reopened || decided.reopens(state),
    decisions: decided.on(state.key),
    ...statusOf(state, cut.occurredAsOf, windows, calledOff),
    plannedFor: plannedFor(state, windows),
    flags: flags.get(state.key) ?? [],
    version: versions.get(state.key) ?? 0,
  }));
  return { facts, games };
}

/**
 * The facts of a partnership at a cut. With `certain`, what certainly was so; with `any`, what possibly was, each
 * fact saying whether its status is certain: whether the certain answer has it in the same one.
 */
export function factsInView(ground: Ground, cut: Cut, choice: TimingChoice): FactsInView {
  const versions = versionsOf(bearing(ground.history, cut.reportedAsOf));
  const drawn = draw(ground, cut, 'certain', versions);
  const certain = drawn.facts.map((fact): ViewFact => ({ ...fact, timing: 'certain' }));
  if (choice === 'certain') return { games: drawn.games, facts: certain, certain };
  const sure = new Map(certain.map(({ key, status }) => [key, status]));
  const possible = draw(ground, cut, 'possible', versions);
  return {
    games: possible.games,
    certain,
    facts: possible.facts.map((fact) => ({
      ...fact,
      timing: sure.get(fact.key) === fact.status ? 'certain' : 'possible',
    })),
  };
}

/** Facts that were reported once and that no report supports any more: shown only where they are asked for. */
export function unsupportedFacts(ground: Ground, cut: Cut, supported: readonly ViewFact[]): readonly ViewFact[] {
  const versions = versionsOf(bearing(ground.history, cut.reportedAsOf));
  const keys = new Set(factsAt(ground.history, cut.reportedAsOf, 'possible').map(({ key }) => key));
  for (const { key } of supported) keys.add(key);
  const merges = mergesIn(ground.history);
  const decided = decisionsInView(ground.history, cut.reportedAsOf, 'possible');
  const dropped = droppedEvidence(ground.history, cut.reportedAsOf)
    .map((one) => ({ ...one, fact: mergedInto(one.fact, merges) }))
    .filter(({ fact }) => !keys.has(fact));
  const status = { status: 'unsupported', statusRule: 'no-report-counts', calledOffBy: null } as const;
  return mergeFacts({ evidence: dropped, resolutions: () => undefined }).flatMap((fact) => {
    const state = factState(fact, cut.occurredAsOf, 'possible');
    if (state === null) return [];
    const [decisions, version] = [decided.on(fact.key), versions.get(fact.key) ?? 0];
    return [{ ...state, ...status, timing: 'certain', plannedFor: null, flags: [], decisions, version }];
  });
}
