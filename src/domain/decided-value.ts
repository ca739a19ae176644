import { asText, type FieldKind, type FieldValue, type Quantity, storedValue } from './events/field.ts';
import type { Evidence } from './evidence.ts';
import type { ReportEvent } from './ledger-event.ts';
import { nearest } from './nearest.ts';
import type { Rejection } from './outcome.ts';
import { saidOf } from './said.ts';
import { certainlyBefore, isDateProblem, parseMilestoneDate, parsePeriod, uncertainDate } from './uncertain-date.ts';

/** What a steward says of a field (or of `date`, or of `modality`) of a fact. */
export type DecidedValue = { readonly field: string; readonly value: unknown };

/** Why a value is refused; it breaks no business rule, so it has no flags. */
export type Refusal = Omit<Rejection, 'flags'>;

/** The refusal of a value that cannot be what is right. */
export function wrongValue(message: string, suggestion?: string): Refusal {
  return {
    rule: 'wrong-value',
    message,
    at: ['value'],
    suggestion,
  };
}
/** The refusal of a field on which nothing can be decided so. */
export function wrongField(rule: string, message: string, suggestion?: string): Refusal {
  return {
    rule,
    message,
    at: ['field'],
    suggestion,
  };
}

const forms: Readonly<Record<FieldKind, string>> = {
  text: 'a text',
  word: 'a text',
  flag: 'true or false',
  quantity: 'a number, or { min }, { max } or { about }',
  date: 'a date (EDTF)',
  period: 'a period (EDTF)',
  names: 'a list of names',
};

function refuseQuantity(field: string, quantity: Quantity): Refusal | null {
  const bounds: { readonly min?: number | undefined; readonly max?: number | undefined } =
    typeof quantity === 'number' || 'about' in quantity ? {} : quantity;
  const numbers: readonly number[] =
    typeof quantity === 'number' ? [quantity] : Object.values(quantity).filter((one) => one !== undefined);
  if (numbers.length === 0) return wrongValue(`${field} takes ${forms.quantity}: a number is missing`);
  if (numbers.some((number) => number < 0)) return wrongValue(`${field} is a count or an amount, never below 0`);
  const { min, max } = bounds;
  return min !== undefined && max !== undefined && min > max
    ? wrongValue(`${field}: min ${min} is more than max ${max}`)
    : null;
}

function refuseValue(kind: FieldKind, { field, value }: DecidedValue): Refusal | null {
  if (!storedValue(kind).safeParse(value).success) return wrongValue(`${field} takes ${forms[kind]}`);
  if (kind === 'quantity') return refuseQuantity(field, value as Quantity);
  if (kind !== 'date' && kind !== 'period') return null;
  const date = (kind === 'date' ? parseMilestoneDate : parsePeriod)(String(value));
  return isDateProblem(date) ? wrongValue(`${field}: ${date.message}`, date.suggestion) : null;
}

/** The kind of a field (or of `date`) of the fact that the reports are of; undefined where it has none of the name. */
export function kindOf(field: string, reports: readonly ReportEvent[]): FieldKind | undefined {
  return field === 'date' ? 'date' : reports[0]?.type.fields[field]?.kind;
}

/** Why a value cannot be put in the place of what reports say; null where it can. */
export function refuseCorrection(decided: DecidedValue, reports: readonly ReportEvent[]): Refusal | null {
  const { field } = decided;
  const kind = kindOf(field, reports);
  if (kind !== undefined) return refuseValue(kind, decided);
  const [first] = reports;
  const known = ['date', ...Object.keys(first?.type.fields ?? {})];
  const message = `${first?.type.type} has no field ${field}; it has ${known.join(', ')}`;
  return wrongField('unknown-field', message, nearest(field, known)[0]);
}

/** A value, and on what it rests. */
export type Founded = {
  readonly field: string;
  readonly value: FieldValue;
  readonly basis: string;
  readonly reference: { readonly title: string; readonly published: string } | null;
};

function isList(value: FieldValue | null): value is readonly string[] {
  return Array.isArray(value);
}
function canonical(value: FieldValue | null): string {
  return JSON.stringify(isList(value) ? value.toSorted() : value);
}

/** Whether two decisions put the same value on the same grounds: on others it holds at other times. */
export function isSameDecision(a: Omit<Founded, 'field'>, b: Omit<Founded, 'field'>): boolean {
  return (
    canonical(a.value) === canonical(b.value) &&
    a.basis === b.basis &&
    JSON.stringify([a.reference?.title, a.reference?.published]) ===
      JSON.stringify([b.reference?.title, b.reference?.published])
  );
}

function isRightAlready(correction: Founded, { report, corrections }: Evidence): boolean {
  const { field, value } = correction;
  const last = corrections.findLast((one) => one.field === field);
  return last === undefined ? canonical(saidOf(report, field)) === canonical(value) : isSameDecision(last, correction);
}

/**
 * Why a correction that could be made is not: every report that it judges says so already; or it has an article report
 * as happened what came after its publication.
 */
export function refuseChange(correction: Founded, counting: readonly Evidence[]): Refusal | null {
  const { field, value } = correction;
  if (counting.every((evidence) => isRightAlready(correction, evidence))) {
    const message = `${field} is ${asText(value)} already in every report that is judged, for the same reason: nothing to correct`;
    return { rule: 'no-change', message, at: ['value'] };
  }
  if (field !== 'date') return null;
  const date = uncertainDate(asText(value));
  const early = counting.find(
    ({ report, published }) => report.modality === 'happened' && published !== null && certainlyBefore(published, date),
  );
  if (early === undefined) return null;
  const { article } = early.report.metadata;
  return wrongValue(
    `${date.edtf} is wholly after the publication of article ${article} (${early.published?.edtf}), which reports it as ` +
      'happened: retract that report, or read the article anew',
  );
}
