import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createLogger } from '@movie-rental/connector-kit';
import {
  openRabbitSession,
  type RabbitSession,
  SEND_EMAIL_QUEUE,
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
  type TestDatabase,
  type TestVhost,
  testDatabase,
  testVhost,
} from '@movie-rental/testkit';
import { type TestGateway, testGateway } from './test-gateway.ts';
import { confirmation } from './testing.ts';

const logger = createLogger('test', process.env.TEST_LOG_LEVEL ?? 'silent');

let db: TestDatabase;
let vhost: TestVhost;
let broker: RabbitSession;
let gateway: TestGateway;
let gates: { mysql: Gate; rabbitmq: Gate };
let env: Record<string, string>;
let notifier: ConnectorProcess;
let health: HealthClient;

beforeAll(async () => {
  [db, vhost] = await Promise.all([testDatabase(), testVhost()]);
  broker = await openRabbitSession({ url: vhost.url, clientId: 'test', logger });
  for (const username of ['alice', 'bob', 'carol']) await addCustomer(username);
});
beforeEach(async () => {
  gateway = await testGateway();
  gates = { mysql: await openGate(db.url), rabbitmq: await openGate(vhost.url) };
  const port = await freePort();
  health = healthClient(port);
  env = {
    MYSQL_URL: gates.mysql.url,
    RABBITMQ_URL: gates.rabbitmq.url,
    GATEWAY_URL: gateway.url,
    SERVICE_TOKEN: 'a-token-for-services',
    HEALTH_PORT: String(port),
  };
  notifier = startConnector('rabbit-notifier', env);
  await health.isReady();
});
afterEach(async () => {
  notifier.signal('SIGKILL');
  await notifier.ended;
  await Promise.all([gateway.close(), ...Object.values(gates).map((gate) => gate.close())]);
  await broker.channel.purgeQueue(SEND_EMAIL_QUEUE);
});
afterAll(async () => {
  await broker.close();
  await Promise.all([db.drop(), vhost.drop()]);
});

const addressOf = (username: string) => `${username}@example.org`;

async function addCustomer(username: string): Promise<void> {
  await db.database.run('INSERT INTO users (username, password_hash, email) VALUES (?)', [
    [username, '-', addressOf(username)],
  ]);
}

function notify(username: string): void {
  const { content, properties } = confirmation(username);
  broker.channel.sendToQueue(SEND_EMAIL_QUEUE, content, properties);
}

test('it counts messages by what became of them, and those in hand', async () => {
  let answer: (status: number) => void = () => {};
  const answered = new Promise<number>((resolve) => {
    answer = resolve;
  });
  gateway.answer(addressOf('alice'), answered);
  gateway.answer(addressOf('bob'), 503, 200);
  gateway.answer(addressOf('carol'), 422);
  notify('alice');
  await eventually(() => gateway.calls.length === 1);
  expect(await health.metric('connector_work_in_hand')).toBe(1);
  expect(await health.metric('notifications_total{outcome="sent"}')).toBe(0);
  answer(200);
  await health.metricIs('notifications_total{outcome="sent"}', 1);
  await health.metricIs('connector_work_in_hand', 0);

  notify('nobody');
  notify('bob');
  notify('carol');
  await health.metricIs('notifications_total{outcome="sent"}', 2);
  await health.metricIs('notifications_total{outcome="retried",delay="1s"}', 1);
  await health.metricIs('notifications_total{outcome="dead_lettered"}', 1);
  await health.metricIs('notifications_total{outcome="skipped"}', 1);
  expect(await health.metric('notifications_total{outcome="retried",delay="5s"}')).toBe(0);
});

describe('it is not ready, yet alive, while it cannot use', () => {
  test('RabbitMQ', async () => {
    await gates.rabbitmq.close();
    await health.saysWhyNot(/^connecting$/m);
    expect(await health.status('/healthz')).toBe(200);
    await gates.rabbitmq.open();
    await health.isReady();
  });

  test('MySQL, with nothing in hand', async () => {
    await gates.mysql.close();
    await health.saysWhyNot(/^mysql: /);
    expect(await health.status('/healthz')).toBe(200);
    await gates.mysql.open();
    await health.isReady();
  });

  test('the gateway, with something to send', async () => {
    await gateway.close();
    notify('alice');
    await health.saysWhyNot(/^waiting_for_gateway$/m);
    expect(await health.status('/healthz')).toBe(200);
    await gateway.open();
    await health.isReady();
    await health.metricIs('notifications_total{outcome="sent"}', 1);
  });
});

test('while it drains it is alive and not ready, to its last breath', async () => {
  let answer: (status: number) => void = () => {};
  const answered = new Promise<number>((resolve) => {
    answer = resolve;
  });
  gateway.answer(addressOf('alice'), answered);
  notify('alice');
  await eventually(() => gateway.calls.length === 1);
  notifier.signal('SIGTERM');
  await health.saysWhyNot(/^draining$/m);
  expect(await health.status('/healthz')).toBe(200);
  expect(await health.metric('connector_ready')).toBe(0);
  answer(200);
  expect(await notifier.ended).toEqual({ code: 0, stderr: '' });
});

describe('HEALTH_PORT', () => {
  test('that is none is told with every other fault', async () => {
    const wrong = { ...env, GATEWAY_URL: 'gateway', HEALTH_PORT: '65536' };
    const { code, stderr } = await startConnector('rabbit-notifier', wrong).ended;
    expect(code).toBe(78);
    expect(stderr).toMatch(/GATEWAY_URL: /);
    expect(stderr).toMatch(/HEALTH_PORT: /);
  });

  test('that is taken ends the process, and its log says why', async () => {
    const second = startConnector('rabbit-notifier', env);
    expect((await second.ended).code).toBe(1);
    expect(second.output()).toMatch(
      new RegExp(`"level":60.*HEALTH_PORT ${env.HEALTH_PORT} cannot be used: .*EADDRINUSE`),
    );
  });
});
