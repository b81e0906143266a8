import type { Database } from '@movie-rental/mysql';
import { TourFailed } from './tour-failed.ts';
import { until } from './until.ts';

const LOOK_AT = 'npm run logs -- rabbit-notifier';

/** A mail that was sent, with the moments of its way. */
export interface SentMail {
  recipient: string;
  subject: string;
  /** The change that it tells of was committed. */
  occurred_at: Date;
  /** The relay handed its event to RabbitMQ. */
  published_at: Date;
  /** The notifier took it out of the queue. */
  received_at: Date;
  sent_at: Date;
}

type MailRow = SentMail & { state: 'PENDING' | 'SENDING' | 'SENT' | 'FAILED' | 'SKIPPED' };

/**
 * Waits for the mail that a request led to.
 *
 * @throws TourFailed where it is not sent within the tour's patience.
 */
export function untilMailed(
  database: Database,
  username: string,
  requestId: string,
): Promise<SentMail> {
  return until(`No mail was sent to ${username}`, LOOK_AT, async () => {
    const mail = await database.first<MailRow>(
      `SELECT recipient, subject, state, occurred_at, published_at, received_at, sent_at
       FROM mail WHERE username = ? AND request_id = ?`,
      [username, requestId],
    );
    if (mail?.state === 'SKIPPED') throw new TourFailed('The mail was skipped', LOOK_AT);
    return mail?.state === 'SENT' ? mail : undefined;
  });
}
