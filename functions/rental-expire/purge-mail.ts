import type { Transaction } from '@movie-rental/mysql';

interface Retention {
  state: 'SENT' | 'SKIPPED' | 'FAILED' | 'PENDING' | 'SENDING';
  since: 'sent_at' | 'received_at';
  days: number;
}

/** Longer for what was not sent, since someone may still want to know why. */
const RETENTIONS: readonly Retention[] = [
  { state: 'SENT', since: 'sent_at', days: 90 },
  { state: 'SKIPPED', since: 'received_at', days: 90 },
  { state: 'FAILED', since: 'received_at', days: 180 },
  { state: 'PENDING', since: 'received_at', days: 180 },
  { state: 'SENDING', since: 'received_at', days: 180 },
];

/** Deletes up to `limit` mails that are old, whatever became of them; each state by an index. */
export async function purgeMail(tx: Transaction, limit: number): Promise<number> {
  let purged = 0;
  for (const { state, since, days } of RETENTIONS) {
    const { affectedRows } = await tx.run(
      `DELETE FROM mail WHERE state = ? AND ${since} < NOW() - INTERVAL ? DAY
       ORDER BY ${since} LIMIT ?`,
      [state, days, limit - purged],
    );
    purged += affectedRows;
  }
  return purged;
}
