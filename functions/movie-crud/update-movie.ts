import type { MoviePatch, Trace } from '@movie-rental/contracts';
import { conflict } from '@movie-rental/function-kit';
import type { Database, Transaction } from '@movie-rental/mysql';
import { countActiveRentals } from '@movie-rental/rentals';
import { requireVersion } from './if-match.ts';
import { type MovieFields, type MovieRow, type TaggedMovie, tagged } from './movie.ts';
import { appendMovieEvent, lockMovie, writeMovie } from './movie-sql.ts';

export interface MovieUpdate {
  id: number;
  /** What is absent stays as it is. */
  changes: MoviePatch;
  ifMatch: string | undefined;
  trace: Trace;
}

/**
 * Changes a movie. One that is so already keeps its version, and no event tells of it.
 * @throws HttpError 404, 412, 409 `copies_in_use` or `external_id_taken`.
 */
export async function updateMovie(database: Database, update: MovieUpdate): Promise<TaggedMovie> {
  return database.transaction(async (tx) => {
    const movie = await lockMovie(tx, update.id);
    requireVersion(update.ifMatch, movie.version);
    const fields = merge(movie, update.changes);
    const active = fields.copies === null ? 0 : await countActiveRentals(tx, movie.id);
    if (isUnchanged(movie, fields)) return tagged(movie, active);
    if (fields.copies !== movie.copies && fields.copies !== null && fields.copies < active) {
      throw conflict('copies_in_use', `${active} copies are rented now`);
    }
    const changed = {
      ...movie,
      ...fields,
      version: movie.version + 1,
      updated_at: await tx.now(),
    };
    await write(tx, changed);
    await appendMovieEvent(tx, 'movie.updated', changed, update.trace);
    return tagged(changed, active);
  });
}

function merge(movie: MovieFields, changes: MoviePatch): MovieFields {
  return {
    name: changes.name ?? movie.name,
    genre: changes.genre ?? movie.genre,
    length_minutes: changes.length_minutes ?? movie.length_minutes,
    copies: changes.copies === undefined ? movie.copies : changes.copies,
    external_id: changes.external_id === undefined ? movie.external_id : changes.external_id,
  };
}

function isUnchanged(movie: MovieFields, fields: MovieFields): boolean {
  return (Object.keys(fields) as (keyof MovieFields)[]).every((key) => fields[key] === movie[key]);
}

async function write(tx: Transaction, movie: MovieRow): Promise<void> {
  await writeMovie(
    tx,
    `UPDATE movie SET name = ?, genre = ?, length_minutes = ?, copies = ?, external_id = ?,
       version = ?, updated_at = ?
     WHERE id = ?`,
    [
      movie.name,
      movie.genre,
      movie.length_minutes,
      movie.copies,
      movie.external_id,
      movie.version,
      movie.updated_at,
      movie.id,
    ],
  );
}
