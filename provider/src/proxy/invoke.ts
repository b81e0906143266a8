import type { IncomingMessage, ServerResponse } from 'node:http';
import { requestIdOf, sendProblem } from 'node18-typescript/problem';
import type { Logger } from 'pino';
import type { ManagedFunction } from '../functions/managed-function.ts';
import type { Registry } from '../functions/registry.ts';
import type { Replica } from '../functions/replica.ts';
import type { Metrics } from '../metrics.ts';
import { NAMESPACE } from '../names.ts';
import { callHeaders, forward, hasBody, type Outcome } from './forward.ts';

const LONGEST_URL = 16_384;
const CLIENT_CLOSED_REQUEST = 499;
/** RFC 9110, 9.2.2: what may be sent again. */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);
const ATTEMPTS = 3;
/** How long a call waits for a function that is just starting; most take one second. */
const LONGEST_WAIT_MS = 10_000;
/** No connection was made: a replica's address disappears with its container. */
const NOT_REACHED = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);
/** The replica's process ended: its connections broke, or were closed after it. */
const REPLICA_LOST = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE', 'UND_ERR_DESTROYED']);

interface InvokerOptions {
  readonly registry: Registry;
  readonly metrics: Metrics;
  readonly log: Logger;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Answers `/function/NAME…` with a replica of the function. */
export class Invoker {
  readonly #options: InvokerOptions;

  constructor(options: InvokerOptions) {
    this.#options = options;
  }

  /** Answers one request. Never rejects. */
  async invoke(exchange: Exchange): Promise<void> {
    const target = parseTarget(exchange.request.url ?? '');
    const fn = target && this.#options.registry.find(target.name);
    if (!fn) return refuse(exchange, 404, 'not_found', 'There is no such function');
    const observe = this.#options.metrics.observeInvocation(fn.name);
    fn.invocations += 1;
    exchange.response.once('close', () => {
      const { headersSent, statusCode } = exchange.response;
      observe(headersSent ? statusCode : CLIENT_CLOSED_REQUEST);
    });
    await this.#tryReplicas(exchange, fn, target);
  }

  async #tryReplicas(exchange: Exchange, fn: ManagedFunction, target: Target): Promise<void> {
    const call = callHeaders(exchange.request.headers);
    const forwarding = { ...exchange, path: target.path, call, timeouts: fn.timeouts };
    const tried: Replica[] = [];
    while (tried.length < ATTEMPTS) {
      const replica = fn.next(tried) ?? (await firstReplica(exchange, fn, tried));
      if (!replica?.pool) break;
      tried.push(replica);
      const release = replica.occupy();
      const outcome = await forward(replica.pool, forwarding);
      release();
      if (outcome.kind !== 'failed') return;
      this.#options.log.warn({ err: outcome.error, replica: replica.id }, 'invocation failed');
      if (!mayTryAnother(exchange.request, outcome)) return answerFailure(exchange, outcome);
    }
    refuse(exchange, 503, 'unavailable', 'No replica of the function is ready');
  }
}

/** Waits for a starting replica, such as just after a deployment, if the call found none. */
async function firstReplica(
  { response }: Exchange,
  fn: ManagedFunction,
  tried: readonly Replica[],
): Promise<Replica | undefined> {
  if (tried.length > 0 || response.closed) return undefined;
  const over = new AbortController();
  const end = () => over.abort();
  const timer = setTimeout(end, LONGEST_WAIT_MS);
  response.once('close', end);
  const replica = await fn.starting(over.signal);
  response.off('close', end);
  clearTimeout(timer);
  return replica;
}

/** Whether a request can be sent again: it did not reach the function, or is harmless. */
function mayTryAnother(
  request: IncomingMessage,
  { error, bodyTaken }: Extract<Outcome, { kind: 'failed' }>,
): boolean {
  if (bodyTaken) return false;
  if (NOT_REACHED.has(error.code ?? '')) return true;
  const repeatable = !hasBody(request) && IDEMPOTENT.has(request.method ?? '');
  return repeatable && REPLICA_LOST.has(error.code ?? '');
}

function answerFailure(exchange: Exchange, { error }: Extract<Outcome, { kind: 'failed' }>): void {
  if (error.code === 'UND_ERR_HEADERS_TIMEOUT') {
    refuse(exchange, 504, 'timeout', 'The function took too long');
  } else {
    refuse(exchange, 502, 'bad_gateway', 'The function broke off');
  }
}

/** Answers with a problem document on behalf of the function. */
export function refuse(
  { request, response }: Exchange,
  status: number,
  code: string,
  detail: string,
): void {
  if (response.headersSent || response.closed) return;
  const [instance = '/'] = (request.url ?? '/').slice(0, LONGEST_URL).split('?');
  if (status === 503) response.setHeader('Retry-After', '1');
  sendProblem(response, {
    status,
    code,
    detail,
    instance,
    requestId: requestIdOf(request.headers),
  });
}

/** The function and the path of a call. */
export interface Target {
  readonly name: string;
  /** What follows the function's name, with the query, as received; begins with `/`. */
  readonly path: string;
}

const INVOCATION = /^\/function\/([^/?]+)([^?]*)(.*)$/;
const SUFFIX = `.${NAMESPACE}`;

/**
 * Parses a request target `/function/NAME[.openfaas-fn][/path][?query]`. Percent-encoding
 * stays untouched: the function decides what `%2F` means in a path.
 */
export function parseTarget(url: string): Target | undefined {
  const match = INVOCATION.exec(url);
  if (!match) return undefined;
  const [, name = '', path = '', query = ''] = match;
  return {
    name: name.endsWith(SUFFIX) ? name.slice(0, -SUFFIX.length) : name,
    path: (path || '/') + query,
  };
}
