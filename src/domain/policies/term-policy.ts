import type { FactState } from '../fact-state.ts';
import { termOf } from '../term.ts';
import { certainlyBefore, type UncertainDate } from '../uncertain-date.ts';
import { exercisedKinds } from './exercised-kinds.ts';
import type { Finding, Policy } from './policy.ts';

const rule = 'term';

function dayOf(fact: FactState): UncertainDate | null {
  return fact.occurrence?.date ?? fact.plan.current?.date ?? null;
}

/** A term ends after it starts, and what the partner does under it lies within it. */
export const termPolicy: Policy = (facts) => {
  const { start, end } = termOf(facts);
  const findings: Finding[] = [];
  if (start !== null && end !== null && certainlyBefore(end, start)) {
    for (const { key } of facts.filter(({ type }) => type.type === 'TermAgreed')) {
      findings.push({
        fact: key,
        flag: { rule, detail: `the term ends (${end.edtf}) before it starts (${start.edtf})` },
      });
    }
    return findings;
  }
  for (const fact of facts) {
    const day = dayOf(fact);
    if (day === null || fact.type.statement || fact.stage === 'denied' || !exercisedKinds.has(fact.type.kind)) continue;
    if (end !== null && certainlyBefore(end, day)) {
      findings.push({
        fact: fact.key,
        flag: { rule, detail: `${day.edtf} is after the end of the term (${end.edtf})` },
      });
    }
    if (start !== null && certainlyBefore(day, start)) {
      findings.push({
        fact: fact.key,
        flag: { rule, detail: `${day.edtf} is before the start of the term (${start.edtf})` },
      });
    }
  }
  return findings;
};
