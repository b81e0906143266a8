import { randomUUID } from 'node:crypto';
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import type { FunctionModule } from '../types.ts';
import type { Config } from './config.ts';
import { splitTarget } from './event.ts';
import { Invocation } from './invocation.ts';
import { observeRequest } from './metrics.ts';
import { log } from './output.ts';
import { requestIdOf, sendProblem } from './problem.ts';

/** Longer than the 90 s for which the gateway keeps idle connections, or it meets resets. */
const KEEP_ALIVE_MS = 100_000;
/** What nginx logs for a client that left before its answer. */
const CLIENT_CLOSED_REQUEST = 499;

/** Where a function is in its life. */
export interface Lifecycle {
  phase: 'starting' | 'ready' | 'draining';
}

/** The function's server: the watchdog's paths below `/_/`, the handler everywhere else. */
export function createFunctionServer(
  module: FunctionModule,
  config: Config,
  lifecycle: Lifecycle,
): Server {
  let inFlight = 0;
  const isBusy = () => config.maxInflight > 0 && inFlight >= config.maxInflight;
  const invoke = (request: IncomingMessage, response: ServerResponse) =>
    void new Invocation(request, response, config).run(module);
  return createServer(serverOptions(config), (request, response) => {
    identify(request, response);
    if (lifecycle.phase === 'draining') response.setHeader('Connection', 'close');
    const { path } = splitTarget(request.url ?? '/');
    if (path === '/_/ready' && lifecycle.phase === 'ready' && !isBusy() && config.readyPath) {
      request.url = config.readyPath;
      return invoke(request, response);
    }
    if (path.startsWith('/_/')) return answerWatchdog(path, lifecycle, isBusy, request, response);
    if (lifecycle.phase === 'starting') return refuse(request, response, 503, 'starting');
    if (isBusy()) return refuse(request, response, 429, 'too_many_requests');
    inFlight += 1;
    const observe = observeRequest(request.method ?? 'GET');
    response.once('close', () => {
      inFlight -= 1;
      const status = response.headersSent ? response.statusCode : CLIENT_CLOSED_REQUEST;
      const seconds = observe(status);
      if (config.logCallId) logRequest(request, response, status, seconds);
    });
    return invoke(request, response);
  });
}

function serverOptions({ readTimeout }: Config): ServerOptions {
  return {
    keepAliveTimeout: KEEP_ALIVE_MS,
    requestTimeout: readTimeout,
    headersTimeout: readTimeout,
    connectionsCheckingInterval: Math.max(100, Math.min(1_000, readTimeout / 2)),
  };
}

function logRequest(
  { method, url, headers }: IncomingMessage,
  response: ServerResponse,
  status: number,
  seconds: number,
): void {
  const bytes = response.getHeader('content-length');
  const path = splitTarget(url ?? '/').path;
  log('info', 'answered', { call_id: headers['x-call-id'], method, path, status, bytes, seconds });
}

function identify(request: IncomingMessage, response: ServerResponse): void {
  const { headers } = request;
  headers['x-call-id'] ||= randomUUID();
  response.setHeader('X-Call-Id', headers['x-call-id']);
}

function answerWatchdog(
  path: string,
  lifecycle: Lifecycle,
  isBusy: () => boolean,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  if (path === '/_/health') response.end('OK');
  else if (path !== '/_/ready') refuse(request, response, 404, 'not_found');
  else if (lifecycle.phase !== 'ready') refuse(request, response, 503, lifecycle.phase);
  else if (isBusy()) refuse(request, response, 429, 'too_many_requests');
  else response.end('OK');
}

const REASONS = {
  starting: 'The function is starting',
  draining: 'The function is stopping',
  too_many_requests: 'The function is busy with as many requests as it may',
  not_found: 'There is nothing here',
} as const;

function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  code: keyof typeof REASONS,
): void {
  const { path: instance } = splitTarget(request.url ?? '/');
  if (status !== 404) response.setHeader('Retry-After', '1');
  const requestId = requestIdOf(request.headers);
  sendProblem(response, { status, code, detail: REASONS[code], instance, requestId });
}
