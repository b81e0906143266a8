import { Refusal } from '@movie-rental/contracts';
import type { Sql } from '@movie-rental/mysql';
import {
  ACTIVE_COLUMN,
  MOVIE_COLUMNS,
  type MovieRow,
  toMovie,
  type VersionedMovie,
} from './movie.ts';

/** @throws Refusal `movie_not_found`, also if it was removed. */
export async function getMovie(sql: Sql, id: number): Promise<VersionedMovie> {
  const movie = await sql.first<MovieRow & { active: number }>(
    `SELECT ${MOVIE_COLUMNS}, ${ACTIVE_COLUMN} FROM movie m
     WHERE m.id = ? AND m.removed_at IS NULL`,
    [id],
  );
  if (!movie) throw new Refusal('movie_not_found');
  return { movie: toMovie(movie, movie.active), version: movie.version };
}
