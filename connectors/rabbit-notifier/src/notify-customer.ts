import {
  nextDelay,
  type QueueMessage,
  type Settlement,
  verdictOn,
} from '@movie-rental/connector-kit/messaging';
import type { SendEmailBody } from '@movie-rental/contracts';
import type { Sql } from '@movie-rental/mysql';
import { closeUnsent, recordDue } from '@movie-rental/mysql/mail';
import { type Delivery, DONE } from './delivery.ts';
import type { SendMail, SendOutcome } from './mail-sender.ts';
import { renderNotification } from './render-notification.ts';
import { type RentalEvent, readMessage } from './rental-event.ts';

/**
 * Tells a customer of a rental event, by e-mail to the address of this moment.
 * @throws UnreadableEvent, what MySQL says of data that it will never take, and Stopped.
 */
export async function notifyCustomer(
  message: QueueMessage,
  sendMail: SendMail,
  delivery: Delivery,
): Promise<Settlement> {
  const event = readMessage(message, delivery.span.traceparent);
  const address = await delivery.withMysql(async (database) => {
    await recordDue(database, { ...event, username: event.data.username });
    const found = await addressOf(database, event.data.username);
    if (found === undefined) await closeUnsent(database, event.id, 'SKIPPED');
    return found;
  });
  if (address === undefined) {
    delivery.count('skipped');
    return DONE;
  }
  const mail = toMail(event, address);
  const outcome = await delivery.withGateway(() => sendMail(mail, event));
  return afterCall(outcome, message, delivery);
}

/** The customer's current address; undefined without one, and for an unknown customer. */
async function addressOf(sql: Sql, username: string): Promise<string | undefined> {
  const user = await sql.first<{ email: string | null }>(
    'SELECT email FROM users WHERE username = ?',
    [username],
  );
  return user?.email?.trim() || undefined;
}

function toMail(event: RentalEvent, to: string): SendEmailBody {
  return { message_id: event.id, to, ...renderNotification(event.type, event.data) };
}

async function afterCall(
  outcome: SendOutcome,
  message: QueueMessage,
  delivery: Delivery,
): Promise<Settlement> {
  const verdict = verdictOn(outcome);
  if (verdict === 'done') {
    delivery.count('sent');
    return DONE;
  }
  const reason = explain(outcome, message.failures);
  const delay = verdict === 'again' ? nextDelay(message.failures) : undefined;
  if (!delay) return delivery.giveUp(message, reason);
  delivery.span.fail(reason);
  delivery.countDelayed(delay);
  return { done: false, queue: delay.name, failures: message.failures + 1 };
}

function explain(outcome: SendOutcome, failures: number): string {
  const what =
    'status' in outcome
      ? `send-email answered ${outcome.status}: ${outcome.said}`
      : `Calling send-email failed: ${outcome.failure}`;
  return failures === 0 ? what : `After ${failures + 1} tries: ${what}`;
}
