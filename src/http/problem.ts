import * as z from 'zod';
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
  })
  .describe('What went wrong and what to do instead (RFC 9457)');
export type Problem = z.infer<typeof problemShape>;

/** The media type of every error. */
export const problemType = 'application/problem+json';

type Rest = {
  readonly errors?: readonly Mistake[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly requestId?: string;
};

/** A problem as it is answered. */
export const problemOf = (name: ProblemName, detail: string, { errors, requestId }: Rest = {}): Problem => {
  const { title, status } = problemTypes[name];
  return {
    type: `/problems/${name}`,
    title,
    status,
    detail,
    ...(requestId === undefined ? {} : { requestId }),
    ...(errors === undefined ? {} : { errors: [...errors] }),
  };
};

/** Ends a request with a problem. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;

  constructor(name: ProblemName, detail: string, rest: Rest = {}) {
    super(detail);
    this.problem = problemOf(name, detail, rest);
    this.headers = rest.headers ?? {};
  }
}

/** A mistake; what is undefined is left out. */
export const mistake = (where: Mistake['in'], path: string, message: string, suggestion?: string): Mistake =>
  suggestion === undefined ? { in: where, path, message } : { in: where, path, message, suggestion };

/** A problem with several mistakes: the first in a line with how many more there are, and each by itself. */
export const problemWith = (name: ProblemName, errors: readonly Mistake[]): HttpProblem => {
  const [first, ...more] = errors;
  const place = first?.line === undefined ? '' : `line ${first.line}: `;
  const rest = more.length === 0 ? '' : ` (and ${more.length} more in errors)`;
  return new HttpProblem(name, `${place}${first?.message ?? ''}${rest}`, { errors });
};

/** ", did you mean X?" for a message; nothing where nothing is near. */
export const didYouMean = (suggestion: string | undefined): string =>
  suggestion === undefined ? '' : `; did you mean ${suggestion}?`;
