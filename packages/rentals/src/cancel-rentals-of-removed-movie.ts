import type { Trace } from '@movie-rental/contracts';
import type { Transaction } from '@movie-rental/mysql';
import { endRentals } from './end-rentals.ts';
import { RENTAL_COLUMNS, RENTAL_MOVIE, type RentalRow } from './rental-row.ts';

/**
 * Ends up to `limit` rentals of a movie that was removed, each with its event: those that are
 * active are cancelled for that reason, those that are overdue expire. Renting locks the movie and
 * refuses a removed one, so no further rental can appear, and 0 means that all are done.
 *
 * @returns how many ended.
 */
export async function cancelRentalsOfRemovedMovie(
  tx: Transaction,
  movieId: number,
  limit: number,
  trace: Trace,
): Promise<number> {
  const confirmed = await tx.rows<RentalRow>(
    `SELECT ${RENTAL_COLUMNS} FROM rental r ${RENTAL_MOVIE}
     WHERE r.movie_id = ? AND r.status = 'CONFIRMED'
     ORDER BY r.ends_at, r.id LIMIT ? FOR UPDATE OF r`,
    [movieId, limit],
  );
  return (await endRentals(tx, confirmed, { type: 'withdraw' }, trace)).length;
}
