import * as z from 'zod';
import { storedValue } from '../../domain/events/field.ts';
import { attribution, modality, speaker } from '../../domain/events/metadata.ts';
import { dateShape } from './date.ts';

/** A value of a field, as a source gives it. */
export const valueShape = z.union([
  storedValue('text'),
  storedValue('flag'),
  storedValue('quantity'),
  z.array(z.string()),
  z.null(),
]);

/** What is right where a source errs; the source's own words stay in `values`. */
export const correctionShape = z.object({
  decision: z.string().describe('id of the event'),
  field: z.string(),
  said: valueShape,
  value: valueShape,
  basis: z.string(),
  reason: z.string(),
  reference: z.object({ title: z.string(), published: z.string() }).nullable(),
});

/** A source of a statement: one report of one article. */
export const sourceShape = z
  .object({
    article: z.string(),
    revision: z.int(),
    paragraphs: z.array(z.int()),
    publisher: z.string().nullable().describe('null: the text names none'),
    published: dateShape,
    attribution,
    speaker: speaker.nullable(),
    modality,
    date: z.string().nullable().describe('as the article gives it'),
    implied: z.boolean().describe('the article names no Games; its coverage does'),
    identityAssumed: z.string().nullable().describe('why this is taken to be the same fact'),
    values: z.record(z.string(), valueShape).describe('as the article gives them'),
    corrections: z.array(correctionShape),
    note: z.string().nullable(),
    position: z.int(),
    id: z.string(),
  })
  .describe('One report of one article');
export type Source = z.infer<typeof sourceShape>;

/** A field on which reports disagree: each value with its sources. */
export const alternativeShape = z.object({
  field: z.string(),
  value: valueShape,
  displayed: z.boolean(),
  sources: z.array(sourceShape),
});

/** A business rule that a fact breaks. */
export const flagShape = z.object({ rule: z.string(), detail: z.string() });

/** Where a statement stands and whether that is certain. */
export const timingShape = z.enum(['certain', 'possible']);
