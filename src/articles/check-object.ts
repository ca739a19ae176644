import * as z from 'zod';
import { nearest } from '../domain/vocabulary/nearest.ts';
import { problem } from '../domain/vocabulary/problem.ts';
import {
  type ContentProblem,
  isMap,
  keyProblem,
  nameOf,
  type Path,
  type SourceMap,
  type SourceValue,
} from './source.ts';

/**
 * Checks a map key by key, so that one mistake hides no other and the right keys are still read. An optional key
 * with an empty value counts as missing. A missing key is not reported beside one that looks like a mistyped form of it.
 */
export function checkObject<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  map: SourceMap,
  path: Path,
  hints: KeyHints = new Map(),
): Checked<z.output<z.ZodObject<Shape>>> {
  const shape: z.ZodRawShape = schema.shape;
  const unknown = Object.keys(map)
    .filter((key) => !Object.hasOwn(shape, key))
    .map((key) => unknownKey(key, [...path, key], map[key] === '', Object.keys(shape), hints));
  const mistyped = new Set(unknown.map(({ suggestion }) => suggestion));
  const values: Record<string, unknown> = {};
  const problems = [...unknown];
  for (const [key, part] of Object.entries(shape)) {
    const value = Object.hasOwn(map, key) ? map[key] : undefined;
    const isOptional = part instanceof z.ZodOptional;
    if (value === undefined) {
      const description = (part as z.ZodType).description ?? 'it has to be there';
      if (!isOptional && !mistyped.has(key))
        problems.push(problem([...path, key], `${key} is missing: ${description}`));
      continue;
    }
    const checked = checkValue(isOptional ? part.unwrap() : part, value, [...path, key]);
    if (value === '' && isOptional && checked.problems.length > 0) continue;
    problems.push(...checked.problems);
    if (checked.problems.length === 0) values[key] = checked.value;
  }
  return { values: values as Partial<z.output<z.ZodObject<Shape>>>, problems };
}

/** Messages for keys that the schema lacks, which replace the suggestion of the nearest key that it has. */
export type KeyHints = ReadonlyMap<string, { readonly message: string; readonly suggestion?: string }>;

/** What could be read of a map, and what is wrong with it. */
type Checked<Value> = { readonly values: Partial<Value>; readonly problems: readonly ContentProblem[] };

function unknownKey(
  key: string,
  path: Path,
  isEmpty: boolean,
  expected: readonly string[],
  hints: KeyHints,
): ContentProblem {
  const hint = hints.get(key);
  if (hint) return keyProblem(path, hint.message, hint.suggestion);
  // `{ note: bread, butter }` is a map with the keys `note` and `butter`.
  const torn = isEmpty && key.includes(' ') ? ': between { and }, put a text with a comma in quotes' : '';
  return keyProblem(path, `unknown key ${key}${torn}`, nearest(key, expected, { limit: 1 })[0]);
}

function checkValue(
  schema: unknown,
  value: SourceValue,
  path: Path,
): { value?: unknown; problems: readonly ContentProblem[] } {
  if (schema instanceof z.ZodObject) {
    if (!isMap(value))
      return { problems: [problem(path, `a map of keys to values belongs here, not ${nameOf(value)}`)] };
    const { values, problems } = checkObject(schema, value, path);
    return { value: values, problems };
  }
  const read = (schema as z.ZodType).safeParse(value);
  if (read.success) return { value: read.data, problems: [] };
  return { problems: read.error.issues.map((issue) => problemOf(issue, path)) };
}

/** The problem of an issue, as `authored` values raise it. */
function problemOf(issue: z.core.$ZodIssue, path: Path): ContentProblem {
  const { suggestion } = (issue.code === 'custom' ? (issue.params ?? {}) : {}) as { suggestion?: string };
  return problem([...path, ...(issue.path as Path)], issue.message, suggestion);
}
