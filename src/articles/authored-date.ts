import type * as z from 'zod';
import {
  type DateProblem,
  isDateProblem,
  parseMilestoneDate,
  parsePeriod,
  type UncertainDate,
} from '../domain/uncertain-date.ts';
import { authored, type EditorSchema, type Refuse, readText } from './authored.ts';
import type { SourceValue } from './source-value.ts';

// YAML takes `[a..b]` without quotes for a list of one text.
const periodForms: EditorSchema = {
  type: ['string', 'integer', 'array'],
  items: { type: ['string', 'integer'] },
  minItems: 1,
  maxItems: 1,
};
const milestoneForms: EditorSchema = { ...periodForms, pattern: '^[^/]*$' };

function textOf(value: SourceValue, refuse: Refuse): string | undefined {
  if (!Array.isArray(value)) return readText(value, refuse);
  const texts = value.filter((item) => typeof item === 'string');
  if (texts.length === 1 && value.length === 1) return `[${texts[0]}]`;
  const [from, to] = texts;
  const suggestion = texts.length === 2 && value.length === 2 ? `[${from}..${to}]` : undefined;
  return refuse('one date belongs here; a span of days is written [a..b]', { suggestion });
}

function read(parse: (text: string) => UncertainDate | DateProblem) {
  return (value: SourceValue, refuse: Refuse): UncertainDate | undefined => {
    const text = textOf(value, refuse);
    const date = text === undefined ? undefined : parse(text);
    return date && isDateProblem(date) ? refuse(date.message, { suggestion: date.suggestion }) : date;
  };
}

const readMilestoneDate = read(parseMilestoneDate);

/** The date of a milestone: EDTF without a slash, a span as `[a..b]`. */
export function milestoneDate(description: string): z.ZodType<UncertainDate> {
  return authored({ ...milestoneForms, description }, readMilestoneDate);
}

/** The date of a milestone, or nothing for one without a date (null). */
export function milestoneDateOrNull(description: string): z.ZodType<UncertainDate | null> {
  return authored({ ...milestoneForms, type: ['string', 'integer', 'array', 'null'], description }, (value, refuse) =>
    value === '' ? null : readMilestoneDate(value, refuse),
  );
}

/** A period: EDTF, also with a slash. */
export function period(description: string): z.ZodType<UncertainDate> {
  return authored({ ...periodForms, description }, read(parsePeriod));
}

/** When something was published: a date of a milestone that has a last day, since it is known to be published. */
export function publicationDate(description: string): z.ZodType<UncertainDate> {
  return authored({ ...milestoneForms, description }, (value, refuse) => {
    const date = readMilestoneDate(value, refuse);
    if (date?.latest !== null) return date;
    return refuse(`${date.edtf}: a publication needs a day by which it was published, as in [a..b] or [..b]`);
  });
}
