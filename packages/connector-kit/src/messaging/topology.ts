/**
 * What exists on the brokers, named once. The arguments of a queue never change, since declaring it
 * with others closes the channel: whatever needs others takes a new name.
 */

/** Movie events, by movie id. The configuration may name another topic. */
export const MOVIES_TOPIC = 'movies';
export const MOVIES_PARTITIONS = 6;

/** Rental events, with the event's type as routing key. */
export const RENTALS_EXCHANGE = 'rentals';
export const RENTALS_BINDING = 'rental.*';

/** One message for each notification that is due. */
export const SEND_EMAIL_QUEUE = 'send-email';
/** Where the broker puts what was delivered too often. */
export const SEND_EMAIL_DEAD_QUEUE = 'send-email.dead';

export interface DelayQueue {
  name: string;
  delayMs: number;
}

/** A message waits here for its next try: one queue a delay, or a long one would block short ones. */
export const DELAY_QUEUES: readonly DelayQueue[] = [
  { name: 'send-email.delay.1s', delayMs: 1_000 },
  { name: 'send-email.delay.5s', delayMs: 5_000 },
  { name: 'send-email.delay.30s', delayMs: 30_000 },
  { name: 'send-email.delay.2min', delayMs: 120_000 },
  { name: 'send-email.delay.10min', delayMs: 600_000 },
];
