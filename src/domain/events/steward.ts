import * as z from 'zod';
import { storedValue } from './field.ts';

const value = z.union([storedValue('text'), storedValue('flag'), storedValue('quantity'), storedValue('names')]);

/** Whether a decision can have stored this as a value. */
export function isStoredValue(one: unknown): boolean {
  return value.safeParse(one).success;
}

/** A published document that a decision rests on, and when it became public (EDTF). */
export const reference = z.strictObject({ title: z.string().min(1), published: z.string().min(1) });

/**
 * Why a value is replaced. `misread`: we misread the article, which holds at every `reportedAsOf`;
 * `publisher-corrected` and `better-evidence`: from the day on which the reference was published.
 */
export const correctionBasis = z.enum(['misread', 'publisher-corrected', 'better-evidence']);

/** A field (or `date`) of certain reports is wrong; what the article said is kept beside what is right. */
export const factCorrected = z.strictObject({
  fact: z.string(),
  reports: z.array(z.uuid()).min(1),
  field: z.string().min(1),
  said: value.nullable(),
  value,
  basis: correctionBasis,
  reason: z.string().min(1),
  reference: reference.nullable(),
});

/** Certain reports of a fact no longer count. */
export const factRetracted = z.strictObject({
  fact: z.string(),
  reports: z.array(z.uuid()).min(1),
  whole: z.boolean().optional().describe('these were all that counted: the fact itself was retracted'),
  reason: z.string().min(1),
});

/** A contest on a field (or `date`) is settled for the reports that were judged. */
export const contestResolved = z.strictObject({
  fact: z.string(),
  reports: z.array(z.uuid()).min(1),
  field: z.string().min(1),
  value,
  basis: correctionBasis,
  reason: z.string().min(1),
  reference: reference.nullable(),
});

/** Two keys turn out to name one fact: the reports of `from` count under `fact`. */
export const factsMerged = z.strictObject({
  fact: z.string(),
  from: z.string(),
  reason: z.string().min(1),
});

export type FactCorrected = z.infer<typeof factCorrected>;
export type FactRetracted = z.infer<typeof factRetracted>;
export type ContestResolved = z.infer<typeof contestResolved>;
export type FactsMerged = z.infer<typeof factsMerged>;
