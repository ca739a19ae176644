import { certainlyBefore, type Day, type UncertainDate } from '../vocabulary/dates.ts';
import { lifecycleRank } from '../vocabulary/event-types.ts';
import { compare } from './evidence.ts';
import { type FactState, isGuess, isHearsay } from './fact.ts';

/**
 * Where a thing stands by its milestones that happened, in the order of their dates; and where else it may stand, if the
 * bounds of the dates, or contested dates, allow another order. A guess counts for nothing. A milestone that is undated,
 * or told only at second hand, advances a status that has not got so far; it moves none back and ends none. Status null:
 * none has happened.
 */
function standing<S extends string>(milestones: readonly FactState[], rules: StandingRules<S>): StandingChoice<S> {
  const facts = milestones
    .filter((fact) => fact.stage === 'happened' && !isGuess(fact))
    .map((fact) => onDay(fact, fact.datesByDay[0]))
    .toSorted(inOrder);
  const dated = facts.filter(({ occurrence }) => occurrence?.basis !== 'publication');
  const firm = dated.filter((fact) => !isHearsay(fact));
  const soft = facts.filter((fact) => !firm.includes(fact));
  const advanced = (from: Standing<S>) =>
    soft.reduce<Standing<S>>((at, { type }) => rules.advance(at, type.type) ?? at, from);
  const moved = (from: Standing<S>, by: readonly FactState[]) =>
    by.reduce<Standing<S>>((at, { type }) => rules.next(at, type.type), from);
  const chosen = advanced(moved(nowhere, firm));
  const inAnyOrder = [...datings(firm), ...datings(dated)].flatMap((some) => outcomes(some, rules)).map(advanced);
  // Each soft event stands as late as its bounds allow: what certainly came after it may have undone it.
  const bySoft = soft.flatMap((one) => {
    if (rules.advance(chosen, one.type.type) !== null) return [];
    const [later = [], earlier = []] = [true, false].map((is) => firm.filter((fact) => precedes(one, fact) === is));
    return [advanced(moved(advanced(moved(nowhere, earlier)), [one, ...later]))];
  });
  const statusOf = ({ held, reached }: Standing<S>) => held ?? rules.progress[reached] ?? null;
  const status = statusOf(chosen);
  const others = [...inAnyOrder, ...bySoft].map(statusOf).filter((other) => other !== null && other !== status);
  return { status, otherStatuses: [...new Set(others as S[])].toSorted(compare) };
}

/** Where a thing stands, and where another order within the bounds of the dates ends. */
export type StandingChoice<S> = { readonly status: S | null; readonly otherStatuses: readonly S[] };

/** How milestones move one kind of thing. */
type StandingRules<S> = {
  /** The steps on its way, from the first. */
  readonly progress: readonly S[];
  readonly next: (standing: Standing<S>, type: string) => Standing<S>;
  /** What a milestone of an unknown day does; null if it does more than advance. */
  readonly advance: (standing: Standing<S>, type: string) => Standing<S> | null;
};

// How far a thing has come, and what holds it up or ended it.
type Standing<S> = { readonly reached: number; readonly held: S | null };

const nowhere: Standing<never> = { reached: -1, held: null };

/** The order in which milestones happened: by first day, last day, place in the life of a partnership, key. */
export function inOrder(a: FactState, b: FactState): number {
  return (
    compare(a.occurrence?.possibleFrom ?? '', b.occurrence?.possibleFrom ?? '') ||
    compare(a.occurrence?.date.latest ?? ':', b.occurrence?.date.latest ?? ':') ||
    lifecycleRank(a.type.type) - lifecycleRank(b.type.type) ||
    compare(a.key, b.key)
  );
}

// The milestones on each choice of their contested dates. What is told without a day stands as late as it can: its open
// start moves nothing.
function datings(facts: readonly FactState[]): readonly (readonly FactState[])[] {
  return facts.reduce<readonly (readonly FactState[])[]>(
    (chosen, fact) => {
      const [, ...others] = fact.datesByDay;
      const days = others.map(({ edtf, earliest, latest }) => ({ edtf, earliest: earliest ?? latest, latest }));
      const choices = [fact, ...days.map((day) => onDay(fact, day))];
      const isTooMany = chosen.length * choices.length > maxDatings;
      return chosen.flatMap((some) => (isTooMany ? [fact] : choices).map((one) => [...some, one]));
    },
    [[]],
  );
}

// Beyond this many choices further contested dates stay as displayed.
const maxDatings = 64;

function onDay(fact: FactState, date: UncertainDate | undefined): FactState {
  const { occurrence } = fact;
  if (occurrence === null || date === undefined || date === occurrence.date) return fact;
  return { ...fact, occurrence: { ...occurrence, date, possibleFrom: date.earliest ?? occurrence.possibleFrom } };
}

// Every standing that some order allowed by the bounds ends in, by way of the sets of milestones passed so far.
function outcomes<S extends string>(facts: readonly FactState[], { next }: StandingRules<S>): readonly Standing<S>[] {
  if (facts.length > maxPermuted) return [];
  const before = facts.map((fact) =>
    facts.reduce((mask, other, i) => (precedes(other, fact) ? mask | (1 << i) : mask), 0),
  );
  const passed: Map<string, Standing<S>>[] = Array.from({ length: 1 << facts.length }, () => new Map());
  passed[0]?.set('', nowhere);
  for (const [mask, standings] of passed.entries()) {
    facts.forEach((fact, i) => {
      if ((mask & (1 << i)) !== 0 || ((before[i] as number) & ~mask) !== 0) return;
      for (const at of standings.values()) {
        const after = next(at, fact.type.type);
        passed[mask | (1 << i)]?.set(`${after.reached} ${after.held}`, after);
      }
    });
  }
  return [...(passed.at(-1)?.values() ?? [])];
}

// Beyond this many milestones the orders are too many to try; steps of the same type do not change the outcome.
const maxPermuted = 12;

function precedes(a: FactState, b: FactState): boolean {
  return a.occurrence !== null && b.occurrence !== null && certainlyBefore(a.occurrence.date, b.occurrence.date);
}

/** Where an obligation stands by its milestones that break no order. */
export function obligationStatus(milestones: readonly FactState[]): StandingChoice<ObligationStatus> {
  return standing(milestones, ofObligation);
}

/** Where an obligation stands. `lapsed`: the agreement ended before it fell due (`obligationAtEnd`). */
export type ObligationStatus = 'lapsed' | ReachedStatus;

type ReachedStatus = (typeof progress)[number] | 'postponed' | 'waived' | 'breached';

const progress = ['undertaken', 'confirmed', 'in-progress', 'partly-delivered', 'delivered'] as const;

const steps: Readonly<Record<string, number>> = {
  ObligationUndertaken: 0,
  ObligationConfirmed: 1,
  ObligationMilestoneReached: 2,
  ObligationPartlyDelivered: 3,
  ObligationDelivered: 4,
};

const delivered = 4;

const ofObligation: StandingRules<ReachedStatus> = {
  progress,
  next: (at, type) => {
    const step = steps[type];
    if (step !== undefined) return takeStep(at, step);
    const over = at.reached === delivered || at.held === 'waived';
    if (type === 'ObligationPostponed' && !over) return { ...at, held: 'postponed' };
    if (type === 'ObligationWaived' && !over) return { ...at, held: 'waived' };
    if (type === 'ObligationBreached' && !over) return { ...at, held: 'breached' };
    if (type === 'BreachCured' && at.held === 'breached') return { ...at, held: null };
    return at;
  },
  // A step of an unknown day may have come before what holds the obligation up; a delivery is the end of its way.
  advance: (at, type) => {
    const step = steps[type];
    if (step === undefined) return null;
    return step === delivered ? takeStep(at, step) : { ...at, reached: Math.max(at.reached, step) };
  },
};

// "Postponed" does not undo what was reached before.
function takeStep({ reached, held }: Standing<ReachedStatus>, step: number): Standing<ReachedStatus> {
  const released = (held === 'postponed' && step > 0) || (held === 'breached' && step === delivered) ? null : held;
  return { reached: Math.max(reached, step), held: released };
}

/**
 * Where an obligation stands once the agreement has ended (`end`; null while it runs): what had not fallen due by then is
 * lapsed. `due` is the first day on which it is due; null if nothing tells.
 */
export function obligationAtEnd(
  choice: StandingChoice<ObligationStatus>,
  due: Day | null,
  end: UncertainDate | null,
): StandingChoice<ObligationStatus> {
  const { status, otherStatuses } = choice;
  if (end === null || due === null || status === null || !lapsing.has(status)) return choice;
  if (end.latest !== null && end.latest < due) {
    return { status: 'lapsed', otherStatuses: otherStatuses.filter((other) => !lapsing.has(other)) };
  }
  const mayLapse = end.earliest === null || end.earliest < due;
  return mayLapse ? { status, otherStatuses: [...otherStatuses, 'lapsed' as const].toSorted(compare) } : choice;
}

const lapsing: ReadonlySet<ObligationStatus> = new Set(['undertaken', 'confirmed', 'in-progress', 'postponed']);

/** Where a partnership stands by its facts; `reported` where neither an announcement nor a signing is reported. */
export function partnershipStatus(facts: readonly FactState[]): StandingChoice<PartnershipStatus> & {
  readonly status: PartnershipStatus;
} {
  const turns = facts.filter(({ type }) => type.kind === 'partnership' && turningTypes.has(type.type));
  const { status, otherStatuses } = standing<PartnershipStatus>(turns, ofPartnership);
  return { status: status ?? 'reported', otherStatuses };
}

/** Where a partnership stands. */
type PartnershipStatus = (typeof partnershipStatuses)[number];

export const partnershipStatuses = ['reported', 'announced', 'signed', 'suspended', 'terminated', 'expired'] as const;

const turningTypes: ReadonlySet<string> = new Set([
  'PartnershipAnnounced',
  'PartnershipSigned',
  'PartnershipSuspended',
  'PartnershipReinstated',
  'PartnershipRenewed',
  'OptionExercised',
  'PartnershipTerminated',
  'PartnershipExpired',
]);

const ofPartnership: StandingRules<PartnershipStatus> = {
  progress: ['announced', 'signed'],
  next: (at, type) => {
    const hasEnded = at.held === 'terminated' || at.held === 'expired';
    if (type === 'PartnershipSigned') return { reached: signed, held: null };
    if (type === 'PartnershipSuspended') return hasEnded ? at : { ...at, held: 'suspended' };
    // What stood before stands again.
    if (resuming.has(type)) return { ...at, held: null };
    if (type === 'PartnershipTerminated') return { ...at, held: 'terminated' };
    if (type === 'PartnershipExpired') return hasEnded ? at : { ...at, held: 'expired' };
    return ofPartnership.advance(at, type) ?? at;
  },
  advance: (at, type) => {
    if (type === 'PartnershipAnnounced') return { ...at, reached: Math.max(at.reached, 0) };
    return type === 'PartnershipSigned' ? { ...at, reached: signed } : null;
  },
};

const resuming: ReadonlySet<string> = new Set(['PartnershipReinstated', 'PartnershipRenewed', 'OptionExercised']);

const signed = 1;
