import { Stopped } from '@movie-rental/connector-kit';
import { traceOf } from '@movie-rental/connector-kit/messaging';
import type { IncomingMovieEvent, Trace } from '@movie-rental/contracts';
import type { Database, Transaction } from '@movie-rental/mysql';
import { cachedVersion, storeMovies } from './cache-sql.ts';

/** Ends up to `limit` rentals of a removed movie, with their events; gives how many. */
export type CancelRentals = (
  tx: Transaction,
  movieId: number,
  limit: number,
  trace: Trace,
) => Promise<number>;

/** Small enough that no transaction holds its locks for long. */
export const RENTALS_PER_BATCH = 100;

/**
 * Cancels the rentals of a movie that was removed, in batches, each one transaction with its
 * notices. The cache learns the new version with the last of them: an event that comes again after
 * a crash goes on where it ended, and after that does nothing.
 * @throws Stopped between two batches.
 */
export async function removeMovie(
  database: Database,
  event: IncomingMovieEvent,
  cancelRentals: CancelRentals,
  signal: AbortSignal,
): Promise<void> {
  for (let done = false; !done; ) {
    if (signal.aborted) throw new Stopped('cancelling rentals');
    done = await database.transaction((tx) => removeBatch(tx, event, cancelRentals));
  }
}

/** @returns true once nothing is left to do. */
async function removeBatch(
  tx: Transaction,
  event: IncomingMovieEvent,
  cancelRentals: CancelRentals,
) {
  const { id, version } = event.data;
  if ((await cachedVersion(tx, id)) < version) {
    const cancelled = await cancelRentals(tx, id, RENTALS_PER_BATCH, traceOf(event.headers));
    if (cancelled === RENTALS_PER_BATCH) return false;
  }
  await storeMovies(tx, [event.data]);
  return true;
}
