import type { IncomingMessage } from 'node:http';

/**
 * A request's body for the proxy's client. The client would destroy a stream that it could not
 * send to its end, and with it the connection that the answer has to travel on; what it is given
 * here instead can be left at any point, and the rest is then read and dropped.
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
