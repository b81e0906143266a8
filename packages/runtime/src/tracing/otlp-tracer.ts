import {
  type Context,
  type Span as OtelSpan,
  ROOT_CONTEXT,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { parseTraceParent } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { Span, SpanOptions, Tracer } from './tracer.ts';

/** What could not be sent within this, attempts together, is lost: neither work nor an end waits longer. */
const LONGEST_EXPORT_MS = 2_000;

const KINDS = {
  server: SpanKind.SERVER,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const;

/**
 * Sends spans by OTLP over HTTP, in batches and in the background: work never waits for it, and where
 * no one takes the spans they are dropped.
 *
 * @param endpoint without the path, as `OTEL_EXPORTER_OTLP_ENDPOINT` has it
 */
export function otlpTracer(service: string, endpoint: string): Tracer {
  const url = `${endpoint.replace(/\/+$/, '')}/v1/traces`;
  const exporter = new OTLPTraceExporter({ url, timeoutMillis: LONGEST_EXPORT_MS });
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': service }),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
  const tracer = provider.getTracer('movie-rental');
  const start = ({ name, kind, traceparent, attributes = {} }: SpanOptions) =>
    tracer.startSpan(name, { kind: KINDS[kind], attributes }, parentOf(traceparent));
  return {
    span: (options, work) => {
      const span = start(options);
      return within([span], () => work(spanOf(span)));
    },
    spans: (items, describe, work) => {
      const started = items.map((item) => ({ item, span: start(describe(item)) }));
      const traced = started.map(({ item, span }) => ({ item, span: spanOf(span) }));
      return within(
        started.map(({ span }) => span),
        () => work(traced),
      );
    },
    async close() {
      const tooLate = new Promise<void>((resolve) => {
        setTimeout(resolve, LONGEST_EXPORT_MS).unref();
      });
      await Promise.race([provider.shutdown().catch(() => {}), tooLate]);
    },
  };
}

/** Ends the spans with the work, even if it failed. */
async function within<Result>(spans: readonly OtelSpan[], work: () => Promise<Result>) {
  try {
    return await work();
  } catch (error) {
    const status = { code: SpanStatusCode.ERROR, message: messageOf(error) };
    for (const span of spans) span.setStatus(status);
    throw error;
  } finally {
    for (const span of spans) span.end();
  }
}

function parentOf(traceparent: string | undefined): Context {
  const parent = traceparent ? parseTraceParent(traceparent) : null;
  return parent ? trace.setSpanContext(ROOT_CONTEXT, { ...parent, isRemote: true }) : ROOT_CONTEXT;
}

function spanOf(span: OtelSpan): Span {
  return {
    traceparent: traceparentOf(span.spanContext()),
    set: (attributes) => void span.setAttributes(attributes),
    fail: (message) => void span.setStatus({ code: SpanStatusCode.ERROR, message }),
  };
}

/** W3C Trace Context, version 00. */
function traceparentOf({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
