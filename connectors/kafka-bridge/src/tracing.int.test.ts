import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createLogger } from '@movie-rental/connector-kit';
import {
  createKafka,
  kafkaPublisher,
  type OutgoingEvent,
} from '@movie-rental/connector-kit/messaging';
import { type ConnectorProcess, startConnector } from '@movie-rental/connector-kit/testing';
import {
  eventually,
  kafkaBrokers,
  type TestDatabase,
  type TraceCollector,
  testDatabase,
  testTopic,
  traceCollector,
} from '@movie-rental/testkit';
import { headersOf, removed, updated } from './testing.ts';

const logger = createLogger('test', process.env.TEST_LOG_LEVEL ?? 'silent');
const kafka = createKafka({ brokers: kafkaBrokers(), clientId: 'test', logger });

let db: TestDatabase;
let collector: TraceCollector;
let topic: string;
let bridge: ConnectorProcess | undefined;

beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(async () => {
  collector = await traceCollector();
  topic = testTopic();
});
afterEach(async () => {
  bridge?.signal('SIGKILL');
  await bridge?.ended;
  collector.close();
});
afterAll(() => db.drop());

const traceOf = (digit: string) => digit.repeat(32);
const traceparent = (digit: string) => `00-${traceOf(digit)}-${digit.repeat(16)}-01`;
const traced = ({ headers, body }: OutgoingEvent, digit: string): OutgoingEvent => ({
  headers: { ...headers, traceparent: traceparent(digit) },
  body,
});

/** A movie that someone has rented. */
async function rented(id: number): Promise<void> {
  const row = [id, `Movie ${id}`, 'Drama', 90];
  await db.database.run('INSERT INTO movie (id, name, genre, length_minutes) VALUES (?)', [row]);
  await db.database.run('INSERT INTO rental (username, movie_id) VALUES (?)', [['ann', id]]);
}

/** Lets a bridge handle events, and end. */
async function bridgeAll(events: OutgoingEvent[], env: Record<string, string>): Promise<void> {
  const publisher = kafkaPublisher(kafka, topic);
  await eventually(() => publisher.publish(events).then(() => true));
  await publisher.close();
  bridge = startConnector('kafka-bridge', {
    MYSQL_URL: db.url,
    KAFKA_BROKERS: kafkaBrokers().join(','),
    MOVIES_TOPIC: topic,
    KAFKA_GROUP_ID: topic,
    ...env,
  });
  await eventually(
    async () => {
      const [beat] = await db.database.rows<{ facts: { applied: number } }>(
        'SELECT facts FROM heartbeat',
      );
      return beat?.facts.applied === events.length;
    },
    { timeoutMs: 20_000 },
  );
  bridge.signal('SIGTERM');
  expect(await bridge.ended).toEqual({ code: 0, stderr: '' });
}

/** The trace that the event of a cancellation continues. */
async function traceOfCancellation(): Promise<unknown> {
  const [row] = await db.database.rows<{ headers: { traceparent: string } }>(
    "SELECT headers FROM outbox WHERE type = 'rental.cancelled'",
  );
  await db.database.run('DELETE FROM outbox');
  return row?.headers.traceparent;
}

test('each event is handled in a span of its own trace, which its consequences continue', async () => {
  await rented(1);
  const broken = { headers: headersOf('movie.updated', 3), body: '{' };
  const removal = removed(1, 2);
  await bridgeAll([traced(updated(2, 1), '2'), traced(removal, '1'), traced(broken, '3')], {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
  });

  const spanOf = (digit: string) => collector.spans.find((one) => one.traceId === traceOf(digit));
  expect(collector.spans).toHaveLength(3);
  for (const digit of ['1', '2', '3']) {
    const kind = 5;
    expect(spanOf(digit)).toMatchObject({ kind, parentSpanId: digit.repeat(16) });
    expect(spanOf(digit)?.service).toBe('kafka-bridge');
  }
  expect(spanOf('1')?.name).toBe('handle movie.removed');
  expect(await traceOfCancellation()).toBe(`00-${traceOf('1')}-${spanOf('1')?.spanId}-01`);
  expect([spanOf('1'), spanOf('2')].map((span) => span?.status?.code ?? 0)).toEqual([0, 0]);
  expect(spanOf('3')?.status).toMatchObject({ code: 2, message: expect.stringMatching(/JSON/) });
  const attributes = spanOf('1')?.attributes.map(({ key, value }) => [
    key,
    Object.values(value)[0],
  ]);
  expect(Object.fromEntries(attributes ?? [])).toEqual({
    'messaging.system': 'kafka',
    'messaging.destination.name': topic,
    'messaging.operation.name': 'handle',
    'messaging.operation.type': 'process',
    'messaging.message.id': removal.headers.ce_id,
    'messaging.consumer.group.name': topic,
    'messaging.destination.partition.id': expect.stringMatching(/^\d$/),
    'messaging.kafka.offset': expect.anything(),
  });
});

test('where nothing is traced, consequences go on with the trace of the event', async () => {
  await rented(4);
  await bridgeAll([traced(removed(4, 2), '4')], {});
  expect(await traceOfCancellation()).toBe(traceparent('4'));
  expect(collector.spans).toEqual([]);
});
