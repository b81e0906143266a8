import { Id, type Page, type Rental, type RentalQuery } from '@movie-rental/contracts';
import { type Caller, decodeCursor, encodeCursor, forbidden } from '@movie-rental/function-kit';
import { allOf, type Condition, type Sql } from '@movie-rental/mysql';
import { type ReadRental, readRentals } from './rental-sql.ts';
import { toRental } from './to-rental.ts';

/** What each status means while an overdue rental may still be written down as CONFIRMED. */
const HAS_STATUS = {
  CONFIRMED: "r.status = 'CONFIRMED' AND r.ends_at > NOW()",
  CANCELLED: "r.status = 'CANCELLED'",
  EXPIRED: "(r.status = 'EXPIRED' OR (r.status = 'CONFIRMED' AND r.ends_at <= NOW()))",
} as const;

/**
 * One page of the caller's rentals, newest first; an administrator's list holds everyone's.
 * @throws HttpError 403 where a customer names one, 422 where the cursor is not one of this list.
 */
export async function listRentals(
  sql: Sql,
  query: RentalQuery,
  caller: Caller,
): Promise<Page<Rental>> {
  const { where, values } = allOf([...whose(query, caller), ...filters(query)]);
  // The page is cut before the movies are joined, or the planner may join all there are.
  const page = `(SELECT * FROM rental r WHERE ${where} ORDER BY r.id DESC LIMIT ?)`;
  const rows = await sql.rows<ReadRental>(`${readRentals(page)} ORDER BY r.id DESC`, [
    ...values,
    query.limit + 1,
  ]);
  const items = rows.slice(0, query.limit);
  const last = rows.length > query.limit ? items.at(-1) : undefined;
  return {
    items: items.map((row) => toRental(row, row.read_at)),
    next_cursor: last ? encodeCursor(last.id) : null,
  };
}

function whose({ username }: RentalQuery, caller: Caller): Condition[] {
  if (caller.role !== 'admin') {
    if (username !== undefined) throw forbidden('Only an administrator may ask by username');
    return [['r.username = ?', caller.username]];
  }
  return username === undefined ? [] : [['r.username = ?', username]];
}

function filters({ status, movie_id, cursor }: RentalQuery): Condition[] {
  const conditions: Condition[] = [];
  if (status !== undefined) conditions.push([HAS_STATUS[status]]);
  if (movie_id !== undefined) conditions.push(['r.movie_id = ?', movie_id]);
  if (cursor !== undefined) conditions.push(['r.id < ?', decodeCursor(Id, cursor)]);
  return conditions;
}
