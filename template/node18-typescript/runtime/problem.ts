import { type IncomingHttpHeaders, type ServerResponse, STATUS_CODES } from 'node:http';

/** What makes up a problem document. */
export interface Problem {
  readonly status: number;
  /** A stable word that programs may branch on. */
  readonly code: string;
  /** One sentence for people. */
  readonly detail: string;
  /** The requested path. */
  readonly instance: string;
  readonly requestId: string;
}

const WELL_FORMED = /^[\w.:/+=-]{1,128}$/;

/** A problem document (RFC 9457) as JSON text, with extension members after the others. */
export function problemDocument(problem: Problem, extensions: object = {}): string {
  return JSON.stringify({
    type: 'about:blank',
    title: STATUS_CODES[problem.status] ?? 'Error',
    status: problem.status,
    detail: problem.detail,
    instance: problem.instance,
    code: problem.code,
    request_id: problem.requestId,
    ...extensions,
  });
}

/** Answers with a problem document. HEAD gets only the headers. */
export function sendProblem(response: ServerResponse, problem: Problem): void {
  const body = Buffer.from(problemDocument(problem));
  response.statusCode = problem.status;
  response.setHeader('Content-Type', 'application/problem+json');
  response.setHeader('Content-Length', body.length);
  response.end(body);
}

/** The id in a problem: a well-formed `X-Request-Id`, else the call id. */
export function requestIdOf(headers: IncomingHttpHeaders): string {
  const given = headers['x-request-id'];
  if (typeof given === 'string' && WELL_FORMED.test(given)) return given;
  return String(headers['x-call-id'] ?? '');
}
