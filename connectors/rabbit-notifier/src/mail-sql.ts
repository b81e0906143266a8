import type { Database, Sql } from '@movie-rental/mysql';
import { addDeadLetter, type NewDeadLetter } from '@movie-rental/mysql/dead-letters';
import type { RentalEvent } from './rental-event.ts';

/** Writes down that a mail is due; one that is known already keeps its row as it is. */
export async function recordMail(sql: Sql, event: RentalEvent): Promise<void> {
  await sql.run(
    `INSERT INTO mail (message_id, username, state, occurred_at, published_at, received_at,
       request_id, traceparent)
     VALUES (?, ?, 'PENDING', ?, ?, CURRENT_TIMESTAMP(3), ?, ?)
     ON DUPLICATE KEY UPDATE message_id = VALUES(message_id)`,
    [
      event.id,
      event.data.username,
      event.occurredAt,
      event.publishedAt ?? null,
      event.requestId ?? null,
      event.traceparent ?? null,
    ],
  );
}

/** The customer's address as of now; undefined without one, and for a customer that is unknown. */
export async function addressOf(sql: Sql, username: string): Promise<string | undefined> {
  const user = await sql.first<{ email: string | null }>(
    'SELECT email FROM users WHERE username = ?',
    [username],
  );
  return user?.email?.trim() || undefined;
}

export async function recordSkipped(sql: Sql, messageId: string): Promise<void> {
  await close(sql, messageId, 'SKIPPED');
}

/** Gives a message up: its dead letter and the end of its mail, both or neither. */
export async function recordDeadLetter(
  database: Database,
  letter: NewDeadLetter,
  messageId: string | undefined,
): Promise<void> {
  await database.transaction(async (tx) => {
    await addDeadLetter(tx, letter);
    if (messageId !== undefined) await close(tx, messageId, 'FAILED');
  });
}

/** What was sent stays sent. */
async function close(sql: Sql, messageId: string, state: 'SKIPPED' | 'FAILED'): Promise<void> {
  await sql.run("UPDATE mail SET state = ? WHERE message_id = ? AND state <> 'SENT'", [
    state,
    messageId,
  ]);
}
