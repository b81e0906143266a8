import type { MovieEventType, Trace } from '@movie-rental/contracts';
import { conflict, notFound } from '@movie-rental/function-kit';
import { appendEvents, isDuplicate, type Transaction } from '@movie-rental/mysql';
import { type MovieRow, toEventData } from './movie.ts';

export const MOVIE_COLUMNS = `m.id, m.name, m.genre, m.length_minutes, m.copies, m.external_id,
  m.version, m.created_at, m.updated_at, m.removed_at`;

/** How many copies of movie `m` are out. */
export const ACTIVE_RENTALS = `(SELECT COUNT(*) FROM rental r
  WHERE r.movie_id = m.id AND r.status = 'CONFIRMED' AND r.ends_at > NOW())`;

/** As `ACTIVE_RENTALS`, where it matters. */
export const ACTIVE_COLUMN = `IF(m.copies IS NULL, 0, ${ACTIVE_RENTALS}) AS active`;

/**
 * A movie's row, locked until the transaction ends.
 * @throws HttpError 404 where there is none, or none any more.
 */
export async function lockMovie(tx: Transaction, id: number): Promise<MovieRow> {
  const movie = await tx.first<MovieRow>(
    `SELECT ${MOVIE_COLUMNS} FROM movie m WHERE m.id = ? AND m.removed_at IS NULL FOR UPDATE`,
    [id],
  );
  if (!movie) throw noSuchMovie();
  return movie;
}

export function noSuchMovie() {
  return notFound('There is no such movie');
}

/**
 * Runs a statement that writes a movie.
 * @throws HttpError 409 where another movie has its external id.
 */
export async function writeMovie(
  tx: Transaction,
  sql: string,
  values: Parameters<Transaction['run']>[1],
) {
  try {
    return await tx.run(sql, values);
  } catch (error) {
    if (!isDuplicate(error, 'movie_external_id')) throw error;
    throw conflict('external_id_taken', 'Another movie has this external_id');
  }
}

/** Tells of a change, in its transaction. */
export async function appendMovieEvent(
  tx: Transaction,
  type: MovieEventType,
  movie: MovieRow,
  trace: Trace,
): Promise<void> {
  const data = toEventData(movie);
  await appendEvents(tx, [{ type, aggregate: 'movie', aggregateId: movie.id, data }], trace);
}
