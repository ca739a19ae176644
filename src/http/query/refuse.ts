import type { ClockProblem } from '../../projections/clocks.ts';
import { type Mistake, mistake, problemWith } from '../problem.ts';
import type { ProblemName } from '../problem-types.ts';

/** A mistake in a query, and the type of problem that it is. */
export type Found = { readonly name: ProblemName; readonly error: Mistake };

const clockProblems: Readonly<Record<ClockProblem['kind'], ProblemName>> = {
  'invalid-clock': 'invalid-parameter',
  'future-clock': 'future-clock',
  'unknown-position': 'unknown-position',
};

/** What is wrong with a clock, as a mistake in a query. */
export function clockMistake({
  kind,
  parameter,
  message,
  suggestion,
}: Omit<ClockProblem, 'parameter'> & { readonly parameter: string }): Found {
  return {
    name: clockProblems[kind],
    error: mistake('query', parameter, message, suggestion),
  };
}

// The problem that is named where there are several: the one that has to be mended first.
const precedence: readonly ProblemName[] = [
  'unknown-parameter',
  'invalid-parameter',
  'invalid-cursor',
  'future-clock',
  'unknown-position',
];

/** Throws an HttpProblem with all mistakes, if there are any. */
export function refuse(found: readonly Found[]): void {
  const [first] = found.toSorted((a, b) => precedence.indexOf(a.name) - precedence.indexOf(b.name));
  if (first === undefined) return;
  throw problemWith(
    first.name,
    found.map(({ error }) => error),
  );
}
