import type { Trace } from '@movie-rental/contracts';
import { createLogger, type Logger } from '@movie-rental/runtime/logger';
import { openTracer, type Span, type Tracer, untraced } from '@movie-rental/runtime/tracing';
import type { FunctionContext, FunctionEvent } from 'node18-typescript';
import { type PublicKeys, readPublicKeys } from './access-token.ts';
import { admit } from './admit.ts';
import { chooseRequestId, traceOf } from './correlation.ts';
import { notModified } from './not-modified.ts';
import { problemReply } from './problem-reply.ts';
import { acceptsJson, readBody, readQuery } from './read-request.ts';
import type { Reply, Route } from './route.ts';
import { findRoute } from './router.ts';

/** What a function is made of once its configuration was read. */
export interface Wiring {
  routes: readonly Route[];
  /** A JSON Web Key Set; needed where a route is not for anyone. */
  publicKeys?: string;
  /** Needed where a route is for services. */
  serviceToken?: string;
  /** Called after the last request was answered. */
  close?(): Promise<void>;
}

export interface FunctionDefinition {
  /** The function's name, as its log lines carry it. */
  name: string;
  /** Reads the configuration and wires the routes. It connects to nothing: readiness is not health. */
  open(logger: Logger): Wiring | Promise<Wiring>;
}

export interface Credentials {
  publicKeys: PublicKeys;
  serviceToken: string | undefined;
}

const NO_KEYS: PublicKeys = new Map();
const SLOW_MS = 1_000;
const DEFAULT_CACHE_CONTROL = 'no-store';

/**
 * Wraps a function's routes into what the template's entry file expects of a handler module:
 * routing, authentication, validation, problem documents, request ids and logging stand here once.
 */
export function createFunction(definition: FunctionDefinition) {
  const logger = createLogger(definition.name);
  let wiring: Wiring | undefined;
  let credentials: Credentials = { publicKeys: NO_KEYS, serviceToken: undefined };
  let tracer: Tracer = untraced;

  async function answer(
    event: FunctionEvent,
    requestId: string,
    traceparent?: string,
  ): Promise<Reply> {
    const { route, params } = findRoute(wiring?.routes ?? [], event.method, event.path);
    const caller = admit(route.who, event.headers.authorization, credentials);
    acceptsJson(event.headers);
    const query = readQuery(route, event.query);
    const body = readBody(route, event);
    const { headers } = event;
    const trace: Trace = { requestId, traceparent };
    const reply = await route.handle({ body, query, params, headers, requestId, trace, caller });
    return notModified(event, reply);
  }

  async function handle(event: FunctionEvent, context: FunctionContext): Promise<void> {
    const requestId = chooseRequestId(event.headers);
    const started = performance.now();
    const reply = await traced(event, requestId, ({ traceparent }) =>
      answer(event, requestId, traceparent).catch((error: unknown) =>
        problemReply(error, { path: event.path, requestId, logger }),
      ),
    );
    const milliseconds = Math.round(performance.now() - started);
    if (milliseconds > SLOW_MS) {
      logger.warn({ requestId, path: event.path, status: reply.status, milliseconds }, 'slow');
    }
    respond(context, reply, requestId);
  }

  /** What an answer makes to be published continues the request's span. */
  function traced(
    { method, path, headers }: FunctionEvent,
    requestId: string,
    work: (span: Span) => Promise<Reply>,
  ): Promise<Reply> {
    const { traceparent } = traceOf(headers, requestId);
    const attributes = { 'http.request.method': method, 'url.path': path, request_id: requestId };
    const name = `${method} ${definition.name}`;
    return tracer.span({ name, kind: 'server', traceparent, attributes }, async (span) => {
      const reply = await work(span);
      span.set({ 'http.response.status_code': reply.status });
      if (reply.status >= 500) span.fail(`answered ${reply.status}`);
      return reply;
    });
  }

  return {
    handle,
    init: async () => {
      tracer = await openTracer(definition.name);
      wiring = await definition.open(logger);
      credentials = {
        publicKeys: wiring.publicKeys ? readPublicKeys(wiring.publicKeys) : NO_KEYS,
        serviceToken: wiring.serviceToken,
      };
    },
    close: async () => {
      await wiring?.close?.();
      await tracer.close();
    },
  };
}

function respond(context: FunctionContext, reply: Reply, requestId: string): void {
  const headers = {
    'Cache-Control': DEFAULT_CACHE_CONTROL,
    ...(reply.body === undefined ? {} : { 'Content-Type': 'application/json' }),
    ...reply.headers,
    'X-Request-Id': requestId,
  };
  const body = reply.body === undefined ? undefined : JSON.stringify(reply.body);
  context.status(reply.status).headers(headers).succeed(body);
}
