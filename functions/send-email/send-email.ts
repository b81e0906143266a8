import { Refusal, type SendEmailBody } from '@movie-rental/contracts';
import type { Database } from '@movie-rental/mysql';
import { claimMail, recordFailure, recordSent } from '@movie-rental/mysql/mail';
import { DeliveryRefused, MAX_DELIVERY_MS, OutcomeUnknown, type Transport } from './transport.ts';

/** Longer than most tries take. */
const BUSY_RETRY_SECONDS = 5;

/**
 * Longer than any try lasts, its record included: a claim runs out only if its holder died or could
 * not learn what became of the mail.
 */
const LEASE_SECONDS = MAX_DELIVERY_MS / 1_000 + 60;

/**
 * Sends a mail once: it is claimed before it is handed over, and what was sent is not sent again.
 * Between the hand-over and its record lies the one moment in which a crash leads to a second mail.
 * It goes on when its caller no longer waits, so a mail that a slow server takes is recorded too.
 *
 * @throws Refusal `mail_in_progress` while another call sends it, `mail_server_unavailable`, or
 *   `delivery_refused` if the server will never take this mail.
 */
export async function sendEmail(
  database: Database,
  transport: Transport,
  mail: SendEmailBody,
): Promise<void> {
  const claim = await claimMail(database, mail, LEASE_SECONDS);
  if (claim.state === 'sent') return;
  if (claim.state === 'in progress')
    throw new Refusal('mail_in_progress', { retryAfterSeconds: BUSY_RETRY_SECONDS });
  try {
    await transport.deliver(mail);
  } catch (error) {
    // A claim that is kept holds off the next try until its lease is over.
    if (!(error instanceof OutcomeUnknown)) {
      await recordFailure(database, mail.message_id, claim.attempt);
    }
    throw refusalOf(error);
  }
  await recordSent(database, mail.message_id);
}

function refusalOf(cause: unknown): Refusal {
  return cause instanceof DeliveryRefused
    ? new Refusal('delivery_refused', { message: cause.message, cause })
    : new Refusal('mail_server_unavailable', { retryAfterSeconds: BUSY_RETRY_SECONDS, cause });
}
