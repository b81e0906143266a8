import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
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
  type TestVhost,
  testDatabase,
  testTopic,
  testVhost,
} from '@movie-rental/testkit';

let db: TestDatabase;
let vhost: TestVhost;
let gates: { mysql: Gate; rabbitmq: Gate; kafka: Gate };
let relay: ConnectorProcess;
let health: HealthClient;

beforeAll(async () => {
  [db, vhost] = await Promise.all([testDatabase(), testVhost()]);
});
beforeEach(async () => {
  const broker = `kafka://${kafkaBrokers()[0]}`;
  const [mysql, rabbitmq, kafka] = await Promise.all([db.url, vhost.url, broker].map(openGate));
  gates = { mysql, rabbitmq, kafka } as typeof gates;
  const port = await freePort();
  health = healthClient(port);
  const env = {
    MYSQL_URL: gates.mysql.url,
    RABBITMQ_URL: gates.rabbitmq.url,
    KAFKA_BROKERS: kafkaBrokers().join(','),
    MOVIES_TOPIC: testTopic(),
    HEALTH_PORT: String(port),
  };
  const detour = { from: Number(new URL(broker).port), to: Number(new URL(gates.kafka.url).port) };
  relay = startConnector('outbox-relay', env, detour);
  await eventually(() => health.status('/healthz'));
});
afterEach(async () => {
  relay.signal('SIGKILL');
  await relay.ended;
  await Promise.all(Object.values(gates).map((gate) => gate.close()));
  await db.database.run('DELETE FROM outbox');
});
afterAll(() => Promise.all([db.drop(), vhost.drop()]));

const TYPES = { movie: 'movie.updated', rental: 'rental.confirmed' };

async function insert(kind: keyof typeof TYPES, type = TYPES[kind]): Promise<void> {
  await db.database.run(
    'INSERT INTO outbox (id, aggregatetype, aggregateid, type, payload, headers) VALUES (?)',
    [[randomUUID(), kind, '1', type, '{}', '{}']],
  );
}

test('it counts what it published, what became a dead letter and what waits', async () => {
  await health.isReady();
  expect(await health.metric('connector_ready')).toBe(1);
  await insert('movie');
  await insert('movie');
  await insert('rental', 'nonsense');
  await health.metricIs('outbox_published_total{aggregate="movie"}', 2);
  await health.metricIs('outbox_dead_lettered_total{aggregate="rental"}', 1);
  expect(await health.metric('outbox_published_total{aggregate="rental"}')).toBe(0);
  expect(await health.metric('outbox_dead_lettered_total{aggregate="movie"}')).toBe(0);
  await health.metricIs('outbox_rows_waiting{aggregate="movie"}', 0);

  await gates.rabbitmq.close();
  await insert('rental');
  await insert('rental');
  await health.metricIs('outbox_rows_waiting{aggregate="rental"}', 2);
  await eventually(
    async () =>
      Number(await health.metric('outbox_oldest_row_age_seconds{aggregate="rental"}')) > 2,
  );
  expect(await health.metric('outbox_rows_waiting{aggregate="movie"}')).toBe(0);
  await gates.rabbitmq.open();
  await health.metricIs('outbox_published_total{aggregate="rental"}', 2);
  await health.metricIs('outbox_oldest_row_age_seconds{aggregate="rental"}', 0);
});

test('it is not ready while RabbitMQ is away, though nothing waits for it', async () => {
  await health.isReady();
  await gates.rabbitmq.close();
  await health.saysWhyNot(/^rental: broker_down$/m);
  expect(await health.status('/healthz')).toBe(200);
  expect(await health.metric('connector_ready')).toBe(0);
  await gates.rabbitmq.open();
  await health.isReady();
});

test('it is not ready while Kafka is away and something waits for it', async () => {
  await health.isReady();
  await gates.kafka.close();
  await insert('movie');
  await health.saysWhyNot(/^movie: broker_down$/m);
  expect(await health.status('/healthz')).toBe(200);
  await gates.kafka.open();
  await health.isReady();
  await health.metricIs('outbox_published_total{aggregate="movie"}', 1);
});

test('it is not ready while MySQL is away, and does not pretend to know what waits', async () => {
  await health.isReady();
  await gates.mysql.close();
  await health.saysWhyNot(/connecting/);
  await health.metricIs('outbox_rows_waiting{aggregate="movie"}', undefined);
  expect(await health.status('/healthz')).toBe(200);
  await gates.mysql.open();
  await health.isReady();
  await health.metricIs('outbox_rows_waiting{aggregate="movie"}', 0);
});
