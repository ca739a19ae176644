import * as z from 'zod';
import { type Mistake, mistake, problemWith } from '../problem.ts';
import type { ProblemName } from '../problem-types.ts';
import { readParameters } from './read-parameters.ts';

function wholeNumber(name: string) {
  return z
    .string(`${name} is missing: a whole number from 1`)
    .regex(/^[1-9]\d{0,14}$/, `${name} is a whole number from 1`)
    .transform(Number);
}

function described(text: string) {
  return { type: 'integer', minimum: 1, description: text } as const;
}

/** What an inclusion proof is asked for. */
export const inclusionQuery = z.strictObject({
  position: wholeNumber('position').meta(described('The position of the event')),
  size: wholeNumber('size')
    .optional()
    .meta(described('How many events the tree has that it is shown to be in, as in a checkpoint; else all there are')),
});

/** What a consistency proof is asked for. */
export const consistencyQuery = z.strictObject({
  from: wholeNumber('from').meta(described('How many events the earlier tree has, as in a checkpoint')),
  to: wholeNumber('to')
    .optional()
    .meta(described('How many events the later tree has, as in a checkpoint; else all there are')),
});

/** What takes no parameter. */
export const nothingAsked = z.strictObject({});

type Limits = {
  readonly head: number;
  /** The parameter that must not be above another one, and that one. */
  readonly smaller?: string;
  readonly larger?: string;
};

/**
 * Reads sizes and positions of a query. Throws a problem with everything that is wrong with them: parameters that are
 * unknown, numbers that are none, one above the other, and what lies beyond the head.
 */
export function readSizes<Shape extends z.ZodObject>(
  shape: Shape,
  query: Readonly<Record<string, unknown>>,
  { head, smaller = '', larger = '' }: Limits,
): z.infer<Shape> {
  const { values, unknown, invalid } = readParameters(shape, query);
  const numbers = Object.entries(values as Readonly<Record<string, number | undefined>>);
  const beyond = numbers.flatMap(([name, value]): Mistake[] => {
    if (value === undefined || value <= head) return [];
    return [mistake('query', name, `${name}=${value} lies beyond the end of the ledger, which has ${head} events`)];
  });
  const { [smaller]: low, [larger]: high } = Object.fromEntries(numbers);
  const crossed =
    low !== undefined && high !== undefined && low > high
      ? [mistake('query', smaller, `${smaller}=${low} is above ${larger}=${high}`)]
      : [];
  const found: readonly (readonly [ProblemName, readonly Mistake[]])[] = [
    ['unknown-parameter', unknown],
    ['invalid-parameter', [...invalid, ...crossed]],
    ['unknown-position', beyond],
  ];
  const [first] = found.filter(([, errors]) => errors.length > 0);
  if (first === undefined) return values;
  throw problemWith(
    first[0],
    found.flatMap(([, errors]) => errors),
  );
}
