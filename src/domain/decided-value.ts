import { type FieldKind, mergeOf, storedValue } from './events/field.ts';
import { modality } from './events/metadata.ts';
import type { ReportEvent } from './ledger-event.ts';
import type { Rejection } from './outcome.ts';
import { isDateProblem, parseMilestoneDate, parsePeriod } from './uncertain-date.ts';

/** What a steward says of a field (or of `date`, or of `modality`) of a fact. */
export type DecidedValue = { readonly field: string; readonly value: unknown };

type Refusal = Pick<Rejection, 'rule' | 'message'>;

const refusal = (rule: string, message: string): Refusal => ({ rule, message });

const forms: Readonly<Record<FieldKind, string>> = {
  text: 'a text',
  word: 'a text',
  flag: 'true or false',
  quantity: 'a number, or { min }, { max } or { about }',
  date: 'a date (EDTF)',
  period: 'a period (EDTF)',
  names: 'a list of names',
};

const refuseValue = (kind: FieldKind, { field, value }: DecidedValue): Refusal | null => {
  if (!storedValue(kind).safeParse(value).success) return refusal('wrong-value', `${field} takes ${forms[kind]}`);
  if (kind !== 'date' && kind !== 'period') return null;
  const date = (kind === 'date' ? parseMilestoneDate : parsePeriod)(String(value));
  return isDateProblem(date) ? refusal('wrong-value', `${field}: ${date.message}`) : null;
};

const kindOf = (field: string, reports: readonly ReportEvent[]): FieldKind | undefined =>
  field === 'date' ? 'date' : reports[0]?.type.fields[field]?.kind;

/** Why a value cannot be put in the place of what reports say; null where it can. */
export const refuseCorrection = (decided: DecidedValue, reports: readonly ReportEvent[]): Refusal | null => {
  const kind = kindOf(decided.field, reports);
  if (kind !== undefined) return refuseValue(kind, decided);
  const [first] = reports;
  const known = ['date', ...Object.keys(first?.type.fields ?? {})].join(', ');
  return refusal('unknown-field', `${first?.type.type} has no field ${decided.field}; it has ${known}`);
};

const refuseModality = ({ value }: DecidedValue, reports: readonly ReportEvent[]): Refusal | null => {
  const told: readonly unknown[] = [...new Set(reports.map((report) => report.modality))];
  if (modality.safeParse(value).success && told.includes(value)) return null;
  return refusal('wrong-value', `modality takes what a report of the fact says: ${told.join(', ')}`);
};

/** Why a contest cannot be settled with a value; null where it can. */
export const refuseResolution = (decided: DecidedValue, reports: readonly ReportEvent[]): Refusal | null => {
  const { field } = decided;
  if (field === 'modality') return refuseModality(decided, reports);
  if (field === 'date' && !reports.some((report) => report.modality === 'happened')) {
    return refusal('not-contestable', 'plans drift: a later one replaces an earlier, they do not contest each other');
  }
  const kind = kindOf(field, reports);
  if (kind !== undefined && mergeOf(kind) === 'text') {
    return refusal('not-contestable', `${field} is a free text, on which reports never contest each other`);
  }
  return refuseCorrection(decided, reports);
};
