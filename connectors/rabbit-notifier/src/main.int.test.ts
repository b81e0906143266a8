import { randomUUID } from 'node:crypto';
import { afterEach, expect, test } from '@jest/globals';
import { createLogger } from '@movie-rental/connector-kit';
import { type ConnectorProcess, startConnector } from '@movie-rental/connector-kit/testing';
import { openRabbitSession, SEND_EMAIL_QUEUE, toAmqp } from '@movie-rental/messaging';
import { eventually, testDatabase, testVhost } from '@movie-rental/testkit';
import { testGateway } from './test-gateway.ts';

const CREATED = '2030-01-01T00:00:00.000Z';

/** A test that fails leaves no process behind. */
const started: ConnectorProcess[] = [];
afterEach(() => {
  for (const process of started.splice(0)) process.signal('SIGKILL');
});

function start(env: Record<string, string>): ConnectorProcess {
  const process = startConnector('rabbit-notifier', env);
  started.push(process);
  return process;
}

test('SIGTERM: the call under way is finished and acknowledged, exit code 0', async () => {
  const [db, vhost, gateway] = await Promise.all([testDatabase(), testVhost(), testGateway()]);
  const to = 'alice@example.com';
  await db.database.run(
    "INSERT INTO users (username, password_hash, email) VALUES ('alice', '-', ?)",
    [to],
  );
  const notifier = start({
    MYSQL_URL: db.url,
    RABBITMQ_URL: vhost.url,
    GATEWAY_URL: gateway.url,
    SERVICE_TOKEN: 'a-token-for-services',
  });
  await notifier.ready;

  let answer: (status: number) => void = () => {};
  const answered = new Promise<number>((resolve) => {
    answer = resolve;
  });
  gateway.answer(to, answered);
  const logger = createLogger('test', 'silent');
  const session = await openRabbitSession({ url: vhost.url, clientId: 'test', logger });
  session.channel.sendToQueue(SEND_EMAIL_QUEUE, Buffer.from(JSON.stringify(rental)), headers());
  await eventually(() => gateway.calls.length === 1);
  notifier.signal('SIGTERM');
  await eventually(async () => {
    const { consumerCount } = await session.channel.checkQueue('send-email.dead');
    return consumerCount === 0;
  });
  answer(200);
  expect(await notifier.ended).toEqual({ code: 0, stderr: '' });
  expect((await session.channel.checkQueue(SEND_EMAIL_QUEUE)).messageCount).toBe(0);
  expect(gateway.calls).toHaveLength(1);
  await session.close();
  await Promise.all([db.drop(), vhost.drop(), gateway.close()]);
});

const rental = {
  rental_id: 1,
  username: 'alice',
  movie: { id: 1, name: 'Alien' },
  status: 'CONFIRMED',
  created_at: CREATED,
  ends_at: CREATED,
};

const headers = () =>
  toAmqp({
    ce_specversion: '1.0',
    ce_id: randomUUID(),
    ce_type: 'rental.confirmed',
    ce_source: '/test',
    ce_subject: '1',
    ce_time: CREATED,
    'content-type': 'application/json',
  });
