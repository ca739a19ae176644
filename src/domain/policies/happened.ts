import type { FactState } from '../fact-state.ts';

/** The facts of these types that happened. */
export function happenedOfType(facts: readonly FactState[], ...types: readonly string[]): readonly FactState[] {
  return facts.filter(({ stage, type }) => stage === 'happened' && types.includes(type.type));
}
