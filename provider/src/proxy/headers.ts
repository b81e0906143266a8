import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders } from 'node:http';

/** RFC 9110, 7.6.1: these concern one connection alone. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
/** Replaced on the way in; `expect` was answered by this server already. */
const REPLACED = new Set([
  'host',
  'expect',
  'x-call-id',
  'x-start-time',
  'x-forwarded-for',
  'x-forwarded-host',
]);

/** What identifies one call, in the request to the function and in the answer alike. */
export interface CallHeaders {
  readonly 'X-Call-Id': string;
  /** Nanoseconds since the epoch, as the gateway writes them. */
  readonly 'X-Start-Time': string;
}

/** A call's own headers; an id that came in is kept. */
export function callHeaders(headers: IncomingHttpHeaders): CallHeaders {
  return {
    'X-Call-Id': String(headers['x-call-id'] || randomUUID()),
    'X-Start-Time': `${Date.now()}000000`,
  };
}

/** The headers for the function: names, values alternating, repeated ones in their order. */
export function requestHeaders(request: IncomingMessage, call: CallHeaders): string[] {
  const { rawHeaders, headers, socket } = request;
  const dropped = connectionOptions(headers.connection);
  const result: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string;
    const key = name.toLowerCase();
    if (HOP_BY_HOP.has(key) || REPLACED.has(key) || dropped?.includes(key)) continue;
    result.push(name, rawHeaders[index + 1] as string);
  }
  const forwardedFor = [headers['x-forwarded-for'], socket.remoteAddress].filter(Boolean);
  const forwardedHost = String(headers['x-forwarded-host'] || headers.host || '');
  result.push('X-Call-Id', call['X-Call-Id'], 'X-Start-Time', call['X-Start-Time']);
  result.push('X-Forwarded-For', forwardedFor.join(', '), 'X-Forwarded-Host', forwardedHost);
  return result;
}

/** The headers for the client. */
export function responseHeaders(
  headers: IncomingHttpHeaders,
  call: CallHeaders,
): OutgoingHttpHeaders {
  const dropped = connectionOptions(headers.connection);
  const result: OutgoingHttpHeaders = {};
  for (const [name, value] of Object.entries(headers)) {
    if (!HOP_BY_HOP.has(name) && !dropped?.includes(name)) result[name] = value;
  }
  result['x-call-id'] = call['X-Call-Id'];
  result['x-start-time'] = call['X-Start-Time'];
  return result;
}

function connectionOptions(connection: string | undefined): string[] | undefined {
  return connection?.toLowerCase().split(/\s*,\s*/);
}
