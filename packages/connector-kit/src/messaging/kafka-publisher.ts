import { type Kafka, Partitioners, type Producer } from 'kafkajs';
import type { OutgoingEvent } from './event.ts';
import { ensureMoviesTopic } from './kafka-topology.ts';
import { MessageRefused, type Publisher } from './publisher.ts';

const ALL_IN_SYNC_REPLICAS = -1;
const ACKNOWLEDGE_TIMEOUT_MS = 10_000;

/** Kafka's names for what is wrong with a record itself, not with the broker. */
const REFUSALS = new Set([
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_RECORD',
  'INVALID_TIMESTAMP',
]);

/**
 * Publishes events to a topic, keyed by their subject. One batch is awaited at a time: kafkajs
 * loses the order, and in its idempotent mode messages, of concurrent sends (kafkajs#1005).
 */
export function kafkaPublisher(kafka: Kafka, topic: string): Publisher {
  let producer: Producer | undefined;

  async function open(): Promise<Producer> {
    if (producer) return producer;
    await ensureMoviesTopic(kafka, topic);
    const opening = kafka.producer({
      allowAutoTopicCreation: false,
      maxInFlightRequests: 1,
      createPartitioner: Partitioners.DefaultPartitioner,
    });
    await opening.connect();
    producer = opening;
    return opening;
  }

  return {
    system: 'kafka',
    destinationOf: () => topic,
    open: async () => {
      await open();
    },
    publish: async (events) => {
      const open_ = await open();
      await open_
        .send({
          topic,
          acks: ALL_IN_SYNC_REPLICAS,
          timeout: ACKNOWLEDGE_TIMEOUT_MS,
          messages: events.map(toMessage),
        })
        .catch(throwRefusal);
    },
    close: async () => {
      const closing = producer;
      producer = undefined;
      await closing?.disconnect();
    },
  };
}

function toMessage({ headers, body }: OutgoingEvent) {
  return { key: headers.ce_subject, value: body, headers: { ...headers } };
}

function throwRefusal(error: unknown): never {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { type } = cause as { type?: string };
    if (type && REFUSALS.has(type)) throw new MessageRefused(cause.message, { cause: error });
  }
  throw error;
}
