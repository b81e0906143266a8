import type { NewMovie, Trace } from '@movie-rental/contracts';
import type { Database } from '@movie-rental/mysql';
import { type MovieRow, type TaggedMovie, tagged } from './movie.ts';
import { appendMovieEvent, writeMovie } from './movie-sql.ts';

/**
 * Adds a movie to the catalogue.
 * @throws HttpError 409 `external_id_taken`.
 */
export async function addMovie(
  database: Database,
  body: NewMovie,
  trace: Trace,
): Promise<TaggedMovie> {
  return database.transaction(async (tx) => {
    const now = await tx.now();
    const { name, genre, length_minutes, copies = null, external_id = null } = body;
    const { insertId } = await writeMovie(
      tx,
      `INSERT INTO movie (name, genre, length_minutes, copies, external_id, created_at, updated_at)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
      [name, genre, length_minutes, copies, external_id, now, now],
    );
    const movie: MovieRow = {
      id: insertId,
      name,
      genre,
      length_minutes,
      copies,
      external_id,
      version: 1,
      created_at: now,
      updated_at: now,
      removed_at: null,
    };
    await appendMovieEvent(tx, 'movie.added', movie, trace);
    return tagged(movie, 0);
  });
}
