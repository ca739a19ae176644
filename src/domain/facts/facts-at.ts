import type { Day } from '../vocabulary/dates.ts';
import {
  articleChanges,
  articleNamed,
  type DecisionEvent,
  type LedgerEvent,
  type ReportEvent,
} from '../vocabulary/events.ts';
import { cycleOf } from '../vocabulary/fact-key.ts';
import { type Certainty, type Cut, type Evidence, hasCome, judges, saidOf } from './evidence.ts';
import { type FactState, factState, factsAt, isGuess, isHearsay, mergeFacts } from './fact.ts';
import { datedByGames, type Games, gamesCalendar, type Windows, windowOf } from './games-calendar.ts';
import { contradicts } from './merge.ts';
import {
  cancellations,
  holdsIn,
  outcomeInAnotherYear,
  type PlannedFor,
  plannedFor,
  type StatusChoice,
  statusOf,
} from './plan-status.ts';
import { type PutOff, postponement, postponementsIn } from './postponement.ts';
import { type CategoryHolding, type Flag, flagsOf, isIllegalMove } from './rules.ts';
import { turns } from './turns.ts';
import {
  decisionsByFact,
  decisionsInForce,
  evidenceAt,
  followMerge,
  isWithdrawn,
  mergedInto,
  mergesIn,
  visibleReadings,
  visibleReports,
} from './what-counts.ts';

/**
 * The facts of a partnership at a cut. With `certain`, what certainly was so; with `any`, what possibly was, each
 * fact saying whether its status is certain: whether the certain answer has it in the same one.
 */
export function factsInView(ground: Ground, cut: Cut, choice: TimingChoice): FactsInView {
  const versions = versionsOf(bearing(ground.history, cut.reportedAsOf));
  const drawn = draw(ground, cut, 'certain', versions);
  const certain = drawn.facts.map((fact): ViewFact => ({ ...fact, timing: 'certain', sureStates: null }));
  if (choice === 'certain') return { games: drawn.games, facts: certain, certain };
  const sure = new Map(certain.map((fact) => [fact.key, fact]));
  const possible = draw(ground, cut, 'possible', versions);
  return {
    games: possible.games,
    certain,
    facts: possible.facts.map((fact) => ({
      ...fact,
      timing: sure.get(fact.key)?.status === fact.status ? 'certain' : 'possible',
      sureStates: sure.get(fact.key)?.states ?? [],
    })),
  };
}

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

/** The facts of a partnership at a cut, and the calendar of Games that goes with them. */
export type FactsInView = {
  readonly facts: readonly ViewFact[];
  /** The same without what is only possible: what a derived status is compared with. */
  readonly certain: readonly ViewFact[];
  readonly games: readonly Games[];
};

/** Whether a view holds only what certainly was so. */
export function isOfCertain({ facts, certain }: FactsInView): boolean {
  return facts === certain;
}

/** The facts that change a status certainly: hearsay does so at most possibly. */
export function withoutHearsay<F extends FactState>(facts: readonly F[]): readonly F[] {
  return facts.filter((fact) => !isHearsay(fact));
}

/** Which answer is asked for: what was certainly so, or also what possibly was. */
export type TimingChoice = 'any' | 'certain';

/** The evidence that a choice lets through. */
export function certaintyOf(choice: TimingChoice): Certainty {
  return choice === 'certain' ? 'certain' : 'possible';
}

/** A fact as a view shows it. */
export type ViewFact = PutOff &
  StatusChoice & {
    readonly timing: Timing;
    /** The states that it had certainly come to; null where the answer holds no others. */
    readonly sureStates: FactState['states'] | null;
    readonly plannedFor: PlannedFor | null;
    readonly flags: readonly Flag[];
    /** What stewards decided on it, in recorded order. */
    readonly decisions: readonly DecisionEvent[];
    /** Position of the last event that touched the fact, of those that a reader on `reportedAsOf` could know of. */
    readonly version: number;
  };

/** Whether a status had certainly been reached by the clocks. */
type Timing = 'certain' | 'possible';

/**
 * The version of each fact: the position of the last event that touched it, be it a report, a further reading of its
 * article (which may drop a report, or date it anew), a retraction of that or a decision on the fact.
 */
export function versionsOf(history: readonly LedgerEvent[]): ReadonlyMap<string, number> {
  const versions = new Map<string, number>();
  const factsOfArticle = new Map<string, Set<string>>();
  const merges = new Map<string, DecisionEvent>();
  const changes = articleChanges();
  const touch = (fact: string, position: number) => {
    for (const key of [fact, mergedInto(fact, merges)]) versions.set(sharedKey(key), position);
  };
  for (const event of history) {
    const { position } = event;
    for (const fact of factsOfArticle.get(changes(event) ?? '') ?? []) touch(fact, position);
    if (event.kind === 'report') {
      touch(event.fact, position);
      const { article } = event.metadata;
      const facts = factsOfArticle.get(article);
      if (facts === undefined) factsOfArticle.set(article, new Set([event.fact]));
      else facts.add(event.fact);
    } else if (event.kind === 'decision') {
      followMerge(event, merges);
      for (const fact of event.facts) touch(fact, position);
      if ('from' in event.decision) touch(event.decision.from, position);
    }
  }
  return versions;
}

/** The version of a fact, in the versions of a history; 0 where nothing touched it. */
export function versionIn(versions: ReadonlyMap<string, number>, fact: string): number {
  return versions.get(sharedKey(fact)) ?? 0;
}

// What touches a fact of a store that reopens may touch the others.
function sharedKey(fact: string): string {
  return cycleOf(fact) ?? fact;
}

/**
 * The events of a history that bear on an answer for a reader on `reportedAsOf` (null: no limit). What was certainly
 * published later does not, nor what was decided on that alone or by a reference that came later. For an answer of what
 * is certain, what was possibly published later does not bear on it either.
 */
export function bearing(
  history: readonly LedgerEvent[],
  reportedAsOf: Day | null,
  certainty: Certainty = 'possible',
): readonly LedgerEvent[] {
  if (reportedAsOf === null) return history;
  const readings = visibleReadings(history, reportedAsOf, certainty).map(({ reading }) => reading);
  const articles = new Set(readings.map(({ read }) => read.article));
  const visible = new Set(readings.flatMap(({ id, read }) => [id, ...read.reports]));
  const decisions = history.filter((event) => event.kind === 'decision');
  const inForce = new Set<LedgerEvent>(decisionsInForce(decisions, { reportedAsOf }, certainty));
  const merges = mergesIn(history);
  const facts = new Set(
    history.flatMap((event) =>
      event.kind === 'report' && visible.has(event.id) ? [mergedInto(event.fact, merges)] : [],
    ),
  );
  return history.filter((event) => {
    if (event.kind === 'reference') return hasCome(event.published, reportedAsOf, certainty);
    // What may be withdrawn is no longer certain, so a possible withdrawal bears on an answer of either certainty.
    const mayHold = (retraction: Parameters<typeof isWithdrawn>[0]) => isWithdrawn(retraction, reportedAsOf, 'certain');
    if (event.kind === 'retraction') return articles.has(event.retracted.article) && mayHold(event.retracted);
    if (event.kind !== 'decision') return visible.has(event.id);
    const { decision } = event;
    const isOnVisible =
      'reports' in decision
        ? decision.reports.some((id) => visible.has(id))
        : [decision.fact, decision.from].some((fact) => facts.has(mergedInto(fact, merges)));
    return isOnVisible && (decision.type === 'FactRetracted' ? mayHold(decision) : inForce.has(event));
  });
}

// What only a guess or hearsay tells is possible, never certain; that it is said is.
function draw(ground: Ground, cut: Cut, certainty: Certainty, versions: ReadonlyMap<string, number>) {
  const games = gamesCalendar(ground.games, cut.reportedAsOf, cut.occurredAsOf, certainty);
  const byEdition = new Map(games.map((one) => [one.edition, one]));
  const windows = windowsOf(games);
  const { evidence, resolutions } = evidenceAt(ground.history, { reportedAsOf: cut.reportedAsOf }, certainty);
  const told = mergeFacts({ evidence: datedByGames(evidence, windows), resolutions })
    .flatMap((fact) => factState(fact, cut.occurredAsOf, certainty) ?? [])
    .filter((state) => certainty === 'possible' || !(state.type.statement === true ? isGuess : isHearsay)(state));
  const postponements = postponementsIn(told, certainty);
  const states = told.map((state) => postponement(state, postponements));
  const flags = flagsOf(states, { windows, otherHoldings: ground.otherHoldings[certainty] });
  const calledOff = cancellations(states, certainty).filter(({ key }) => !isIllegalMove(flags.get(key) ?? []));
  const holdOn = holdsIn(states, certainty);
  const decided = decisionsInView(ground.history, cut.reportedAsOf, certainty);
  const facts: readonly Drawn[] = states.map((state) => ({
    ...state,
    reopened: state.reopened || decided.isReopened(state),
    decisions: decided.on(state.key),
    ...statusOf(state, cut.occurredAsOf, byEdition, {
      calledOff,
      putOffBy: state.putOffBy,
      hold: holdOn(state),
      outcome: outcomeInAnotherYear(state, states),
    }),
    plannedFor: state.putOffBy === null ? plannedFor(state, byEdition) : null,
    flags: flags.get(state.key) ?? [],
    version: versionIn(versions, state.key),
  }));
  return { facts, games };
}

/** When each of the Games takes place, but those that are cancelled. */
export function windowsOf(games: readonly Games[]): Windows {
  return new Map(
    games.flatMap((one) => {
      const window = windowOf(one);
      return window === null ? [] : [[one.edition, window]];
    }),
  );
}

/** What stewards decided on facts, as a reader on `reportedAsOf` sees it. What files correct stands with their reports. */
function decisionsInView(
  history: readonly LedgerEvent[],
  reportedAsOf: Day | null,
  certainty: Certainty,
): DecisionsInView {
  const inForce = decisionsInForce(history.filter(isOfSteward), { reportedAsOf }, certainty);
  if (inForce.length === 0) return { on: () => [], isReopened: () => false };
  const visible = visibleReports(history, reportedAsOf, certainty);
  const facts = new Set([...visible.values()].map(({ fact }) => sharedKey(fact)));
  const merges = mergesIn(history);
  const concerning = inForce.filter(({ decision }) =>
    'reports' in decision ? decision.reports.some((id) => visible.has(id)) : facts.has(sharedKey(decision.from)),
  );
  const byFact = decisionsByFact(concerning, merges, visible);
  const on = (fact: string) => byFact.get(fact) ?? [];
  return { on, isReopened: (fact) => reopens(fact, on(fact.key), visible) };
}

type DecisionsInView = {
  /** The decisions on a fact and on those that were merged into it, in recorded order. */
  readonly on: (fact: string) => readonly DecisionEvent[];
  /** Whether a report that was not judged contradicts a correction, or brings back a fact that was retracted. */
  readonly isReopened: (fact: FactState) => boolean;
};

/** Whether a decision is a steward's, and not a correction that an article file carries: it is an ingest of its own. */
export function isOfSteward(event: LedgerEvent): event is DecisionEvent {
  return event.kind === 'decision' && event.correlationId === event.id;
}

// The order of arrival plays no part: what a decision says of itself decides.
function reopens(
  { type, evidence: all, states }: FactState,
  decided: readonly DecisionEvent[],
  visible: Visible,
): boolean {
  const lastOn = (field: string) =>
    decided.findLast(({ decision }) => 'field' in decision && decision.field === field)?.decision;
  return decided.some(({ decision }) => {
    if (decision.type === 'FactRetracted') return decision.whole === true && all.length > 0;
    if (decision.type !== 'FactCorrected' || lastOn(decision.field) !== decision) return false;
    const { field, value, reports } = decision;
    // A decision on one state does not touch another.
    const judged = states.length < 2 ? [] : states.filter((state) => state.evidence.some(isJudged(reports, visible)));
    const evidence = judged.length === 0 ? all : judged.flatMap((state) => state.evidence);
    const modalities = new Set(reports.flatMap((id) => visible.get(id)?.modality ?? []));
    return evidence.some((one) => {
      const given = saidOf(one, field);
      return (
        given !== null &&
        modalities.has(one.report.modality) &&
        contradicts(type, field, value, given) &&
        !isJudged(reports, visible)(one)
      );
    });
  });
}

function isJudged(reports: readonly string[], visible: Visible): (one: Evidence) => boolean {
  return ({ report }) => judges(reports, report, visible);
}

type Visible = ReadonlyMap<string, ReportEvent>;

type Drawn = Omit<ViewFact, 'timing' | 'sureStates'>;

/** Facts that were reported once and that no report supports any more: shown only where they are asked for. */
export function unsupportedFacts(ground: Ground, cut: Cut, supported: readonly ViewFact[]): readonly ViewFact[] {
  const versions = versionsOf(bearing(ground.history, cut.reportedAsOf));
  const keys = new Set(factsAt(ground.history, cut.reportedAsOf, 'possible').map(({ key }) => key));
  for (const { key } of supported) keys.add(key);
  const decided = decisionsInView(ground.history, cut.reportedAsOf, 'possible');
  const counting = new Set(supported.flatMap(({ evidence }) => evidence.map(({ report }) => report.id)));
  const dropped = droppedEvidence(ground.history, cut.reportedAsOf).filter(
    ({ fact, report }) => !keys.has(fact) && !counting.has(report.id),
  );
  const status = { status: 'unsupported', statusRule: 'no-report-counts', calledOffBy: null } as const;
  return mergeFacts({ evidence: dropped, resolutions: () => undefined }).flatMap((fact) => {
    const state = factState(fact, cut.occurredAsOf, 'possible');
    if (state === null) return [];
    const [decisions, version] = [decided.on(fact.key), versionIn(versions, fact.key)];
    return [
      {
        ...state,
        ...status,
        putOffBy: null,
        postponements: [],
        timing: 'certain',
        sureStates: null,
        plannedFor: null,
        flags: [],
        decisions,
        version,
      },
    ];
  });
}

/** Every report that a reading ever listed, whether it still counts or not, for a reader on `reportedAsOf`. */
export function droppedEvidence(history: readonly LedgerEvent[], reportedAsOf: Day | null): readonly Evidence[] {
  const reports = visibleReports(history, reportedAsOf, 'possible');
  const merges = mergesIn(history);
  const merged = (key: string) => mergedInto(key, merges);
  const listed = visibleReadings(history, reportedAsOf, 'possible').flatMap(({ reading: { read }, published }) =>
    read.reports.flatMap((id) => {
      const report = reports.get(id);
      if (report === undefined) return [];
      const { date, fields } = report;
      const { publisher } = read;
      const fact = merged(report.fact);
      return [{ report, fact, publisher, citation: read, published, date, fields, corrections: [], damaged: [] }];
    }),
  );
  return turns(listed, merged);
}

/** The version of an article: the position of its last reading or retraction; null where it has none. */
export function versionOfArticle(history: readonly LedgerEvent[], article: string): number | null {
  return history.findLast((event) => event.kind !== 'report' && articleNamed(event) === article)?.position ?? null;
}

/**
 * A history without the beginning of an article at its end. An article is recorded in one append, and its reports count
 * from the reading that closes it: a position between them is a moment that never was.
 */
export function wholeIngests(history: readonly LedgerEvent[]): readonly LedgerEvent[] {
  const last = history.at(-1);
  if (last === undefined || last.kind === 'reading') return history;
  const start = history.findLastIndex(({ correlationId }) => correlationId !== last.correlationId) + 1;
  const isArticle = history.slice(start).some(({ kind }) => kind === 'report');
  return isArticle ? history.slice(0, start) : history;
}

/** A history cut into its ingests, in recorded order. */
export function ingestsOf(history: readonly LedgerEvent[]): readonly IngestEvents[] {
  const ingests: LedgerEvent[][] = [];
  for (const event of history) {
    const last = ingests.at(-1);
    if (last?.[0]?.correlationId === event.correlationId) last.push(event);
    else ingests.push([event]);
  }
  return ingests;
}

/** Events that were recorded together: one reading of an article, or one decision. */
export type IngestEvents = readonly LedgerEvent[];
