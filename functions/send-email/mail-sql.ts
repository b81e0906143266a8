import type { SendEmailBody } from '@movie-rental/contracts';
import type { Database, Sql } from '@movie-rental/mysql';
import { MAX_DELIVERY_MS } from './transport.ts';

/**
 * Longer than any try lasts, its record included: a claim runs out only where its holder died or
 * could not learn what became of the mail.
 */
const LEASE_SECONDS = MAX_DELIVERY_MS / 1_000 + 60;

/** `attempt` tells this claim from a later one that took the mail over. */
export type Claim =
  | { state: 'claimed'; attempt: number }
  | { state: 'sent' }
  | { state: 'in progress' };

/** Claims a mail for this call alone, unless it was sent or another call holds it. */
export async function claimMail(database: Database, mail: SendEmailBody): Promise<Claim> {
  return database.transaction(async (tx) => {
    // The row may be there already, made by whoever received the event; this also locks it.
    await tx.run(
      `INSERT INTO mail (message_id, received_at) VALUES (?, CURRENT_TIMESTAMP(3))
       ON DUPLICATE KEY UPDATE message_id = VALUES(message_id)`,
      [mail.message_id],
    );
    const row = await tx.first<{ state: string; attempts: number; leased: number | null }>(
      `SELECT state, attempts, lease_until > CURRENT_TIMESTAMP(3) AS leased FROM mail
       WHERE message_id = ? FOR UPDATE`,
      [mail.message_id],
    );
    if (row?.state === 'SENT') return { state: 'sent' };
    if (row?.state === 'SENDING' && row.leased) return { state: 'in progress' };
    const attempt = (row?.attempts ?? 0) + 1;
    await tx.run(
      `UPDATE mail SET state = 'SENDING', attempts = ?, recipient = ?, subject = ?,
         text = ?, lease_until = CURRENT_TIMESTAMP(3) + INTERVAL ? SECOND
       WHERE message_id = ?`,
      [attempt, mail.to, mail.subject, mail.text, LEASE_SECONDS, mail.message_id],
    );
    return { state: 'claimed', attempt };
  });
}

export async function recordSent(sql: Sql, messageId: string): Promise<void> {
  await sql.run(
    `UPDATE mail SET state = 'SENT', sent_at = CURRENT_TIMESTAMP(3), lease_until = NULL
     WHERE message_id = ?`,
    [messageId],
  );
}

/** Gives the claim back, unless it ran out and another call holds the mail by now. */
export async function recordFailure(sql: Sql, messageId: string, attempt: number): Promise<void> {
  await sql.run(
    `UPDATE mail SET state = 'FAILED', lease_until = NULL
     WHERE message_id = ? AND state = 'SENDING' AND attempts = ?`,
    [messageId, attempt],
  );
}
