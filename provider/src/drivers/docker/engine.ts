import type { Readable } from 'node:stream';
import { type Dispatcher, Pool } from 'undici';
import { z } from 'zod';

/** Longer than any answer that is not a stream takes, even on a busy machine. */
const ANSWER_MS = 120_000;

/** The engine refused a request. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

interface CallOptions {
  readonly query?: Readonly<Record<string, string>>;
  /** Bytes are sent as a tar archive, anything else as JSON. */
  readonly body?: unknown;
  /** Ends a stream. */
  readonly signal?: AbortSignal;
}

const Fault = z.object({ message: z.string() });

/**
 * The Docker Engine's HTTP interface (https://docs.docker.com/reference/api/engine/). Calls reject
 * with EngineError if the engine refuses, with other errors if it is unreachable.
 */
export class Engine {
  readonly #pool: Pool;

  constructor({ origin, socketPath }: EngineAddress) {
    this.#pool = new Pool(origin, socketPath === undefined ? {} : { socketPath });
  }

  /** The answer's JSON, if any. */
  async call(method: Dispatcher.HttpMethod, path: string, options?: CallOptions): Promise<unknown> {
    const { headers, body } = await this.#request(method, path, ANSWER_MS, options);
    const text = await body.text();
    return /json/.test(String(headers['content-type'])) && text !== ''
      ? JSON.parse(text)
      : undefined;
  }

  /** The answer's body as a stream, without a timeout. */
  async stream(
    method: Dispatcher.HttpMethod,
    path: string,
    options?: CallOptions,
  ): Promise<Readable> {
    return (await this.#request(method, path, 0, options)).body;
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }

  async #request(
    method: Dispatcher.HttpMethod,
    path: string,
    timeout: number,
    { query, body, signal }: CallOptions = {},
  ): Promise<Dispatcher.ResponseData> {
    const isTar = Buffer.isBuffer(body);
    const response = await this.#pool.request({
      method,
      path: query ? `${path}?${new URLSearchParams(query)}` : path,
      headersTimeout: timeout,
      bodyTimeout: timeout,
      ...(signal && { signal }),
      ...(body !== undefined && {
        headers: { 'content-type': isTar ? 'application/x-tar' : 'application/json' },
        body: isTar ? body : JSON.stringify(body),
      }),
    });
    if (response.statusCode < 400) return response;
    throw new EngineError(response.statusCode, messageOf(await response.body.text()));
  }
}

function messageOf(text: string): string {
  try {
    return Fault.parse(JSON.parse(text)).message;
  } catch {
    return text;
  }
}

/** Where a Docker engine listens, as an HTTP client needs it. */
export interface EngineAddress {
  readonly origin: string;
  /** A Unix socket instead of a host and port. */
  readonly socketPath?: string;
}

/**
 * Reads `DOCKER_HOST` as Docker's own client does: `unix:///path` or `tcp://host:port`.
 * @throws Error for any other form.
 */
export function parseEngineAddress(text: string): EngineAddress {
  if (URL.canParse(text)) {
    const { protocol, host, port, pathname } = new URL(text);
    if (protocol === 'unix:' && !host && pathname) {
      return { origin: 'http://docker', socketPath: pathname };
    }
    if (protocol === 'tcp:' && port) return { origin: `http://${host}` };
  }
  throw new Error('must be unix:///path or tcp://host:port');
}
