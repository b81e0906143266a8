import { afterEach, expect, test } from '@jest/globals';
import { createLogger } from '@movie-rental/connector-kit';
import { openRabbitSession, SEND_EMAIL_QUEUE } from '@movie-rental/connector-kit/messaging';
import { type ConnectorProcess, startConnector } from '@movie-rental/connector-kit/testing';
import { eventually, testDatabase, testVhost } from '@movie-rental/testkit';
import { testGateway } from './test-gateway.ts';
import { confirmation } from './testing.ts';

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
  const { content, properties } = confirmation('alice');
  session.channel.sendToQueue(SEND_EMAIL_QUEUE, content, properties);
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
