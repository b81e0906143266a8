import {
  decodeCursor,
  Id,
  type MovieQuery,
  type MovieSortField,
  Time,
} from '@movie-rental/contracts';
import type { Condition } from '@movie-rental/mysql';
import { z } from 'zod';
import type { MovieRow } from './movie.ts';

type Sort = MovieQuery['sort'];

/** How a cursor holds the value that its list is ordered by. */
const POSITIONS = {
  id: Id,
  name: z.string(),
  length_minutes: z.int(),
  created_at: Time.transform((text) => new Date(text)),
} satisfies Record<MovieSortField, z.ZodType>;

/** The ORDER BY of a list. The id comes last, so that each order is total. */
export function pageOrder({ sort }: MovieQuery): string {
  const { field, descending } = orderOf(sort);
  const direction = descending ? 'DESC' : 'ASC';
  return [...new Set([field, 'id'])].map((column) => `m.${column} ${direction}`).join(', ');
}

/**
 * The condition that a page begins behind the cursor; none on the first page.
 * @throws Refusal `validation_failed` for a cursor that is not one of a list in this order.
 */
export function pageStart({ sort, cursor }: MovieQuery): Condition[] {
  if (cursor === undefined) return [];
  const { field, descending } = orderOf(sort);
  const shape = z.strictObject({ sort: z.literal(sort), value: POSITIONS[field], id: Id });
  const { value, id } = decodeCursor(shape, cursor);
  const behind = descending ? '<' : '>';
  if (field === 'id') return [[`m.id ${behind} ?`, id]];
  const condition = `(m.${field} ${behind} ? OR (m.${field} = ? AND m.id ${behind} ?))`;
  return [[condition, value, value, id]];
}

/** What the cursor of the page behind `last` holds. */
export function positionOf({ sort }: MovieQuery, last: MovieRow) {
  return { sort, value: last[orderOf(sort).field], id: last.id };
}

function orderOf(sort: Sort): { field: MovieSortField; descending: boolean } {
  const descending = sort.startsWith('-');
  return { field: (descending ? sort.slice(1) : sort) as MovieSortField, descending };
}
