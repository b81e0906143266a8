import type { Trace } from '@movie-rental/contracts';
import type { Transaction } from '@movie-rental/mysql';
import { endRentals } from './end-rentals.ts';
import { RENTAL_COLUMNS, RENTAL_MOVIE, type RentalRow } from './rental-row.ts';

function selectOverdue(rentals: string): string {
  return `SELECT ${RENTAL_COLUMNS} FROM ${rentals} ${RENTAL_MOVIE}
    WHERE r.status = 'CONFIRMED' AND r.ends_at <= ?`;
}

/**
 * Sets up to `limit` overdue rentals to EXPIRED, each with its event, those that ended first before
 * the others. What another transaction has in hand is left to it.
 *
 * @returns how many expired.
 */
export async function expireOverdueRentals(
  tx: Transaction,
  limit: number,
  trace: Trace,
): Promise<number> {
  const overdue = await tx.rows<RentalRow>(
    `${selectOverdue('rental r')} ORDER BY r.ends_at, r.id LIMIT ? FOR UPDATE OF r SKIP LOCKED`,
    [await tx.now(), limit],
  );
  return expire(tx, overdue, trace);
}

/** Sets every overdue rental of a movie to EXPIRED: the copies that they hold are free. */
export async function expireOverdueOfMovie(
  tx: Transaction,
  movieId: number,
  trace: Trace,
): Promise<number> {
  // By another index it would meet, and wait for, what is being done to rentals of other movies.
  const overdue = await tx.rows<RentalRow>(
    `${selectOverdue('rental r FORCE INDEX (rental_of_movie)')} AND r.movie_id = ? FOR UPDATE OF r`,
    [await tx.now(), movieId],
  );
  return expire(tx, overdue, trace);
}

/** Sets a customer's overdue rental of a movie to EXPIRED, where there is one. */
export async function expireOverdueOfCustomer(
  tx: Transaction,
  username: string,
  movieId: number,
  trace: Trace,
): Promise<number> {
  const overdue = await tx.rows<RentalRow>(
    `${selectOverdue('rental r')} AND r.username = ? AND r.confirmed_movie_id = ? FOR UPDATE OF r`,
    [await tx.now(), username, movieId],
  );
  return expire(tx, overdue, trace);
}

async function expire(tx: Transaction, overdue: readonly RentalRow[], trace: Trace) {
  return (await endRentals(tx, overdue, { type: 'expire' }, trace)).length;
}
