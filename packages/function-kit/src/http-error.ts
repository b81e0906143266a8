type FieldErrors = { path: string; message: string }[];

interface HttpErrorOptions extends ErrorOptions {
  headers?: Record<string, string>;
  errors?: FieldErrors;
}

/** An answer other than success, by status and stable code. Its message is the problem's `detail`. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;
  readonly code: string;
  readonly headers: Record<string, string>;
  readonly errors: FieldErrors | undefined;

  constructor(status: number, code: string, detail: string, options: HttpErrorOptions = {}) {
    super(detail, { cause: options.cause });
    this.status = status;
    this.code = code;
    this.headers = options.headers ?? {};
    this.errors = options.errors;
  }
}

/** 404: there is no such thing, or none that this caller may see. */
export function notFound(detail = 'There is nothing here'): HttpError {
  return new HttpError(404, 'not_found', detail);
}

/** 409: the state of the thing forbids it. */
export function conflict(code: string, detail: string): HttpError {
  return new HttpError(409, code, detail);
}

/** 403: a valid token, but not of one who may. */
export function forbidden(detail = 'Only an administrator may do this'): HttpError {
  return new HttpError(403, 'forbidden', detail);
}

/** 422: the body, or a query parameter, does not validate. */
export function invalid(errors: FieldErrors, detail = 'The request does not validate'): HttpError {
  return new HttpError(422, 'validation_failed', detail, { errors });
}

/** 422 for one query parameter. */
export function invalidQuery(parameter: string, message: string): HttpError {
  return invalid([{ path: parameter, message }]);
}

/** 401 with the challenge of RFC 6750; `error` is absent where no token came at all. */
export function unauthorized(detail: string, error?: 'invalid_token'): HttpError {
  const challenge = error ? `Bearer error="${error}", error_description="${detail}"` : 'Bearer';
  const headers = { 'WWW-Authenticate': challenge };
  return new HttpError(401, error ?? 'unauthorized', detail, { headers });
}

/** 429: come back after `seconds`. */
export function tooManyRequests(detail: string, seconds: number): HttpError {
  const headers = { 'Retry-After': String(seconds) };
  return new HttpError(429, 'too_many_requests', detail, { headers });
}

/** 503: something that is needed is down; come back after `seconds`. */
export function unavailable(detail: string, seconds = 2, cause?: unknown): HttpError {
  const headers = { 'Retry-After': String(seconds) };
  return new HttpError(503, 'unavailable', detail, { headers, cause });
}
