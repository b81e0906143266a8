import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';

/**
 * How a handler wants its request's body.
 * - `json` (the default): `application/json` and any `+json` type is parsed, every other type
 *   arrives as a string; an empty body is `undefined`.
 * - `raw`: a Buffer, whatever its type.
 * - `stream`: a Readable, of any size, that nothing has read from.
 */
export type BodyMode = 'json' | 'raw' | 'stream';

/** One request, as a handler sees it; `Body` is what its module's {@link BodyMode} makes of one. */
export interface FunctionEvent<Body = unknown> {
  /** Upper case: `GET`, `HEAD`, `POST`, … */
  readonly method: string;
  /** What follows the function's name; begins with `/`, percent-encoded as received. */
  readonly path: string;
  /** The query, decoded. A repeated parameter keeps all its values (`query.getAll(name)`). */
  readonly query: URLSearchParams;
  /** Names in lower case. `x-call-id` is always there. */
  readonly headers: IncomingHttpHeaders;
  /** Depends on the module's `body`: see {@link BodyMode}. */
  readonly body: Body;
  /** The body's bytes as received, to verify a signature for one. Empty in `stream` mode. */
  readonly rawBody: Buffer;
  /** Aborts when the answer is no longer needed: the client left or `exec_timeout` passed. */
  readonly signal: AbortSignal;
}

/** A request in `raw` mode. */
export type RawEvent = FunctionEvent<Buffer>;

/** A request in `stream` mode. */
export type StreamEvent = FunctionEvent<Readable>;

/** What can be answered: an object or array becomes JSON, `undefined` an empty body. */
export type ResponseBody =
  | string
  | number
  | boolean
  | null
  | undefined
  | Uint8Array
  | Readable
  | object;

export type ResponseHeaders = Readonly<
  Record<string, string | number | readonly string[] | undefined>
>;

/**
 * How a handler answers, in the manner of OpenFaaS's Node templates:
 * `context.status(201).headers({ location }).succeed(movie)`.
 * The first `succeed` or `fail` is the answer; later ones are ignored.
 */
export interface FunctionContext {
  /** The status code of the answer, 200 unless set (204 is not implied by an empty body). */
  status(code: number): this;
  /** Adds headers to the answer; a name set before is replaced. */
  headers(headers: ResponseHeaders): this;
  /** Answers with `value`. */
  succeed(value?: ResponseBody): this;
  /** Answers 500 with a problem document that hides `error`, which is logged. */
  fail(error: unknown): this;
}

/**
 * Handles one request. What it returns (or resolves to) is the answer unless `context.succeed`
 * or `context.fail` was called; `undefined` and the context itself are no answer. A handler that
 * returned without one may still answer later, until `exec_timeout`.
 */
export type Handler<Body = unknown> = (
  event: FunctionEvent<Body>,
  context: FunctionContext,
) => unknown;

/** What a function's `handler.ts` exports. */
export interface FunctionModule {
  /** A {@link Handler}, of bodies as `body` says. */
  default(event: FunctionEvent, context: FunctionContext): unknown;
  /** Runs once, before the function is ready. A rejection ends the process with exit code 1. */
  readonly init?: () => unknown;
  /** Runs once, after the last request was answered and before the process ends. */
  readonly close?: () => unknown;
  readonly body?: BodyMode;
}
