import type { z } from 'zod';
import { invalidQuery } from './http-error.ts';

/** Where the edge serves the API. Links are for its customers, so they begin with it. */
export const PUBLIC_PREFIX = '/api';

/** Where a page ends, as text for `cursor`. Opaque to clients, and no secret. */
export function encodeCursor(position: unknown): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/**
 * Reads a cursor back.
 * @throws HttpError 422 where it is not one of that shape.
 */
export function decodeCursor<Schema extends z.ZodType>(
  schema: Schema,
  cursor: string,
): z.output<Schema> {
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch {
    throw invalidQuery('cursor', 'is not a cursor of this list');
  }
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
