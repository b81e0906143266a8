import type { Trace } from '@movie-rental/contracts';
import { type Database, openDatabase } from '@movie-rental/mysql';
import { loadConfig } from '@movie-rental/runtime/config';
import { createLogger, type Logger } from '@movie-rental/runtime/logger';
import { openTracer, type Span, type Tracer, untraced } from '@movie-rental/runtime/tracing';
import type { FunctionContext, FunctionEvent } from 'node18-typescript';
import { z } from 'zod';
import { type PublicKeys, readPublicKeys } from './access-token.ts';
import { notModified, problemReply, type Reply } from './reply.ts';
import {
  acceptsJson,
  admit,
  type Credentials,
  chooseRequestId,
  readBody,
  readQuery,
  traceOf,
} from './request.ts';
import { type Access, findRoute, type Route } from './route.ts';

/** Requires a credential if one of the routes is for those whom it is checked by. */
type Credential<Name extends string, Who extends Access, Checked extends Access> = [
  Extract<Who, Checked>,
] extends [never]
  ? { [Key in Name]?: string }
  : { [Key in Name]: string };

/**
 * What a function is made of once its configuration was read. Its type asks for what its routes need:
 * `publicKeys`, a JSON Web Key Set, for customers and administrators; `serviceToken` for services.
 */
export type Wiring<Who extends Access> = {
  routes: readonly Route<Who>[];
  /** Called after the last request was answered. */
  close?(): Promise<void>;
} & Credential<'publicKeys', Who, 'customer' | 'administrator'> &
  Credential<'serviceToken', Who, 'service'>;

export interface FunctionDefinition<Who extends Access> {
  /** The function's name, as its log lines carry it. */
  name: string;
  /** Reads the configuration and wires the routes. It connects to nothing: readiness is not health. */
  open(logger: Logger): Wiring<Who> | Promise<Wiring<Who>>;
}

/** A wiring whose type was checked already. */
interface Opened {
  routes: readonly Route[];
  publicKeys?: string;
  serviceToken?: string;
  close?(): Promise<void>;
}

const NO_KEYS: PublicKeys = new Map();
const SLOW_MS = 1_000;
const DEFAULT_CACHE_CONTROL = 'no-store';

/**
 * Wraps a function's routes into what the template's entry file expects of a handler module:
 * routing, authentication, validation, problem documents, request ids and logging stand here once.
 */
export function createFunction<Who extends Access>(definition: FunctionDefinition<Who>) {
  const logger = createLogger(definition.name);
  let wiring: Opened = { routes: [] };
  let credentials: Credentials = { publicKeys: NO_KEYS, serviceToken: undefined };
  let tracer: Tracer = untraced;

  async function answer(
    event: FunctionEvent,
    requestId: string,
    traceparent?: string,
  ): Promise<Reply> {
    const { route, params } = findRoute(wiring.routes, event.method, event.path);
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
      await wiring.close?.();
      await tracer.close();
    },
  };
}

/** The setting of a function that uses the database. */
export const mysqlUrl = z.url({ protocol: /^mysql$/ });

/** A JSON Web Key Set. */
const jwtPublicKeys = z.string();

/** A function that needs no more than the database, and to know who calls. */
export function createDatabaseFunction(
  name: string,
  routes: (database: Database) => readonly Route<Exclude<Access, 'service'>>[],
) {
  const settings = z.object({ MYSQL_URL: mysqlUrl, JWT_PUBLIC_KEYS: jwtPublicKeys });
  return createFunction({
    name,
    open: () => {
      const config = loadConfig(settings, ['MYSQL_URL', 'JWT_PUBLIC_KEYS']);
      const database = openDatabase(config.MYSQL_URL);
      return {
        routes: routes(database),
        publicKeys: config.JWT_PUBLIC_KEYS,
        close: () => database.close(),
      };
    },
  });
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
