import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { nearest } from '../domain/vocabulary/nearest.ts';
import {
  AccessDenied,
  DamagedEvent,
  StoreBehind,
  StoreClosed,
  StoreUnavailable,
  StreamDeleted,
  TooLarge,
  Unauthenticated,
} from '../event-store/event-store.ts';
import { flagShape } from '../projections/shapes.ts';
import { LedgerAltered } from '../proof/ledger-proof.ts';
import { type ProblemName, problemTypes } from './problem-types.ts';

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

/** What a problem tells beside its type and its detail. */
export type MoreOfProblem = Partial<Pick<Problem, 'requestId' | 'rule' | 'flags' | 'version' | 'since'>> & {
  readonly errors?: readonly Mistake[];
};

export type Problem = z.infer<typeof problemShape>;

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

export type Mistake = z.infer<typeof mistakeShape>;

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

type Rest = MoreOfProblem & { readonly headers?: Readonly<Record<string, string>> };

/** ", did you mean X?" for a message; nothing where nothing is near. */
export function didYouMean(suggestion: string | undefined): string {
  return suggestion === undefined ? '' : `; did you mean ${suggestion}?`;
}

/** The answers of a route that are problems, by status, for its schema. */
export function problemAnswers(...statuses: readonly string[]): Record<string, ProblemAnswer> {
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      { description: 'What went wrong and what to do instead', content: { [problemType]: { schema: problemShape } } },
    ]),
  );
}

type ProblemAnswer = {
  readonly description: string;
  readonly content: Readonly<Record<string, { readonly schema: typeof problemShape }>>;
};

/** The media type of every error. */
export const problemType = 'application/problem+json';

/** Answers with a problem. */
export function sendProblem(
  reply: FastifyReply,
  problem: Problem,
  headers: Readonly<Record<string, string>> = {},
): FastifyReply {
  return (
    reply
      .code(problem.status)
      .headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', ...headers })
      .header('content-type', problemType)
      // As bytes: the media type has no charset, and none is added to it.
      .send(Buffer.from(JSON.stringify(problem)))
  );
}

/** What a server answers where not even a request could be read. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const tooLarge = error.code === 'HPE_HEADER_OVERFLOW';
  const problem = tooLarge
    ? problemOf('request-headers-too-large', 'the address and the headers are too large')
    : problemOf('malformed-request', 'this is no HTTP request');
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    `Content-Type: ${problemType}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

/** Makes every error of an app application/problem+json. `addresses` are the patterns of its routes. */
export function answerProblems(app: FastifyInstance, addresses: () => Iterable<string>): void {
  app.setErrorHandler<FastifyError>(answerError);
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0] ?? '';
    const suggestion = path.length > 500 ? undefined : nearestAddress(path, addresses());
    const otherwise = suggestion === undefined ? '; start at /api' : didYouMean(suggestion);
    const message = `there is nothing at ${path.slice(0, 200)}${otherwise}`;
    return sendProblem(
      reply,
      problemOf('unknown-address', message, { errors: [mistake('path', '', message, suggestion)] }),
    );
  });
}

function answerError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const known = knownProblem(error, request);
  if (known !== null) {
    if (known.problem.status >= 500) request.log.error({ err: error }, known.message);
    return sendProblem(reply, known.problem, known.headers);
  }
  request.log.error({ err: error }, 'an error that nobody foresaw');
  const detail = 'the server made a mistake; its log tells more under the id of this request';
  return sendProblem(reply, problemOf('internal-error', detail, { requestId: request.id }));
}

function knownProblem(error: FastifyError, request: FastifyRequest): HttpProblem | null {
  if (error instanceof HttpProblem) return error;
  if (error instanceof TooLarge) {
    const detail = `${error.message}: split the article into several, each with an id of its own`;
    return new HttpProblem('article-too-large', detail);
  }
  if (error instanceof StoreBehind) return new HttpProblem('store-behind', error.message, { headers: retryAfter });
  if (error instanceof StreamDeleted) return new HttpProblem('ledger-truncated', error.message);
  if (error instanceof LedgerAltered || error instanceof DamagedEvent) {
    return new HttpProblem('ledger-altered', error.message);
  }
  if (error instanceof AccessDenied || error instanceof Unauthenticated) {
    const detail = 'the event store refuses this server; whoever runs it has to check its credentials';
    return new HttpProblem('store-unavailable', detail, { headers: retryAfter });
  }
  if (error instanceof StoreUnavailable || error instanceof StoreClosed) {
    return new HttpProblem('store-unavailable', 'the event store cannot be reached at the moment', {
      headers: retryAfter,
    });
  }
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return new HttpProblem('body-too-large', 'the body is larger than what is read here: split what it says');
  }
  if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    const types = readable(request);
    return new HttpProblem('unsupported-media-type', `send the body as ${types}`, {
      headers: { 'accept-post': types },
    });
  }
  const status = error.statusCode ?? 500;
  return status >= 400 && status < 500 ? new HttpProblem('malformed-request', error.message) : null;
}

const retryAfter = { 'retry-after': '2' };

function readable(request: FastifyRequest): string {
  return (request.routeOptions.schema?.consumes ?? ['application/json']).join(', ');
}

function nearestAddress(path: string, patterns: Iterable<string>): string | undefined {
  // However it was escaped: what is compared with the patterns is what the router has read.
  const segments = path
    .replace(/\/+$/, '')
    .split('/')
    .map((segment) => encodeURIComponent(decodeURIComponent(segment)));
  const candidates = [...patterns].flatMap((pattern) => filled(pattern, segments));
  const same = candidates.find((candidate) => candidate === segments.join('/'));
  return same ?? nearest(segments.join('/'), candidates, { limit: 1 })[0];
}

// An address with the same number of segments, its parameters filled with what was asked for.
function filled(pattern: string, segments: readonly string[]): readonly string[] {
  const parts = pattern.split('/');
  if (parts.length !== segments.length) return [];
  return [parts.map((part, i) => (part.startsWith(':') ? segments[i] : part)).join('/')];
}

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
