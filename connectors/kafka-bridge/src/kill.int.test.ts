import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createLogger } from '@movie-rental/connector-kit';
import { createKafka, kafkaPublisher } from '@movie-rental/connector-kit/messaging';
import {
  eventually,
  kafkaBrokers,
  type TestDatabase,
  testDatabase,
  testTopic,
} from '@movie-rental/testkit';
import { type ShippedConnector, shipConnector } from '@movie-rental/testkit/connector-process';
import { removed, updated } from './testing.ts';

const logger = createLogger('test', process.env.TEST_LOG_LEVEL ?? 'silent');
const kafka = createKafka({ brokers: kafkaBrokers(), clientId: 'test', logger });
const topic = testTopic();

let db: TestDatabase;
let bridge: ShippedConnector;

beforeAll(async () => {
  db = await testDatabase();
  bridge = await shipConnector('kafka-bridge', {
    MYSQL_URL: db.url,
    KAFKA_BROKERS: kafkaBrokers().join(),
    MOVIES_TOPIC: topic,
    KAFKA_GROUP_ID: `group-of-${topic}`,
  });
});
afterAll(async () => {
  await bridge.remove();
  await db.drop();
});

/** Ids from 1; the first ones are removed. */
const MOVIES = 60;
const REMOVED = 20;
const VERSIONS = 8;
/** More than one batch. */
const RENTALS = 110;
const KILLS = 3;
/** Killed, a bridge keeps its place in the group for some seconds. */
const RESTART = { timeoutMs: 20_000 };

const ids = Array.from({ length: MOVIES }, (_, n) => n + 1);
const isRemoved = (id: number) => id <= REMOVED;

async function addRentals(): Promise<void> {
  const movies = ids.map((id) => [id, `Movie ${id}`, 'Drama', 90]);
  await db.database.run('INSERT INTO movie (id, name, genre, length_minutes) VALUES ?', [movies]);
  const rentals = ids.flatMap((id) => Array.from({ length: RENTALS }, (_, n) => [`user-${n}`, id]));
  await db.database.run('INSERT INTO rental (username, movie_id) VALUES ?', [rentals]);
}

/** Version by version; the last one of some is their removal. */
async function publishVersions(): Promise<void> {
  const publisher = kafkaPublisher(kafka, topic);
  const events = Array.from({ length: VERSIONS }, (_, n) => n + 1).flatMap((version) =>
    ids.map((id) =>
      version === VERSIONS && isRemoved(id) ? removed(id, version) : updated(id, version),
    ),
  );
  // A topic that was just made has no leaders for a moment.
  await eventually(() => publisher.publish(events).then(() => true));
  await publisher.close();
}

const numberOf = async (sql: string) =>
  (await db.database.first<{ n: number }>(`SELECT COUNT(*) AS n FROM ${sql}`))?.n ?? 0;
const cancelled = () => numberOf("rental WHERE status = 'CANCELLED'");

async function expectCacheAtLastVersions(): Promise<void> {
  const wanted = ids.map((id) => ({
    id,
    name: `Movie ${id} v${VERSIONS}`,
    version: VERSIONS,
    removed: isRemoved(id) ? 1 : 0,
  }));
  await eventually(async () => {
    const cache = await db.database.rows(
      `SELECT id, name, version, removed_at IS NOT NULL AS removed
       FROM movies_cache ORDER BY id`,
    );
    expect(cache).toEqual(wanted);
    return true;
  });
}

async function expectEachCancelledOnce(): Promise<void> {
  const wrong = await db.database.rows(
    `SELECT r.id, r.movie_id, r.status, COUNT(o.seq) AS told
     FROM rental r LEFT JOIN outbox o ON o.aggregateid = CAST(r.id AS CHAR CHARACTER SET ascii)
       AND o.type = 'rental.cancelled'
     GROUP BY r.id
     HAVING r.status <> IF(r.movie_id <= ?, 'CANCELLED', 'CONFIRMED') OR told <> (r.movie_id <= ?)`,
    [REMOVED, REMOVED],
  );
  expect(wrong).toEqual([]);
  expect(await numberOf('outbox')).toBe(REMOVED * RENTALS);
}

test('the cache and the rentals end right, however often the bridge is killed in mid-stream', async () => {
  await addRentals();
  await publishVersions();
  const all = REMOVED * RENTALS;
  for (let kills = 1; kills <= KILLS; kills++) {
    const running = bridge.start();
    await eventually(async () => (await cancelled()) > (all * kills) / (KILLS + 2), RESTART);
    await running.kill();
  }
  expect(await cancelled()).toBeLessThan(all);
  bridge.start();
  await eventually(async () => (await cancelled()) === all, RESTART);
  await expectCacheAtLastVersions();
  await expectEachCancelledOnce();
  expect(await numberOf('dead_letter')).toBe(0);
}, 60_000);
