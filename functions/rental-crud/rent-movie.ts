import { Refusal, type Rental, type Trace } from '@movie-rental/contracts';
import { isDuplicate, type Transaction } from '@movie-rental/mysql';
import {
  appendRentalEvents,
  countActiveRentals,
  expireOverdueOfCustomer,
  expireOverdueOfMovie,
  lockRentableMovie,
  type RentableMovie,
  type RentalRow,
  rentalEnd,
  toRental,
} from '@movie-rental/rentals';

export interface RentRequest {
  username: string;
  movieId: number;
  trace: Trace;
}

/**
 * Rents a movie, within `tx`. It locks the movie, then rentals; whatever else the transaction has
 * to lock, such as the record of a repeatable request, it locks before calling this. Inserting the
 * rental before the movie is locked would deadlock, and reading the movie unlocked would leave an
 * active rental of a removed one.
 *
 * @throws Refusal `movie_not_found`, `already_rented` or `no_copies_left`.
 */
export async function rentMovie(tx: Transaction, request: RentRequest): Promise<Rental> {
  const movie = await lockRentableMovie(tx, request.movieId);
  if (!movie) throw new Refusal('movie_not_found');
  await expireBlockingRentals(tx, movie, request);
  if (movie.copies !== null) await requireCopy(tx, movie.copies, request);
  const rental = await insertRental(tx, movie, request.username);
  await appendRentalEvents(tx, [{ type: 'rental.confirmed', rental }], request.trace);
  return toRental(rental, await tx.now());
}

/** An overdue rental that no sweep has seen yet holds its copy and blocks its customer. */
async function expireBlockingRentals(
  tx: Transaction,
  movie: RentableMovie,
  { username, trace }: RentRequest,
): Promise<void> {
  if (movie.copies === null) await expireOverdueOfCustomer(tx, username, movie.id, trace);
  else await expireOverdueOfMovie(tx, movie.id, trace);
}

async function requireCopy(
  tx: Transaction,
  copies: number,
  { username, movieId }: RentRequest,
): Promise<void> {
  if ((await countActiveRentals(tx, movieId)) < copies) return;
  const own = await tx.first(
    'SELECT id FROM rental WHERE username = ? AND confirmed_movie_id = ?',
    [username, movieId],
  );
  throw new Refusal(own ? 'already_rented' : 'no_copies_left');
}

async function insertRental(
  tx: Transaction,
  movie: RentableMovie,
  username: string,
): Promise<RentalRow> {
  const now = await tx.now();
  const { insertId } = await tx
    .run('INSERT INTO rental (username, movie_id, created_at) VALUES (?, ?, ?)', [
      username,
      movie.id,
      now,
    ])
    .catch((error: unknown) => {
      throw isDuplicate(error, 'rental_one_confirmed') ? new Refusal('already_rented') : error;
    });
  return {
    id: insertId,
    username,
    movie_id: movie.id,
    movie_name: movie.name,
    movie_genre: movie.genre,
    movie_length_minutes: movie.length_minutes,
    status: 'CONFIRMED',
    created_at: now,
    ends_at: rentalEnd(now),
    extended_until: null,
  };
}
