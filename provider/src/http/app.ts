import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import Fastify, { type FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { Registry } from '../functions/registry.ts';
import type { LogBook } from '../logs/log-book.ts';
import type { Metrics } from '../metrics.ts';
import { type Invoker, refuse } from '../proxy/invoke.ts';
import { Refusal } from '../refusal.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import { basicAuth } from './basic-auth.ts';
import { answerError } from './errors.ts';
import { functionRoutes } from './functions.ts';
import { infoRoutes, openRoutes } from './info.ts';
import { logRoutes } from './logs.ts';
import { secretRoutes } from './secrets.ts';

/** Longer than the 90 s for which the gateway keeps idle connections, or it meets resets. */
const KEEP_ALIVE_MS = 100_000;

interface AppParts {
  readonly config: Config;
  readonly registry: Registry;
  readonly secrets: SecretStore;
  readonly logs: LogBook;
  readonly metrics: Metrics;
  readonly invoker: Invoker;
  readonly log: Logger;
}

/** The provider's REST interface, including invocations. */
export function createApp(parts: AppParts): FastifyInstance {
  const { config, registry, secrets, logs, metrics, log } = parts;
  const onError = answerError(log);
  const app = Fastify({
    serverFactory: (handler) => createHttpServer(parts, handler),
    frameworkErrors: onError,
  });
  parseAnyTypeAsJson(app);
  app.setErrorHandler(onError);
  app.setNotFoundHandler((request, reply) =>
    onError(new Refusal(404, 'There is nothing here'), request, reply),
  );
  openRoutes(app, metrics);
  app.register((system, _options, done) => {
    const credentials = { user: config.BASIC_AUTH_USER, password: config.BASIC_AUTH_PASSWORD };
    system.addHook('onRequest', basicAuth(credentials));
    functionRoutes(system, registry);
    secretRoutes(system, { secrets, registry });
    logRoutes(system, { registry, logs, log });
    infoRoutes(system, config);
    done();
  });
  return app;
}

/**
 * Invocations bypass the framework: it would decode their paths, refuse unknown methods and read
 * their bodies, all of which is up to the function.
 */
function createHttpServer(
  { invoker }: AppParts,
  handler: (request: IncomingMessage, response: ServerResponse) => void,
): Server {
  const options = { keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0 };
  return createServer(options, (request, response) => {
    const { url = '' } = request;
    const exchange = { request, response };
    if (url.startsWith('/function/')) void invoker.invoke(exchange);
    else if (url.startsWith('/async-function/')) {
      refuse(exchange, 501, 'not_implemented', 'There are no asynchronous invocations here');
    } else handler(request, response);
  });
}

/** OpenFaaS clients send JSON under any media type, or without one. */
function parseAnyTypeAsJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, async (_request: unknown, body: string) => {
    try {
      return body === '' ? undefined : JSON.parse(body);
    } catch {
      throw new Refusal(400, 'The body is not JSON');
    }
  });
}
