import { asText } from './events/field.ts';
import type { FactState } from './fact-state.ts';
import { happenedOfType } from './policies/happened.ts';
import { type UncertainDate, uncertainDate } from './uncertain-date.ts';

/** From when to when the partnership runs; null where no report says. */
export type Term = {
  readonly start: UncertainDate | null;
  readonly end: UncertainDate | null;
  readonly years: FactState['fields'][string]['value'] | null;
};

const dateField = (fact: FactState | undefined, field: string): UncertainDate | null => {
  const settled = fact?.fields[field];
  return settled === undefined ? null : uncertainDate(asText(settled.value));
};

const latest = (dates: readonly (UncertainDate | null)[]): UncertainDate | null =>
  dates
    .filter((date) => date !== null)
    .reduce<UncertainDate | null>((a, b) => (a !== null && (a.latest ?? '9999') >= (b.latest ?? '9999') ? a : b), null);

/** The agreed term, with renewals; a termination or an expiry ends it when it happened. */
export const termOf = (facts: readonly FactState[]): Term => {
  const [agreed] = happenedOfType(facts, 'TermAgreed');
  const renewals = happenedOfType(facts, 'PartnershipRenewed').map((renewed) => dateField(renewed, 'end'));
  const [ended] = happenedOfType(facts, 'PartnershipTerminated', 'PartnershipExpired');
  return {
    start: dateField(agreed, 'start'),
    end: ended?.occurrence?.date ?? latest([dateField(agreed, 'end'), ...renewals]),
    years: agreed?.fields['years']?.value ?? null,
  };
};
