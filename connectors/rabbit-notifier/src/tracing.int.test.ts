import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createLogger } from '@movie-rental/connector-kit';
import { openRabbitSession, RENTALS_EXCHANGE } from '@movie-rental/connector-kit/messaging';
import { type ConnectorProcess, startConnector } from '@movie-rental/connector-kit/testing';
import {
  eventually,
  type TestDatabase,
  type TestVhost,
  type TraceCollector,
  testDatabase,
  testVhost,
  traceCollector,
} from '@movie-rental/testkit';
import { type TestGateway, testGateway } from './test-gateway.ts';
import { confirmation } from './testing.ts';

const logger = createLogger('test', process.env.TEST_LOG_LEVEL ?? 'silent');

let db: TestDatabase;
let vhost: TestVhost;
let collector: TraceCollector;
let gateway: TestGateway;
let notifier: ConnectorProcess | undefined;

beforeAll(async () => {
  [db, vhost] = await Promise.all([testDatabase(), testVhost()]);
  const users = ['ann', 'bob', 'eve'].map((name) => [name, 'none', `${name}@example.org`]);
  await db.database.run('INSERT INTO users (username, password_hash, email) VALUES ?', [users]);
});
beforeEach(async () => {
  [collector, gateway] = await Promise.all([traceCollector(), testGateway()]);
});
afterEach(async () => {
  notifier?.signal('SIGKILL');
  await notifier?.ended;
  collector.close();
  await gateway.close();
});
afterAll(() => Promise.all([db.drop(), vhost.drop()]));

const traceOf = (digit: string) => digit.repeat(32);
const traceparent = (digit: string) => `00-${traceOf(digit)}-${digit.repeat(16)}-01`;

/** Publishes the event of a rental within a trace, as the relay does; gives its id. */
async function publish(username: string, digit: string): Promise<string> {
  const { content, properties } = confirmation(username);
  const headers = { ...properties.headers, traceparent: traceparent(digit) };
  const session = await openRabbitSession({ url: vhost.url, clientId: 'test', logger });
  session.channel.publish(RENTALS_EXCHANGE, 'rental.confirmed', content, {
    ...properties,
    headers,
  });
  await session.channel.waitForConfirms();
  await session.close();
  return String(properties.messageId);
}

/** Lets a notifier make so many calls, and end. */
async function notifyAll(calls: number, env: Record<string, string>): Promise<void> {
  notifier = startConnector('rabbit-notifier', {
    MYSQL_URL: db.url,
    RABBITMQ_URL: vhost.url,
    GATEWAY_URL: gateway.url,
    SERVICE_TOKEN: 'a-service-token-of-this-test',
    ...env,
  });
  await eventually(() => gateway.calls.length === calls, { timeoutMs: 20_000 });
  notifier.signal('SIGTERM');
  expect(await notifier.ended).toEqual({ code: 0, stderr: '' });
}

async function traceOfMail(id: string): Promise<unknown> {
  const row = await db.database.first<{ traceparent: string }>(
    'SELECT traceparent FROM mail WHERE message_id = ?',
    [id],
  );
  return row?.traceparent;
}

test('each try is a span of the event’s trace, which the mail and its call continue', async () => {
  const [sent, refused, again] = [
    await publish('ann', '1'),
    await publish('bob', '2'),
    await publish('eve', '3'),
  ];
  gateway.answer('bob@example.org', 422);
  gateway.answer('eve@example.org', 503);
  await notifyAll(4, { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint });

  const spansOf = (digit: string) =>
    collector.spans.filter((one) => one.traceId === traceOf(digit));
  expect(collector.spans).toHaveLength(4);
  for (const span of collector.spans) {
    expect(span).toMatchObject({
      service: 'rabbit-notifier',
      name: 'handle rental.confirmed',
      kind: 5,
      parentSpanId: span.traceId.slice(0, 16),
    });
  }
  const handedOn = collector.spans.map(({ traceId, spanId }) => `00-${traceId}-${spanId}-01`);
  expect(gateway.calls.map(({ headers }) => headers.traceparent).sort()).toEqual(handedOn.sort());
  for (const [digit, id] of [
    ['1', sent],
    ['2', refused],
    ['3', again],
  ] as const) {
    expect(await traceOfMail(id)).toBe(`00-${traceOf(digit)}-${spansOf(digit)[0]?.spanId}-01`);
  }
  expect(spansOf('1').map(({ status }) => status?.code ?? 0)).toEqual([0]);
  expect(spansOf('2').map(({ status }) => status)).toEqual([
    { code: 2, message: expect.stringMatching(/^send-email answered 422: /) },
  ]);
  expect(spansOf('3').map(({ status }) => status?.code ?? 0)).toEqual([2, 0]);
  const attributes = spansOf('3')[1]?.attributes.map(({ key, value }) => [
    key,
    Object.values(value)[0],
  ]);
  expect(Object.fromEntries(attributes ?? [])).toEqual({
    'messaging.system': 'rabbitmq',
    'messaging.destination.name': 'send-email',
    'messaging.operation.name': 'handle',
    'messaging.operation.type': 'process',
    'messaging.message.id': again,
    failures: 1,
  });
});

test('where nothing is traced, the mail goes on with the trace of the event', async () => {
  const id = await publish('ann', '4');
  await notifyAll(1, {});
  expect(gateway.calls[0]?.headers.traceparent).toBe(traceparent('4'));
  expect(await traceOfMail(id)).toBe(traceparent('4'));
  expect(collector.spans).toEqual([]);
});
