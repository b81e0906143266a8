import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createLogger } from '@movie-rental/connector-kit';
import { createKafka } from '@movie-rental/connector-kit/messaging';
import {
  eventually,
  kafkaBrokers,
  type TestDatabase,
  type TestVhost,
  testDatabase,
  testTopic,
  testVhost,
} from '@movie-rental/testkit';
import {
  type ConnectorProcess,
  type ShippedConnector,
  shipConnector,
} from '@movie-rental/testkit/connector-process';
import { type Published, readQueue, readTopic } from './testing.ts';

const logger = createLogger('test', process.env.TEST_LOG_LEVEL ?? 'silent');
const kafka = createKafka({ brokers: kafkaBrokers(), clientId: 'test', logger });

let db: TestDatabase;
let vhost: TestVhost;
let topic: string;
let relay: ShippedConnector;

beforeAll(async () => {
  [db, vhost] = await Promise.all([testDatabase(), testVhost()]);
});
beforeEach(async () => {
  topic = testTopic();
  relay = await shipConnector('outbox-relay', {
    MYSQL_URL: db.url,
    KAFKA_BROKERS: kafkaBrokers().join(),
    RABBITMQ_URL: vhost.url,
    MOVIES_TOPIC: topic,
  });
});
afterEach(() => relay.remove());
afterAll(() => Promise.all([db.drop(), vhost.drop()]));

const TYPES = { movie: 'movie.updated', rental: 'rental.confirmed' } as const;
/** Few, and an aggregate's events go one after another: a burst takes the relay a while. */
const AGGREGATES = 4;
const BURST = 200;
const KILLS = 5;

type Event = Pick<Published, 'id' | 'key'>;

/** Adds a burst of events of one kind, in one transaction; gives them in their order. */
async function insert(kind: keyof typeof TYPES): Promise<Event[]> {
  const events = Array.from({ length: BURST }, (_, n) => ({
    id: randomUUID(),
    key: String(n % AGGREGATES),
  }));
  const rows = events.map(({ id, key }) => [id, kind, key, TYPES[kind], '{}', '{}']);
  await db.database.run(
    'INSERT INTO outbox (id, aggregatetype, aggregateid, type, payload, headers) VALUES ?',
    [rows],
  );
  return events;
}

const waiting = async () =>
  (await db.database.first<{ n: number }>('SELECT COUNT(*) AS n FROM outbox'))?.n ?? 0;

/** The ids by aggregate, as a consumer has them that knows an event again: each once, in order. */
function asConsumed(events: readonly Event[]): Record<string, string[]> {
  const order: Record<string, string[]> = {};
  for (const [id, key] of new Map(events.map(({ id, key }) => [id, key]))) {
    order[key] = [...(order[key] ?? []), id];
  }
  return order;
}

async function expectAllPublished(movies: readonly Event[], rentals: readonly Event[]) {
  await eventually(async () => (await waiting()) === 0);
  expect(asConsumed(await readTopic(kafka, topic, logger))).toEqual(asConsumed(movies));
  expect(asConsumed(await readQueue(vhost.url, logger))).toEqual(asConsumed(rentals));
  expect(await db.database.rows('SELECT * FROM dead_letter')).toEqual([]);
}

test('nothing is lost, and no order, however often the relay is killed in mid-stream', async () => {
  const movies: Event[] = [];
  const rentals: Event[] = [];
  const leftByKill: number[] = [];
  for (let kills = 0; kills < KILLS; kills++) {
    movies.push(...(await insert('movie')));
    rentals.push(...(await insert('rental')));
    const before = await waiting();
    const running = relay.start();
    await eventually(async () => (await waiting()) < before);
    await running.kill();
    leftByKill.push(await waiting());
  }
  expect(Math.max(...leftByKill)).toBeGreaterThan(0);
  relay.start();
  await expectAllPublished(movies, rentals);
});

/** The process that holds a destination's lock, as its heartbeat says. */
const publisherOf = async (kind: string, processes: readonly ConnectorProcess[]) => {
  const beats = await db.database.rows<{ instance: string; state: string }>(
    'SELECT instance, facts->>? AS state FROM heartbeat',
    [`$.${kind}.state`],
  );
  const isPublishing = ({ pid }: ConnectorProcess) =>
    beats.some(({ instance, state }) => instance.startsWith(`${pid}@`) && state === 'publishing');
  return processes.find(isPublishing);
};

test('a second relay takes over from one that was killed, within seconds', async () => {
  const first = relay.start();
  const second = relay.start();
  const holder = await eventually(() => publisherOf('movie', [first, second]));
  const other = holder === first ? second : first;
  await eventually(() => other.output().includes('"ready"'));
  const movies = await insert('movie');
  const rentals = await insert('rental');
  await holder.kill();
  await eventually(() => publisherOf('movie', [other]), { timeoutMs: 5_000 });
  await expectAllPublished(movies, rentals);
});
