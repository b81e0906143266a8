import { STATUS_CODES } from 'node:http';
import {
  type FieldErrors,
  PROBLEM_MEDIA_TYPE,
  type Problem,
  Refusal,
  type RefusalCode,
} from '@movie-rental/contracts';
import { isUnavailable } from '@movie-rental/mysql';
import type { Logger } from '@movie-rental/runtime/logger';
import type { FunctionEvent } from 'node18-typescript';

export interface Reply {
  status: number;
  /** Becomes JSON; absent for an empty answer. */
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
}

/** Where the edge serves the API. What is answered is for its customers, so paths begin with it. */
export const PUBLIC_PREFIX = '/api';

const DEFAULT_RETRY_SECONDS = 2;

/** How HTTP tells each refusal: its status, and its code if clients know the refusal by another. */
const ANSWERS: Readonly<Record<RefusalCode, readonly [status: number, code?: string]>> = {
  already_extended: [409],
  already_rented: [409],
  busy: [503, 'unavailable'],
  copies_in_use: [409],
  delivery_refused: [422],
  external_id_taken: [409],
  forbidden: [403],
  idempotency_key_in_progress: [409],
  idempotency_key_reused: [422],
  invalid_credentials: [401],
  invalid_refresh_token: [401],
  invalid_token: [401],
  mail_in_progress: [503, 'unavailable'],
  mail_server_unavailable: [503, 'unavailable'],
  movie_changed: [412, 'precondition_failed'],
  movie_not_found: [404, 'not_found'],
  movie_removed: [409],
  no_copies_left: [409],
  rental_not_found: [404, 'not_found'],
  rental_over: [409],
  too_many_attempts: [429, 'too_many_requests'],
  user_not_found: [401, 'invalid_token'],
  username_taken: [409],
  validation_failed: [422],
  // Not 401: the access token is good, and a client must not answer by renewing it.
  wrong_password: [403],
};

interface HttpErrorOptions extends ErrorOptions {
  headers?: Readonly<Record<string, string>>;
  errors?: FieldErrors | undefined;
}

/** An answer other than success, by status and stable code. Its message is the problem's `detail`. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly errors: FieldErrors | undefined;

  constructor(status: number, code: string, detail: string, options: HttpErrorOptions = {}) {
    super(detail, { cause: options.cause });
    this.status = status;
    this.code = code;
    // RFC 9110 asks for a challenge with every 401.
    this.headers = status === 401 ? challenge(code, detail) : (options.headers ?? {});
    this.errors = options.errors;
  }
}

/** The challenge of RFC 6750, which names an error only if it is the access token's. */
function challenge(code: string, detail: string) {
  const error = code === 'invalid_token' ? ` error="${code}", error_description="${detail}"` : '';
  return { 'WWW-Authenticate': `Bearer${error}` };
}

interface Occurrence {
  path: string;
  requestId: string;
  logger: Logger;
}

/**
 * The one place in which an error becomes an answer: a problem document (RFC 9457). What is not
 * expected is 500, logged in full and not told.
 */
export function problemReply(error: unknown, { path, requestId, logger }: Occurrence): Reply {
  const { status, code, message, errors, headers } = toHttpError(error);
  if (status >= 500) logger.error({ err: error, requestId, path }, message);
  const problem: Problem = {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: message,
    instance: PUBLIC_PREFIX + path,
    code,
    request_id: requestId,
    ...(errors && { errors: [...errors] }),
  };
  return { status, headers: { ...headers, 'Content-Type': PROBLEM_MEDIA_TYPE }, body: problem };
}

function toHttpError(error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  if (error instanceof Refusal) return answerTo(error);
  if (isUnavailable(error)) {
    return answerTo(new Refusal('busy', { message: 'The database cannot be used right now' }));
  }
  return new HttpError(500, 'internal_error', 'Something went wrong on our side');
}

function answerTo({ code, message, errors, retryAfterSeconds }: Refusal): HttpError {
  const [status, publicCode = code] = ANSWERS[code];
  const seconds = retryAfterSeconds ?? (status === 503 ? DEFAULT_RETRY_SECONDS : undefined);
  const headers = seconds === undefined ? {} : { 'Retry-After': String(seconds) };
  return new HttpError(status, publicCode, message, { headers, errors });
}

/**
 * Turns a successful read into 304 if the client already holds that very version
 * (RFC 9110, If-None-Match, weak comparison).
 */
export function notModified(event: FunctionEvent, reply: Reply): Reply {
  const etag = reply.headers?.ETag;
  const held = event.headers['if-none-match'];
  const isRead = event.method === 'GET' || event.method === 'HEAD';
  if (!isRead || reply.status !== 200 || !etag || !held) return reply;
  const tags = held.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  if (!tags.includes('*') && !tags.includes(etag.replace(/^W\//, ''))) return reply;
  return { status: 304, ...(reply.headers && { headers: reply.headers }) };
}

/** The `Link` header (RFC 8288) of a page, as headers; none on the last page. */
export function nextPageLink(
  path: string,
  query: Readonly<Record<string, unknown>>,
  nextCursor: string | null,
): Record<string, string> {
  if (nextCursor === null) return {};
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) parameters.set(name, String(value));
  }
  parameters.set('cursor', nextCursor);
  return { Link: `<${PUBLIC_PREFIX}${path}?${parameters}>; rel="next"` };
}
