import type * as z from 'zod';
import type { Field, FieldKind } from '../domain/events/field.ts';
import { milestoneDate, period } from './authored-date.ts';
import { quantity } from './authored-quantity.ts';
import { flag, names, slug, text, word } from './authored-text.ts';

const byKind: Readonly<Record<FieldKind, (says: string) => z.ZodType>> = {
  text,
  word,
  flag,
  quantity,
  date: milestoneDate,
  period,
  names,
};

/** The kinds of subjects that fields of these names name by slug. */
export const subjectFields: Readonly<Record<string, string>> = { campaign: 'campaign', obligation: 'obligation' };

/** The schema of a field of a report, as authors write it. Dates come out with their bounds. */
export function fieldSchema(name: string, { kind, says }: Field): z.ZodType {
  return kind === 'word' && name in subjectFields ? slug(says) : byKind[kind](says);
}
