import {
  addDays,
  certainlyBefore,
  contains,
  type Day,
  intersect,
  lastDay,
  type UncertainDate,
} from '../vocabulary/dates.ts';
import type { ReferenceEvent } from '../vocabulary/events.ts';
import type { Edition } from '../vocabulary/games-editions.ts';
import type { Certainty, Evidence } from './evidence.ts';
import { type FactState, isGuess, isHearsay } from './fact.ts';
import { byPublication, type Games, windowOf } from './games-calendar.ts';
import { exercisedKinds } from './rules.ts';
import { inOrder, partnershipStatus } from './standing.ts';
import { happenedOfType } from './term.ts';
import { countOfTurn } from './turns.ts';

/** Where a fact stands at the end of `day`, given the Games and what else bears on plans by then. */
export function statusOf(fact: FactState, day: Day, games: GamesByEdition, bearing: PlansBearing): StatusChoice {
  const { calledOff, putOffBy, hold, outcome } = bearing;
  if (fact.stage !== 'planned') return choice(fact.stage, 'stage');
  const by = calledOff.find((cancelled) => concerns(cancelled, fact) && !hasNewPlan(fact, planChangeOf(cancelled)));
  if (by !== undefined) return choice('cancelled', 'called-off', by.key);
  const cancellation = cancellationOfGames(fact, games);
  if (cancellation !== null) return choice('cancelled', 'games-cancelled', cancellation.fact);
  if (putOffBy !== null) return choice('postponed', 'put-off', putOffBy);
  if (hold !== null) return choice('on-hold', hold.rule, hold.by);
  if (outcome !== null) return choice('planned', 'came-in-another-year', outcome);
  if (isHearsay(fact)) return choice('planned', isGuess(fact) ? 'guess' : 'hearsay');
  return planStatus(plannedFor(fact, games), day);
}

/** What else bears on the plan of a fact. */
type PlansBearing = {
  /** The milestones that called off plans. */
  readonly calledOff: readonly FactState[];
  /** The postponement that leaves it without a day. */
  readonly putOffBy: string | null;
  readonly hold: Hold | null;
  /** What came of it in another year (`outcomeInAnotherYear`). */
  readonly outcome: string | null;
};

/** Where a fact stands on a day. */
type Status =
  | 'planned'
  | 'due'
  | 'overdue-unconfirmed'
  | 'happened'
  | 'denied'
  | 'cancelled'
  | 'postponed'
  | 'on-hold'
  | 'unsupported';

/** A status, the rule that gave it, and the fact that called a plan off or put it on hold. */
export type StatusChoice = {
  readonly status: Status;
  readonly statusRule: StatusRule;
  readonly calledOffBy: string | null;
};

export type StatusRule = (typeof statusRules)[number];

/** Why a fact has its status: that of its reports (`stage`), or what became of its plan by the day of the world. */
export const statusRules = [
  'stage',
  'called-off',
  'games-cancelled',
  'put-off',
  'suspended',
  'paused',
  'came-in-another-year',
  'guess',
  'hearsay',
  'no-day-named',
  'day-to-come',
  'day-has-come',
  'day-long-past',
  'no-report-counts',
] as const;

function choice(status: Status, statusRule: StatusRule, calledOffBy: string | null = null): StatusChoice {
  return { status, statusRule, calledOffBy };
}

/** Whether what called off, put off or paused one thing did so to a fact of it. */
export function concerns(cancelled: FactState, fact: FactState): boolean {
  return (
    (cancelled.type.type === 'PartnershipTerminated' && underAgreement.has(fact.type.kind)) ||
    (cancelled.type.kind === fact.type.kind && subjectOf(cancelled) === subjectOf(fact)) ||
    (cancelled.type.kind === 'campaign' && cancelled.subject === fact.campaign)
  );
}

/**
 * The fact that fulfilled a plan in another year than planned; facts that recur have their year in the key, so it has
 * another key. It happened after every report of the plan, within a year of the planned day, and was not planned itself.
 * Null if there is no such fact. Hearsay fulfils nothing.
 */
export function outcomeInAnotherYear(fact: FactState, facts: readonly FactState[]): string | null {
  const { current } = fact.plan;
  if (fact.stage !== 'planned' || fact.type.recurs !== true || current === null) return null;
  const [earliest, latest] = [addDays(current.date.earliest ?? lastDay, -yearInDays), current.date.latest];
  const isOutcome = (other: FactState) => {
    const date = other.occurrence?.date;
    return (
      date !== undefined &&
      other.key !== fact.key &&
      withoutYear(other.key) === withoutYear(fact.key) &&
      other.plan.current === null &&
      !isHearsay(other) &&
      fact.plan.evidence.every(({ published }) => published !== null && certainlyBefore(published, date)) &&
      (date.latest ?? lastDay) >= earliest &&
      (latest === null || date.earliest === null || date.earliest <= addDays(latest, yearInDays))
    );
  };
  return happenedOfType(facts, fact.type.type).toSorted(inOrder).find(isOutcome)?.key ?? null;
}

/** The key of what recurs without its year: `…/renewed` for `….2018/renewed`. Any other key as it is. */
export function withoutYear(key: string): string {
  return key.replace(/\.\d{4}(?=\/[^/]*$)/, '');
}

const yearInDays = 365;

// What the agreement grants and what the partner does under it. What others do outlives the partnership.
const underAgreement = new Set([
  'partnership',
  'party',
  'tier',
  'category',
  'role',
  'coverage',
  'naming-rights',
  'hospitality',
  'ambassador',
  'brand',
  'team',
  'embargo',
  ...exercisedKinds,
]);

function subjectOf({ key }: FactState): string {
  return key.split('/')[1] as string;
}

function hasNewPlan({ plan: { evidence } }: FactState, change: PlanChange): boolean {
  return evidence.some((one) => isPlannedAnew(one, change, evidence));
}

/**
 * Whether a report plans a thing anew after its plan was put off or called off: it was published after that, for a day that
 * had not passed by then. An article that also tells of the change, or that came out on its day, has to name a day that
 * nobody named before. Without a day it restates an old plan.
 */
export function isPlannedAnew(
  { date, published, report }: Evidence,
  { date: changed, articles }: PlanChange,
  evidence: readonly Evidence[],
): boolean {
  if (date === null || published === null || changed === null || changed.latest === null) return false;
  if (certainlyBefore(date, published) || certainlyBefore(date, changed)) return false;
  const { article } = report.metadata;
  const tells = articles.has(article);
  if (!tells && certainlyBefore(changed, published)) return true;
  if (!tells && (published.earliest === null || published.earliest < (changed.earliest ?? ''))) return false;
  const before = evidence.flatMap((one) => (one.report.metadata.article === article ? [] : (one.date ?? [])));
  return before.length > 0 && before.every((other) => intersect(other, date) === null);
}

/** When a plan was put off or called off, and which articles tell of that. */
type PlanChange = { readonly date: UncertainDate | null; readonly articles: ReadonlySet<string> };

/** The change of plans that a postponement, a cancellation or an ending is. */
export function planChangeOf({ occurrence, evidence }: FactState): PlanChange {
  const articles = new Set(evidence.map(({ report }) => report.metadata.article));
  return { date: occurrence?.date ?? null, articles };
}

// The last cancellation of Games, if what the partner is to do is for no others.
function cancellationOfGames(fact: FactState, games: GamesByEdition): ReferenceEvent | null {
  if (!exercisedKinds.has(fact.type.kind)) return null;
  const changes = fact.games.map((edition) => {
    const { status, change = null } = games.get(edition) ?? {};
    return status === 'cancelled' ? change : null;
  });
  const cancelled = changes.flatMap((change) => change ?? []).toSorted(byPublication);
  const last = cancelled.at(-1);
  if (last === undefined || cancelled.length < changes.length) return null;
  return hasNewPlan(fact, { date: last.date, articles: new Set() }) ? null : last;
}

/** Where a plan for a day stands on another: to come, due, or overdue; null: no day is named. */
export function planStatus(planned: Pick<UncertainDate, 'earliest' | 'latest'> | null, day: Day): StatusChoice {
  if (planned === null) return choice('planned', 'no-day-named');
  const normalUntil = silenceIsNormalUntil(planned);
  if (normalUntil !== null && day > normalUntil) return choice('overdue-unconfirmed', 'day-long-past');
  // Without a first day it is due as soon as it is told: a missing earliest day counts as that of the publication.
  const hasCome = planned.earliest === null || planned.earliest <= day;
  return hasCome ? choice('due', 'day-has-come') : choice('planned', 'day-to-come');
}

/**
 * The last day on which silence on a plan is still normal: 30 days after its last day, or 365 after its first where no
 * last one is told; null where neither is.
 */
export function silenceIsNormalUntil({ earliest, latest }: Pick<UncertainDate, 'earliest' | 'latest'>): Day | null {
  if (latest !== null) return addDays(latest, overdueAfterDays);
  return earliest === null ? null : addDays(earliest, openEndedAfterDays);
}

/** How many days after the last planned day silence is still normal. */
export const overdueAfterDays = 30;

const openEndedAfterDays = 365;

/**
 * When something is to happen; an undated plan for Games takes their window, and so does a plan for a day of Games that
 * were moved; an ending after Games begins on their last day. Null if nothing tells.
 */
export function plannedFor(fact: FactState, games: GamesByEdition): PlannedFor | null {
  if (fact.plan.current !== null && !isMovedWithGames(fact, games)) {
    const { date, evidence } = fact.plan.current;
    return { ...date, basis: evidence.every((one) => one.isDatedByGames === true) ? 'games' : 'stated' };
  }
  if (fact.stage !== 'planned') return null;
  const named = new Set(fact.plan.evidence.flatMap(({ report }) => report.games));
  const known = fact.games.flatMap((edition) => (named.has(edition) ? (windowOf(games.get(edition)) ?? []) : []));
  const [first] = known;
  const last = known.at(-1);
  if (first === undefined || last === undefined) return null;
  const edtf = known.length === 1 ? first.edtf : `${first.earliest}/${last.latest}`;
  return { edtf, earliest: first.earliest, latest: last.latest, basis: 'games' };
}

/** The Games by their edition, as a view sees them. */
type GamesByEdition = ReadonlyMap<Edition, Games>;

// What was to happen at Games on their old dates is not due on these, once they were moved: unless somebody planned it so
// with the move already public.
function isMovedWithGames({ stage, games: editions, plan }: FactState, games: GamesByEdition): boolean {
  const [edition, ...others] = editions;
  const { window = null, change = null, movedFrom = [] } = edition === undefined ? {} : (games.get(edition) ?? {});
  if (stage !== 'planned' || plan.current === null || others.length > 0 || change === null) return false;
  const { date, evidence } = plan.current;
  // A day within the present window needs no move.
  if (window !== null && contains(window, date)) return false;
  if (!movedFrom.some((window) => !certainlyBefore(window, date) && !certainlyBefore(date, window))) return false;
  return !evidence.some(({ published }) => published !== null && certainlyBefore(change.published, published));
}

/** The day that a plan names: its own, or that of the Games that it is for or that it follows. */
export type PlannedFor = UncertainDate & { readonly basis: 'stated' | 'games' };

/**
 * The milestones that call off what was still planned: no guess, and hearsay at most possibly. Neither hearsay nor an
 * end of an unknown day ends the partnership.
 */
export function cancellations(facts: readonly FactState[], certainty: Certainty): readonly FactState[] {
  return happenedOfType(facts, ...ending).filter((fact) =>
    fact.type.type === 'PartnershipTerminated'
      ? !isHearsay(fact) && fact.occurrence?.basis !== 'publication'
      : !isHearsay(fact) || certainty === 'possible',
  );
}

const ending = new Set([
  'CampaignCancelled',
  'InitiativeShelved',
  'MarketLeft',
  'PartnershipTerminated',
  'StorefrontClosed',
]);

/**
 * What puts the plan of each fact on hold: the suspension of the partnership, for what the partner does, or the pause of a
 * campaign or of a market that was not lifted.
 */
export function holdsIn(facts: readonly FactState[], certainty: Certainty): (fact: FactState) => Hold | null {
  const isCounted = (fact: FactState) => certainty === 'possible' || !isHearsay(fact);
  const inTime = (...types: readonly string[]) =>
    happenedOfType(facts, ...types)
      .filter(isCounted)
      .toSorted(inOrder);
  const isSuspended = partnershipStatus(facts).status === 'suspended';
  const suspension = isSuspended ? happenedOfType(facts, 'PartnershipSuspended').toSorted(inOrder).at(-1) : undefined;
  const resumed = inTime('CampaignResumed', 'MarketResumed');
  const isLifted = (pause: FactState) =>
    resumed.some(
      (one) =>
        one.type.kind === pause.type.kind &&
        subjectOf(one) === subjectOf(pause) &&
        countOfTurn(one.key) >= countOfTurn(pause.key),
    );
  const pauses = inTime('CampaignPaused', 'MarketPaused').filter((pause) => !isLifted(pause));
  return (fact) => {
    if (suspension !== undefined && exercisedKinds.has(fact.type.kind))
      return { rule: 'suspended', by: suspension.key };
    const pause = fact.type.milestone === 'resumed' ? undefined : pauses.findLast((one) => concerns(one, fact));
    return pause === undefined ? null : { rule: 'paused', by: pause.key };
  };
}

/** Why a plan is on hold, and the fact that puts it there. */
type Hold = { readonly rule: 'suspended' | 'paused'; readonly by: string };
