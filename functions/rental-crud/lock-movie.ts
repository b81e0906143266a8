import type { Transaction } from '@movie-rental/mysql';

/** A movie as renting needs it, named as the rental service knows it. */
export interface RentableMovie {
  id: number;
  name: string;
  genre: string;
  length_minutes: number;
  copies: number | null;
}

/**
 * Locks a movie until the transaction ends, so that it is not removed and its copies do not change:
 * exclusively where copies are limited, since its rentals must then be counted, and shared where
 * they are not. Undefined where there is no such movie, or none any more.
 */
export async function lockMovie(tx: Transaction, id: number): Promise<RentableMovie | undefined> {
  const seen = await tx.first<Pick<RentableMovie, 'copies'>>(
    'SELECT copies FROM movie WHERE id = ? AND removed_at IS NULL',
    [id],
  );
  if (!seen) return undefined;
  if (seen.copies !== null) return locked(tx, id, 'UPDATE');
  const movie = await locked(tx, id, 'SHARE');
  const limitedMeanwhile = movie && movie.copies !== null;
  return limitedMeanwhile ? locked(tx, id, 'UPDATE') : movie;
}

async function locked(tx: Transaction, id: number, mode: 'SHARE' | 'UPDATE') {
  return tx.first<RentableMovie>(
    `SELECT m.id, m.copies, COALESCE(c.name, m.name) AS name, COALESCE(c.genre, m.genre) AS genre,
       COALESCE(c.length_minutes, m.length_minutes) AS length_minutes
     FROM movie m LEFT JOIN movies_cache c ON c.id = m.id
     WHERE m.id = ? AND m.removed_at IS NULL FOR ${mode} OF m`,
    [id],
  );
}
