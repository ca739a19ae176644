import * as z from 'zod';
import { flagShape } from '../projections/shapes/source.ts';
import { type ProblemName, problemTypes } from './problem-types.ts';

/** One mistake in a request: where it is, what is wrong, and what to write instead. */
export const mistakeShape = z
  .object({
    in: z.enum(['query', 'path', 'header', 'body']),
    path: z.string().describe('the name of a parameter or header; in a body a JSON pointer (RFC 6901)'),
    line: z.int().optional().describe('in a body, from 1'),
    column: z.int().optional().describe('in a body, from 1'),
    message: z.string(),
    suggestion: z.string().optional().describe('what was probably meant'),
  })
  .describe('One mistake in a request');
export type Mistake = z.infer<typeof mistakeShape>;

/** An error as every answer of status 400 and above gives it (RFC 9457). */
export const problemShape = z
  .object({
    type: z.string().describe('stable; an address that explains it'),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    requestId: z.string().optional().describe('under which the log tells more'),
    errors: z.array(mistakeShape).optional(),
    rule: z.string().optional().describe('of a decision: the rule by which it is refused'),
    flags: z
      .array(flagShape.extend({ fact: z.string() }))
      .optional()
      .describe('of a decision: the business rules that facts would break'),
    version: z.int().optional().describe('of a decision on what has changed: its version now'),
    since: z
      .array(z.object({ position: z.int(), type: z.string(), recordedAt: z.string(), recordedBy: z.string() }))
      .optional()
      .describe('of a decision on what has changed: the events that touched it since it was seen'),
  })
  .describe('What went wrong and what to do instead (RFC 9457)');
export type Problem = z.infer<typeof problemShape>;

/** The media type of every error. */
export const problemType = 'application/problem+json';

/** What a problem tells beside its type and its detail. */
export type MoreOfProblem = Partial<Pick<Problem, 'requestId' | 'rule' | 'flags' | 'version' | 'since'>> & {
  readonly errors?: readonly Mistake[];
};

type Rest = MoreOfProblem & { readonly headers?: Readonly<Record<string, string>> };

/** A problem as it is answered. */
export function problemOf(
  name: ProblemName,
  detail: string,
  { errors, requestId, ...more }: MoreOfProblem = {},
): Problem {
  const { title, status } = problemTypes[name];
  return {
    type: `/problems/${name}`,
    title,
    status,
    detail,
    ...(requestId === undefined ? {} : { requestId }),
    ...(errors === undefined ? {} : { errors: [...errors] }),
    ...more,
  };
}

/** Ends a request with a problem. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;

  constructor(name: ProblemName, detail: string, { headers = {}, ...more }: Rest = {}) {
    super(detail);
    this.problem = problemOf(name, detail, more);
    this.headers = headers;
  }
}

/** A mistake; what is undefined is left out. */
export function mistake(where: Mistake['in'], path: string, message: string, suggestion?: string): Mistake {
  return suggestion === undefined ? { in: where, path, message } : { in: where, path, message, suggestion };
}

/** A problem with several mistakes: the first in a line with how many more there are, and each by itself. */
export function problemWith(
  name: ProblemName,
  errors: readonly Mistake[],
  more: Pick<MoreOfProblem, 'rule'> = {},
): HttpProblem {
  const [first, ...others] = errors;
  const place = first?.line === undefined ? '' : `line ${first.line}: `;
  const rest = others.length === 0 ? '' : ` (and ${others.length} more in errors)`;
  return new HttpProblem(name, `${place}${first?.message ?? ''}${rest}`, { ...more, errors });
}

/** ", did you mean X?" for a message; nothing where nothing is near. */
export function didYouMean(suggestion: string | undefined): string {
  return suggestion === undefined ? '' : `; did you mean ${suggestion}?`;
}
