import type { SendEmailBody } from '@movie-rental/contracts';
import type { Database, Sql } from '@movie-rental/database';

/** Longer than any try lasts: a claim outlives its holder only where that died. */
const LEASE_SECONDS = 60;

export type Claim = 'claimed' | 'sent' | 'in progress';

/** Claims a mail for this call alone, unless it was sent or another call holds it. */
export async function claimMail(database: Database, mail: SendEmailBody): Promise<Claim> {
  return database.transaction(async (tx) => {
    // The row may be there already, made by whoever received the event; this also locks it.
    await tx.run(
      'INSERT INTO mail (message_id) VALUES (?) ON DUPLICATE KEY UPDATE message_id = message_id',
      [mail.message_id],
    );
    const row = await tx.first<{ state: string; leased: number | null }>(
      `SELECT state, lease_until > CURRENT_TIMESTAMP(3) AS leased FROM mail
       WHERE message_id = ? FOR UPDATE`,
      [mail.message_id],
    );
    if (row?.state === 'SENT') return 'sent';
    if (row?.state === 'SENDING' && row.leased) return 'in progress';
    await tx.run(
      `UPDATE mail SET state = 'SENDING', attempts = attempts + 1, recipient = ?, subject = ?,
         text = ?, lease_until = CURRENT_TIMESTAMP(3) + INTERVAL ? SECOND
       WHERE message_id = ?`,
      [mail.to, mail.subject, mail.text, LEASE_SECONDS, mail.message_id],
    );
    return 'claimed';
  });
}

export async function recordSent(sql: Sql, messageId: string): Promise<void> {
  await sql.run(
    `UPDATE mail SET state = 'SENT', sent_at = CURRENT_TIMESTAMP(3), lease_until = NULL
     WHERE message_id = ?`,
    [messageId],
  );
}

/** Gives the claim back, so that the next try need not wait for its end. */
export async function recordFailure(sql: Sql, messageId: string): Promise<void> {
  await sql.run(
    `UPDATE mail SET state = 'FAILED', lease_until = NULL
     WHERE message_id = ? AND state = 'SENDING'`,
    [messageId],
  );
}
