import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createLogger } from '@movie-rental/connector-kit';
import {
  DELAY_QUEUES,
  openRabbitSession,
  type RabbitSession,
  RENTALS_EXCHANGE,
  SEND_EMAIL_DEAD_QUEUE,
  SEND_EMAIL_QUEUE,
} from '@movie-rental/connector-kit/messaging';
import type { SendEmailBody } from '@movie-rental/contracts';
import {
  eventually,
  type TestDatabase,
  type TestVhost,
  testDatabase,
  testVhost,
} from '@movie-rental/testkit';
import { type ShippedConnector, shipConnector } from '@movie-rental/testkit/connector-process';

const logger = createLogger('test', process.env.TEST_LOG_LEVEL ?? 'silent');

/** About as long as a mail takes: with few at once, the queue lasts for a while. */
const SENDING_MS = 20;

/** A gateway with a send-email that claims a mail before it sends it, as the real one does. */
function sendEmailGateway() {
  const states = new Map<string, 'SENDING' | 'SENT'>();
  const sent: string[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { message_id } = JSON.parse(body) as SendEmailBody;
    const state = states.get(message_id);
    if (!state) {
      states.set(message_id, 'SENDING');
      await delay(SENDING_MS);
      states.set(message_id, 'SENT');
      sent.push(message_id);
    }
    response.writeHead(state === 'SENDING' ? 503 : 200).end();
  });
  return {
    sent,
    listen: async () => {
      await new Promise<void>((resolve) => {
        server.listen(0, '127.0.0.1', resolve);
      });
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

let db: TestDatabase;
let vhost: TestVhost;
let broker: RabbitSession;
let notifier: ShippedConnector;
const gateway = sendEmailGateway();

beforeAll(async () => {
  [db, vhost] = await Promise.all([testDatabase(), testVhost()]);
  broker = await openRabbitSession({ url: vhost.url, clientId: 'test', logger });
  notifier = await shipConnector('rabbit-notifier', {
    MYSQL_URL: db.url,
    RABBITMQ_URL: vhost.url,
    GATEWAY_URL: await gateway.listen(),
    SERVICE_TOKEN: 'a-service-token-of-this-test',
  });
});
afterAll(async () => {
  await notifier.remove();
  await Promise.all([gateway.close(), broker.close()]);
  await Promise.all([db.drop(), vhost.drop()]);
});

const MESSAGES = 400;
const KILLS = 5;
/** For a process to start and to get to work. */
const RESTART = { timeoutMs: 15_000 };

/** Publishes the events of rentals, as the relay does; gives their ids. */
async function publish(username: string): Promise<string[]> {
  const time = '2026-01-02T13:01:00Z';
  const rental = { rental_id: 7, username, movie: { id: 3, name: 'Heat' }, status: 'CONFIRMED' };
  const body = Buffer.from(JSON.stringify({ ...rental, created_at: time, ends_at: time }));
  const ids = Array.from({ length: MESSAGES }, () => randomUUID());
  for (const id of ids) {
    broker.channel.publish(RENTALS_EXCHANGE, 'rental.confirmed', body, {
      contentType: 'application/json',
      messageId: id,
      persistent: true,
      headers: {
        ce_specversion: '1.0',
        ce_id: id,
        ce_type: 'rental.confirmed',
        ce_source: '/test',
        ce_subject: '7',
        ce_time: time,
      },
    });
  }
  await broker.channel.waitForConfirms();
  return ids;
}

async function queued(): Promise<number> {
  const names = [SEND_EMAIL_QUEUE, SEND_EMAIL_DEAD_QUEUE, ...DELAY_QUEUES.map(({ name }) => name)];
  const queues = await Promise.all(names.map((name) => broker.channel.checkQueue(name)));
  return queues.reduce((sum, { messageCount }) => sum + messageCount, 0);
}

test('each message becomes one mail, however often the notifier is killed in mid-stream', async () => {
  await db.database.run(
    "INSERT INTO users (username, password_hash, email) VALUES ('ann', '-', 'ann@example.org')",
  );
  const ids = await publish('ann');
  for (let kills = 1; kills <= KILLS; kills++) {
    const running = notifier.start();
    await eventually(() => gateway.sent.length > (MESSAGES * kills) / (KILLS + 2), RESTART);
    await running.kill();
  }
  expect(gateway.sent.length).toBeLessThan(MESSAGES);
  const last = notifier.start();
  await eventually(() => new Set(gateway.sent).size === MESSAGES, RESTART);
  expect([...gateway.sent].sort()).toEqual([...ids].sort());
  await eventually(async () => (await queued()) === 0, RESTART);
  expect(await last.stop()).toBe(0);
  expect(await queued()).toBe(0);
  expect(await db.database.rows('SELECT * FROM dead_letter')).toEqual([]);
}, 60_000);
