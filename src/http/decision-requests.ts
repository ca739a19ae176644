import type { IncomingHttpHeaders } from 'node:http';
import * as z from 'zod';
import { referenceProblem } from '../domain/decisions/correction.ts';
import { correctionBasis } from '../domain/vocabulary/event-data.ts';
import { storedValue } from '../domain/vocabulary/event-type.ts';
import { nearest } from '../domain/vocabulary/nearest.ts';
import { inexactNumber } from '../domain/vocabulary/quantity.ts';
import type { ProblemName } from './problem-types.ts';
import { didYouMean, HttpProblem, type Mistake, mistake, problemWith } from './problems.ts';

/** Reads the headers of a decision. Throws the problem that one is missing or cannot be used, with all that is wrong. */
export function readDecisionHeaders(headers: IncomingHttpHeaders): DecisionHeaders {
  const sent = headers['idempotency-key'];
  const key = read(() => readKey(Array.isArray(sent) ? sent.join(', ') : sent));
  const version = read(() => readVersion(headers['if-match']));
  if ('value' in key && 'value' in version) return { key: key.value, version: version.value };
  const [first, ...more] = [key, version].flatMap((one) => ('problem' in one ? [one.problem] : []));
  throw together(first as HttpProblem, more);
}

/** What the headers of a decision say: the version that was seen, and the key under which it is recorded once. */
export type DecisionHeaders = { readonly version: number; readonly key: string };

function read<Value>(reader: () => Value): Read<Value> {
  try {
    return { value: reader() };
  } catch (error) {
    if (error instanceof HttpProblem) return { problem: error };
    throw error;
  }
}

type Read<Value> = { readonly value: Value } | { readonly problem: HttpProblem };

function readKey(key: string | undefined): string {
  if (key === undefined || key === '') {
    const message = 'a decision needs Idempotency-Key: a text of your own, the same when it is sent again';
    throw new HttpProblem('idempotency-key-missing', message, {
      errors: [mistake('header', 'Idempotency-Key', message)],
    });
  }
  if (key.length <= longestKey && /^[\x21-\x7e]+$/.test(key)) return key;
  const message = `Idempotency-Key has 1 to ${longestKey} visible ASCII characters, and no space`;
  throw problemWith('invalid-header', [mistake('header', 'Idempotency-Key', message)]);
}

const longestKey = 200;

function readVersion(sent: string | undefined): number {
  const text = sent?.trim() ?? '';
  if (text === '') {
    const message = 'a decision says which version of the fact or article was seen: If-Match: "87"';
    throw new HttpProblem('version-missing', message, { errors: [mistake('header', 'If-Match', message)] });
  }
  if (text === '*') throw refuseVersion('If-Match: * is for whoever has seen nothing; name the version that you saw');
  const tags = text.match(/(?:W\/)?"[^"]*"/g) ?? [];
  if (tags.length > 1) throw refuseVersion('If-Match names one version, the one that you saw, not several');
  const [, weak, version] = /^(W\/)?"([^"]*)"$/.exec(text) ?? [];
  if (weak !== undefined) {
    throw refuseVersion(
      'If-Match takes no weak tag: it is that very version which you saw, or another',
      `"${version}"`,
    );
  }
  if (version === undefined) {
    const bare = /^\d+$/.test(text) ? `"${text}"` : undefined;
    throw refuseVersion('If-Match is an entity tag, a version in double quotes, as in "87"', bare);
  }
  if (/^[1-9]\d{0,14}$/.test(version)) return Number(version);
  throw refuseVersion('If-Match is the `version` of the fact or article, a number, not the ETag of an answer');
}

function refuseVersion(message: string, suggestion?: string): HttpProblem {
  return problemWith('invalid-header', [mistake('header', 'If-Match', message, suggestion)]);
}

// The first names the problem; the others stand beside it in its errors.
function together(first: HttpProblem, more: readonly HttpProblem[]): HttpProblem {
  const { type, detail, errors = [] } = first.problem;
  const all = [...errors, ...more.flatMap(({ problem }) => problem.errors ?? [])];
  const others = more.length === 0 ? '' : ` (and ${more.length} more in errors)`;
  return new HttpProblem(type.slice('/problems/'.length) as ProblemName, `${detail}${others}`, { errors: all });
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

const longest = { key: 400, reason: 4_000, title: 500, text: 4_000, names: 1_000, reports: 10_000 };

// As in articles: tabs and line breaks apart, control characters do harm on terminals.
const control = /(?![\t\n\r])\p{Cc}/u;

const value = z
  .union(
    [
      textOf(longest.text),
      storedValue('flag'),
      storedValue('quantity'),
      z.array(textOf(longest.text)).min(1).max(longest.names),
    ],
    'a text, true or false, a number, { min }, { max } or { about }, or a list of texts belongs here, none of them empty',
  )
  .describe('what is right, in the form of the field');

function textOf(most: number) {
  return z
    .string('a text belongs here')
    .max(most, `it has at most ${most} characters`)
    .refine((text) => text.trim() !== '', 'it is empty')
    .refine((text) => text.isWellFormed(), 'it is no Unicode text: half of a surrogate pair is in it')
    .refine((text) => !text.includes('\ufffd'), 'a character was lost: send the body as UTF-8')
    .refine((text) => !control.test(text), 'control characters are refused');
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

function pointerOf(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
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

function shown(text: string): string {
  return text.slice(0, 80);
}

function keysAt(shape: z.ZodObject, path: readonly PropertyKey[]): readonly string[] {
  return path.length === 0 ? Object.keys(shape.shape) : ['title', 'published'];
}

function at(body: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, part) => (value as Record<PropertyKey, unknown> | undefined)?.[part], body);
}

// A value that rests on a document names it; "we misread" needs none.
function missingReference(body: unknown): readonly Mistake[] {
  if (typeof body !== 'object' || body === null) return [];
  const { basis, reference } = body as Founded;
  if ((basis !== 'publisher-corrected' && basis !== 'better-evidence') || reference != null) return [];
  return [mistake('body', '/reference', `"${basis}" rests on a published reference: give its title and date`)];
}

const basis = correctionBasis.describe(
  'misread: we misread the article, which holds at every reportedAsOf; publisher-corrected and better-evidence need a reference and hold from its date',
);

const reference = z
  .strictObject(
    {
      title: textOf(longest.title).describe('what shows it'),
      published: textOf(longest.title)
        .superRefine((text, context) => {
          const problem = text.trim() === '' ? null : referenceProblem(text);
          if (problem === null) return;
          const { message, suggestion } = problem;
          context.addIssue({ code: 'custom', message, params: { suggestion } });
        })
        .describe('when it became public (EDTF): the decision holds from there on the reported clock'),
    },
    'a reference is { title, published }',
  )
  .nullish();

type Founded = { readonly basis?: unknown; readonly reference?: unknown };

// A single mistake that is also a rule of the decision itself goes by its name; several have none in common.
function ruleOf([one, ...more]: readonly Mistake[], body: unknown): { readonly rule?: string } {
  if (one === undefined || more.length > 0) return {};
  if (one.path === '/reason' && isBlank(at(body, ['reason']))) return { rule: 'missing-reason' };
  if (one.path === '/reference') return isBlank(at(body, ['reference'])) ? { rule: 'missing-reference' } : {};
  return one.path === '/reference/published' ? { rule: 'wrong-reference' } : {};
}

function isBlank(value: unknown): boolean {
  return value == null || (typeof value === 'string' && value.trim() === '');
}

const reason = textOf(longest.reason).describe('why; whoever reads the fact later reads this');

const fact = textOf(longest.key).describe('key of the fact, kind/subject/milestone');

const revision = z.int('a whole number from 1 belongs here').positive('a whole number from 1 belongs here');

const reports = z
  .array(z.uuid('the id of a report belongs here; the fact lists them'), 'a list of ids of reports belongs here')
  .min(1, 'leave it out to judge every report of the fact')
  .max(longest.reports, `it has at most ${longest.reports} ids`)
  .optional()
  .describe('ids of the reports that are judged; left out: every report of the fact as of the version that was seen');

const valued = {
  fact,
  reports,
  field: textOf(longest.key).describe('a field of the fact, or date'),
  value,
  basis,
  reason,
  reference,
};

/** A field (or the date) of reports is put right. */
export const correctionBody = z.strictObject(valued).describe('A field that reports have wrong, and what is right');

/** A contest on a field (or the date, or the modality) is settled. */
export const resolutionBody = z
  .strictObject({ ...valued, field: textOf(longest.key).describe('a field of the fact, date or modality') })
  .describe('A field on which reports disagree, and what is right');

/** Reports of a fact no longer count. */
export const retractionBody = z.strictObject({ fact, reports, reason }).describe('Reports that no longer count');

/** Two keys name one fact. */
export const mergeBody = z
  .strictObject({
    fact: fact.describe('key of the fact that remains; If-Match is about this one'),
    from: fact.describe('key of the fact that is merged into it'),
    fromVersion: revision.optional().describe('the version of the latter that was seen'),
    reason,
  })
  .describe('Two keys that name one fact');

/** An article no longer counts, up to a revision. */
export const articleRetractionBody = z
  .strictObject({
    revision: revision.optional().describe('the last revision that no longer counts; left out: the highest there is'),
    reason,
  })
  .describe('An article that no longer counts');

/** The headers that a decision takes beside its token. */
export const decisionHeadersShape = z.object({
  'if-match': z.string().describe('the `version` of the fact or article that was seen, as an entity tag: `"87"`'),
  'idempotency-key': z
    .string()
    .describe('1 to 200 visible ASCII characters; new for every decision, the same when it is sent again'),
});

/**
 * The JSON of a body; `revive` sees each number as it is written, and may put something in its place. Throws the problem
 * that it is none, with the place where it breaks.
 */
export function readJson(text: string, revive?: (written: string, value: number) => unknown): unknown {
  const reviver = (_key: string, value: unknown, { source = '' }: { readonly source?: string }): unknown =>
    typeof value === 'number' && revive !== undefined ? revive(source, value) : value;
  try {
    return revive === undefined
      ? JSON.parse(text)
      : JSON.parse(text, reviver as (key: string, value: unknown) => unknown);
  } catch (error) {
    const message = `this is no JSON: ${(error as Error).message}`;
    const errors = [{ ...mistake('body', '', message), ...placeIn(message) }];
    throw new HttpProblem('malformed-body', message, { errors });
  }
}

// Where the text ends at which the JSON breaks, as Node words it: "… (line 3 column 5)".
function placeIn(message: string): Partial<Mistake> {
  const [, line, column] = /\(line (\d+) column (\d+)\)/.exec(message) ?? [];
  return line === undefined || column === undefined ? {} : { line: Number(line), column: Number(column) };
}
