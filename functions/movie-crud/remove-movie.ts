import type { Trace } from '@movie-rental/contracts';
import type { Database } from '@movie-rental/mysql';
import { lockMovieToChange, storeChangedMovie } from './movie.ts';

export interface MovieRemoval {
  id: number;
  /** The versions that may be removed; undefined for any. */
  expected: readonly number[] | undefined;
  trace: Trace;
}

/**
 * Takes a movie out of the catalogue. Its row stays, for the history of its rentals; the consumer of
 * the event cancels its active rentals.
 * @throws Refusal `movie_not_found` or `movie_changed`.
 */
export async function removeMovie(database: Database, removal: MovieRemoval): Promise<void> {
  await database.transaction(async (tx) => {
    const movie = await lockMovieToChange(tx, removal.id, removal.expected);
    const change = { removed_at: await tx.now() };
    await storeChangedMovie(tx, movie, { change, trace: removal.trace });
  });
}
