import { certainlyBefore, type Day, equalBounds, type UncertainDate, uncertainDate } from '../vocabulary/dates.ts';
import { asText } from '../vocabulary/event-type.ts';
import type { Quantity } from '../vocabulary/quantity.ts';
import { isFirsthand } from './evidence.ts';
import { type FactState, inModality, isGuess, isHearsay } from './fact.ts';
import { fitsLength } from './wholes.ts';

/**
 * The agreed term, as of the facts: from the earliest start, unless an amendment moved it, to the end that was agreed last.
 * An amendment or a renewal is an event in time, so what it says holds from its own day. The last termination or expiry
 * after which nothing was agreed ends the term on its own day. The bounds of a start or an end hold for every choice of
 * days.
 */
export function termOf(facts: readonly FactState[]): Term {
  const agreements = agreementsIn(facts);
  const start = boundaryOf(datesIn(inForce(agreements, 'start'), 'start'), 'first');
  const end = boundaryOf(datesIn(inForce(agreements, 'end'), 'end'), 'last');
  return { start, end: boundaryOf(endings(facts), 'last') ?? end, years: lengthOf(agreements, start, end) };
}

/** From when to when the partnership runs; null if no report says. */
type Term = {
  readonly start: UncertainDate | null;
  readonly end: UncertainDate | null;
  /** The length in years, if all agreements that give one agree, and it is that of this start and end. */
  readonly years: FactState['fields'][string]['value'] | null;
};

/** The start and the end of the term, without one that only hearsay tells: it bounds nothing for certain. */
export function firmTermOf(facts: readonly FactState[]): Pick<Term, 'start' | 'end'> {
  const { start, end } = termOf(facts);
  const agreements = agreementsIn(facts);
  const isFirm = (field: 'start' | 'end') => inForce(agreements, field).some((one) => isToldFirsthand(one, field));
  const isEndFirm = endings(facts).length > 0 || isFirm('end');
  return { start: isFirm('start') ? start : null, end: isEndFirm ? end : null };
}

// Whether a better source than hearsay gives a field, or a steward chose it.
function isToldFirsthand(fact: FactState, field: TermField): boolean {
  const telling = inModality(fact, 'happened').filter(({ fields }) => fields[field] !== undefined);
  return telling.some(isFirsthand) || fact.resolutions(fact.key, field, 'happened') !== undefined;
}

// What tells of the term. Hearsay changes nothing that anyone else tells of it.
function agreementsIn(facts: readonly FactState[]): readonly FactState[] {
  const all = happenedOfType(facts, 'TermAgreed', 'PartnershipAmended', 'PartnershipRenewed', 'OptionExercised');
  const firm = all.filter((fact) => !isHearsay(fact));
  return firm.length > 0 ? firm : all;
}

type TermField = 'start' | 'end' | 'years';

/** The agreements on a field of the term that no later one replaces. */
function inForce(agreements: readonly FactState[], field: TermField): readonly FactState[] {
  const saying = ({ fields }: FactState, ...names: readonly TermField[]) =>
    names.some((name) => fields[name] !== undefined);
  // A further term does not move the first day of the partnership. A length no longer holds once another end is agreed.
  const replacing = agreements.filter((one) =>
    field === 'start'
      ? one.type.type === 'PartnershipAmended' && saying(one, 'start')
      : saying(one, 'end', ...(field === 'years' ? ['years' as const] : [])),
  );
  return agreements.filter((one) => saying(one, field) && !replacing.some((other) => replaces(other, one)));
}

// The length of one term is not shown beside the start or the end of another, unless it is theirs as well.
function lengthOf(
  agreements: readonly FactState[],
  start: UncertainDate | null,
  end: UncertainDate | null,
): Term['years'] {
  const telling = inForce(agreements, 'years');
  const [length, ...others] = telling.flatMap(({ fields }) => fields['years']?.value ?? []);
  if (length === undefined || others.some((other) => JSON.stringify(other) !== JSON.stringify(length))) return null;
  const bounding = [...inForce(agreements, 'start'), ...inForce(agreements, 'end')];
  const isToldTogether = telling.some((one) => bounding.every((other) => other === one));
  const isFitting = start !== null && end !== null && fitsLength(start, end, length as Quantity);
  return isToldTogether || isFitting ? length : null;
}

// Of two agreements the later one holds. A change whose day is unknown came after the agreement that it changes.
function replaces(later: FactState, earlier: FactState): boolean {
  const [from, before] = [later.occurrence?.date, earlier.occurrence?.date];
  if (from === undefined || before === undefined || later === earlier) return false;
  return certainlyBefore(before, from) || (isChange(later) && !isChange(earlier) && !certainlyBefore(from, before));
}

// An amendment, a renewal, or an agreement to which the article gives a name of its own, beside the first one.
function isChange({ type, subject }: FactState): boolean {
  return type.type !== 'TermAgreed' || subject !== null;
}

/**
 * When the agreement ended, as of a day: by a termination or expiry that is dated and after which nothing was agreed,
 * else with the last day of the known term. An end of an unknown day may have come, and is open on both sides; one that
 * only hearsay tells may have come since its day. Null while the agreement runs.
 */
export function endOfAgreement(facts: readonly FactState[], day: Day): UncertainDate | null {
  const [{ end }, { end: heard }] = [firmTermOf(facts), termOf(facts)];
  const ended = boundaryOf(endings(facts), 'last') ?? (isOver(end, day) ? throughEndOf(end) : null);
  if (ended !== null) return ended;
  if (reportedEnds(facts).length > 0) return { edtf: '[..]', earliest: null, latest: null };
  if (end !== null || !isOver(heard, day)) return null;
  const { earliest } = throughEndOf(heard);
  return { edtf: `[${earliest ?? ''}..]`, earliest, latest: null };
}

function isOver(end: UncertainDate | null, day: Day): end is UncertainDate {
  return end?.latest != null && end.latest < day;
}

// A term "to 2024" takes in the Games of that year. Bounds in brackets leave open in which year it ends.
function throughEndOf(end: UncertainDate): UncertainDate {
  const { edtf, latest } = end;
  return latest !== null && /^\d{4}(-\d{2})?$/.test(edtf) ? { edtf: latest, earliest: latest, latest } : end;
}

/**
 * The last day of the known term, where it is over as of a day and no report tells how it ended; else null, also where only
 * hearsay tells of that day.
 */
export function termOver(facts: readonly FactState[], day: Day): Day | null {
  const { end } = firmTermOf(facts);
  return isOver(end, day) && reportedEnds(facts).length === 0 ? (end?.latest ?? null) : null;
}

/** Whether what holds of the term is contested: its start, its end or its length. */
export function isTermContested(facts: readonly FactState[]): boolean {
  const agreements = agreementsIn(facts);
  return (['start', 'end', 'years'] as const).some((field) => {
    const holding = inForce(agreements, field);
    // Where values are contested as a whole, a part of the losing ones may have no displayed value.
    return agreements.some(
      (one) =>
        (one.fields[field] === undefined || holding.includes(one)) &&
        one.contests.some((contest) => contest.field === field && contest.contested),
    );
  });
}

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
  return reportedEnds(facts)
    .filter(({ occurrence }) => occurrence?.basis !== 'publication')
    .flatMap(({ occurrence }) => occurrence?.date ?? [])
    .filter((ended) => !isAgreedAfter(facts, ended));
}

/** Whether the parties agreed again after a day, or took up again what they had agreed. Hearsay does not count. */
export function isAgreedAfter(facts: readonly FactState[], date: UncertainDate): boolean {
  const begun = happenedOfType(facts, 'TermAgreed', 'PartnershipRenewed', 'OptionExercised', 'PartnershipReinstated');
  return begun.some(
    (fact) => !isHearsay(fact) && fact.occurrence !== null && certainlyBefore(date, fact.occurrence.date),
  );
}

/** Reported terminations and expiries, with or without a known day. Hearsay does not count. */
export function reportedEnds(facts: readonly FactState[]): readonly FactState[] {
  return happenedOfType(facts, 'PartnershipTerminated', 'PartnershipExpired').filter((fact) => !isHearsay(fact));
}
