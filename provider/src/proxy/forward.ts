import { randomUUID } from 'node:crypto';
import type {
  IncomingHttpHeaders,
  IncomingMessage,
  OutgoingHttpHeaders,
  ServerResponse,
} from 'node:http';
import type { Readable } from 'node:stream';
import type { Dispatcher, Pool } from 'undici';

/** RFC 9110, 7.6.1: these apply to a single connection. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
/** Replaced on the way in; `expect` was answered by this server already. */
const REPLACED = new Set([
  'host',
  'expect',
  'x-call-id',
  'x-start-time',
  'x-forwarded-for',
  'x-forwarded-host',
]);

/** What identifies one call, in the request to the function and in the answer alike. */
export interface CallHeaders {
  readonly 'X-Call-Id': string;
  /** Nanoseconds since the epoch, as the gateway writes them. */
  readonly 'X-Start-Time': string;
}

/** A call's own headers; an id in the request is kept. */
export function callHeaders(headers: IncomingHttpHeaders): CallHeaders {
  return {
    'X-Call-Id': String(headers['x-call-id'] || randomUUID()),
    'X-Start-Time': `${Date.now()}000000`,
  };
}

/** The headers for the function: alternating names and values, repeated ones in order. */
export function requestHeaders(request: IncomingMessage, call: CallHeaders): string[] {
  const { rawHeaders, headers, socket } = request;
  const dropped = connectionOptions(headers.connection);
  const result: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string;
    const key = name.toLowerCase();
    if (HOP_BY_HOP.has(key) || REPLACED.has(key) || dropped?.includes(key)) continue;
    result.push(name, rawHeaders[index + 1] as string);
  }
  const forwardedFor = [headers['x-forwarded-for'], socket.remoteAddress].filter(Boolean);
  const forwardedHost = String(headers['x-forwarded-host'] || headers.host || '');
  result.push('X-Call-Id', call['X-Call-Id'], 'X-Start-Time', call['X-Start-Time']);
  result.push('X-Forwarded-For', forwardedFor.join(', '), 'X-Forwarded-Host', forwardedHost);
  return result;
}

/** The headers for the client. */
export function responseHeaders(
  headers: IncomingHttpHeaders,
  call: CallHeaders,
): OutgoingHttpHeaders {
  const dropped = connectionOptions(headers.connection);
  const result: OutgoingHttpHeaders = {};
  for (const [name, value] of Object.entries(headers)) {
    if (!HOP_BY_HOP.has(name) && !dropped?.includes(name)) result[name] = value;
  }
  result['x-call-id'] = call['X-Call-Id'];
  result['x-start-time'] = call['X-Start-Time'];
  return result;
}

function connectionOptions(connection: string | undefined): string[] | undefined {
  return connection?.toLowerCase().split(/\s*,\s*/);
}

/**
 * A request's body for the proxy's client. The client destroys a stream that it cannot send
 * completely, and with it the connection that carries the answer. This one can be abandoned at any
 * point; the rest is then read and dropped.
 */
export class RequestBody implements AsyncIterable<Buffer> {
  readonly #request: IncomingMessage;
  /** Whether anything of it may have been read, so that it cannot be sent again. */
  taken = false;

  constructor(request: IncomingMessage) {
    this.#request = request;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer, void, undefined> {
    this.taken = true;
    try {
      yield* this.#request.iterator({ destroyOnReturn: false });
    } finally {
      this.#request.resume();
    }
  }
}

/** One request on its way to a replica. */
export interface Forwarding {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly path: string;
  readonly call: CallHeaders;
  readonly timeouts: { readonly answer: number; readonly body: number };
}

/** Its outcome; `failed` means that nothing was answered yet. */
export type Outcome =
  | { readonly kind: 'answered' }
  | { readonly kind: 'clientGone' }
  | { readonly kind: 'failed'; readonly error: NodeJS.ErrnoException; readonly bodyTaken: boolean };

/** Sends a request to a replica and its answer to the client, both streamed. Never rejects. */
export function forward(pool: Pool, forwarding: Forwarding): Promise<Outcome> {
  const { request, path, call, timeouts } = forwarding;
  return new Promise((resolve) => {
    const body = hasBody(request) ? new RequestBody(request) : null;
    const relay = new Relay(forwarding, body, resolve);
    const options: Dispatcher.DispatchOptions = {
      path,
      method: request.method as Dispatcher.HttpMethod,
      headers: requestHeaders(request, call),
      // Its types only allow streams, its documentation any asynchronous iterable.
      body: body as unknown as Readable | null,
      headersTimeout: timeouts.answer,
      bodyTimeout: timeouts.body,
    };
    try {
      pool.dispatch(options, relay);
    } catch (error) {
      relay.onResponseError(undefined, error as Error);
    }
  });
}

/** Whether a request has a body at all (RFC 9112, 6.3). */
export function hasBody({ headers }: IncomingMessage): boolean {
  const length = headers['content-length'];
  return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
}

/** Passes an answer on to the client, no faster than the client takes it. */
class Relay implements Dispatcher.DispatchHandler {
  readonly #response: ServerResponse;
  readonly #call: CallHeaders;
  readonly #body: RequestBody | null;
  readonly #resolve: (outcome: Outcome) => void;
  readonly #onDrain = () => this.#controller?.resume();
  // Waiting only for 'drain' would never end once the client has left.
  readonly #onClose = () => this.#controller?.abort(new Error('The client left'));
  #controller: Dispatcher.DispatchController | undefined;

  constructor(
    { response, call }: Forwarding,
    body: RequestBody | null,
    resolve: (outcome: Outcome) => void,
  ) {
    this.#response = response;
    this.#call = call;
    this.#body = body;
    this.#resolve = resolve;
    response.on('drain', this.#onDrain);
    response.on('close', this.#onClose);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#response.closed) this.#onClose();
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    if (status >= 200) this.#response.writeHead(status, responseHeaders(headers, this.#call));
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.#response.write(chunk)) controller.pause();
  }

  onResponseEnd(): void {
    this.#response.end();
    this.#settle({ kind: 'answered' });
  }

  onResponseError(_controller: unknown, error: Error): void {
    const { closed, headersSent } = this.#response;
    const bodyTaken = this.#body?.taken ?? false;
    if (headersSent) this.#response.destroy();
    if (closed) this.#settle({ kind: 'clientGone' });
    else this.#settle(headersSent ? { kind: 'answered' } : { kind: 'failed', error, bodyTaken });
  }

  #settle(outcome: Outcome): void {
    this.#response.off('drain', this.#onDrain);
    this.#response.off('close', this.#onClose);
    this.#resolve(outcome);
  }
}
