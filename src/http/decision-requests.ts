import type { IncomingHttpHeaders } from 'node:http';
import * as z from 'zod';
import { pointerOf } from '../articles/source.ts';
import { nearest } from '../domain/vocabulary/nearest.ts';
import { inexactNumber } from '../domain/vocabulary/quantity.ts';
import type { ProblemName } from './problem-types.ts';
import { didYouMean, HttpProblem, problemIn, problemWith, type RequestProblem, shorten } from './problems.ts';
import { readJson } from './writes.ts';

/**
 * The headers of a decision: the version that the steward saw, and its key, which a dry run needs not. Throws one problem
 * with everything wrong.
 */
export function readDecisionHeaders(
  headers: IncomingHttpHeaders,
  isDryRun: boolean,
): { readonly version: number; readonly key: string } {
  const sent = headers['idempotency-key'];
  // Nobody can send a key with a space, so no recorded decision has it.
  const key = isDryRun ? 'dry run' : readKey(Array.isArray(sent) ? sent.join(', ') : sent);
  const version = readVersion(headers['if-match']);
  if (typeof key === 'string' && typeof version === 'number') return { key, version };
  const [first, ...others] = [key, version].filter((part) => typeof part === 'object') as [
    WrongHeader,
    ...WrongHeader[],
  ];
  const rest = others.length === 0 ? '' : ` (and ${others.length} more in errors)`;
  const errors = [first, ...others].map(({ error }) => error);
  throw new HttpProblem(first.problem, `${first.error.message}${rest}`, { errors });
}

type WrongHeader = { readonly problem: ProblemName; readonly error: RequestProblem };

function readKey(key = ''): string | WrongHeader {
  const name = 'Idempotency-Key';
  if (key === '') {
    const message = `a decision needs ${name}: a text of your own, the same whenever you send the decision again`;
    return { problem: 'idempotency-key-missing', error: problemIn('header', name, message) };
  }
  if (key.length <= maxKeyLength && /^[\x21-\x7e]+$/.test(key)) return key;
  const message = `${name} has 1 to ${maxKeyLength} visible ASCII characters, without spaces`;
  return { problem: 'invalid-header', error: problemIn('header', name, message) };
}

const maxKeyLength = 200;

function readVersion(header = ''): number | WrongHeader {
  const text = header.trim();
  const reject = (message: string, suggestion?: string, problem: ProblemName = 'invalid-header'): WrongHeader => {
    return { problem, error: problemIn('header', 'If-Match', message, suggestion) };
  };
  if (text === '') {
    const message = 'a decision names the version of the fact or article that you saw: If-Match: "87"';
    return reject(message, undefined, 'version-missing');
  }
  if (text === '*') return reject('If-Match: * means that you have seen nothing; name the version that you saw');
  if ((text.match(/(?:W\/)?"[^"]*"/g) ?? []).length > 1) {
    return reject('If-Match names one version, the one that you saw, not several');
  }
  const [, weak, version] = /^(W\/)?"([^"]*)"$/.exec(text) ?? [];
  if (weak !== undefined) {
    return reject('If-Match takes no weak tag: you saw exactly this version or another', `"${version}"`);
  }
  if (version === undefined) {
    const quoted = /^\d+$/.test(text) ? `"${text}"` : undefined;
    return reject('If-Match is an entity tag: a version in double quotes, such as "87"', quoted);
  }
  if (/^[1-9]\d{0,14}$/.test(version)) return Number(version);
  return reject('If-Match is the `version` of the fact or article, a number, not the ETag of an answer');
}

/**
 * The JSON of a decision. Throws malformed-body, or a problem that names every number that JSON cannot hold exactly:
 * parsing would silently change `9007199254740993`.
 */
export function readDecisionJson(text: string): unknown {
  const inexact = new Map<unknown, string>();
  const json = readJson(text, (written, number) => {
    const message = inexactNumber(written);
    if (message === null) return number;
    const marker = {};
    inexact.set(marker, message);
    return marker;
  });
  if (inexact.size === 0) return json;
  throw problemWith('invalid-decision', problemsAt(json, inexact));
}

function problemsAt(document: unknown, messages: ReadonlyMap<unknown, string>): readonly RequestProblem[] {
  const problems: RequestProblem[] = [];
  const stack: [unknown, readonly string[]][] = [[document, []]];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const [value, path] = next;
    const message = messages.get(value);
    if (message !== undefined) problems.push(problemIn('body', pointerOf(path), message));
    else if (typeof value === 'object' && value !== null) {
      for (const [key, member] of Object.entries(value)) stack.push([member, [...path, key]]);
    }
  }
  return problems;
}

/** Checks the body of a decision by its schema. Throws one problem with everything wrong. */
export function readDecisionBody<Shape extends z.ZodObject>(shape: Shape, body: unknown): z.infer<Shape> {
  const { data, problems: ofShape } = checkBody(shape, body);
  const problems = [...ofShape, ...missingReference(body)];
  if (problems.length > 0) throw problemWith('invalid-decision', problems, ruleOf(problems, body));
  return data as z.infer<Shape>;
}

/** Checks a body by its schema: what it holds, and everything that is wrong with it, each at its place. */
export function checkBody<Shape extends z.ZodObject>(
  shape: Shape,
  body: unknown,
): { readonly data: z.infer<Shape> | undefined; readonly problems: readonly RequestProblem[] } {
  const { data, error } = shape.safeParse(body);
  return { data, problems: error === undefined ? [] : error.issues.flatMap((issue) => problemsOf(issue, shape, body)) };
}

function problemsOf(issue: z.core.$ZodIssue, shape: z.ZodObject, body: unknown): readonly RequestProblem[] {
  const { path, message } = issue;
  if (issue.code === 'unrecognized_keys') {
    const names = path.length === 0 ? Object.keys(shape.shape) : ['title', 'published'];
    return issue.keys.map((key) => unknownMember(shorten(key), path, names));
  }
  if (path.length === 0) return [problemIn('body', '', 'the body is a JSON object')];
  const pointer = pointerOf(path);
  const value = valueAt(body, path);
  if (value === undefined) return [problemIn('body', pointer, `${String(path.at(-1))} is missing`)];
  if (issue.code === 'invalid_value') {
    const choices = issue.values.map(String);
    const [suggestion] = typeof value === 'string' ? nearest(shorten(value), choices, { limit: 1 }) : [];
    return [problemIn('body', pointer, `it is one of ${choices.join(', ')}`, suggestion)];
  }
  const suggestion: unknown = issue.code === 'custom' ? issue.params?.['suggestion'] : undefined;
  return [problemIn('body', pointer, message, typeof suggestion === 'string' ? suggestion : undefined)];
}

function unknownMember(key: string, path: readonly PropertyKey[], names: readonly string[]): RequestProblem {
  const [suggestion] = nearest(key, names, { limit: 1 });
  const hint = suggestion === undefined ? `; it takes ${names.join(', ')}` : didYouMean(suggestion);
  return problemIn('body', pointerOf([...path, key]), `${key} does not belong here${hint}`, suggestion);
}

function valueAt(body: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, part) => (value as Record<PropertyKey, unknown> | undefined)?.[part], body);
}

// A value that is based on a document names it; "misread" needs none.
function missingReference(body: unknown): readonly RequestProblem[] {
  if (typeof body !== 'object' || body === null) return [];
  const { basis, reference } = body as { readonly basis?: unknown; readonly reference?: unknown };
  if ((basis !== 'publisher-corrected' && basis !== 'better-evidence') || reference != null) return [];
  return [problemIn('body', '/reference', `"${basis}" is based on a published reference: give its title and date`)];
}

// A single problem may be a broken rule of the decision itself; then the answer names the rule.
function ruleOf([first, ...others]: readonly RequestProblem[], body: unknown): { readonly rule?: string } {
  if (first === undefined || others.length > 0) return {};
  if (first.path === '/reason' && isBlank(valueAt(body, ['reason']))) return { rule: 'missing-reason' };
  if (first.path === '/reference' && isBlank(valueAt(body, ['reference']))) return { rule: 'missing-reference' };
  if (first.path === '/withdrawnOn') return { rule: 'wrong-withdrawal' };
  return first.path === '/reference/published' ? { rule: 'wrong-reference' } : {};
}

function isBlank(value: unknown): boolean {
  return value == null || (typeof value === 'string' && value.trim() === '');
}

export const decisionHeadersShape = z.object({
  'if-match': z.string().describe('the `version` of the fact or article that was seen, as an entity tag: `"87"`'),
  'idempotency-key': z
    .string()
    .optional()
    .describe(
      '1 to 200 visible ASCII characters; new for every decision, the same when it is sent again. Needed unless dryRun=true',
    ),
});
