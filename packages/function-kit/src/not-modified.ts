import type { FunctionEvent } from 'node18-typescript';
import type { Reply } from './route.ts';

/**
 * Turns a successful read into 304 where the client holds that very version already
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
