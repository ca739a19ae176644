import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingHttpHeaders } from 'node:http';
import {
  type Context,
  defaultTextMapGetter,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { EventStore } from '../event-store/event-store.ts';

/**
 * Traces of requests and of their appends, in the names of OpenTelemetry. They continue the trace of a client that sends
 * `traceparent` (W3C Trace Context), and go to where the variables `OTEL_EXPORTER_OTLP_…` say. A collector that is away
 * costs its traces and nothing else.
 */
export function openTraces(serviceName: string, version: string): Traces {
  const exporter = new OTLPTraceExporter();
  const own = resourceFromAttributes({ 'service.name': serviceName, 'service.version': version });
  const provider = new TracerProvider({
    resource: defaultResource().merge(own),
    spanProcessors: [new BatchSpanProcessor({ exporter })],
  });
  const tracer = provider.getTracer('partnership-ledger', version);
  const propagator = new W3CTraceContextPropagator();
  const active = new AsyncLocalStorage<Context>();
  return {
    begin: (method, headers) => {
      const parent = propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
      const attributes = { 'http.request.method': method };
      return tracer.startSpan(method, { kind: SpanKind.SERVER, attributes }, parent);
    },
    within: (span, work) => active.run(trace.setSpan(ROOT_CONTEXT, span), work),
    end: (span, { method, route, status }) => {
      span.updateName(`${method} ${route}`);
      span.setAttributes({ 'http.route': route, 'http.response.status_code': status });
      if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    },
    traced: (append) => async (stream, expected, events, options) => {
      const attributes = { 'ledger.stream': stream, 'ledger.events': events.length };
      const span = tracer.startSpan('append', { attributes }, active.getStore() ?? ROOT_CONTEXT);
      try {
        return await append(stream, expected, events, options);
      } catch (error) {
        span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : 'error' });
        throw error;
      } finally {
        span.end();
      }
    },
    close: () => provider.shutdown(),
  };
}

/** The traces of a server. */
export type Traces = {
  /** Begins the span of a request. */
  readonly begin: (method: string, headers: IncomingHttpHeaders) => Span;
  /** Does the work of a request: appends in it become children of its span. */
  readonly within: (span: Span, work: () => void) => void;
  /** Ends the span of a request with its answer. */
  readonly end: (
    span: Span,
    answer: { readonly method: string; readonly route: string; readonly status: number },
  ) => void;
  /** An append with a span of its own. */
  readonly traced: (append: EventStore['append']) => EventStore['append'];
  /** Sends what is left, as long as the exporter waits for it. */
  readonly close: () => Promise<void>;
};
