import type { Sql } from '@movie-rental/mysql';

/** `extra`: the cache holds a movie that is not there. `removed`: only one of both has it removed. */
export type DifferenceKind = 'missing' | 'extra' | 'removed' | 'stale' | 'different';

/** A movie that the cache holds otherwise than `movie` does. */
export interface Difference {
  id: number;
  kind: DifferenceKind;
  /** Its version; null where the movie is not there. */
  version: number | null;
  /** The cache's version; null where the cache does not hold it. */
  cached_version: number | null;
}

/** Byte by byte: the columns' own collation takes é for e. */
const SAME = `c.name COLLATE utf8mb4_0900_bin <=> m.name
  AND c.genre COLLATE utf8mb4_0900_bin <=> m.genre
  AND c.length_minutes <=> m.length_minutes
  AND c.removed_at <=> m.removed_at
  AND c.version = m.version`;

/** One statement, so that both tables are read as of one moment. */
const DIFFERENCES = `
  SELECT m.id, m.version, c.version AS cached_version, CASE
      WHEN c.id IS NULL THEN 'missing'
      WHEN (c.removed_at IS NULL) <> (m.removed_at IS NULL) THEN 'removed'
      WHEN c.version < m.version THEN 'stale'
      ELSE 'different' END AS kind
    FROM movie m LEFT JOIN movies_cache c ON c.id = m.id
    WHERE c.id IS NULL OR NOT (${SAME})
  UNION ALL
  SELECT c.id, NULL, c.version, 'extra'
    FROM movies_cache c LEFT JOIN movie m ON m.id = c.id
    WHERE m.id IS NULL
  ORDER BY id LIMIT ?`;

/** The first movies, by id, in which `movies_cache` differs from `movie`. */
export function findDifferences(sql: Sql, limit: number): Promise<Difference[]> {
  return sql.rows<Difference>(DIFFERENCES, [limit]);
}

/** How many movies the cache holds, removed ones among them. */
export async function countCached(sql: Sql): Promise<number> {
  const row = await sql.first<{ n: number }>('SELECT COUNT(*) AS n FROM movies_cache');
  return row?.n ?? 0;
}
