import type { NewMovie, Trace } from '@movie-rental/contracts';
import type { Database } from '@movie-rental/mysql';
import { filled, storeNewMovie, toMovie, type VersionedMovie } from './movie.ts';

/**
 * Adds a movie to the catalogue.
 * @throws Refusal `external_id_taken`
 */
export async function addMovie(
  database: Database,
  body: NewMovie,
  trace: Trace,
): Promise<VersionedMovie> {
  return database.transaction(async (tx) => {
    const movie = await storeNewMovie(tx, filled(body), trace);
    return { movie: toMovie(movie, 0), version: movie.version };
  });
}
