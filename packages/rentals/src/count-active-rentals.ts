import type { Transaction } from '@movie-rental/mysql';

/**
 * How many copies of a movie are out now. It holds until the transaction ends where the movie's row
 * is locked, and must be asked after the lock was won: a statement sees what was there when it began.
 */
export async function countActiveRentals(tx: Transaction, movieId: number): Promise<number> {
  const counted = await tx.first<{ active: number }>(
    `SELECT COUNT(*) AS active FROM rental
     WHERE movie_id = ? AND status = 'CONFIRMED' AND ends_at > ?`,
    [movieId, await tx.now()],
  );
  return counted?.active ?? 0;
}
