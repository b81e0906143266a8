import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createHealth, createLogger } from '@movie-rental/connector-kit';
import {
  createKafka,
  kafkaPublisher,
  rabbitPublisher,
} from '@movie-rental/connector-kit/messaging';
import {
  countDeadLetters,
  listDeadLetters,
  redriveDeadLetter,
} from '@movie-rental/mysql/dead-letters';
import { untraced } from '@movie-rental/runtime/tracing';
import {
  eventually,
  kafkaBrokers,
  type TestDatabase,
  type TestVhost,
  testDatabase,
  testTopic,
  testVhost,
} from '@movie-rental/testkit';
import { runRelay } from './run-relay.ts';
import { readTopic } from './testing.ts';

const logger = createLogger('test', process.env.TEST_LOG_LEVEL ?? 'silent');
const kafka = createKafka({ brokers: kafkaBrokers(), clientId: 'test', logger });
const topic = testTopic();

let db: TestDatabase;
let vhost: TestVhost;
let stop: () => Promise<void>;

beforeAll(async () => {
  [db, vhost] = await Promise.all([testDatabase(), testVhost()]);
  const controller = new AbortController();
  const relaying = runRelay({
    mysqlUrl: db.url,
    publishers: new Map([
      ['movie', kafkaPublisher(kafka, topic)],
      ['rental', rabbitPublisher({ url: vhost.url, clientId: 'test', logger })],
    ]),
    logger,
    tracer: untraced,
    health: createHealth(controller.signal),
    signal: controller.signal,
  });
  stop = () => {
    controller.abort();
    return relaying;
  };
});
afterAll(async () => {
  await stop();
  await Promise.all([db.drop(), vhost.drop()]);
});

const TIME = '2026-01-02T13:01:00.500Z';
const TOPIC = 2;

/** More than a topic takes in one message, unless it is told to. */
const movie = {
  id: 7,
  name: 'x'.repeat(1_500_000),
  genre: 'Drama',
  length_minutes: 90,
  copies: null,
  external_id: null,
  version: 1,
  created_at: TIME,
  updated_at: TIME,
  removed_at: null,
};

async function add(): Promise<string> {
  const id = randomUUID();
  await db.database.run(
    `INSERT INTO outbox (id, aggregatetype, aggregateid, type, payload, headers, created_at)
     VALUES (?, 'movie', '7', 'movie.added', ?, ?, ?)`,
    [id, JSON.stringify(movie), JSON.stringify({ 'x-request-id': 'request-1' }), new Date(TIME)],
  );
  return id;
}

const onlyLetter = () =>
  eventually(async () => {
    const letters = await listDeadLetters(db.database, { limit: 2 });
    expect(letters).toHaveLength(1);
    return letters[0];
  });

async function takeLargeMessages(): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  const configEntries = [{ name: 'max.message.bytes', value: '5000000' }];
  const resources = [{ type: TOPIC, name: topic, configEntries }];
  await admin.alterConfigs({ validateOnly: false, resources });
  await admin.disconnect();
}

test('an event that Kafka refuses can be redriven, without success, and again once the cause is fixed', async () => {
  const id = await add();
  const first = await onlyLetter();
  expect(first).toMatchObject({ event_id: id, source: 'outbox-relay' });

  await redriveDeadLetter(db.database, first.id);
  const second = await onlyLetter();
  expect(second).toMatchObject({ event_id: id, reason: first.reason });
  expect(second.id).not.toBe(first.id);

  await takeLargeMessages();
  await redriveDeadLetter(db.database, second.id);
  const published = await eventually(async () => {
    const [event] = await readTopic(kafka, topic, logger);
    return event;
  });
  expect(published).toMatchObject({
    id,
    key: '7',
    headers: { ce_type: 'movie.added', ce_time: TIME, 'x-request-id': 'request-1' },
  });
  expect(await countDeadLetters(db.database)).toBe(0);
});
