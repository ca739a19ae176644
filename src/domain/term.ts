import { asText } from './events/field.ts';
import type { FactState } from './fact-state.ts';
import { happenedOfType } from './policies/happened.ts';
import { certainlyBefore, equalBounds, type UncertainDate, uncertainDate } from './uncertain-date.ts';

/** From when to when the partnership runs; null where no report says. */
export type Term = {
  readonly start: UncertainDate | null;
  readonly end: UncertainDate | null;
  /** The length on which all agreements that give one agree. */
  readonly years: FactState['fields'][string]['value'] | null;
};

function datesIn(facts: readonly FactState[], field: string): readonly UncertainDate[] {
  return facts.flatMap(({ fields }) => {
    const settled = fields[field];
    return settled === undefined ? [] : [uncertainDate(asText(settled.value))];
  });
}

type Bounds = Pick<UncertainDate, 'earliest' | 'latest'>;

// Of two ways to write the same bounds the shorter, so that the order of the facts does not matter.
function asWritten(dates: readonly UncertainDate[], { earliest, latest }: Bounds): UncertainDate {
  const whole = {
    edtf: earliest === latest ? `${earliest}` : `[${earliest ?? ''}..${latest ?? ''}]`,
    earliest,
    latest,
  };
  const [written] = dates
    .filter((date) => equalBounds(date, whole))
    .toSorted((a, b) => a.edtf.length - b.edtf.length || (a.edtf < b.edtf ? -1 : 1));
  return written ?? whole;
}

// A missing bound is beyond every day: '' sorts before all days and ':' after them.
function from({ earliest }: UncertainDate): string {
  return earliest ?? '';
}
function to({ latest }: UncertainDate): string {
  return latest ?? ':';
}
function least(a: string, b: string): string {
  return a < b ? a : b;
}
function greatest(a: string, b: string): string {
  return a > b ? a : b;
}

function firstOf(dates: readonly UncertainDate[]): UncertainDate | null {
  if (dates.length === 0) return null;
  const [earliest, latest] = [dates.map(from).reduce(least), dates.map(to).reduce(least)];
  return asWritten(dates, { earliest: earliest || null, latest: latest === ':' ? null : latest });
}

function lastOf(dates: readonly UncertainDate[]): UncertainDate | null {
  if (dates.length === 0) return null;
  const [earliest, latest] = [dates.map(from).reduce(greatest), dates.map(to).reduce(greatest)];
  return asWritten(dates, { earliest: earliest || null, latest: latest === ':' ? null : latest });
}

function dateOf({ occurrence }: FactState): readonly UncertainDate[] {
  return occurrence === null ? [] : [occurrence.date];
}

// What was agreed or taken up again after an end is not ended by it.
function endings(facts: readonly FactState[]): readonly UncertainDate[] {
  const begun = happenedOfType(facts, 'TermAgreed', 'PartnershipRenewed', 'PartnershipReinstated').flatMap(dateOf);
  return happenedOfType(facts, 'PartnershipTerminated', 'PartnershipExpired')
    .flatMap(dateOf)
    .filter((ended) => !begun.some((date) => certainlyBefore(ended, date)));
}

/**
 * The agreed term: from the earliest start to the latest end of all agreements and renewals; a termination or an
 * expiry after which nothing was agreed ends it when it happened, the last of several. The bounds of a start or an end
 * are those that hold for every choice of days.
 */
export function termOf(facts: readonly FactState[]): Term {
  const agreed = happenedOfType(facts, 'TermAgreed');
  const renewed = happenedOfType(facts, 'PartnershipRenewed');
  const years = agreed.flatMap(({ fields }) => fields['years']?.value ?? []);
  const [length = null, ...others] = years;
  return {
    start: firstOf(datesIn(agreed, 'start')),
    end: lastOf(endings(facts)) ?? lastOf(datesIn([...agreed, ...renewed], 'end')),
    years: others.every((other) => JSON.stringify(other) === JSON.stringify(length)) ? length : null,
  };
}
