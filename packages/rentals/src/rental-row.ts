import type { RentalStatus } from '@movie-rental/contracts';
import type { Transaction } from '@movie-rental/mysql';
import type { RentalState } from './rental.ts';

/** A rental as the database holds it, with its movie as the rental service knows it. */
export interface RentalRow {
  id: number;
  username: string;
  movie_id: number;
  movie_name: string;
  movie_genre: string;
  movie_length_minutes: number;
  /** As it was written: an overdue rental may still be CONFIRMED. */
  status: RentalStatus;
  created_at: Date;
  ends_at: Date;
  extended_until: Date | null;
}

/**
 * What a `RentalRow` is selected by. A movie that the cache does not hold yet is read from `movie`,
 * so that it can be rented the moment it is added.
 */
export const RENTAL_COLUMNS = `r.id, r.username, r.movie_id, r.status, r.created_at, r.ends_at,
  r.extended_until, COALESCE(c.name, m.name) AS movie_name, COALESCE(c.genre, m.genre) AS movie_genre,
  COALESCE(c.length_minutes, m.length_minutes) AS movie_length_minutes`;

/** Joined to a `rental r`. */
export const RENTAL_MOVIE = `JOIN movie m ON m.id = r.movie_id
  LEFT JOIN movies_cache c ON c.id = r.movie_id`;

/** A rental's row, locked until the transaction ends; undefined where there is none. */
export async function lockRental(tx: Transaction, id: number): Promise<RentalRow | undefined> {
  return tx.first<RentalRow>(
    `SELECT ${RENTAL_COLUMNS} FROM rental r ${RENTAL_MOVIE} WHERE r.id = ? FOR UPDATE OF r`,
    [id],
  );
}

/** What the rules see of a row. */
export function stateOf(rental: RentalRow): RentalState {
  if (rental.status !== 'CONFIRMED') return { status: rental.status };
  return { status: 'CONFIRMED', endsAt: rental.ends_at, extended: rental.extended_until !== null };
}
