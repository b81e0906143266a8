import type { Trace } from '@movie-rental/contracts';
import type { Transaction } from '@movie-rental/mysql';
import { decide, type RentalCommand, type RentalEnding } from './rental.ts';
import {
  appendRentalEvents,
  isOverdue,
  RENTAL_COLUMNS,
  RENTAL_MOVIE,
  type RentalChange,
  type RentalRow,
  stateOf,
} from './rental-rows.ts';

interface EndedRental {
  rental: RentalRow;
  ending: RentalEnding;
}

const STATUS_AFTER = { cancelled: 'CANCELLED', expired: 'EXPIRED' } as const;

/**
 * Puts a command to each of a batch of locked rentals, and writes down those that it ends, each
 * with its event. The others stay as they are.
 *
 * @returns the rentals that ended, as they are now.
 */
export async function endRentals(
  tx: Transaction,
  rentals: readonly RentalRow[],
  command: RentalCommand,
  trace: Trace,
): Promise<RentalRow[]> {
  if (rentals.length === 0) return [];
  const now = await tx.now();
  const endings = rentals.flatMap((rental): EndedRental[] => {
    const decision = decide(command, stateOf(rental), now);
    return decision.type === 'cancelled' || decision.type === 'expired'
      ? [{ rental, ending: decision }]
      : [];
  });
  await writeStatus(tx, endings, 'cancelled');
  await writeStatus(tx, endings, 'expired');
  const changes = endings.map(changeOf);
  await appendRentalEvents(tx, changes, trace);
  return changes.map(({ rental }) => rental);
}

async function writeStatus(
  tx: Transaction,
  endings: readonly EndedRental[],
  type: RentalEnding['type'],
): Promise<void> {
  const ids = endings.filter(({ ending }) => ending.type === type).map(({ rental }) => rental.id);
  if (ids.length === 0) return;
  await tx.run('UPDATE rental SET status = ? WHERE id IN (?)', [STATUS_AFTER[type], ids]);
}

function changeOf({ rental, ending }: EndedRental): RentalChange {
  return {
    type: `rental.${ending.type}`,
    rental: { ...rental, status: STATUS_AFTER[ending.type] },
    ...(ending.type === 'cancelled' && { reason: ending.reason }),
  };
}

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

/**
 * Sets up to `limit` overdue rentals to EXPIRED, each with its event, those that ended first before
 * the others. Rentals that another transaction has locked are left to it.
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
  // By another index it would meet, and wait for, changes of the rentals of other movies.
  const overdue = await tx.rows<RentalRow>(
    `${selectOverdue('rental r FORCE INDEX (rental_of_movie)')} AND r.movie_id = ? FOR UPDATE OF r`,
    [await tx.now(), movieId],
  );
  return expire(tx, overdue, trace);
}

/** Sets a customer's overdue rental of a movie to EXPIRED, if there is one. */
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

function selectOverdue(rentals: string): string {
  return `SELECT ${RENTAL_COLUMNS} FROM ${rentals} ${RENTAL_MOVIE} WHERE ${isOverdue('?')}`;
}

async function expire(tx: Transaction, overdue: readonly RentalRow[], trace: Trace) {
  return (await endRentals(tx, overdue, { type: 'expire' }, trace)).length;
}
