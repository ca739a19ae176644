import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { nearest } from '../../domain/nearest.ts';
import {
  AccessDenied,
  DamagedEvent,
  StoreBehind,
  StoreClosed,
  StoreUnavailable,
  StreamDeleted,
  TooLarge,
  Unauthenticated,
} from '../../event-store/event-store.ts';
import { LedgerAltered } from '../../proof/ledger-proof.ts';
import { didYouMean, HttpProblem, mistake, type Problem, problemOf, problemType } from '../problem.ts';

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

function readable(request: FastifyRequest): string {
  return (request.routeOptions.schema?.consumes ?? ['application/json']).join(', ');
}
const retryAfter = { 'retry-after': '2' };

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

// An address with the same number of segments, its parameters filled with what was asked for.
function filled(pattern: string, segments: readonly string[]): readonly string[] {
  const parts = pattern.split('/');
  if (parts.length !== segments.length) return [];
  return [parts.map((part, i) => (part.startsWith(':') ? segments[i] : part)).join('/')];
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
