import { type Evidence, saidOf } from '../facts/evidence.ts';
import { canonical } from '../facts/merge.ts';
import { currencyCode, nearestCurrency } from '../vocabulary/currencies.ts';
import { certainlyBefore, parseMilestoneDate, parsePeriod, uncertainDate } from '../vocabulary/dates.ts';
import type { FactCorrected } from '../vocabulary/event-data.ts';
import { asText, type FieldKind, type FieldValue, storedValue, type TerritoryDates } from '../vocabulary/event-type.ts';
import type { ReportEvent } from '../vocabulary/events.ts';
import { parseEdition } from '../vocabulary/games-editions.ts';
import { nearest } from '../vocabulary/nearest.ts';
import { isProblem, type Problem } from '../vocabulary/problem.ts';
import type { Quantity } from '../vocabulary/quantity.ts';
import type { Judged } from './judged-reports.ts';
import { type Rejection, reject } from './rejection.ts';

/** Decides a steward's correction: the data of its event, or why the value cannot replace what the reports say. */
export function correctFact(correction: ValueDecision, { reports, counting }: Judged): CorrectedFact | Rejection {
  const { field } = correction;
  return (
    refuseField(field, reports) ??
    refuseValue(correction, reports) ??
    refuseUnchanged(correction, counting) ??
    refuseLateDate(correction, counting) ??
    refuseReference(correction) ?? {
      type: 'FactCorrected',
      data: correctedFact(
        correction,
        reports.map(({ id }) => id),
        counting.map(({ report }) => saidOf(report, field)),
      ),
    }
  );
}

type CorrectedFact = { readonly type: 'FactCorrected'; readonly data: FactCorrected };

/** The right value of a field (or of `date`, or `modality`) of a fact, in a decision, and its grounds. */
export type ValueDecision = {
  readonly fact: string;
  readonly field: string;
  readonly value: FieldValue;
  readonly basis: FactCorrected['basis'];
  readonly reason: string;
  readonly reference: { readonly title: string; readonly published: string } | null;
};

/**
 * What FactCorrected records, whether an article file carries the correction or a steward makes it. `said` has what each
 * judged report says; the event keeps it if they agree, else null: each report keeps its own value.
 */
export function correctedFact(
  { fact, field, value, basis, reason, reference }: ValueDecision,
  reports: readonly string[],
  said: readonly (FieldValue | null)[],
): FactCorrected {
  const [first = null] = said;
  const isAgreed = said.every((one) => JSON.stringify(one) === JSON.stringify(first));
  return {
    fact,
    reports: [...reports],
    field,
    said: isAgreed ? first : null,
    value,
    basis,
    reason,
    reference,
  };
}

/** The type of the fact has the field. */
export function refuseField(field: string, reports: readonly ReportEvent[]): Rejection | null {
  const [first] = reports;
  if (kindOf(field, reports) !== undefined) return null;
  const fields = ['date', ...Object.keys(first?.type.fields ?? {})];
  const message = `${first?.type.type} has no field ${field}; it has ${fields.join(', ')}`;
  return rejectField('unknown-field', message, nearest(field, fields)[0]);
}

/** The kind of a field (or of `date`) of the reported fact; undefined if it has no such field. */
export function kindOf(field: string, reports: readonly ReportEvent[]): FieldKind | undefined {
  return field === 'date' ? 'date' : reports[0]?.type.fields[field]?.kind;
}

/** Rejects a decision for its field. */
export function rejectField(rule: string, message: string, suggestion?: string): Rejection {
  return reject(rule, message, { at: ['field'], suggestion });
}

/** A value has the form of its field. */
export function refuseValue({ field, value }: ValueDecision, reports: readonly ReportEvent[]): Rejection | null {
  const kind = kindOf(field, reports) as FieldKind;
  const oneOf = reports[0]?.type.fields[field]?.oneOf;
  if (oneOf?.some((word) => word === value) === false) return rejectValue(`${field} takes ${oneOf.join(', ')}`);
  if (!storedValue(kind).safeParse(value).success) return rejectValue(`${field} takes ${forms[kind]}`);
  if (kind === 'quantity') return refuseQuantity(field, value as Quantity);
  if (kind === 'currency') return refuseCurrency(field, asText(value));
  if (kind === 'territoryDates') return refuseDates(field, value as TerritoryDates);
  if (kind === 'edition') {
    const edition = parseEdition(asText(value));
    if (isProblem(edition)) return rejectValue(`${field}: ${edition.message}`, edition.suggestion);
    return edition === value ? null : rejectValue(`${field} takes ${forms.edition}`, edition);
  }
  if (kind !== 'date' && kind !== 'period') return null;
  const date = (kind === 'date' ? parseMilestoneDate : parsePeriod)(asText(value));
  return isProblem(date) ? rejectValue(`${field}: ${date.message}`, date.suggestion) : null;
}

function refuseDates(field: string, dates: TerritoryDates): Rejection | null {
  for (const [territory, text] of Object.entries(dates)) {
    const date = parseMilestoneDate(text);
    if (isProblem(date)) return rejectValue(`${field}, ${territory}: ${date.message}`);
  }
  return null;
}

/** Rejects a decision for its value. */
export function rejectValue(message: string, suggestion?: string): Rejection {
  return reject('wrong-value', message, { at: ['value'], suggestion });
}

const forms: Readonly<Record<FieldKind, string>> = {
  text: 'a text',
  word: 'a text',
  currency: 'an ISO 4217 code, as in EUR',
  flag: 'true or false',
  quantity: 'a number, or { min }, { max } or { about }',
  date: 'a date (EDTF)',
  period: 'a period (EDTF)',
  edition: 'a Games edition, as in 2024S',
  names: 'a list of names',
  territories: 'a list of territories: codes of ISO 3166-1, or worldwide',
  territoryDates: 'a map of territories to dates (EDTF)',
};

function refuseCurrency(field: string, written: string): Rejection | null {
  const code = currencyCode(written);
  if (code === written) return null;
  return rejectValue(`${field} takes ${forms.currency}`, code ?? nearestCurrency(written));
}

function refuseQuantity(field: string, quantity: Quantity): Rejection | null {
  const bounds: { min?: number | undefined; max?: number | undefined; about?: number | undefined } =
    typeof quantity === 'number' ? { about: quantity } : quantity;
  const numbers = Object.values(bounds).filter((bound) => bound !== undefined);
  if (numbers.length === 0) return rejectValue(`${field} takes ${forms.quantity}: a number is missing`);
  if (numbers.some((number) => number < 0)) return rejectValue(`${field} is a count or an amount, never below 0`);
  const { min, max } = bounds;
  return min !== undefined && max !== undefined && min > max
    ? rejectValue(`${field}: min ${min} is more than max ${max}`)
    : null;
}

/** A correction changes the value of a judged report, or the grounds of an earlier correction. */
function refuseUnchanged(correction: ValueDecision, counting: readonly Evidence[]): Rejection | null {
  const { field, value } = correction;
  const isUnchanged = counting.every(({ report, corrections }) => {
    const last = corrections.findLast((one) => one.field === field);
    return last === undefined
      ? canonical(saidOf(report, field)) === canonical(value)
      : isSameDecision(last, correction);
  });
  if (!isUnchanged) return null;
  const message = `nothing to correct: ${field} is ${asText(value)} in every judged report already, on the same grounds`;
  return reject('no-change', message, { at: ['value'] });
}

/** Whether two decisions set the same value on the same grounds. On other grounds it holds at other times. */
export function isSameDecision(a: Grounded, b: Grounded): boolean {
  return (
    canonical(a.value) === canonical(b.value) &&
    a.basis === b.basis &&
    a.reference?.title === b.reference?.title &&
    a.reference?.published === b.reference?.published
  );
}

type Grounded = Pick<ValueDecision, 'value' | 'basis' | 'reference'>;

/** An article does not report as happened what came after its publication. */
function refuseLateDate({ field, value }: ValueDecision, counting: readonly Evidence[]): Rejection | null {
  if (field !== 'date') return null;
  const date = uncertainDate(asText(value));
  const early = counting.find(
    ({ report, published }) => report.modality === 'happened' && published !== null && certainlyBefore(published, date),
  );
  return early === undefined
    ? null
    : rejectValue(
        `${date.edtf} is wholly after the publication of article ${early.report.metadata.article} ` +
          `(${early.published?.edtf}), which reports it as happened: retract that report, or read the article again`,
      );
}

/** A decision rests on a published reference, unless we misread the article. */
export function refuseReference({ basis, reference }: ValueDecision): Rejection | null {
  if (reference === null) {
    if (basis === 'misread') return null;
    const message = `"${basis}" rests on a published reference: give its title and date`;
    return reject('missing-reference', message, { at: ['reference'] });
  }
  const problem = referenceProblem(reference.published);
  if (problem === null) return null;
  const { message, suggestion } = problem;
  return reject('wrong-reference', `published: ${message}`, { at: ['reference/published'], suggestion });
}

/**
 * What is wrong with the date of a reference, or null. It is the date of one publication (EDTF, no slash) and has a last
 * day: the decision holds from there.
 */
export function referenceProblem(published: string): Pick<Problem, 'message' | 'suggestion'> | null {
  const date = parseMilestoneDate(published);
  if (isProblem(date)) return date;
  if (date.latest !== null) return null;
  return { message: `${date.edtf}: a publication needs a day by which it was published, as in [a..b] or [..b]` };
}
