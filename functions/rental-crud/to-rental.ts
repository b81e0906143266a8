import type { Rental } from '@movie-rental/contracts';
import { type RentalRow, statusAt } from '@movie-rental/rentals';

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
