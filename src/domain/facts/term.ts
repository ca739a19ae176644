import { certainlyBefore, type Day, equalBounds, type UncertainDate, uncertainDate } from '../vocabulary/dates.ts';
import { asText } from '../vocabulary/event-type.ts';
import { type FactState, isGuess, isHearsay } from './fact.ts';

/**
 * The agreed term: from the earliest start to the latest end of all agreements and renewals. The last termination or
 * expiry after which nothing was agreed ends it on its own day. The bounds of a start or an end hold for every choice of
 * days.
 */
export function termOf(facts: readonly FactState[]): Term {
  const agreed = happenedOfType(facts, 'TermAgreed');
  const renewed = happenedOfType(facts, 'PartnershipRenewed');
  const [length = null, ...others] = agreed.flatMap(({ fields }) => fields['years']?.value ?? []);
  return {
    start: boundaryOf(datesIn(agreed, 'start'), 'first'),
    end: boundaryOf(endings(facts), 'last') ?? boundaryOf(datesIn([...agreed, ...renewed], 'end'), 'last'),
    years: others.every((other) => JSON.stringify(other) === JSON.stringify(length)) ? length : null,
  };
}

/** From when to when the partnership runs; null if no report says. */
export type Term = {
  readonly start: UncertainDate | null;
  readonly end: UncertainDate | null;
  /** The length in years, if all agreements that give a length agree. */
  readonly years: FactState['fields'][string]['value'] | null;
};

/**
 * When the agreement ended, as of a day: by a termination or expiry that is dated and after which nothing was agreed,
 * else with the last day of the known term. Null while it runs.
 */
export function endOfAgreement(facts: readonly FactState[], day: Day): UncertainDate | null {
  const ended = boundaryOf(endings(facts.filter(({ occurrence }) => occurrence?.basis !== 'publication')), 'last');
  const { end } = termOf(facts);
  return ended ?? (isOver(end, day) ? end : null);
}

function isOver(end: UncertainDate | null, day: Day): boolean {
  return end?.latest != null && end.latest < day;
}

/** The last day of the known term, where it is over as of a day and no report tells how it ended; else null. */
export function termOver(facts: readonly FactState[], day: Day): Day | null {
  const { end } = termOf(facts);
  return isOver(end, day) && endings(facts).length === 0 ? (end?.latest ?? null) : null;
}

/** Whether reports disagree on when the term starts or ends, or how long it is. */
export function isTermContested(facts: readonly FactState[]): boolean {
  return happenedOfType(facts, 'TermAgreed', 'PartnershipRenewed').some(({ contests }) =>
    contests.some(({ field, contested }) => contested && termFields.has(field)),
  );
}

const termFields: ReadonlySet<string> = new Set(['start', 'end', 'years']);

/** The facts of these types that happened; a guess tells of none. */
export function happenedOfType(facts: readonly FactState[], ...types: readonly string[]): readonly FactState[] {
  return facts.filter((fact) => fact.stage === 'happened' && types.includes(fact.type.type) && !isGuess(fact));
}

/**
 * The first or the last of some dates. Each bound is the least, or the greatest, of all: a missing one lies beyond every
 * day ('' before, ':' after them). Null where there are none.
 */
export function boundaryOf(dates: readonly UncertainDate[], which: 'first' | 'last'): UncertainDate | null {
  if (dates.length === 0) return null;
  const pick = (a: string, b: string) => (a < b === (which === 'first') ? a : b);
  const earliest = dates.map((date) => date.earliest ?? '').reduce(pick) || null;
  const to = dates.map((date) => date.latest ?? ':').reduce(pick);
  const latest = to === ':' ? null : to;
  const edtf = earliest === latest ? `${earliest}` : `[${earliest ?? ''}..${latest ?? ''}]`;
  const whole = { edtf, earliest, latest };
  // Two ways may write the same bounds. The shorter one wins, so that the order of the facts does not matter.
  const [written] = dates
    .filter((date) => equalBounds(date, whole))
    .toSorted((a, b) => a.edtf.length - b.edtf.length || (a.edtf < b.edtf ? -1 : 1));
  return written ?? whole;
}

function datesIn(facts: readonly FactState[], field: string): readonly UncertainDate[] {
  return facts.flatMap(({ fields }) => {
    const settled = fields[field];
    return settled === undefined ? [] : [uncertainDate(asText(settled.value))];
  });
}

// An end does not end what was agreed or taken up again after it. Hearsay ends nothing.
function endings(facts: readonly FactState[]): readonly UncertainDate[] {
  const dates = (...types: readonly string[]) =>
    happenedOfType(facts, ...types).flatMap(({ occurrence }) => occurrence?.date ?? []);
  const begun = dates('TermAgreed', 'PartnershipRenewed', 'PartnershipReinstated');
  return happenedOfType(facts, 'PartnershipTerminated', 'PartnershipExpired')
    .filter((fact) => !isHearsay(fact))
    .flatMap(({ occurrence }) => occurrence?.date ?? [])
    .filter((ended) => !begun.some((date) => certainlyBefore(ended, date)));
}
