import type { Span } from '@opentelemetry/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import * as z from 'zod';
import type { Metrics } from '../../telemetry/metrics.ts';
import type { Traces } from '../../telemetry/traces.ts';
import type { ServerContext } from '../context.ts';
import { headersOf, problemAnswers } from '../described-answers.ts';
import { withoutSecrets } from '../guard.ts';

/** GET /metrics: the figures of this server, for Prometheus. */
export function metricsRoute(app: FastifyInstance, metrics: Metrics, { ledger, proof }: ServerContext): void {
  metrics.watch({ ...ledger, check: proof.check.state });
  const text = z.string().describe('The figures, in the text format of Prometheus');
  const content = { 'text/plain': { schema: text } };
  const answer = { description: text.description ?? '', content, headers: headersOf('cache-control') };
  const schema = {
    operationId: 'getMetrics',
    summary: 'The figures of this server, for Prometheus',
    tags: ['health'],
    response: { 200: answer, ...problemAnswers() },
  };
  app.get('/metrics', { schema, logLevel: 'warn' }, async (_, reply) =>
    reply
      .header('cache-control', 'no-store')
      .type(metrics.contentType)
      .send(await metrics.text()),
  );
}

/**
 * Logs, counts and, if somebody collects traces, traces each request. A line has the id of its request and of its trace,
 * and no headers: they hold tokens.
 */
export function observeRequests(app: FastifyInstance, metrics: Metrics, traces: Traces | null): void {
  const spans = new WeakMap<FastifyRequest, Span>();
  if (traces !== null) {
    app.addHook('onRequest', (request, _, done) => {
      spans.set(request, traces.begin(request.method, request.headers));
      done();
    });
    // Reading a body loses the context, so the work begins here.
    app.addHook('preHandler', (request, _, done) => {
      const span = spans.get(request);
      if (span === undefined) done();
      else traces.within(span, done);
    });
  }
  app.addHook('onResponse', (request, { statusCode: status, elapsedTime }, done) => {
    const { log, method, url } = request;
    const route = request.routeOptions.url ?? 'none';
    metrics.answered(method, route, status, elapsedTime / 1_000);
    const span = spans.get(request);
    const trace = span === undefined ? {} : { traceId: span.spanContext().traceId };
    if (span !== undefined) traces?.end(span, { method, route, status });
    log.info(
      { method, url: withoutSecrets(url), status, milliseconds: Math.round(elapsedTime * 10) / 10, ...trace },
      'answered',
    );
    done();
  });
}
