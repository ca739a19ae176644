import type { FactState } from '../fact-state.ts';
import { termOf } from '../term.ts';
import { certainlyBefore, type UncertainDate } from '../uncertain-date.ts';
import { happenedOfType } from './happened.ts';
import type { CategoryHolding, Policy } from './policy.ts';

const rule = 'category-exclusivity';

/** The categories that a partnership holds exclusively, from its facts; a grant holds until its end is reported. */
export function holdingsOf(partnership: string, facts: readonly FactState[]): readonly CategoryHolding[] {
  const { end } = termOf(facts);
  return happenedOfType(facts, 'CategoryGranted').flatMap(({ subject, occurrence, fields }) =>
    subject === null || occurrence === null || fields['exclusive']?.value === false
      ? []
      : [{ partnership, category: subject, start: occurrence.date, end }],
  );
}

function overBy(end: UncertainDate | null, start: UncertainDate): boolean {
  return end !== null && (end.earliest === null || start.latest === null || end.earliest < start.latest);
}

/** Whether two holdings share a day whatever days within their bounds are chosen. */
function certainlyOverlap(a: CategoryHolding, b: CategoryHolding): boolean {
  return !overBy(a.end, b.start) && !overBy(b.end, a.start);
}

/** A category is held by one partner of a rights holder at a time; the one who held it first is not at fault. */
export const categoryExclusivityPolicy: Policy = (facts, { otherHoldings }) =>
  holdingsOf('', facts).flatMap((ours) =>
    otherHoldings
      .filter(
        (theirs) =>
          theirs.category === ours.category &&
          certainlyOverlap(ours, theirs) &&
          !certainlyBefore(ours.start, theirs.start),
      )
      .map((theirs) => ({
        fact: `category/${ours.category}/granted`,
        flag: {
          rule,
          detail: `${theirs.partnership} holds ${ours.category} from ${theirs.start.edtf}${theirs.end === null ? '' : ` to ${theirs.end.edtf}`}`,
        },
      })),
  );
