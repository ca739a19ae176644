import { certainlyBefore, contains, type UncertainDate } from '../vocabulary/dates.ts';
import { type Certainty, type Evidence, isHeardBy, isPublishedAfter, withoutGuesses } from './evidence.ts';
import { inOrderOfPublication } from './rank.ts';

/**
 * The plan of a fact from its `planned` reports: the latest published one that has a date. An undated or vaguer
 * restatement does not replace it, nor does an article that looks back at a day long gone. The earlier plans are kept,
 * since promises drift. A plan that a denial ended (`ended`) is in force only where nothing else is planned. For
 * certain, hearsay moves no better plan.
 */
export function planOf(
  evidence: readonly Evidence[],
  certainty: Certainty = 'possible',
  ended: ReadonlySet<Evidence> = new Set(),
): Plan {
  const plans: PlannedDate[] = [];
  const heard = evidence.filter(isHeardBy(certainty));
  const stated = heard.length > 0 ? heard : withoutGuesses(evidence);
  const dated = inOrderOfPublication(stated.filter(({ date }) => date !== null));
  const [lookingBack, planning] = [true, false].map((is) => dated.filter((one) => isLookBack(one) === is));
  const join = (one: Evidence, i: number) => {
    const joined = plans.at(i);
    const isJoined = joined !== undefined && contains(one.date as UncertainDate, joined.date);
    if (isJoined) plans.splice(i, 1, { ...joined, evidence: [...joined.evidence, one] });
    return isJoined;
  };
  for (const one of planning ?? []) {
    if (!join(one, -1)) plans.push({ date: one.date as UncertainDate, evidence: [one] });
  }
  // An article that looks back tells of an earlier plan, and not when that was made.
  for (const one of lookingBack ?? []) {
    const isKnown = plans.map((_, i) => plans.length - 1 - i).some((i) => join(one, i));
    if (!isKnown) plans.unshift({ date: one.date as UncertainDate, evidence: [one] });
  }
  const stands = (one: Evidence) => !ended.has(one);
  const last = stated.some((one) => one.date === null && stands(one)) && ended.size > 0 ? null : plans.at(-1);
  const current = plans.findLast((plan) => plan.evidence.some(stands)) ?? last ?? null;
  return { current, history: plans.filter((plan) => plan !== current), evidence: stated };
}

/** The plan in force and those that it replaced, oldest first. */
export type Plan = {
  readonly current: PlannedDate | null;
  readonly history: readonly PlannedDate[];
  /** All that tells of the plan, dated or not, without what is only guessed of it. */
  readonly evidence: readonly Evidence[];
};

/** A date on which something was to happen, with the reports that named it. */
export type PlannedDate = { readonly date: UncertainDate; readonly evidence: readonly Evidence[] };

/** Whether an article tells of a plan whose day was over when it was published. */
export function isLookBack({ date, published }: Evidence): boolean {
  return date !== null && published !== null && certainlyBefore(date, published);
}

/**
 * What a denial does to a plan: it ends one for its day, or any earlier one if it names no day. A plan retold in the
 * article that denies it, or for a day before the denial, is no new plan.
 */
export function fateOf(plan: Evidence, denial: Evidence): Fate {
  const isOfDay = denial.date === null || (plan.date !== null && contains(denial.date, plan.date));
  const until = denial.date ?? denial.published;
  if (plan.report.metadata.article === denial.report.metadata.article) {
    const isNew = plan.date?.earliest != null && until?.latest != null && plan.date.earliest > until.latest;
    return isOfDay && !isNew ? 'ended' : 'stands';
  }
  if (isPublishedAfter(plan, denial)) {
    return plan.date !== null &&
      until !== null &&
      (certainlyBefore(plan.date, until) || (denial.date !== null && isOfDay))
      ? 'ended'
      : 'stands';
  }
  if (!isOfDay) return 'stands';
  return isPublishedAfter(denial, plan) ? 'ended' : 'contends';
}

/** `contends`: neither the plan nor its denial was certainly published later. */
export type Fate = 'stands' | 'ended' | 'contends';
