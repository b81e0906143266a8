import type { Transaction } from '@movie-rental/database';

const KEPT_DAYS = 90;

/** Deletes up to `limit` mails that were sent, or found nobody to be sent to, long ago. */
export async function purgeMail(tx: Transaction, limit: number): Promise<number> {
  const { affectedRows } = await tx.run(
    `DELETE FROM mail
     WHERE (state = 'SENT' AND sent_at < NOW() - INTERVAL ? DAY)
       OR (state = 'SKIPPED' AND COALESCE(sent_at, received_at) < NOW() - INTERVAL ? DAY)
     LIMIT ?`,
    [KEPT_DAYS, KEPT_DAYS, limit],
  );
  return affectedRows;
}
