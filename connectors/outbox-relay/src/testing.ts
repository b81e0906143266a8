import { randomUUID } from 'node:crypto';
import type { Logger } from '@movie-rental/connector-kit';
import {
  consumeTopic,
  fromAmqp,
  fromKafka,
  type HeaderTexts,
  type KafkaConsumerOptions,
  openRabbitSession,
  SEND_EMAIL_QUEUE,
} from '@movie-rental/messaging';
import { eventually } from '@movie-rental/testkit';

/** An event as it was found on a broker. */
export interface Published {
  id: string;
  /** The id of what it is about. */
  key: string;
  headers: HeaderTexts;
}

type Kafka = KafkaConsumerOptions['kafka'];

/** Everything that a topic holds now, each partition in its order. */
export async function readTopic(kafka: Kafka, topic: string, logger: Logger): Promise<Published[]> {
  const admin = kafka.admin();
  await admin.connect();
  const ends = await admin.fetchTopicOffsets(topic);
  await admin.disconnect();
  const total = ends.reduce((sum, { high }) => sum + Number(high), 0);
  const seen: Published[] = [];
  const controller = new AbortController();
  const consuming = consumeTopic({
    kafka,
    topic,
    groupId: `test-${randomUUID()}`,
    logger,
    signal: controller.signal,
    handle: async (messages) => {
      seen.push(...messages.map(({ headers }) => toPublished(fromKafka(headers))));
    },
  });
  await eventually(() => seen.length >= total);
  controller.abort();
  await consuming;
  return seen;
}

/** Takes everything out of the queue of notifications, in its order. */
export async function readQueue(url: string, logger: Logger): Promise<Published[]> {
  const session = await openRabbitSession({ url, clientId: 'test', logger });
  const seen: Published[] = [];
  for (;;) {
    const message = await session.channel.get(SEND_EMAIL_QUEUE, { noAck: true });
    if (!message) break;
    seen.push(toPublished(fromAmqp(message.properties)));
  }
  await session.close();
  return seen;
}

function toPublished(headers: HeaderTexts): Published {
  return { id: String(headers.ce_id), key: String(headers.ce_subject), headers };
}
