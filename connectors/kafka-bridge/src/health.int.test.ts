import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createLogger } from '@movie-rental/connector-kit';
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
  createKafka,
  kafkaPublisher,
  type OutgoingEvent,
  type Publisher,
} from '@movie-rental/messaging';
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

const isReady = () =>
  eventually(async () => (await health.status('/readyz')) === 200, { timeoutMs: 25_000 });
const saysWhyNot = (reason: RegExp) =>
  eventually(async () => {
    const { status, text } = await health.get('/readyz');
    return status === 503 && reason.test(text);
  });
const metricIs = (series: string, wanted: number) =>
  eventually(async () => (await health.metric(series)) === wanted);
const publish = (...events: OutgoingEvent[]) =>
  eventually(() => publisher.publish(events).then(() => true));

test('it is ready once its group has taken it in, and counts events by type', async () => {
  expect(await health.get('/readyz')).toEqual({ status: 503, text: 'connecting\n' });
  await isReady();
  await publish(
    event('movie.added', movie(1, 1)),
    updated(1, 2),
    updated(1, 3),
    removed(1, 4),
    { headers: headersOf('movie.painted', 1), body: '{}' },
    { headers: headersOf('movie.updated', 1), body: '{' },
  );
  const handled = (type: string) => `movie_events_handled_total{type="${type}"}`;
  await metricIs(handled('unknown'), 1);
  await metricIs(handled('movie.updated'), 3);
  expect(await health.metric(handled('movie.added'))).toBe(1);
  expect(await health.metric(handled('movie.removed'))).toBe(1);
  expect(await health.metric('movie_events_dead_lettered_total')).toBe(2);
});

test('it is not ready while MySQL is away, and its lag grows', async () => {
  await isReady();
  await gates.mysql.close();
  await saysWhyNot(/^mysql: /);
  await publish(updated(2, 1), updated(2, 2));
  await saysWhyNot(/^database_down$/m);
  const { text } = await health.get('/metrics');
  expect(text).toMatch(/^movie_events_lag\{partition="\d"\} 2$/m);
  expect(await health.metric('connector_work_in_hand')).toBe(1);
  expect(await health.status('/healthz')).toBe(200);
  await gates.mysql.open();
  await isReady();
  await metricIs('movie_events_handled_total{type="movie.updated"}', 2);
  await metricIs('connector_work_in_hand', 0);
});

test('it is not ready while Kafka is away', async () => {
  await isReady();
  await gates.kafka.close();
  await saysWhyNot(/^connecting$/m);
  expect(await health.status('/healthz')).toBe(200);
  await gates.kafka.open();
  await isReady();
}, 60_000);
