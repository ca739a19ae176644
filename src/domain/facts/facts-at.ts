import type { Day, UncertainDate } from '../vocabulary/dates.ts';
import { articleChanges, type DecisionEvent, type LedgerEvent, type ReportEvent } from '../vocabulary/events.ts';
import type { Edition } from '../vocabulary/games-editions.ts';
import { type Certainty, type Cut, type Evidence, hasCome, judges, saidOf } from './evidence.ts';
import { type Fact, type FactState, factState, factsAt, mergeFacts } from './fact.ts';
import { type Games, gamesCalendar } from './games-calendar.ts';
import { contradicts } from './merge.ts';
import { type CategoryHolding, type Flag, flagsOf } from './rules.ts';
import { cancellations, type PlannedFor, plannedFor, type StatusChoice, statusOf } from './status.ts';
import { decisionsInForce, mergedInto, mergesIn, publicationsOf } from './what-counts.ts';

/** The evidence that a choice lets through. */
export function certaintyOf(choice: TimingChoice): Certainty {
  return choice === 'certain' ? 'certain' : 'possible';
}

/** Which answer is asked for: what was certainly so, or also what possibly was. */
export type TimingChoice = 'any' | 'certain';

/** When each of the Games takes place, but those that are cancelled. */
export function windowsOf(games: readonly Games[]): ReadonlyMap<Edition, UncertainDate> {
  return new Map(
    games.flatMap(({ edition, window, status }) => (window && status !== 'cancelled' ? [[edition, window]] : [])),
  );
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

/** Whether a status had certainly been reached by the clocks. */
export type Timing = 'certain' | 'possible';

/**
 * The version of each fact: the position of the last event that touched it, be it a report, a further reading of its
 * article (which may drop a report, or date it anew), a retraction of that or a decision on the fact.
 */
export function versionsOf(history: readonly LedgerEvent[]): ReadonlyMap<string, number> {
  const versions = new Map<string, number>();
  const factsOfArticle = new Map<string, Set<string>>();
  const merges: DecisionEvent[] = [];
  const changes = articleChanges();
  const touch = (fact: string, position: number) => {
    versions.set(fact, position);
    const remains = mergedInto(fact, merges);
    if (remains !== fact) versions.set(remains, position);
  };
  for (const event of history) {
    const { position } = event;
    for (const fact of factsOfArticle.get(changes(event) ?? '') ?? []) touch(fact, position);
    if (event.kind === 'report') {
      touch(event.fact, position);
      const { article } = event.metadata;
      factsOfArticle.set(article, (factsOfArticle.get(article) ?? new Set()).add(event.fact));
    } else if (event.kind === 'decision') {
      touch(event.decision.fact, position);
      if (event.decision.type !== 'FactsMerged') continue;
      touch(event.decision.from, position);
      merges.push(event);
    }
  }
  return versions;
}

/**
 * The events of a history that bear on an answer for a reader on `reportedAsOf` (null: no limit): what was certainly
 * published after it does not, nor what was decided on that alone, or by a reference that was. Where only what is
 * certain is asked for, neither does what was possibly published after it.
 */
export function bearing(
  history: readonly LedgerEvent[],
  reportedAsOf: Day | null,
  certainty: Certainty = 'possible',
): readonly LedgerEvent[] {
  if (reportedAsOf === null) return history;
  const readings = Map.groupBy(
    history.filter((event) => event.kind === 'reading'),
    ({ read }) => read.article,
  );
  const visible = new Set<string>();
  const articles = new Set<string>();
  for (const { published, reading, replaced } of [...readings.values()].flatMap(publicationsOf)) {
    if (!hasCome(published, reportedAsOf, certainty)) continue;
    articles.add(reading.read.article);
    for (const one of [...replaced, reading]) for (const id of [one.id, ...one.read.reports]) visible.add(id);
  }
  const decisions = history.filter((event): event is DecisionEvent => event.kind === 'decision');
  const inForce = new Set<LedgerEvent>(decisionsInForce(decisions, { reportedAsOf }, certainty));
  const merges = mergesIn(history);
  const facts = new Set(
    history.flatMap((event) =>
      event.kind === 'report' && visible.has(event.id) ? [mergedInto(event.fact, merges)] : [],
    ),
  );
  const isOnVisible = ({ decision }: DecisionEvent): boolean =>
    'reports' in decision
      ? decision.reports.some((id) => visible.has(id))
      : facts.has(mergedInto(decision.fact, merges));
  return history.filter((event) => {
    if (event.kind === 'decision') return inForce.has(event) && isOnVisible(event);
    if (event.kind === 'reference') return hasCome(event.published, reportedAsOf, certainty);
    return event.kind === 'retraction' ? articles.has(event.retracted.article) : visible.has(event.id);
  });
}

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

/** The decisions of stewards that hold for a reader on `reportedAsOf` and concern what he could know of. */
export function decisionsInView(
  history: readonly LedgerEvent[],
  reportedAsOf: Day | null,
  certainty: Certainty,
): DecisionsInView {
  const inForce = decisionsInForce(history.filter(isOfSteward), { reportedAsOf }, certainty);
  if (inForce.length === 0) return none;
  const known = knownReports(history, reportedAsOf, certainty);
  const facts = new Set([...known.values()].map(({ fact }) => fact));
  const merges = mergesIn(history);
  const concerning = inForce.filter(({ decision }) =>
    'reports' in decision ? decision.reports.some((id) => known.has(id)) : facts.has(decision.from),
  );
  const byFact = Map.groupBy(concerning, ({ decision }) => mergedInto(decision.fact, merges));
  const on = (fact: string) => byFact.get(fact) ?? [];
  return {
    on,
    reopens: (fact) => {
      const decided = on(fact.key);
      return decided.some((event) => reopensWith(known, decided)(event, fact));
    },
  };
}

/** What stewards decided on facts, as a reader sees it; what article files correct stands with their reports. */
export type DecisionsInView = {
  /** The decisions on a fact and on those that were merged into it, in recorded order. */
  readonly on: (fact: string) => readonly DecisionEvent[];
  /** Whether a report that was not judged contradicts a correction, or brings back what was retracted as a whole. */
  readonly reopens: (fact: Pick<Fact, 'key' | 'type' | 'evidence'>) => boolean;
};

// A decision of its own is its own ingest.
function isOfSteward(event: LedgerEvent): event is DecisionEvent {
  return event.kind === 'decision' && event.correlationId === event.id;
}

const none: DecisionsInView = { on: () => [], reopens: () => false };

// The reports that a reader could know of, whether they still count or not.
function knownReports(
  history: readonly LedgerEvent[],
  reportedAsOf: Day | null,
  certainty: Certainty,
): ReadonlyMap<string, ReportEvent> {
  const reports = new Map(history.flatMap((event) => (event.kind === 'report' ? [[event.id, event] as const] : [])));
  const readings = history.filter((event) => event.kind === 'reading');
  const listed = [...Map.groupBy(readings, ({ read }) => read.article).values()]
    .flatMap(publicationsOf)
    .filter(({ published }) => hasCome(published, reportedAsOf, certainty))
    .flatMap(({ reading, replaced }) => [...replaced, reading].flatMap(({ read }) => read.reports));
  return new Map(listed.flatMap((id) => (reports.has(id) ? [[id, reports.get(id) as ReportEvent]] : [])));
}

// Whatever came first: the order in which articles arrive plays no part, so what a decision says of itself decides.
function reopensWith(known: Known, decided: readonly DecisionEvent[]): Reopens {
  return (event, { type, evidence }) => {
    const { decision } = event;
    if (decision.type === 'FactRetracted') return decision.whole === true && evidence.length > 0;
    if (decision.type !== 'FactCorrected') return false;
    const { field, value, reports } = decision;
    const last = decided.findLast(({ decision: one }) => 'field' in one && one.field === field);
    if (last !== event) return false;
    const modalities = new Set(reports.flatMap((id) => known.get(id)?.modality ?? []));
    return evidence.some(({ report, date, fields }) => {
      const given = saidOf({ date, fields }, field);
      return (
        given !== null &&
        modalities.has(report.modality) &&
        contradicts(type, field, value, given) &&
        !judges(reports, report, known)
      );
    });
  };
}

type Known = ReadonlyMap<string, ReportEvent>;

type Reopens = (event: DecisionEvent, fact: Pick<Fact, 'type' | 'evidence'>) => boolean;

type Drawn = Omit<ViewFact, 'timing'>;

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

/** Every report that a reading ever listed, whether it still counts or not, for a reader on `reportedAsOf`. */
export function droppedEvidence(history: readonly LedgerEvent[], reportedAsOf: Day | null): readonly Evidence[] {
  const reports = new Map<string, ReportEvent>();
  for (const event of history) if (event.kind === 'report') reports.set(event.id, event);
  const readings = Map.groupBy(
    history.filter((event) => event.kind === 'reading'),
    ({ read }) => read.article,
  );
  return [...readings.values()]
    .flatMap(publicationsOf)
    .filter(({ published }) => hasCome(published, reportedAsOf, 'possible'))
    .flatMap(({ reading, replaced, published }) =>
      [...replaced, reading].flatMap(({ read }) =>
        read.reports.flatMap((id) => {
          const report = reports.get(id);
          if (report === undefined) return [];
          const { fact, date, fields } = report;
          return [{ report, fact, publisher: read.publisher, published, date, fields, corrections: [], damaged: [] }];
        }),
      ),
    );
}

/** The version of an article: the position of its last reading or retraction; null where it has none. */
export function versionOfArticle(history: readonly LedgerEvent[], article: string): number | null {
  return (
    history.findLast(
      (event) =>
        (event.kind === 'reading' && event.read.article === article) ||
        (event.kind === 'retraction' && event.retracted.article === article),
    )?.position ?? null
  );
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
