import * as z from 'zod';
import { nearest } from '../domain/vocabulary/nearest.ts';
import { type Finding, finding, isMap, nameOf, ofKey, type Path, type SourceMap, type SourceValue } from './source.ts';

/**
 * Checks a map key by key, so that one mistake does not hide another and what is right can be checked further. A key
 * without a value counts as not given where it may be left out; one that is missing is not reported beside a key that
 * looks like a mistyped form of it.
 */
export function checkObject<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  map: SourceMap,
  path: Path,
  hints: KeyHints = noHints,
): Checked<z.output<z.ZodObject<Shape>>> {
  const shape: z.ZodRawShape = schema.shape;
  const known = Object.keys(shape);
  const unknown = Object.keys(map)
    .filter((key) => !Object.hasOwn(shape, key))
    .map((key) => ofKey({ ...unknownKey(key, map[key], known, hints), path: [...path, key] }));
  const mistyped = new Set(unknown.map(({ suggestion }) => suggestion));
  const values: Record<string, unknown> = {};
  const findings = [...unknown];
  for (const [key, part] of Object.entries(shape)) {
    const at = [...path, key];
    const given = Object.hasOwn(map, key) ? map[key] : undefined;
    const mayLack = part instanceof z.ZodOptional;
    if (given === undefined) {
      if (!mayLack && !mistyped.has(key)) findings.push(finding(at, `${key} is missing: ${describe(part)}`));
      continue;
    }
    const checked = checkValue(part, given, at);
    if (given === '' && mayLack && checked.findings.length > 0) continue;
    findings.push(...checked.findings);
    if (checked.findings.length === 0) values[key] = checked.value;
  }
  return { values: values as Partial<z.output<z.ZodObject<Shape>>>, findings };
}

/** What to say of certain keys that the schema does not know, beyond the nearest that it does. */
export type KeyHints = ReadonlyMap<string, { readonly message: string; readonly suggestion?: string }>;

const noHints: KeyHints = new Map();

/** What could be read of a map, and what was found wrong. */
export type Checked<Value> = { readonly values: Partial<Value>; readonly findings: readonly Finding[] };

function unknownKey(
  key: string,
  value: SourceValue | undefined,
  known: readonly string[],
  hints: KeyHints,
): Omit<Finding, 'path'> {
  const [suggestion] = nearest(key, known, { limit: 1 });
  // `{ note: bread, butter }` is a map with the keys `note` and `butter`.
  const torn = value === '' && key.includes(' ') ? ': between { and } a text with a comma stands in quotes' : '';
  const message = `${key} is no key here${torn}`;
  return hints.get(key) ?? (suggestion === undefined ? { message } : { message, suggestion });
}

function describe(schema: unknown): string {
  return (schema as z.ZodType).description ?? 'it has to be there';
}

function checkValue(schema: unknown, value: SourceValue, path: Path): CheckedValue {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodObject) {
    if (!isMap(value))
      return { findings: [finding(path, `a map of keys to values belongs here, not ${nameOf(value)}`)] };
    const { values, findings } = checkObject(inner, value, path);
    return findings.length > 0 ? { findings } : { value: values, findings };
  }
  const read = (inner as z.ZodType).safeParse(value);
  if (read.success) return { value: read.data, findings: [] };
  return { findings: read.error.issues.map((issue) => findingOf(issue, path)) };
}

type CheckedValue = { readonly value?: unknown; readonly findings: readonly Finding[] };

function unwrap(schema: unknown): unknown {
  return schema instanceof z.ZodOptional ? schema.unwrap() : schema;
}

function findingOf(issue: z.core.$ZodIssue, path: Path): Finding {
  const { suggestion } = (issue.code === 'custom' ? (issue.params ?? {}) : {}) as { suggestion?: string };
  return finding([...path, ...(issue.path as Path)], issue.message, suggestion);
}
