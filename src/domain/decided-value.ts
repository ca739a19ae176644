import { asText, type FieldKind, type FieldValue, mergeOf, type Quantity, storedValue } from './events/field.ts';
import { modality } from './events/metadata.ts';
import type { Evidence } from './evidence.ts';
import type { ReportEvent } from './ledger-event.ts';
import { nearest } from './nearest.ts';
import type { Rejection } from './outcome.ts';
import { saidOf } from './said.ts';
import { certainlyBefore, isDateProblem, parseMilestoneDate, parsePeriod, uncertainDate } from './uncertain-date.ts';

/** What a steward says of a field (or of `date`, or of `modality`) of a fact. */
export type DecidedValue = { readonly field: string; readonly value: unknown };

type Refusal = Omit<Rejection, 'flags'>;

const wrongValue = (message: string, suggestion?: string): Refusal => ({
  rule: 'wrong-value',
  message,
  at: ['value'],
  suggestion,
});
const wrongField = (rule: string, message: string, suggestion?: string): Refusal => ({
  rule,
  message,
  at: ['field'],
  suggestion,
});

const forms: Readonly<Record<FieldKind, string>> = {
  text: 'a text',
  word: 'a text',
  flag: 'true or false',
  quantity: 'a number, or { min }, { max } or { about }',
  date: 'a date (EDTF)',
  period: 'a period (EDTF)',
  names: 'a list of names',
};

const refuseQuantity = (field: string, quantity: Quantity): Refusal | null => {
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
};

const refuseValue = (kind: FieldKind, { field, value }: DecidedValue): Refusal | null => {
  if (!storedValue(kind).safeParse(value).success) return wrongValue(`${field} takes ${forms[kind]}`);
  if (kind === 'quantity') return refuseQuantity(field, value as Quantity);
  if (kind !== 'date' && kind !== 'period') return null;
  const date = (kind === 'date' ? parseMilestoneDate : parsePeriod)(String(value));
  return isDateProblem(date) ? wrongValue(`${field}: ${date.message}`, date.suggestion) : null;
};

const kindOf = (field: string, reports: readonly ReportEvent[]): FieldKind | undefined =>
  field === 'date' ? 'date' : reports[0]?.type.fields[field]?.kind;

/** Why a value cannot be put in the place of what reports say; null where it can. */
export const refuseCorrection = (decided: DecidedValue, reports: readonly ReportEvent[]): Refusal | null => {
  const { field } = decided;
  const kind = kindOf(field, reports);
  if (kind !== undefined) return refuseValue(kind, decided);
  const [first] = reports;
  const known = ['date', ...Object.keys(first?.type.fields ?? {})];
  const message = `${first?.type.type} has no field ${field}; it has ${known.join(', ')}`;
  return wrongField('unknown-field', message, nearest(field, known)[0]);
};

type Correction = {
  readonly field: string;
  readonly value: FieldValue;
  readonly basis: string;
  readonly reference: { readonly title: string; readonly published: string } | null;
};

const isList = (value: FieldValue | null): value is readonly string[] => Array.isArray(value);
const canonical = (value: FieldValue | null): string => JSON.stringify(isList(value) ? value.toSorted() : value);

// What was put right for another reason holds at other times, even where the value is the same.
const isRightAlready = (correction: Correction, { report, corrections }: Evidence): boolean => {
  const { field, value, basis, reference } = correction;
  const last = corrections.findLast((one) => one.field === field);
  if (last === undefined) return canonical(saidOf(report, field)) === canonical(value);
  return (
    canonical(last.value) === canonical(value) &&
    last.basis === basis &&
    JSON.stringify([last.reference?.title, last.reference?.published]) ===
      JSON.stringify([reference?.title, reference?.published])
  );
};

/**
 * Why a correction that could be made is not: every report that it judges says so already; or it has an article report
 * as happened what came after its publication.
 */
export const refuseChange = (correction: Correction, counting: readonly Evidence[]): Refusal | null => {
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
};

const refuseModality = ({ value }: DecidedValue, reports: readonly ReportEvent[]): Refusal | null => {
  const told: readonly unknown[] = [...new Set(reports.map((report) => report.modality))];
  if (modality.safeParse(value).success && told.includes(value)) return null;
  return wrongValue(`modality takes what a report of the fact says: ${told.join(', ')}`);
};

/** Why a contest cannot be settled with a value; null where it can. */
export const refuseResolution = (decided: DecidedValue, reports: readonly ReportEvent[]): Refusal | null => {
  const { field } = decided;
  if (field === 'modality') return refuseModality(decided, reports);
  if (field === 'date' && !reports.some((report) => report.modality === 'happened')) {
    const message = 'plans drift: a later one replaces an earlier, they do not contest each other';
    return wrongField('not-contestable', message);
  }
  const kind = kindOf(field, reports);
  if (kind !== undefined && mergeOf(kind) === 'text') {
    return wrongField('not-contestable', `${field} is a free text, on which reports never contest each other`);
  }
  if (kind !== undefined && field === 'complete') {
    return wrongField(
      'not-contestable',
      'whether a list is complete is said of each list: correct the reports instead',
    );
  }
  return refuseCorrection(decided, reports);
};
