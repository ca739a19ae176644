import type * as z from 'zod';
import type { DiffAnswer } from '../../projections/answers/diff-answer.ts';
import { type Comparison, noLimit, resolveComparison } from '../../projections/diff/comparison.ts';
import type { Context } from '../app-parts.ts';
import { addressOf } from './address-of.ts';
import { readParameters } from './read-parameters.ts';
import { clockMistake, type Found, refuse } from './refuse.ts';

/** A comparison as it was asked for: the two cuts, and where it can be cited. */
export type ComparisonRequest = {
  readonly comparison: Comparison;
  /** The address of the same answer for good: with every clock set, on both sides. */
  readonly citation: (answer: Sides) => string;
};

/** The clock that moved, and where it stood on both sides. */
export type Sides = Pick<DiffAnswer, 'clock' | 'from' | 'to'>;
type Texts = readonly (readonly [string, string])[];

function endsOf({ clock, from: { cut: from }, to: { cut: to } }: Sides): readonly [string, string] {
  if (clock === 'occurred') return [from.occurredAsOf, to.occurredAsOf];
  if (clock === 'recorded') return [`position:${from.position}`, `position:${to.position}`];
  return [from.reportedAsOf ?? noLimit, to.reportedAsOf ?? noLimit];
}

function heldIn({ clock, from: { cut: from }, to: { cut: to } }: Sides): Texts {
  const days = new Set([from.occurredAsOf, to.occurredAsOf]);
  const position = Math.max(from.position, to.position);
  return [
    ...(clock === 'occurred' ? [] : [['occurredAsOf', [...days].join(',')] as const]),
    ...(clock === 'reported' || to.reportedAsOf === null ? [] : [['reportedAsOf', to.reportedAsOf] as const]),
    ...(clock === 'recorded' ? [] : [['atPosition', String(position)] as const]),
    ...(to.timing === 'any' ? [] : [['timing', to.timing] as const]),
  ];
}

/**
 * Reads what a comparison is asked as and resolves its two cuts, once. Throws an HttpProblem with all that is wrong with
 * it: unknown and unusable parameters, clocks, and ends that are the wrong way round.
 */
export async function readComparisonRequest(
  { ledger: { views } }: Context,
  shape: z.ZodObject,
  { path, query }: { readonly path: string; readonly query: Readonly<Record<string, unknown>> },
): Promise<ComparisonRequest> {
  const { values, unknown, invalid } = readParameters(shape, query);
  const { comparison, problems } = await resolveComparison(values, views.resolve);
  const unusable = new Set(invalid.map(({ path: name }) => name));
  refuse([
    ...unknown.map((error): Found => ({ name: 'unknown-parameter', error })),
    ...invalid.map((error): Found => ({ name: 'invalid-parameter', error })),
    // What was given and cannot be read is not missing.
    ...(problems ?? []).filter(({ parameter }) => !unusable.has(parameter)).map(clockMistake),
  ]);
  return {
    comparison: comparison as Comparison,
    citation: (answer) => {
      const [from, to] = endsOf(answer);
      return addressOf(path, ['clock', answer.clock], ['from', from], ['to', to], ...heldIn(answer));
    },
  };
}
