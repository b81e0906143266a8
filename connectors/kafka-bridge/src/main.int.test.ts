import { randomUUID } from 'node:crypto';
import { afterEach, expect, test } from '@jest/globals';
import { createLogger } from '@movie-rental/connector-kit';
import {
  createKafka,
  kafkaPublisher,
  type OutgoingEvent,
} from '@movie-rental/connector-kit/messaging';
import { type ConnectorProcess, startConnector } from '@movie-rental/connector-kit/testing';
import { eventually, kafkaBrokers, testDatabase, testTopic } from '@movie-rental/testkit';

const EVENTS = 8_000;
const CREATED = '2030-01-01T00:00:00.000Z';

const added = (id: number): OutgoingEvent => ({
  headers: {
    ce_specversion: '1.0',
    ce_id: randomUUID(),
    ce_type: 'movie.added',
    ce_source: '/test',
    ce_subject: String(id),
    ce_time: CREATED,
    'content-type': 'application/json',
  },
  body: JSON.stringify({
    id,
    name: `Movie ${id}`,
    genre: 'Drama',
    length_minutes: 90,
    copies: null,
    external_id: null,
    version: 1,
    created_at: CREATED,
    updated_at: CREATED,
    removed_at: null,
  }),
});

/** A test that fails leaves no process behind. */
const started: ConnectorProcess[] = [];
afterEach(() => {
  for (const process of started.splice(0)) process.signal('SIGKILL');
});

function start(env: Record<string, string>): ConnectorProcess {
  const process = startConnector('kafka-bridge', env);
  started.push(process);
  return process;
}

test('SIGTERM: what was applied is committed, the rest is not, exit code 0', async () => {
  const db = await testDatabase();
  const topic = testTopic();
  const logger = createLogger('test', 'silent');
  const kafka = createKafka({ brokers: kafkaBrokers(), clientId: 'test', logger });
  const startBridge = () =>
    start({
      MYSQL_URL: db.url,
      KAFKA_BROKERS: kafkaBrokers().join(','),
      MOVIES_TOPIC: topic,
      KAFKA_GROUP_ID: topic,
    });
  const bridge = startBridge();
  await bridge.ready;
  const publisher = kafkaPublisher(kafka, topic);
  const events = Array.from({ length: EVENTS }, (_, n) => added(n + 1));
  await eventually(() => publisher.publish(events).then(() => true));
  await publisher.close();
  const cached = async () =>
    (await db.database.first<{ n: number }>('SELECT COUNT(*) AS n FROM movies_cache'))?.n ?? 0;
  await eventually(async () => (await cached()) > 0);
  bridge.signal('SIGTERM');
  expect(await bridge.ended).toEqual({ code: 0, stderr: '' });

  const applied = await cached();
  const admin = kafka.admin();
  await admin.connect();
  // kafkajs finds no coordinator before it has once asked for topics.
  await admin.listTopics();
  const [offsets] = await admin.fetchOffsets({ groupId: topic, topics: [topic] });
  await admin.disconnect();
  const committed = offsets?.partitions.map(({ offset }) => Math.max(0, Number(offset))) ?? [];
  expect(committed.reduce((sum, offset) => sum + offset, 0)).toBe(applied);
  expect(applied).toBeLessThan(EVENTS);

  const next = startBridge();
  await eventually(async () => (await cached()) === EVENTS);
  next.signal('SIGTERM');
  expect((await next.ended).code).toBe(0);
  await db.drop();
});
