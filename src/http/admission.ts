import type { IncomingMessage, ServerResponse } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { HttpProblem, problemDetails, problemMediaType, retryLater } from './problems.ts';

/**
 * Bounds what a server takes on at once: requests under way, those that wait for a position, the bytes of bodies, open
 * connections, and how late its event loop may be. What is beyond that gets 503 with Retry-After at once, instead of an
 * answer that comes when nobody waits for it any more. Health checks and metrics are always answered.
 */
export function admitRequests(app: FastifyInstance, limits: Partial<AdmissionLimits> = {}): void {
  const { mostRequests, mostWaits, mostBodyBytes, mostConnections, mostLoopDelayMs } = { ...defaultLimits, ...limits };
  const underWay = new Set<Admitted>();
  let [waits, bodyBytes] = [0, 0];
  const lateness = loopLateness();
  app.server.maxConnections = mostConnections;
  app.server.on('checkExpectation', refuseExpectation);

  const refusal = ({ isWait, bytes }: Admitted): string | null => {
    if (underWay.size >= mostRequests) return `${mostRequests} requests are under way`;
    if (isWait && waits >= mostWaits) return `${mostWaits} requests wait for a position already`;
    if (bytes > 0 && bodyBytes + bytes > mostBodyBytes)
      return 'the bodies that are being read fill the memory for them';
    const late = lateness.milliseconds();
    return late > mostLoopDelayMs ? `the server is ${Math.round(late / 1000)} s behind with its work` : null;
  };

  app.addHook('onRequest', (request, reply, done) => {
    if (isExempt(request.url)) return done();
    const admitted = { request: request.raw, isWait: waitPattern.test(request.url), bytes: bodyBytesOf(request) };
    const reason = refusal(admitted);
    if (reason !== null) {
      return done(new HttpProblem('busy', `${reason}: ask again in a moment`, retryLater));
    }
    underWay.add(admitted);
    waits += Number(admitted.isWait);
    bodyBytes += admitted.bytes;
    const leave = (): void => {
      if (!underWay.delete(admitted)) return;
      waits -= Number(admitted.isWait);
      bodyBytes -= admitted.bytes;
    };
    reply.raw.once('finish', leave).once('close', leave);
    done();
  });
  app.addHook('onSend', (request, reply, payload, done) => {
    if (bodyBytesOf(request) > 0 && !request.raw.complete) dropRest(request, reply);
    done(null, payload);
  });
  app.addHook('preClose', (done) => {
    lateness.stop();
    // A body that is still on its way would keep the server from closing for as long as it likes.
    for (const { request, bytes } of underWay) if (bytes > 0 && !request.complete) request.destroy();
    done();
  });
}

/** What a server takes on at once. */
export type AdmissionLimits = {
  readonly mostRequests: number;
  /** Requests that wait for a position (`atLeast`), which are among those under way. */
  readonly mostWaits: number;
  /** Of all bodies that are being read; one of unknown length counts as the longest that an address takes. */
  readonly mostBodyBytes: number;
  readonly mostConnections: number;
  /** The mean delay of the event loop, two seconds in a row. */
  readonly mostLoopDelayMs: number;
};

const defaultLimits: AdmissionLimits = {
  mostRequests: 1_000,
  mostWaits: 250,
  mostBodyBytes: 64 * 1024 * 1024,
  mostConnections: 4_000,
  // Whoever serves sets one: a process that also computes, as tests do, is late for reasons of its own.
  mostLoopDelayMs: Number.POSITIVE_INFINITY,
};

type Admitted = { readonly request: IncomingMessage; readonly isWait: boolean; readonly bytes: number };

// Streams of events have a limit of their own.
function isExempt(url: string): boolean {
  return url.startsWith('/health/') || url === '/metrics' || /^\/api\/events(\?|$)/.test(url);
}

const waitPattern = /[?&](?:atLeast|atPosition)=/;

// What the body of a request may take in memory; 0 without a body.
function bodyBytesOf({ headers }: FastifyRequest): number {
  if (headers['transfer-encoding'] !== undefined) return longestBodyBytes;
  return Math.min(Number(headers['content-length'] ?? 0) || 0, longestBodyBytes);
}

const longestBodyBytes = 1024 * 1024;

// How late the event loop is, as the mean of a second.
function loopLateness(): { readonly milliseconds: () => number; readonly stop: () => void } {
  const histogram = monitorEventLoopDelay({ resolution: loopResolutionMs });
  histogram.enable();
  // One long turn of the loop is no pile of work: both of the last two seconds have to be late.
  let [last, milliseconds] = [0, 0];
  const timer = setInterval(() => {
    const mean = Math.max(0, histogram.mean / 1e6 - loopResolutionMs) || 0;
    [last, milliseconds] = [mean, Math.min(last, mean)];
    histogram.reset();
  }, 1_000);
  timer.unref();
  return {
    milliseconds: () => milliseconds,
    stop: () => {
      clearInterval(timer);
      histogram.disable();
    },
  };
}

const loopResolutionMs = 20;

// A client that still sends would never read the answer of a connection that is closed: read on, and drop it, up to a
// bound. The time limit of a request ends what takes too long.
function dropRest({ raw }: FastifyRequest, reply: FastifyReply): void {
  reply.removeHeader('connection');
  let dropped = 0;
  raw.on('data', (chunk: Buffer) => {
    dropped += chunk.length;
    if (dropped > mostDroppedBytes) raw.destroy();
  });
}

const mostDroppedBytes = 16 * 1024 * 1024;

// Node answers `Expect: 100-continue` itself.
function refuseExpectation({ headers }: IncomingMessage, response: ServerResponse): void {
  const detail = `this server does nothing for "Expect: ${String(headers.expect).slice(0, 80)}"; it knows 100-continue`;
  const body = JSON.stringify(problemDetails('expectation-failed', detail));
  const length = Buffer.byteLength(body);
  response.writeHead(417, { 'content-type': problemMediaType, 'content-length': length, 'cache-control': 'no-store' });
  response.end(body);
}
