import type { Channel } from 'amqplib';
import {
  DELAY_QUEUES,
  RENTALS_BINDING,
  RENTALS_EXCHANGE,
  SEND_EMAIL_DEAD_QUEUE,
  SEND_EMAIL_QUEUE,
} from './topology.ts';

const DELIVERY_LIMIT = 20;
/** RabbitMQ 4 drops a message after 20 deliveries where no limit is named, and -1 is not known to 3. */
const PRACTICALLY_NO_LIMIT = 1_000_000;

/**
 * Declares exchange, queues and bindings; what is there already stays. A quorum queue dead-letters
 * at most once unless told otherwise, and an expiring message could get lost.
 * @throws where a queue exists with other arguments.
 */
export async function ensureRabbitTopology(channel: Channel): Promise<void> {
  await channel.assertExchange(RENTALS_EXCHANGE, 'topic', { durable: true });
  await assertQuorumQueue(channel, SEND_EMAIL_DEAD_QUEUE, {
    'x-delivery-limit': PRACTICALLY_NO_LIMIT,
  });
  await assertQuorumQueue(channel, SEND_EMAIL_QUEUE, {
    'x-delivery-limit': DELIVERY_LIMIT,
    ...deadLettersTo(SEND_EMAIL_DEAD_QUEUE),
  });
  await channel.bindQueue(SEND_EMAIL_QUEUE, RENTALS_EXCHANGE, RENTALS_BINDING);
  for (const { name, delayMs } of DELAY_QUEUES) {
    await assertQuorumQueue(channel, name, {
      'x-message-ttl': delayMs,
      ...deadLettersTo(SEND_EMAIL_QUEUE),
    });
  }
}

function assertQuorumQueue(channel: Channel, name: string, queueArguments: object) {
  return channel.assertQueue(name, {
    durable: true,
    arguments: { 'x-queue-type': 'quorum', ...queueArguments },
  });
}

/** By way of the default exchange, with the broker's own confirmation before it lets go. */
function deadLettersTo(queue: string) {
  return {
    'x-dead-letter-exchange': '',
    'x-dead-letter-routing-key': queue,
    'x-dead-letter-strategy': 'at-least-once',
    'x-overflow': 'reject-publish',
  };
}
