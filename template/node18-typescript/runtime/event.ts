import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { FunctionEvent } from '../types.ts';

const ORIGIN = /^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i;
const NOTHING = Buffer.alloc(0);

/** The path and query of a request target, as received; the path always begins with `/`. */
export function splitTarget(target: string): { path: string; search: string } {
  const local = target.startsWith('/') ? target : target.replace(ORIGIN, '');
  const question = local.indexOf('?');
  const path = question === -1 ? local : local.slice(0, question);
  return {
    path: path.startsWith('/') ? path : `/${path}`,
    search: question === -1 ? '' : local.slice(question + 1),
  };
}

/** A request as a handler sees it; what few handlers ask for is made when it is asked for. */
export class Event implements FunctionEvent {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  body: unknown = undefined;
  rawBody: Buffer = NOTHING;
  readonly #search: string;
  readonly #getSignal: () => AbortSignal;
  #query: URLSearchParams | undefined;

  constructor(request: IncomingMessage, getSignal: () => AbortSignal) {
    const { path, search } = splitTarget(request.url ?? '/');
    this.method = request.method ?? 'GET';
    this.path = path;
    this.headers = request.headers;
    this.#search = search;
    this.#getSignal = getSignal;
  }

  get query(): URLSearchParams {
    this.#query ??= new URLSearchParams(this.#search);
    return this.#query;
  }

  get signal(): AbortSignal {
    return this.#getSignal();
  }
}
