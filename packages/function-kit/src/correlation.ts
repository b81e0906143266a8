import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Trace } from '@movie-rental/contracts';

const REQUEST_ID = /^[A-Za-z0-9._-]{1,128}$/;
/** W3C Trace Context, version 00. */
const TRACEPARENT = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The request's own id where it is well-formed, a new one where not. */
export function chooseRequestId(headers: IncomingHttpHeaders): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
}

/** What the request's events carry along. */
export function traceOf(headers: IncomingHttpHeaders, requestId: string): Trace {
  const { traceparent } = headers;
  const continued = typeof traceparent === 'string' && TRACEPARENT.test(traceparent);
  return { requestId, traceparent: continued ? traceparent : undefined };
}
