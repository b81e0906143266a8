import {
  type Caller,
  cutPage,
  decodeCursor,
  Id,
  type Page,
  Refusal,
  type Rental,
  type RentalQuery,
} from '@movie-rental/contracts';
import { allOf, type Condition, type Sql } from '@movie-rental/mysql';
import { isActive, isOverdue, toRental } from '@movie-rental/rentals';
import { type ReadRental, readRentals } from './get-rental.ts';

/** What each status means while the row of an overdue rental may still say CONFIRMED. */
const HAS_STATUS = {
  CONFIRMED: isActive('NOW()'),
  CANCELLED: "r.status = 'CANCELLED'",
  EXPIRED: `(r.status = 'EXPIRED' OR (${isOverdue('NOW()')}))`,
} as const;

/**
 * One page of the caller's rentals, newest first; an administrator's list holds everyone's.
 * @throws Refusal `forbidden` if a customer asks by username, `validation_failed` for a cursor that
 *   is not one of this list.
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
  return cutPage(rows, query.limit, {
    toItem: (row) => toRental(row, row.read_at),
    positionOf: ({ id }) => id,
  });
}

function whose({ username }: RentalQuery, caller: Caller): Condition[] {
  if (caller.role !== 'admin') {
    if (username !== undefined) {
      throw new Refusal('forbidden', { message: 'Only an administrator may ask by username' });
    }
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
