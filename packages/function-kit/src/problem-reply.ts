import { STATUS_CODES } from 'node:http';
import { PROBLEM_MEDIA_TYPE, type Problem } from '@movie-rental/contracts';
import { isUnavailable } from '@movie-rental/mysql';
import type { Logger } from '@movie-rental/runtime/logger';
import { HttpError, unavailable } from './http-error.ts';
import { PUBLIC_PREFIX } from './paging.ts';
import type { Reply } from './route.ts';

interface Occurrence {
  path: string;
  requestId: string;
  logger: Logger;
}

/**
 * The one place where an error becomes an answer: a problem document (RFC 9457). What nobody
 * foresaw is 500, logged in full and told to nobody.
 */
export function problemReply(error: unknown, { path, requestId, logger }: Occurrence): Reply {
  const known = asHttpError(error);
  if (known.status >= 500) logger.error({ err: error, requestId, path }, known.message);
  const problem: Problem = {
    type: 'about:blank',
    title: STATUS_CODES[known.status] ?? 'Error',
    status: known.status,
    detail: known.message,
    instance: PUBLIC_PREFIX + path,
    code: known.code,
    request_id: requestId,
    ...(known.errors && { errors: known.errors }),
  };
  const headers = { ...known.headers, 'Content-Type': PROBLEM_MEDIA_TYPE };
  return { status: known.status, headers, body: problem };
}

function asHttpError(error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  if (isUnavailable(error)) return unavailable('The database cannot be used right now', 2, error);
  return new HttpError(500, 'internal_error', 'Something went wrong on our side', { cause: error });
}
