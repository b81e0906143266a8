import type { Transaction } from '@movie-rental/mysql';

/** Deletes up to `limit` counts whose window is over. */
export async function purgeThrottle(tx: Transaction, limit: number): Promise<number> {
  const { affectedRows } = await tx.run('DELETE FROM throttle WHERE ends_at < NOW() LIMIT ?', [
    limit,
  ]);
  return affectedRows;
}
