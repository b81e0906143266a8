import type {
  CancellationReason,
  Movie,
  Rental,
  RentalEventData,
  RentalEventType,
  RentalStatus,
  Trace,
} from '@movie-rental/contracts';
import { appendEvents, type Transaction } from '@movie-rental/mysql';
import { type RentalState, statusAt } from './rental.ts';

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

/** How SQL names the moment of a decision: the server's clock, or a value that is passed. */
type Moment = 'NOW()' | '?';

/** The condition that a `rental r` is active. */
export function isActive(at: Moment): string {
  return `r.status = 'CONFIRMED' AND r.ends_at > ${at}`;
}

/** The condition that a `rental r` is over, while its row still says CONFIRMED. */
export function isOverdue(at: Moment): string {
  return `r.status = 'CONFIRMED' AND r.ends_at <= ${at}`;
}

/** A movie that the cache does not hold yet is read from `movie`, so that it can be rented at once. */
const cached = (column: string) => `COALESCE(c.${column}, m.${column})`;

/** What a {@link RentalRow} is selected by, from a `rental r` that {@link RENTAL_MOVIE} is joined to. */
export const RENTAL_COLUMNS = `r.id, r.username, r.movie_id, r.status, r.created_at, r.ends_at,
  r.extended_until, ${cached('name')} AS movie_name, ${cached('genre')} AS movie_genre,
  ${cached('length_minutes')} AS movie_length_minutes`;

export const RENTAL_MOVIE = `JOIN movie m ON m.id = r.movie_id
  LEFT JOIN movies_cache c ON c.id = r.movie_id`;

/** A rental's row, locked until the transaction ends; undefined if it does not exist. */
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

/** A rental as it is answered; one that ended by `now` reads EXPIRED. */
export function toRental(row: RentalRow, now: Date): Rental {
  return {
    id: row.id,
    username: row.username,
    movie_id: row.movie_id,
    movie: {
      id: row.movie_id,
      name: row.movie_name,
      genre: row.movie_genre,
      length_minutes: row.movie_length_minutes,
    },
    status: statusAt(row.status, row.ends_at, now),
    created_at: row.created_at.toISOString(),
    expires_at: row.ends_at.toISOString(),
  };
}

export interface RentalChange {
  type: RentalEventType;
  /** As it is after the change, its row locked by this transaction. */
  rental: RentalRow;
  /** Of a cancellation. */
  reason?: CancellationReason;
}

/** Adds an event of each change to the outbox, in the transaction of the changes. */
export async function appendRentalEvents(
  tx: Transaction,
  changes: readonly RentalChange[],
  trace: Trace,
): Promise<void> {
  const events = changes.map(({ type, rental, reason }) => ({
    type,
    aggregate: 'rental' as const,
    aggregateId: rental.id,
    data: eventData(rental, reason),
  }));
  await appendEvents(tx, events, trace);
}

function eventData(rental: RentalRow, reason: CancellationReason | undefined): RentalEventData {
  return {
    rental_id: rental.id,
    username: rental.username,
    movie: { id: rental.movie_id, name: rental.movie_name },
    status: rental.status,
    created_at: rental.created_at.toISOString(),
    ends_at: rental.ends_at.toISOString(),
    ...(reason && { reason }),
  };
}

/** A movie as renting needs it, named as the rental service knows it. */
export type RentableMovie = Pick<Movie, 'id' | 'name' | 'genre' | 'length_minutes' | 'copies'>;

/**
 * Locks a movie until the transaction ends, so that it is not removed and its copies do not change:
 * exclusively if copies are limited, since its rentals must then be counted, and shared otherwise.
 * Undefined if the movie does not exist or was removed.
 */
export async function lockRentableMovie(
  tx: Transaction,
  id: number,
): Promise<RentableMovie | undefined> {
  const seen = await tx.first<Pick<RentableMovie, 'copies'>>(
    'SELECT copies FROM movie WHERE id = ? AND removed_at IS NULL',
    [id],
  );
  if (!seen) return undefined;
  if (seen.copies !== null) return lockMovie(tx, id, 'UPDATE');
  const movie = await lockMovie(tx, id, 'SHARE');
  const limitedMeanwhile = movie && movie.copies !== null;
  return limitedMeanwhile ? lockMovie(tx, id, 'UPDATE') : movie;
}

async function lockMovie(tx: Transaction, id: number, mode: 'SHARE' | 'UPDATE') {
  return tx.first<RentableMovie>(
    `SELECT m.id, m.copies, ${cached('name')} AS name, ${cached('genre')} AS genre,
       ${cached('length_minutes')} AS length_minutes
     FROM movie m LEFT JOIN movies_cache c ON c.id = m.id
     WHERE m.id = ? AND m.removed_at IS NULL FOR ${mode} OF m`,
    [id],
  );
}

/**
 * How many copies of a movie are out now. The number holds until the transaction ends if the movie's
 * row is locked; ask after the lock was won, since a statement sees what was there when it began.
 */
export async function countActiveRentals(tx: Transaction, movieId: number): Promise<number> {
  const counted = await tx.first<{ active: number }>(
    `SELECT COUNT(*) AS active FROM rental r WHERE r.movie_id = ? AND ${isActive('?')}`,
    [movieId, await tx.now()],
  );
  return counted?.active ?? 0;
}
