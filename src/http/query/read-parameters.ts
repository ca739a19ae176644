import type * as z from 'zod';
import { nearest } from '../../domain/nearest.ts';
import { didYouMean, type Mistake, mistake } from '../problem.ts';
import { clockNames } from './query-shape.ts';

/** Parameters as they were read, or everything that is wrong with them. */
export type Parameters<T> = {
  readonly values: T;
  readonly unknown: readonly Mistake[];
  readonly invalid: readonly Mistake[];
};

const threeClocks =
  'asOf is not a parameter here, since there are three clocks: occurredAsOf (what was true in the world by then), ' +
  'reportedAsOf (what a reader could have known), recordedAsOf or atPosition (what this ledger held)';

function shown(name: string): string {
  return name.slice(0, 80);
}

function unknownParameter(name: string, known: readonly string[]): Mistake {
  if (/^as[-_]?of$/i.test(name) && known.includes('occurredAsOf')) {
    return mistake('query', name, threeClocks, 'occurredAsOf');
  }
  const [suggestion] = nearest(shown(name), known, { limit: 1 });
  const otherwise = known.length === 0 ? '; this address takes none' : `; it takes ${known.join(', ')}`;
  const message = `${shown(name)} is not a parameter here${suggestion === undefined ? otherwise : didYouMean(suggestion)}`;
  return mistake('query', shown(name), message, suggestion);
}

function invalidParameter(path: string, issue: z.core.$ZodIssue, given: unknown): Mistake {
  return mistake('query', path, Array.isArray(given) ? `${path} is given more than once` : issue.message);
}

/**
 * Checks the query of a request by its schema. Every mistake is found at once: parameters that are unknown, each with
 * the nearest known one, and values that cannot be read.
 */
export function readParameters<Shape extends z.ZodObject>(
  shape: Shape,
  query: Readonly<Record<string, unknown>>,
): Parameters<z.infer<Shape>> {
  const result = shape.strict().safeParse({ ...query });
  if (result.success) return { values: result.data as z.infer<Shape>, unknown: [], invalid: [] };
  const { issues } = result.error;
  const known = Object.keys(shape.shape);
  const keys = issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : []));
  const invalid = issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') return [];
    const path = String(issue.path[0] ?? '');
    return [invalidParameter(path, issue, query[path])];
  });
  const usable = Object.fromEntries(
    known.flatMap((name) => {
      const given = query[name];
      return invalid.some(({ path }) => path === name) || given === undefined ? [] : [[name, given]];
    }),
  );
  return { values: usable as z.infer<Shape>, unknown: keys.map((key) => unknownParameter(key, known)), invalid };
}

/** Whether any clock is given. */
export function hasClock(values: Readonly<Record<string, unknown>>): boolean {
  return clockNames.some((name) => values[name] !== undefined);
}
