import type { Database, Sql, Transaction } from '@movie-rental/mysql';
import { type CachedMovie, storeMovies } from './cache-sql.ts';
import { type CancelRentals, RENTALS_PER_BATCH } from './remove-movie.ts';

/** Small enough that no transaction holds its locks for long, if only copying is to be done. */
const MOVIES_PER_BATCH = 100;

type MovieRow = Omit<CachedMovie, 'removed_at'> & { removed_at: Date | null };

/**
 * Makes the cache hold these movies as `movie` does, whatever it held before. A removed movie's
 * rentals are cancelled first, as its event would: the cache says that this has been done. Of one
 * that has many rentals only some are; it is left as it was, to be repaired again. Since that locks
 * many rows, each removed movie has a transaction of its own.
 */
export async function repairCache(
  database: Database,
  ids: readonly number[],
  cancelRentals: CancelRentals,
): Promise<void> {
  for (let start = 0; start < ids.length; start += MOVIES_PER_BATCH) {
    const batch = ids.slice(start, start + MOVIES_PER_BATCH);
    const removed = await removedAmong(database, batch);
    const others = batch.filter((id) => !removed.includes(id));
    for (const group of [others, ...removed.map((id) => [id])]) {
      if (group.length === 0) continue;
      await database.transaction((tx) => repairBatch(tx, group, cancelRentals));
    }
  }
}

/** Those removed by now; a batch deals with one that is removed a moment later all the same. */
async function removedAmong(sql: Sql, ids: readonly number[]): Promise<number[]> {
  const rows = await sql.rows<{ id: number }>(
    'SELECT id FROM movie WHERE id IN (?) AND removed_at IS NOT NULL ORDER BY id',
    [ids],
  );
  return rows.map(({ id }) => id);
}

async function repairBatch(tx: Transaction, ids: readonly number[], cancelRentals: CancelRentals) {
  const movies = await lockMovies(tx, ids);
  const unfinished = new Set<number>();
  for (const { id } of movies.filter(({ removed_at }) => removed_at !== null)) {
    const cancelled = await cancelRentals(tx, id, RENTALS_PER_BATCH, {});
    if (cancelled === RENTALS_PER_BATCH) unfinished.add(id);
  }
  const replaced = ids.filter((id) => !unfinished.has(id));
  if (replaced.length === 0) return;
  await tx.run('DELETE FROM movies_cache WHERE id IN (?)', [replaced]);
  await storeMovies(
    tx,
    movies.filter(({ id }) => !unfinished.has(id)),
  );
}

/** No newer version can come about, let alone reach the cache, before this transaction ends. */
async function lockMovies(tx: Transaction, ids: readonly number[]): Promise<CachedMovie[]> {
  const rows = await tx.rows<MovieRow>(
    `SELECT id, name, genre, length_minutes, version, removed_at FROM movie
     WHERE id IN (?) ORDER BY id FOR SHARE`,
    [ids],
  );
  return rows.map((row) => ({ ...row, removed_at: row.removed_at?.toISOString() ?? null }));
}
