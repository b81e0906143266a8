import type { Database, Transaction } from '@movie-rental/mysql';

const BATCH = 500;

/**
 * Runs `work` again and again, each time in a transaction of its own, until it finds less than a
 * batch to do.
 *
 * @param work deals with up to `limit` rows and returns with how many.
 * @returns how many rows there were in all.
 */
export async function inBatches(
  database: Database,
  work: (tx: Transaction, limit: number) => Promise<number>,
): Promise<number> {
  let total = 0;
  for (;;) {
    const done = await database.transaction((tx) => work(tx, BATCH));
    total += done;
    if (done < BATCH) return total;
  }
}
