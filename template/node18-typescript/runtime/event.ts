import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { PassThrough, type Readable } from 'node:stream';
import type { FunctionContext, FunctionEvent, ResponseBody, ResponseHeaders } from '../types.ts';
import type { Answer } from './answer.ts';

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

/** A request as a handler sees it; rarely used parts are made on demand. */
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

/** Collects a handler's answer and passes it on. */
export class Context implements FunctionContext {
  readonly #onSucceed: (answer: Answer) => void;
  readonly #onFail: (error: unknown) => void;
  #status = 200;
  #headers: ResponseHeaders = {};

  constructor(onSucceed: (answer: Answer) => void, onFail: (error: unknown) => void) {
    this.#onSucceed = onSucceed;
    this.#onFail = onFail;
  }

  status(code: number): this {
    this.#status = code;
    return this;
  }

  headers(headers: ResponseHeaders): this {
    this.#headers = { ...this.#headers, ...headers };
    return this;
  }

  succeed(value?: ResponseBody): this {
    this.#onSucceed({ status: this.#status, headers: this.#headers, value });
    return this;
  }

  fail(error: unknown): this {
    this.#onFail(error);
    return this;
  }
}

const EMPTY = Buffer.alloc(0);
const JSON_TYPE = /^[^;\s]+[/+]json\s*(?:;|$)/i;

/** The body is longer than the limit: 413. */
export class BodyTooLarge extends Error {}
/** The body claims to be JSON but is not: 400. */
export class MalformedJson extends Error {}
/** The client left before its request was complete: no one is left to answer. */
export class ClientGone extends Error {}

/**
 * Reads a whole body.
 * @throws BodyTooLarge as soon as more than `limit` bytes are announced or arrive; the rest is
 *   then read and dropped, so that the client gets its answer.
 * @throws ClientGone if the connection ends first.
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  if (encoding === undefined && (length === undefined || length === '0')) return EMPTY;
  if (Number(length) > limit) throw new BodyTooLarge();
  return collect(request, limit);
}

function collect(request: IncomingMessage, limit: number): Promise<Buffer> {
  const { promise, resolve, reject } = withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  let size = 0;
  const onData = (chunk: Buffer) => {
    size += chunk.length;
    if (size > limit) {
      request.off('data', onData).resume();
      reject(new BodyTooLarge());
    } else {
      chunks.push(chunk);
    }
  };
  request.on('data', onData);
  request.once('end', () => {
    const [only] = chunks;
    resolve(chunks.length === 1 && only ? only : Buffer.concat(chunks, Math.min(size, limit)));
  });
  request.once('error', () => reject(new ClientGone()));
  request.once('close', () => reject(new ClientGone()));
  return promise;
}

/** What a handler in `json` mode sees: JSON parsed, other types as text, an empty body undefined. */
export function parseBody(body: Buffer, contentType: string | undefined): unknown {
  if (body.length === 0) return undefined;
  if (!JSON_TYPE.test(contentType ?? '')) return body.toString();
  if (!isUtf8(body)) throw new MalformedJson('The body is not UTF-8');
  try {
    return JSON.parse(body.toString());
  } catch (error) {
    throw new MalformedJson('The body is not JSON', { cause: error });
  }
}

/**
 * A request's body as a stream that a handler may abandon or destroy at any point: the request
 * itself must not be destroyed, since its answer travels on the same connection.
 */
export function streamBody(request: IncomingMessage): Readable {
  const body = new PassThrough();
  body.on('error', () => {});
  body.once('close', () => {
    request.unpipe(body);
    request.resume();
  });
  request.once('error', (error) => body.destroy(error));
  request.once('close', () => {
    if (!request.complete) body.destroy(new ClientGone('The client left'));
  });
  request.pipe(body);
  return body;
}

function withResolvers<T>() {
  let resolve!: (value: T) => void;
  let reject!: (reason: Error) => void;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
