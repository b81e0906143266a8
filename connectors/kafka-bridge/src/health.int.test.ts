import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createLogger } from '@movie-rental/connector-kit';
import {
  createKafka,
  kafkaPublisher,
  type OutgoingEvent,
  type Publisher,
} from '@movie-rental/connector-kit/messaging';
import {
  type ConnectorProcess,
  freePort,
  type Gate,
  type HealthClient,
  healthClient,
  openGate,
  startConnector,
} from '@movie-rental/connector-kit/testing';
import {
  eventually,
  kafkaBrokers,
  type TestDatabase,
  testDatabase,
  testTopic,
} from '@movie-rental/testkit';
import { event, headersOf, movie, removed, updated } from './testing.ts';

const logger = createLogger('test', process.env.TEST_LOG_LEVEL ?? 'silent');
const kafka = createKafka({ brokers: kafkaBrokers(), clientId: 'test', logger });

/** A group that was cut off comes together again. */
const PATIENCE = { timeoutMs: 25_000 };

let db: TestDatabase;
let publisher: Publisher;
let gates: { mysql: Gate; kafka: Gate };
let bridge: ConnectorProcess;
let health: HealthClient;

beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(async () => {
  const topic = testTopic();
  publisher = kafkaPublisher(kafka, topic);
  const broker = `kafka://${kafkaBrokers()[0]}`;
  gates = { mysql: await openGate(db.url), kafka: await openGate(broker) };
  const port = await freePort();
  health = healthClient(port);
  const env = {
    MYSQL_URL: gates.mysql.url,
    KAFKA_BROKERS: kafkaBrokers().join(','),
    MOVIES_TOPIC: topic,
    KAFKA_GROUP_ID: topic,
    HEALTH_PORT: String(port),
  };
  const detour = { from: Number(new URL(broker).port), to: Number(new URL(gates.kafka.url).port) };
  bridge = startConnector('kafka-bridge', env, detour);
  await eventually(() => health.status('/healthz'));
});
afterEach(async () => {
  bridge.signal('SIGKILL');
  await bridge.ended;
  await publisher.close();
  await Promise.all(Object.values(gates).map((gate) => gate.close()));
});
afterAll(() => db.drop());

const publish = (...events: OutgoingEvent[]) =>
  eventually(() => publisher.publish(events).then(() => true));

test('it is ready once its group has taken it in, and counts events by type', async () => {
  expect(await health.get('/readyz')).toEqual({ status: 503, text: 'connecting\n' });
  await health.isReady(PATIENCE);
  await publish(
    event('movie.added', movie(1, 1)),
    updated(1, 2),
    updated(1, 3),
    removed(1, 4),
    { headers: headersOf('movie.painted', 1), body: '{}' },
    { headers: headersOf('movie.updated', 1), body: '{' },
  );
  const handled = (type: string) => `movie_events_handled_total{type="${type}"}`;
  await health.metricIs(handled('unknown'), 1);
  await health.metricIs(handled('movie.updated'), 3);
  expect(await health.metric(handled('movie.added'))).toBe(1);
  expect(await health.metric(handled('movie.removed'))).toBe(1);
  expect(await health.metric('movie_events_dead_lettered_total')).toBe(2);
});

test('it is not ready while MySQL is away, and its lag grows', async () => {
  await health.isReady(PATIENCE);
  await gates.mysql.close();
  await health.saysWhyNot(/^mysql: /);
  await publish(updated(2, 1), updated(2, 2));
  await health.saysWhyNot(/^database_down$/m);
  const { text } = await health.get('/metrics');
  expect(text).toMatch(/^movie_events_lag\{partition="\d"\} 2$/m);
  expect(await health.metric('connector_work_in_hand')).toBe(1);
  expect(await health.status('/healthz')).toBe(200);
  await gates.mysql.open();
  await health.isReady(PATIENCE);
  await health.metricIs('movie_events_handled_total{type="movie.updated"}', 2);
  await health.metricIs('connector_work_in_hand', 0);
});

test('it is not ready while Kafka is away', async () => {
  await health.isReady(PATIENCE);
  await gates.kafka.close();
  await health.saysWhyNot(/^connecting$/m);
  expect(await health.status('/healthz')).toBe(200);
  await gates.kafka.open();
  await health.isReady(PATIENCE);
}, 60_000);
