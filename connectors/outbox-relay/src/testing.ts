import { randomUUID } from 'node:crypto';
import type { Logger } from '@movie-rental/connector-kit';
import {
  consumeTopic,
  fromAmqp,
  fromKafka,
  type HeaderTexts,
  type KafkaConsumerOptions,
  type KafkaRecord,
  openRabbitSession,
  type RabbitSession,
  SEND_EMAIL_QUEUE,
} from '@movie-rental/connector-kit/messaging';
import { eventually } from '@movie-rental/testkit';

/** An event as it was found on a broker. */
export interface Published {
  id: string;
  /** The id of what it is about. */
  key: string;
  headers: HeaderTexts;
}

type Kafka = KafkaConsumerOptions['kafka'];
type GetMessage = Exclude<Awaited<ReturnType<RabbitSession['channel']['get']>>, false>;

/** Every record that a topic holds now, each partition in its order. */
export async function drainTopic(
  kafka: Kafka,
  topic: string,
  logger: Logger,
): Promise<KafkaRecord[]> {
  const admin = kafka.admin();
  await admin.connect();
  const ends = await admin.fetchTopicOffsets(topic);
  await admin.disconnect();
  const total = ends.reduce((sum, { high }) => sum + Number(high), 0);
  const seen: KafkaRecord[] = [];
  const controller = new AbortController();
  const consuming = consumeTopic({
    kafka,
    topic,
    groupId: `test-${randomUUID()}`,
    logger,
    signal: controller.signal,
    handle: async (messages) => {
      seen.push(...messages);
    },
  });
  await eventually(() => seen.length >= total);
  controller.abort();
  await consuming;
  return seen;
}

/** Everything that a topic holds now, as events. */
export async function readTopic(kafka: Kafka, topic: string, logger: Logger): Promise<Published[]> {
  const records = await drainTopic(kafka, topic, logger);
  return records.map(({ headers }) => toPublished(fromKafka(headers)));
}

/** Takes every message out of the queue of notifications, in its order. */
export async function drainQueue(url: string, logger: Logger): Promise<GetMessage[]> {
  const session = await openRabbitSession({ url, clientId: 'test', logger });
  const seen: GetMessage[] = [];
  for (;;) {
    const message = await session.channel.get(SEND_EMAIL_QUEUE, { noAck: true });
    if (!message) break;
    seen.push(message);
  }
  await session.close();
  return seen;
}

/** The same, as events. */
export async function readQueue(url: string, logger: Logger): Promise<Published[]> {
  const messages = await drainQueue(url, logger);
  return messages.map(({ properties }) => toPublished(fromAmqp(properties)));
}

function toPublished(headers: HeaderTexts): Published {
  return { id: String(headers.ce_id), key: String(headers.ce_subject), headers };
}
