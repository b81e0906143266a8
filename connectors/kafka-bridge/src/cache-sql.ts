import type { MovieEventData } from '@movie-rental/contracts';
import type { Sql } from '@movie-rental/mysql';

/** What the cache holds of a movie. */
export type CachedMovie = Pick<
  MovieEventData,
  'id' | 'name' | 'genre' | 'length_minutes' | 'version' | 'removed_at'
>;

/**
 * Puts movies into the cache. What is not newer than what the cache holds changes nothing but
 * `last_seen`, so that events may come again, and in any order.
 */
export async function storeMovies(sql: Sql, movies: readonly CachedMovie[]): Promise<void> {
  if (movies.length === 0) return;
  // MySQL assigns from left to right: the version comes last, since the others compare with it.
  await sql.run(
    `INSERT INTO movies_cache (id, name, genre, length_minutes, removed_at, version)
     VALUES ? AS event
     ON DUPLICATE KEY UPDATE
       last_seen = CURRENT_TIMESTAMP,
       name = IF(event.version > movies_cache.version, event.name, movies_cache.name),
       genre = IF(event.version > movies_cache.version, event.genre, movies_cache.genre),
       length_minutes = IF(event.version > movies_cache.version, event.length_minutes,
         movies_cache.length_minutes),
       removed_at = IF(event.version > movies_cache.version, event.removed_at,
         movies_cache.removed_at),
       version = GREATEST(event.version, movies_cache.version)`,
    [movies.map(toRow)],
  );
}

function toRow(movie: CachedMovie) {
  const removedAt = movie.removed_at === null ? null : new Date(movie.removed_at);
  return [movie.id, movie.name, movie.genre, movie.length_minutes, removedAt, movie.version];
}

/** The version that the cache holds of a movie; 0 where it holds none. */
export async function cachedVersion(sql: Sql, id: number): Promise<number> {
  const row = await sql.first<{ version: number }>(
    'SELECT version FROM movies_cache WHERE id = ?',
    [id],
  );
  return row?.version ?? 0;
}
