import { z } from 'zod';
import { integerText } from './fields.ts';
import { Refusal } from './refusal.ts';

const DEFAULT_PAGE_SIZE = 20;
const MAX_PAGE_SIZE = 100;

/** The query parameters of every list. */
export const pageQuery = {
  limit: integerText(1, MAX_PAGE_SIZE).default(DEFAULT_PAGE_SIZE),
  cursor: z.string().max(2048).optional(),
};

/** One page of a list; `next_cursor` is null on the last. */
export interface Page<Item> {
  items: Item[];
  next_cursor: string | null;
}

/**
 * Cuts the page out of `rows`, which were read with one row more than `limit`: that one tells
 * whether another page follows.
 */
export function cutPage<Row, Item>(
  rows: readonly Row[],
  limit: number,
  { toItem, positionOf }: { toItem(row: Row): Item; positionOf(last: Row): unknown },
): Page<Item> {
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return {
    items: page.map(toItem),
    next_cursor: last === undefined ? null : encodeCursor(positionOf(last)),
  };
}

/** Where a page ends, as text for `cursor`. Opaque to clients, and no secret. */
export function encodeCursor(position: unknown): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/**
 * Reads a cursor back.
 * @throws Refusal `validation_failed` unless it is one of that shape.
 */
export function decodeCursor<Schema extends z.ZodType>(
  schema: Schema,
  cursor: string,
): z.output<Schema> {
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch {
    const errors = [{ path: 'cursor', message: 'is not a cursor of this list' }];
    throw new Refusal('validation_failed', { errors });
  }
}
