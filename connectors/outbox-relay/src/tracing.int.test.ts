import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createLogger } from '@movie-rental/connector-kit';
import { createKafka } from '@movie-rental/connector-kit/messaging';
import {
  type ConnectorProcess,
  openGate,
  startConnector,
} from '@movie-rental/connector-kit/testing';
import {
  eventually,
  kafkaBrokers,
  type TestDatabase,
  type TestVhost,
  type TraceCollector,
  testDatabase,
  testTopic,
  testVhost,
  traceCollector,
} from '@movie-rental/testkit';
import { readQueue, readTopic } from './testing.ts';

const logger = createLogger('test', process.env.TEST_LOG_LEVEL ?? 'silent');
const topic = testTopic();

let db: TestDatabase;
let vhost: TestVhost;
let collector: TraceCollector;
let relay: ConnectorProcess | undefined;

beforeAll(async () => {
  [db, vhost] = await Promise.all([testDatabase(), testVhost()]);
});
beforeEach(async () => {
  collector = await traceCollector();
});
afterEach(async () => {
  relay?.signal('SIGKILL');
  await relay?.ended;
  collector.close();
});
afterAll(() => Promise.all([db.drop(), vhost.drop()]));

function start(env: Record<string, string>): ConnectorProcess {
  return startConnector('outbox-relay', {
    MYSQL_URL: db.url,
    RABBITMQ_URL: vhost.url,
    KAFKA_BROKERS: kafkaBrokers().join(','),
    MOVIES_TOPIC: topic,
    ...env,
  });
}

/** Relays what is in the outbox, and ends. */
async function relayAll(env: Record<string, string>): Promise<void> {
  relay = start(env);
  await endOnceEmpty(relay);
}

async function endOnceEmpty(relay: ConnectorProcess): Promise<void> {
  await eventually(async () => (await db.database.rows('SELECT seq FROM outbox')).length === 0);
  relay.signal('SIGTERM');
  expect(await relay.ended).toEqual({ code: 0, stderr: '' });
}

const traceOf = (digit: string) => digit.repeat(32);
const traceparent = (digit: string) => `00-${traceOf(digit)}-${digit.repeat(16)}-01`;

async function insert(aggregate: 'movie' | 'rental', type: string, digit: string) {
  const id = randomUUID();
  const headers = JSON.stringify({ traceparent: traceparent(digit) });
  await db.database.run(
    'INSERT INTO outbox (id, aggregatetype, aggregateid, type, payload, headers) VALUES (?)',
    [[id, aggregate, digit, type, '{}', headers]],
  );
  return id;
}

/** What was published, by the trace that it came with. */
async function publishedTraces(): Promise<Record<string, string | undefined>> {
  const kafka = createKafka({ brokers: kafkaBrokers(), clientId: 'test', logger });
  const found = [
    ...(await readTopic(kafka, topic, logger)),
    ...(await readQueue(vhost.url, logger)),
  ];
  return Object.fromEntries(found.map(({ id, headers }) => [id, headers.traceparent]));
}

test('each event is published in a span of its own request’s trace, and continues that span', async () => {
  const movie = await insert('movie', 'movie.removed', '1');
  const other = await insert('movie', 'movie.updated', '2');
  const rental = await insert('rental', 'rental.confirmed', '3');
  const refused = await insert('rental', 'nonsense', '4');
  await relayAll({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint });

  const spanOf = (digit: string) => {
    const spans = collector.spans.filter(({ traceId }) => traceId === traceOf(digit));
    expect(spans).toHaveLength(1);
    return spans[0];
  };
  const handedOn = (digit: string) => `00-${traceOf(digit)}-${spanOf(digit)?.spanId}-01`;
  expect(collector.spans).toHaveLength(4);
  for (const digit of ['1', '2', '3', '4']) {
    const kind = 4;
    expect(spanOf(digit)).toMatchObject({ kind, parentSpanId: digit.repeat(16) });
    expect(spanOf(digit)?.service).toBe('outbox-relay');
  }
  expect(spanOf('1')?.name).toBe('publish movie.removed');
  expect(spanOf('1')?.status?.code ?? 0).toBe(0);
  expect(spanOf('4')?.status).toEqual({ code: 2, message: 'No queue is bound for nonsense' });
  expect(await publishedTraces()).toEqual({
    [movie]: handedOn('1'),
    [other]: handedOn('2'),
    [rental]: handedOn('3'),
  });
  const letters = await db.database.rows<{ headers: object }>('SELECT headers FROM dead_letter');
  expect(letters.map(({ headers }) => headers)).toEqual([
    expect.objectContaining({ ce_id: refused, traceparent: traceparent('4') }),
  ]);

  const attributes = (digit: string) =>
    Object.fromEntries(
      spanOf(digit)?.attributes.map(({ key, value }) => [key, Object.values(value)[0]]) ?? [],
    );
  expect(attributes('1')).toEqual({
    'messaging.system': 'kafka',
    'messaging.destination.name': topic,
    'messaging.operation.name': 'publish',
    'messaging.operation.type': 'send',
    'messaging.message.id': movie,
  });
  expect(attributes('3')).toMatchObject({
    'messaging.system': 'rabbitmq',
    'messaging.destination.name': 'rentals:rental.confirmed',
  });
});

test('a broker that is away makes a span longer, not more of them', async () => {
  const gate = await openGate(vhost.url);
  relay = start({
    RABBITMQ_URL: gate.url,
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
  });
  await relay.ready;
  gate.swallowAnswers(true);
  const id = await insert('rental', 'rental.expired', '7');
  const arrived = async () => (await publishedTraces())[id];
  const first = await eventually(arrived);
  gate.swallowAnswers(false);
  await gate.close();
  const failures = () => relay?.output().match(/publishing failed; trying again/g)?.length ?? 0;
  await eventually(() => failures() >= 2);
  await gate.open();
  await endOnceEmpty(relay);
  await gate.close();
  expect(await arrived()).toBe(first);
  expect(collector.spans.map(({ name, status }) => [name, status?.code ?? 0])).toEqual([
    ['publish rental.expired', 0],
  ]);
});

test('where nothing is traced, each event goes on with the trace that it came with', async () => {
  const movie = await insert('movie', 'movie.removed', '5');
  const rental = await insert('rental', 'rental.confirmed', '6');
  await relayAll({});
  expect(await publishedTraces()).toMatchObject({
    [movie]: traceparent('5'),
    [rental]: traceparent('6'),
  });
  expect(collector.spans).toEqual([]);
});
