import type * as z from 'zod';
import { inexactNumber } from '../../domain/exact-number.ts';
import { nearest } from '../../domain/nearest.ts';
import { didYouMean, type Mistake, mistake, problemWith } from '../problem.ts';
import { readJson } from '../read-json.ts';

function pointerOf(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function at(body: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, part) => (value as Record<PropertyKey, unknown> | undefined)?.[part], body);
}

function shown(text: string): string {
  return text.slice(0, 80);
}

function ofKeys(keys: readonly string[], path: readonly PropertyKey[], known: readonly string[]): readonly Mistake[] {
  return keys.map((key) => {
    const [suggestion] = nearest(shown(key), known, { limit: 1 });
    const otherwise = suggestion === undefined ? `; here are ${known.join(', ')}` : didYouMean(suggestion);
    return mistake(
      'body',
      pointerOf([...path, shown(key)]),
      `${shown(key)} does not belong here${otherwise}`,
      suggestion,
    );
  });
}

function keysAt(shape: z.ZodObject, path: readonly PropertyKey[]): readonly string[] {
  return path.length === 0 ? Object.keys(shape.shape) : ['title', 'published'];
}

function mistakesOf(issue: z.core.$ZodIssue, shape: z.ZodObject, body: unknown): readonly Mistake[] {
  const { path, message } = issue;
  if (issue.code === 'unrecognized_keys') return ofKeys(issue.keys, path, keysAt(shape, path));
  const pointer = pointerOf(path);
  const given = at(body, path);
  if (path.length === 0) return [mistake('body', '', 'the body is a JSON object')];
  if (given === undefined) return [mistake('body', pointer, `${String(path.at(-1))} is missing`)];
  if (issue.code === 'invalid_value') {
    const choices = issue.values.map(String);
    const [suggestion] = typeof given === 'string' ? nearest(shown(given), choices, { limit: 1 }) : [];
    return [mistake('body', pointer, `it is one of ${choices.join(', ')}`, suggestion)];
  }
  const suggestion: unknown = issue.code === 'custom' ? issue.params?.['suggestion'] : undefined;
  return [mistake('body', pointer, message, typeof suggestion === 'string' ? suggestion : undefined)];
}

type Founded = { readonly basis?: unknown; readonly reference?: unknown };

// A value that rests on a document names it; "we misread" needs none.
function missingReference(body: unknown): readonly Mistake[] {
  if (typeof body !== 'object' || body === null) return [];
  const { basis, reference } = body as Founded;
  if ((basis !== 'publisher-corrected' && basis !== 'better-evidence') || reference != null) return [];
  return [mistake('body', '/reference', `"${basis}" rests on a published reference: give its title and date`)];
}

function isBlank(value: unknown): boolean {
  return value == null || (typeof value === 'string' && value.trim() === '');
}

// A single mistake that is also a rule of the decision itself goes by its name; several have none in common.
function ruleOf([one, ...more]: readonly Mistake[], body: unknown): { readonly rule?: string } {
  if (one === undefined || more.length > 0) return {};
  if (one.path === '/reason' && isBlank(at(body, ['reason']))) return { rule: 'missing-reason' };
  if (one.path === '/reference') return isBlank(at(body, ['reference'])) ? { rule: 'missing-reference' } : {};
  return one.path === '/reference/published' ? { rule: 'wrong-reference' } : {};
}

// The places of some values in a document, as JSON pointers.
function placesIn(document: unknown, isOne: (value: unknown) => boolean): readonly (readonly [unknown, string])[] {
  const found: (readonly [unknown, string])[] = [];
  const left: [unknown, readonly string[]][] = [[document, []]];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const [value, path] = next;
    if (isOne(value)) found.push([value, pointerOf(path)]);
    else if (typeof value === 'object' && value !== null) {
      left.push(...Object.entries(value).map(([key, one]): [unknown, readonly string[]] => [one, [...path, key]]));
    }
  }
  return found;
}

/**
 * The JSON of a decision. Throws the problem that it is none, or that a number in it is none that JSON keeps with its
 * value: parsed, `9007199254740993` would be another one, and nobody would be told.
 */
export function readDecisionJson(text: string): unknown {
  const inexact = new Map<unknown, string>();
  const value = readJson(text, (written, number) => {
    const message = inexactNumber(written);
    if (message === null) return number;
    const place = {};
    inexact.set(place, message);
    return place;
  });
  if (inexact.size === 0) return value;
  const places = placesIn(value, (one) => inexact.has(one));
  throw problemWith(
    'invalid-decision',
    places.map(([one, pointer]) => mistake('body', pointer, inexact.get(one) ?? '')),
  );
}

/** Checks the body of a decision by its schema. Throws the problem with every mistake in it. */
export function readDecisionBody<Shape extends z.ZodObject>(shape: Shape, body: unknown): z.infer<Shape> {
  const result = shape.safeParse(body);
  const mistakes = [
    ...(result.success ? [] : result.error.issues.flatMap((issue) => mistakesOf(issue, shape, body))),
    ...missingReference(body),
  ];
  if (mistakes.length > 0 || !result.success) throw problemWith('invalid-decision', mistakes, ruleOf(mistakes, body));
  return result.data;
}
