import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import type { Dispatcher, Pool } from 'undici';
import { type CallHeaders, requestHeaders, responseHeaders } from './headers.ts';
import { RequestBody } from './request-body.ts';

/** One request on its way to a replica. */
export interface Forwarding {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly path: string;
  readonly call: CallHeaders;
  readonly timeouts: { readonly answer: number; readonly body: number };
}

/** What came of it; `failed` means that nothing was answered yet. */
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
      // Its types name streams alone, its documentation any asynchronous iterable.
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
  // A relay that waited for 'drain' alone would wait for ever once the client has left.
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
