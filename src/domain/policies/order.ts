import type { FactState } from '../fact-state.ts';
import { certainlyBefore } from '../uncertain-date.ts';
import type { Finding, Policy } from './policy.ts';

/** Milestones of one thing in an order that they must not break. */
export type OrderRule = {
  readonly types: readonly string[];
  readonly notBefore?: readonly string[];
  readonly notAfter?: readonly string[];
};

// A part of a campaign belongs to the campaign; everything else is told apart by the middle of its key.
function thing({ campaign, key }: FactState): string {
  return campaign ?? (key.split('/')[1] as string);
}

function breaks(order: OrderRule, fact: FactState, other: FactState): string | null {
  const [ours, theirs] = [fact.occurrence?.date, other.occurrence?.date];
  if (ours === undefined || theirs === undefined) return null;
  if (order.notBefore?.includes(other.type.type) && certainlyBefore(ours, theirs)) {
    return `${fact.type.type} (${ours.edtf}) is before ${other.type.type} (${theirs.edtf})`;
  }
  if (order.notAfter?.includes(other.type.type) && certainlyBefore(theirs, ours)) {
    return `${fact.type.type} (${ours.edtf}) is after ${other.type.type} (${theirs.edtf})`;
  }
  return null;
}

/** A policy from order rules: what happened in an order that they forbid, for every choice of days, is named. */
export function orderPolicy(rule: string, orders: readonly OrderRule[]): Policy {
  return (facts) => {
    const types = new Set(
      orders.flatMap((order) => [...order.types, ...(order.notBefore ?? []), ...(order.notAfter ?? [])]),
    );
    const happened = facts.filter(({ stage, type }) => stage === 'happened' && types.has(type.type));
    const findings: Finding[] = [];
    for (const related of Map.groupBy(happened, thing).values()) {
      for (const fact of related) {
        for (const order of orders.filter((one) => one.types.includes(fact.type.type))) {
          for (const other of related) {
            const detail = breaks(order, fact, other);
            if (detail !== null) findings.push({ fact: fact.key, flag: { rule, detail } });
          }
        }
      }
    }
    return findings;
  };
}
