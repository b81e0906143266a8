import { STATUS_CODES } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { problemDocument, requestIdOf } from 'node18-typescript/problem';
import type { Logger } from 'pino';
import { type Fault, Refusal } from '../refusal.ts';

const HIDDEN = 'Something went wrong inside the provider';

/**
 * Answers any error with a problem document (RFC 9457): `detail` explains it in words, `errors`
 * lists the wrong values. Internal errors are logged and hidden.
 */
export function answerError(log: Logger) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const { status, message, faults } = describe(error);
    const isHidden = status >= 500 && !(error instanceof Refusal);
    if (isHidden) log.error({ err: error }, 'request failed');
    const problem = {
      status,
      code: isHidden ? 'internal_error' : codeOf(status),
      detail: isHidden ? HIDDEN : message,
      instance: request.url.split('?')[0] ?? '/',
      requestId: requestIdOf(request.headers),
    };
    const body = problemDocument(problem, faults.length > 0 ? { errors: faults } : {});
    return reply.code(status).type('application/problem+json').send(body);
  };
}

function describe(error: unknown): {
  status: number;
  message: string;
  faults: readonly Fault[];
} {
  if (error instanceof Refusal) return error;
  const { statusCode = 500, message } = error as { statusCode?: number; message: string };
  return { status: statusCode, message, faults: [] };
}

/** A status as a word that programs may branch on: `not_found`. */
function codeOf(status: number): string {
  return (STATUS_CODES[status] ?? 'error').toLowerCase().replaceAll(/[^a-z]+/g, '_');
}
