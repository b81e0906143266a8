import type { Transaction } from '@movie-rental/mysql';

const KEPT_HOURS = 24;

/** Deletes up to `limit` answers that nobody may ask for again. */
export async function purgeIdempotency(tx: Transaction, limit: number): Promise<number> {
  const { affectedRows } = await tx.run(
    'DELETE FROM idempotency WHERE created_at < NOW() - INTERVAL ? HOUR LIMIT ?',
    [KEPT_HOURS, limit],
  );
  return affectedRows;
}
