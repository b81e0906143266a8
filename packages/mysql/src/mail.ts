import type { SendEmailBody } from '@movie-rental/contracts';
import type { Database, Sql, Transaction } from './database.ts';

/**
 * The states of a mail. PENDING: due. SENDING: claimed by a call. SENT: the mail server took it.
 * SKIPPED: the customer has no address. FAILED: the last try failed; a later one may claim it again.
 */
export type MailState = 'PENDING' | 'SENDING' | 'SENT' | 'SKIPPED' | 'FAILED';

/** A mail that an event makes due. */
export interface DueMail {
  /** The event's id. */
  id: string;
  username: string;
  occurredAt: Date;
  publishedAt: Date | undefined;
  requestId: string | undefined;
  traceparent: string | undefined;
}

/** Records that a mail is due; one that is known already keeps its row as it is. */
export async function recordDue(sql: Sql, mail: DueMail): Promise<void> {
  await sql.run(
    `INSERT INTO mail (message_id, username, state, occurred_at, published_at, received_at,
       request_id, traceparent)
     VALUES (?, ?, 'PENDING', ?, ?, CURRENT_TIMESTAMP(3), ?, ?)
     ON DUPLICATE KEY UPDATE message_id = VALUES(message_id)`,
    [
      mail.id,
      mail.username,
      mail.occurredAt,
      mail.publishedAt ?? null,
      mail.requestId ?? null,
      mail.traceparent ?? null,
    ],
  );
}

/** Ends a mail that is not sent. What was sent stays sent. */
export async function closeUnsent(
  sql: Sql,
  messageId: string,
  state: 'SKIPPED' | 'FAILED',
): Promise<void> {
  await sql.run("UPDATE mail SET state = ? WHERE message_id = ? AND state <> 'SENT'", [
    state,
    messageId,
  ]);
}

/** `attempt` tells this claim from a later one that took the mail over. */
export type Claim =
  | { state: 'claimed'; attempt: number }
  | { state: 'sent' }
  | { state: 'in progress' };

/**
 * Claims a mail for this call alone, unless it was sent or another call holds it.
 *
 * @param leaseSeconds how long the claim holds; longer than any try lasts, its record included
 */
export async function claimMail(
  database: Database,
  mail: SendEmailBody,
  leaseSeconds: number,
): Promise<Claim> {
  return database.transaction(async (tx) => {
    // The row may be there already, made by whoever received the event; this also locks it.
    await tx.run(
      `INSERT INTO mail (message_id, received_at) VALUES (?, CURRENT_TIMESTAMP(3))
       ON DUPLICATE KEY UPDATE message_id = VALUES(message_id)`,
      [mail.message_id],
    );
    const row = await tx.first<{ state: MailState; attempts: number; leased: number | null }>(
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
      [attempt, mail.to, mail.subject, mail.text, leaseSeconds, mail.message_id],
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

interface Retention {
  since: 'sent_at' | 'received_at';
  days: number;
}

/** Longer for what was not sent, since someone may still want to know why. */
const RETENTIONS: Readonly<Record<MailState, Retention>> = {
  SENT: { since: 'sent_at', days: 90 },
  SKIPPED: { since: 'received_at', days: 90 },
  FAILED: { since: 'received_at', days: 180 },
  PENDING: { since: 'received_at', days: 180 },
  SENDING: { since: 'received_at', days: 180 },
};

/** Deletes up to `limit` old mails, whatever became of them; each state by an index. */
export async function purgeMail(tx: Transaction, limit: number): Promise<number> {
  let purged = 0;
  for (const [state, { since, days }] of Object.entries(RETENTIONS)) {
    const { affectedRows } = await tx.run(
      `DELETE FROM mail WHERE state = ? AND ${since} < NOW() - INTERVAL ? DAY
       ORDER BY ${since} LIMIT ?`,
      [state, days, limit - purged],
    );
    purged += affectedRows;
  }
  return purged;
}
