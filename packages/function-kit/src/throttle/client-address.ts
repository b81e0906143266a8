import type { IncomingHttpHeaders } from 'node:http';

const UNKNOWN = 'unknown';

/**
 * The address of the client as the edge saw it: the first of X-Forwarded-For. The edge replaces
 * what a client sends there; whoever calls the gateway itself may claim any.
 */
export function clientAddress(headers: IncomingHttpHeaders): string {
  const forwarded = String(headers['x-forwarded-for'] ?? '');
  return forwarded.split(',')[0]?.trim() || UNKNOWN;
}
