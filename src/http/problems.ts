import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { nearest } from '../domain/vocabulary/nearest.ts';
import { type Problem, problem } from '../domain/vocabulary/problem.ts';
import {
  AccessDenied,
  DamagedEvent,
  DiskFull,
  StoreBehind,
  StoreClosed,
  StoreUnavailable,
  StreamDeleted,
  TooLarge,
  Unauthenticated,
} from '../event-store/event-store.ts';
import { flagShape } from '../projections/shapes.ts';
import { type Fault, faultAt } from '../proof/check-log.ts';
import { LedgerAltered } from '../proof/kept-fault.ts';
import { Busy } from '../recording/turns.ts';
import { type ProblemName, problemTypes } from './problem-types.ts';

/**
 * Answers every error of an app as application/problem+json. `addresses` gives the patterns of its routes; `showPage`
 * answers whoever asks an unknown address for a page. `alterationFound` is told what a request finds to be altered.
 */
export function answerProblems(
  app: FastifyInstance,
  addresses: () => Iterable<string>,
  showPage: ShowProblem,
  alterationFound: (fault: Fault) => void,
): void {
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    if (error instanceof LedgerAltered) alterationFound(error.fault);
    if (error instanceof DamagedEvent) alterationFound(faultAt(error.position, error.message));
    return answerError(error, request, reply);
  });
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0] ?? '';
    const suggestion = path.length > 500 ? undefined : nearestAddress(path, addresses());
    const hint = suggestion === undefined ? '; start at / for pages, at /api for data' : didYouMean(suggestion);
    const message = `there is nothing at ${path.slice(0, 200)}${hint}`;
    const errors = [problemIn('path', '', message, suggestion)];
    const unknown = new HttpProblem('unknown-address', message, { errors });
    reply.header('vary', 'accept');
    return prefersPage(request) ? showPage(request, reply, unknown) : sendProblem(reply, unknown.problem);
  });
}

type ShowProblem = (request: FastifyRequest, reply: FastifyReply, problem: HttpProblem) => FastifyReply;

/** Whether a client wants a page: a browser names text/html; a client that takes anything gets what the API answers. */
export function prefersPage({ method, headers: { accept = '' } }: FastifyRequest): boolean {
  const ranges = accept
    .toLowerCase()
    .split(',')
    .map((range) => range.split(';').map((part) => part.trim()));
  const quality = (...types: readonly string[]) =>
    Math.max(
      0,
      ...ranges
        .filter(([type = '']) => types.includes(type))
        .map(([, ...parameters]) => Number(parameters.find((one) => one.startsWith('q='))?.slice(2) ?? 1)),
    );
  const page = quality('text/html');
  return ['GET', 'HEAD'].includes(method) && page > 0 && page >= quality('application/json', problemMediaType);
}

function answerError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const foreseen = problemOfError(error, request);
  if (foreseen !== null) {
    const { status, type } = foreseen.problem;
    // Load is no fault of the code: a line each is enough, without a stack.
    if (type === '/problems/busy') request.log.warn(foreseen.message);
    else if (status >= 500) request.log.error({ err: error }, foreseen.message);
    return sendProblem(reply, foreseen.problem, foreseen.headers);
  }
  request.log.error({ err: error }, 'unforeseen error');
  const detail = 'the server failed; its log says more under the id of this request';
  return sendProblem(reply, problemDetails('internal-error', detail, { requestId: request.id }));
}

function problemOfError(error: FastifyError, { routeOptions }: FastifyRequest): HttpProblem | null {
  if (error instanceof HttpProblem) return error;
  if (error instanceof TooLarge) {
    return new HttpProblem('article-too-large', `${error.message}: split the article; give each part its own id`);
  }
  if (error instanceof Busy) return new HttpProblem('busy', error.message, retryLater);
  if (error instanceof DiskFull) {
    const detail = 'the disk is full: nothing can be recorded until somebody makes room; what is recorded stays';
    return new HttpProblem('disk-full', detail, retryLater);
  }
  if (error instanceof StoreBehind) return new HttpProblem('store-behind', error.message, retryLater);
  if (error instanceof StreamDeleted) return new HttpProblem('ledger-truncated', error.message);
  if (error instanceof LedgerAltered || error instanceof DamagedEvent) {
    return new HttpProblem('ledger-altered', error.message);
  }
  if (error instanceof AccessDenied || error instanceof Unauthenticated) {
    const detail = 'the event store refuses this server; its operator must check its credentials';
    return new HttpProblem('store-unavailable', detail, retryLater);
  }
  if (error instanceof StoreUnavailable || error instanceof StoreClosed) {
    return new HttpProblem('store-unavailable', 'the event store cannot be reached at the moment', retryLater);
  }
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return new HttpProblem('body-too-large', 'the body is larger than this address accepts: split it');
  }
  if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    const types = (routeOptions.schema?.consumes ?? ['application/json']).join(', ');
    return new HttpProblem('unsupported-media-type', `send the body as ${types}`, {
      headers: { 'accept-post': types },
    });
  }
  const status = error.statusCode ?? 500;
  return status >= 400 && status < 500 ? new HttpProblem('malformed-request', error.message) : null;
}

/** For a problem that may soon be over. */
export const retryLater = { headers: { 'retry-after': '2' } };

function nearestAddress(path: string, patterns: Iterable<string>): string | undefined {
  // However the client escaped the path, compare what the router read.
  const segments = path
    .replace(/\/+$/, '')
    .split('/')
    .map((segment) => encodeURIComponent(decodeURIComponent(segment)));
  // An address with a secret is never what somebody meant.
  const open = [...patterns].filter((pattern) => !pattern.startsWith('/shared/'));
  const candidates = open.flatMap((pattern) => fillPattern(pattern, segments));
  const same = candidates.find((candidate) => candidate === segments.join('/'));
  return same ?? nearest(segments.join('/'), candidates, { limit: 1 })[0];
}

// A pattern with as many segments as the address, its parameters filled from the address.
function fillPattern(pattern: string, segments: readonly string[]): readonly string[] {
  const parts = pattern.split('/');
  if (parts.length !== segments.length) return [];
  return [parts.map((part, i) => (part.startsWith(':') ? segments[i] : part)).join('/')];
}

/** Ends a request with a problem. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly problem: ProblemDetails;
  readonly headers: Headers;

  constructor(name: ProblemName, detail: string, { headers = {}, ...more }: MoreDetails & { headers?: Headers } = {}) {
    super(detail);
    this.problem = problemDetails(name, detail, more);
    this.headers = headers;
  }
}

type Headers = Readonly<Record<string, string>>;

/** The problem of a request with mistakes; its detail is the first mistake and how many follow. */
export function problemWith(
  name: ProblemName,
  errors: readonly RequestProblem[],
  more: Pick<MoreDetails, 'rule'> = {},
): HttpProblem {
  const [first, ...others] = errors;
  const place = first?.line === undefined ? '' : `line ${first.line}: `;
  const rest = others.length === 0 ? '' : ` (and ${others.length} more in errors)`;
  return new HttpProblem(name, `${place}${first?.message ?? ''}${rest}`, { ...more, errors });
}

export function problemDetails(
  name: ProblemName,
  detail: string,
  { errors, requestId, ...more }: MoreDetails = {},
): ProblemDetails {
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

type MoreDetails = Partial<Pick<ProblemDetails, 'status' | 'requestId' | 'rule' | 'flags' | 'version' | 'since'>> & {
  readonly errors?: readonly RequestProblem[];
};

export function problemIn(
  where: RequestProblem['in'],
  path: string,
  message: string,
  suggestion?: string,
): RequestProblem {
  return { in: where, ...problem(path, message, suggestion) };
}

/** A problem and the part of the request that it is in. */
export type RequestProblem = Problem & Pick<z.infer<typeof requestProblemShape>, 'in' | 'line' | 'column'>;

/** A `RequestProblem` as an answer shows it. */
export const requestProblemShape = z
  .object({
    in: z.enum(['query', 'path', 'header', 'body']),
    path: z.string().describe('the name of a parameter or header; in a body a JSON pointer (RFC 6901)'),
    line: z.int().optional().describe('in a body, from 1'),
    column: z.int().optional().describe('in a body, from 1'),
    message: z.string(),
    suggestion: z.string().optional().describe('what was probably meant'),
  })
  .describe('A mistake in a request');

export type ProblemDetails = z.infer<typeof problemShape>;

/** The body of every answer of status 400 and above (RFC 9457). */
export const problemShape = z
  .object({
    type: z.string().describe('stable; the address that explains it'),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    requestId: z.string().optional().describe('the log says more under this id'),
    errors: z.array(requestProblemShape).optional(),
    rule: z.string().optional().describe('of a decision: the rule that refuses it'),
    flags: z
      .array(flagShape.extend({ fact: z.string() }))
      .optional()
      .describe('of a decision: the business rules that facts would break'),
    version: z.int().optional().describe('of a stale decision: the version now'),
    since: z
      .array(z.object({ position: z.int(), type: z.string(), recordedAt: z.string(), recordedBy: z.string() }))
      .optional()
      .describe('of a stale decision: the events that touched it since the version that was seen'),
  })
  .describe('What went wrong and what to do instead (RFC 9457)');

/** "; did you mean X?" for a message; empty without a suggestion. */
export function didYouMean(suggestion: string | undefined): string {
  return suggestion === undefined ? '' : `; did you mean ${suggestion}?`;
}

/** The start of a name that a client sent, for a message. */
export function shorten(text: string): string {
  return text.slice(0, 80);
}

/** The media type of a problem. */
export const problemMediaType = 'application/problem+json';

export function sendProblem(reply: FastifyReply, problem: ProblemDetails, headers: Headers = {}): FastifyReply {
  return (
    reply
      .code(problem.status)
      .headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', ...headers })
      .header('content-type', problemMediaType)
      // As bytes: Fastify would add a charset to the type of a text.
      .send(Buffer.from(JSON.stringify(problem)))
  );
}

function problemOfClient({ code }: NodeJS.ErrnoException): ProblemDetails {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return problemDetails('request-headers-too-large', 'the address and the headers are too large');
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return problemDetails('request-timeout', 'the request did not arrive in time');
  }
  return problemDetails('malformed-request', 'this is not an HTTP request');
}

/** Answers on the socket when the server cannot even parse the request. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const problem = problemOfClient(error);
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    `Content-Type: ${problemMediaType}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
