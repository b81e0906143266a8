import type { Sql } from '@movie-rental/mysql';
import { type MovieRow, type TaggedMovie, tagged } from './movie.ts';
import { ACTIVE_COLUMN, MOVIE_COLUMNS, noSuchMovie } from './movie-sql.ts';

/** @throws HttpError 404 where there is no such movie, or none any more. */
export async function getMovie(sql: Sql, id: number): Promise<TaggedMovie> {
  const movie = await sql.first<MovieRow & { active: number }>(
    `SELECT ${MOVIE_COLUMNS}, ${ACTIVE_COLUMN} FROM movie m
     WHERE m.id = ? AND m.removed_at IS NULL`,
    [id],
  );
  if (!movie) throw noSuchMovie();
  return tagged(movie, movie.active);
}
