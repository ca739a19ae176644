import type { FactState } from '../fact-state.ts';

/** The facts of these types that happened. */
export const happenedOfType = (facts: readonly FactState[], ...types: readonly string[]): readonly FactState[] =>
  facts.filter(({ stage, type }) => stage === 'happened' && types.includes(type.type));
