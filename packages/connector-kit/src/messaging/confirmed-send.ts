import type { ConfirmChannel, Message, Options } from 'amqplib';
import { MessageRefused } from './publisher.ts';

/** One message and where it goes; the empty exchange leads to the queue of that name. */
export interface Sending {
  exchange: string;
  routingKey: string;
  content: Buffer;
  /** `messageId` must be its own among the messages under way. */
  properties: Options.Publish & { messageId: string };
}

export type ConfirmedSend = (sending: Sending) => Promise<void>;

const CONFIRM_TIMEOUT_MS = 15_000;
const PRECONDITION_FAILED = 406;

/**
 * Sends that resolve once the broker has taken the message over. Each is mandatory: the broker
 * returns what no queue is bound for, and confirms it all the same, in this order.
 *
 * The function that it gives throws MessageRefused for a message that is returned or too large, and
 * another error where the broker does not confirm in time, refuses for its own reasons, or is gone.
 */
export function confirmedSend(channel: ConfirmChannel): ConfirmedSend {
  const returned = new Set<string>();
  channel.on('return', ({ properties }: Message) => returned.add(String(properties.messageId)));
  let closingError: ClosingError | undefined;
  channel.on('error', (error) => {
    closingError = error;
  });

  return ({ exchange, routingKey, content, properties }) =>
    new Promise<void>((resolve, reject) => {
      const settle = (error: Error | null) => {
        clearTimeout(timer);
        if (returned.delete(properties.messageId)) {
          reject(new MessageRefused(`No queue is bound for ${routingKey}`));
        } else if (error) reject(explained(error, closingError));
        else resolve();
      };
      const timer = setTimeout(settle, CONFIRM_TIMEOUT_MS, new Error('RabbitMQ does not confirm'));
      try {
        const options = { ...properties, mandatory: true };
        channel.publish(exchange, routingKey, content, options, settle);
      } catch (error) {
        settle(error as Error);
      }
    });
}

type ClosingError = Error & { code?: number };

/** A message beyond the broker's limit closes the channel; headers beyond amqplib's are a RangeError. */
function explained(error: Error, closing: ClosingError | undefined): Error {
  if (error instanceof RangeError) return new MessageRefused(error.message, { cause: error });
  if (closing?.code !== PRECONDITION_FAILED) return error;
  return new MessageRefused(closing.message, { cause: closing });
}
