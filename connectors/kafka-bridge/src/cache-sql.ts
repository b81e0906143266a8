import { CACHED_MOVIE_FIELDS, type MovieEventData } from '@movie-rental/contracts';
import type { Sql } from '@movie-rental/mysql';

/** What the cache holds of a movie. */
export type CachedMovie = Pick<
  MovieEventData,
  'id' | (typeof CACHED_MOVIE_FIELDS)[number] | 'version' | 'removed_at'
>;

const COLUMNS = [...CACHED_MOVIE_FIELDS, 'removed_at'];
const NEWER_COLUMNS = COLUMNS.map(
  (name) =>
    `${name} = IF(event.version > movies_cache.version, event.${name}, movies_cache.${name})`,
);

/**
 * Puts movies into the cache. What is not newer than what the cache holds changes nothing but
 * `last_seen`, so that events may come again, and in any order.
 */
export async function storeMovies(sql: Sql, movies: readonly CachedMovie[]): Promise<void> {
  if (movies.length === 0) return;
  // MySQL assigns from left to right: the version comes last, since the others compare with it.
  await sql.run(
    `INSERT INTO movies_cache (id, ${COLUMNS.join(', ')}, version)
     VALUES ? AS event
     ON DUPLICATE KEY UPDATE
       last_seen = CURRENT_TIMESTAMP,
       ${NEWER_COLUMNS.join(', ')},
       version = GREATEST(event.version, movies_cache.version)`,
    [movies.map(toRow)],
  );
}

function toRow(movie: CachedMovie) {
  const removedAt = movie.removed_at === null ? null : new Date(movie.removed_at);
  const fields = CACHED_MOVIE_FIELDS.map((name) => movie[name]);
  return [movie.id, ...fields, removedAt, movie.version];
}

/** The version that the cache holds of a movie; 0 if it holds none. */
export async function cachedVersion(sql: Sql, id: number): Promise<number> {
  const row = await sql.first<{ version: number }>(
    'SELECT version FROM movies_cache WHERE id = ?',
    [id],
  );
  return row?.version ?? 0;
}
