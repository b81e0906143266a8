import { randomUUID } from 'node:crypto';
import { afterEach, expect, test } from '@jest/globals';
import { createLogger } from '@movie-rental/connector-kit';
import { openRabbitSession, SEND_EMAIL_QUEUE } from '@movie-rental/connector-kit/messaging';
import { type ConnectorProcess, startConnector } from '@movie-rental/connector-kit/testing';
import {
  eventually,
  kafkaBrokers,
  testDatabase,
  testTopic,
  testVhost,
} from '@movie-rental/testkit';

const ROWS = 6_000;

/** A test that fails leaves no process behind. */
const started: ConnectorProcess[] = [];
afterEach(() => {
  for (const process of started.splice(0)) process.signal('SIGKILL');
});

function start(env: Record<string, string>): ConnectorProcess {
  const process = startConnector('outbox-relay', env);
  started.push(process);
  return process;
}

test('a wrong configuration is told whole, and no start helps', async () => {
  const relay = start({ RABBITMQ_URL: 'http://secret@host' });
  const { code, stderr } = await relay.ended;
  expect(code).toBe(78);
  expect(stderr).toMatch(/MYSQL_URL.*missing/);
  expect(stderr).toMatch(/KAFKA_BROKERS.*missing/);
  expect(stderr).toMatch(/RABBITMQ_URL/);
  expect(stderr).not.toContain('secret@host');
});

test('SIGTERM: what is under way is confirmed and deleted, the rest stays, exit code 0', async () => {
  const [db, vhost] = await Promise.all([testDatabase(), testVhost()]);
  const relay = start({
    MYSQL_URL: db.url,
    RABBITMQ_URL: vhost.url,
    KAFKA_BROKERS: kafkaBrokers().join(','),
    MOVIES_TOPIC: testTopic(),
  });
  await relay.ready;
  const ids = Array.from({ length: ROWS }, () => randomUUID());
  const rows = ids.map((id, n) => [id, 'rental', String(n), 'rental.confirmed', '{}', '{}']);
  await db.database.run(
    'INSERT INTO outbox (id, aggregatetype, aggregateid, type, payload, headers) VALUES ?',
    [rows],
  );
  const left = async () =>
    (await db.database.rows<{ id: string }>('SELECT id FROM outbox')).map(({ id }) => id);
  await eventually(async () => (await left()).length < ROWS);
  relay.signal('SIGTERM');
  expect(await relay.ended).toEqual({ code: 0, stderr: '' });

  const logger = createLogger('test', 'silent');
  const session = await openRabbitSession({ url: vhost.url, clientId: 'test', logger });
  const published: string[] = [];
  for (;;) {
    const message = await session.channel.get(SEND_EMAIL_QUEUE, { noAck: true });
    if (!message) break;
    published.push(String(message.properties.messageId));
  }
  await session.close();
  const remaining = await left();
  expect(remaining.length).toBeGreaterThan(0);
  expect([...published, ...remaining].sort()).toEqual([...ids].sort());
  expect(await db.database.rows('SELECT * FROM heartbeat')).toEqual([]);
  await Promise.all([db.drop(), vhost.drop()]);
});
