import type { Genre } from '@movie-rental/contracts';
import type { Sql } from '@movie-rental/mysql';

/** Every genre of the catalogue with the number of its movies, ordered by name. */
export async function listGenres(sql: Sql): Promise<Genre[]> {
  return sql.rows<Genre>(
    `SELECT genre, COUNT(*) AS movies FROM movie WHERE removed_at IS NULL
     GROUP BY genre ORDER BY genre`,
  );
}
