import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createHealth, createLogger } from '@movie-rental/connector-kit';
import {
  createKafka,
  kafkaPublisher,
  type OutgoingEvent,
  type Publisher,
} from '@movie-rental/connector-kit/messaging';
import { openGate } from '@movie-rental/connector-kit/testing';
import { CannotRedrive, redriveDeadLetter } from '@movie-rental/mysql/dead-letters';
import { cancelRentalsOfRemovedMovie } from '@movie-rental/rentals';
import { untraced } from '@movie-rental/runtime/tracing';
import {
  eventually,
  kafkaBrokers,
  type TestDatabase,
  testDatabase,
  testTopic,
} from '@movie-rental/testkit';
import type { CancelRentals } from './remove-movie.ts';
import { runBridge } from './run-bridge.ts';
import { CREATED, event, headersOf, movie, removed, updated } from './testing.ts';

let log: string[] = [];
const logger = createLogger('test', 'info', { write: (line) => log.push(line) });
const kafka = createKafka({ brokers: kafkaBrokers(), clientId: 'test', logger });

let db: TestDatabase;
let topic: string;
let publisher: Publisher;
let running: { stop(): Promise<void> }[] = [];

beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(() => {
  topic = testTopic();
  publisher = kafkaPublisher(kafka, topic);
});
afterEach(async () => {
  await Promise.all([publisher.close(), ...running.map((bridge) => bridge.stop())]);
  running = [];
  for (const table of ['outbox', 'dead_letter', 'rental', 'movie', 'movies_cache', 'heartbeat']) {
    await db.database.run(`DELETE FROM ${table}`);
  }
});
afterAll(() => db.drop());

/** A topic that was just made has no leaders for a moment. */
const publish = (events: readonly OutgoingEvent[]) =>
  eventually(() => publisher.publish(events).then(() => true));

interface BridgeChange {
  mysqlUrl?: string;
  groupId?: string;
  cancelRentals?: CancelRentals;
}

function startBridge(change: BridgeChange = {}) {
  const controller = new AbortController();
  const bridge = runBridge({
    mysqlUrl: db.url,
    kafka,
    topic,
    groupId: `group-of-${topic}`,
    cancelRentals: cancelRentalsOfRemovedMovie,
    logger,
    tracer: untraced,
    health: createHealth(controller.signal),
    signal: controller.signal,
    ...change,
  });
  const handle = {
    stop: () => {
      controller.abort();
      return bridge;
    },
  };
  running.push(handle);
  return handle;
}

interface Cached {
  name: string;
  version: number;
  removed_at: Date | null;
  last_seen: Date;
}
const cached = (id: number) =>
  db.database.first<Cached>(
    'SELECT name, version, removed_at, last_seen FROM movies_cache WHERE id = ?',
    [id],
  );
const cachedAt = (id: number, version: number) =>
  eventually(async () => {
    const row = await cached(id);
    return row?.version === version && row;
  });
const count = async (sql: string) =>
  (await db.database.first<{ n: number }>(`SELECT COUNT(*) AS n FROM ${sql}`))?.n;

describe('the cache', () => {
  test('follows the events and holds each movie at its newest version', async () => {
    startBridge();
    await publish([event('movie.added', movie(1, 1)), event('movie.added', movie(2, 1))]);
    await cachedAt(2, 1);
    await publish([updated(1, 2), updated(1, 3), removed(2, 2)]);
    expect(await cachedAt(1, 3)).toMatchObject({ name: 'Movie 1 v3', removed_at: null });
    expect(await cachedAt(2, 2)).toMatchObject({ removed_at: new Date(CREATED) });
  });

  test('drops what is not newer, and notes that the movie was seen', async () => {
    startBridge();
    await publish([updated(1, 3)]);
    await cachedAt(1, 3);
    await db.database.run("UPDATE movies_cache SET last_seen = '2020-01-01' WHERE id = 1");
    await publish([updated(1, 2)]);
    const seen = await eventually(async () => {
      const row = await cached(1);
      return row && row.last_seen.getUTCFullYear() > 2020 && row;
    });
    expect(seen).toMatchObject({ name: 'Movie 1 v3', version: 3 });
  });

  test('is rebuilt by a new group, and a replay changes nothing', async () => {
    await db.database.run(
      "INSERT INTO movie (id, name, genre, length_minutes) VALUES (7, 'Seven', 'Crime', 127)",
    );
    await db.database.run("INSERT INTO rental (username, movie_id) VALUES ('alice', 7)");
    startBridge();
    await publish([updated(1, 1), updated(1, 2), updated(7, 1), removed(7, 2)]);
    await Promise.all([cachedAt(1, 2), cachedAt(7, 2)]);
    const table = () =>
      db.database.rows('SELECT id, name, version, removed_at FROM movies_cache ORDER BY id');
    const before = await table();

    startBridge({ groupId: `replay-of-${topic}` });
    await db.database.run("UPDATE movies_cache SET last_seen = '2020-01-01'");
    await eventually(
      async () => (await count("movies_cache WHERE last_seen < '2021-01-01'")) === 0,
    );
    expect(await table()).toEqual(before);
    expect(await count('outbox')).toBe(1);

    await db.database.run('DELETE FROM movies_cache');
    startBridge({ groupId: `rebuild-of-${topic}` });
    await Promise.all([cachedAt(1, 2), cachedAt(7, 2)]);
    expect(await table()).toEqual(before);
    expect(await count('dead_letter')).toBe(0);
  });
});

describe('the removal of a movie', () => {
  const RENTALS = 250;
  beforeEach(async () => {
    await db.database.run(
      "INSERT INTO movie (id, name, genre, length_minutes) VALUES (5, 'Five', 'Crime', 90)",
    );
    const rentals = Array.from({ length: RENTALS }, (_, n) => [`user-${n}`, 5]);
    await db.database.run('INSERT INTO rental (username, movie_id) VALUES ?', [rentals]);
    await publish([updated(5, 1), removed(5, 2)]);
  });
  const confirmed = () => count("rental WHERE status = 'CONFIRMED'");

  test('cancels its rentals in batches, and the cache learns of it with the last', async () => {
    const batches: { cancelled: number; version: number | undefined }[] = [];
    startBridge({
      cancelRentals: async (tx, ...rest) => {
        const cancelled = await cancelRentalsOfRemovedMovie(tx, ...rest);
        batches.push({ cancelled, version: (await cached(5))?.version });
        return cancelled;
      },
    });
    await cachedAt(5, 2);
    expect(batches).toEqual([
      { cancelled: 100, version: 1 },
      { cancelled: 100, version: 1 },
      { cancelled: 50, version: 1 },
    ]);
    expect(await confirmed()).toBe(0);
    expect(await count("outbox WHERE type = 'rental.cancelled'")).toBe(RENTALS);
    const notice = await db.database.first<{ headers: object; payload: object }>(
      'SELECT headers, payload FROM outbox LIMIT 1',
    );
    expect(notice?.headers).toMatchObject({ 'x-request-id': 'request-1' });
    expect(notice?.payload).toMatchObject({ reason: 'movie_removed', movie: { id: 5 } });
  });

  test('goes on after a stop between two batches, and tells no one twice', async () => {
    const stopped = new Promise<void>((resolve) => {
      const first = startBridge({
        cancelRentals: (...all) => {
          resolve(first.stop());
          return cancelRentalsOfRemovedMovie(...all);
        },
      });
    });
    await stopped;
    expect(await confirmed()).toBe(RENTALS - 100);
    expect((await cached(5))?.version).toBe(1);

    startBridge();
    await cachedAt(5, 2);
    expect(await confirmed()).toBe(0);
    expect(await count('(SELECT DISTINCT aggregateid FROM outbox) AS told')).toBe(RENTALS);
    expect(await count('outbox')).toBe(RENTALS);
  });
});

describe('an event that can never be applied', () => {
  test('is dead-lettered with its reason, and the stream goes on', async () => {
    const poison = [
      { headers: headersOf('movie.updated', 1), body: '{' },
      { headers: headersOf('movie.painted', 1), body: '{}' },
      { headers: headersOf('movie.updated', 1), body: '{"id":1}' },
      { headers: { ...headersOf('movie.updated', 1), ce_id: 'none' }, body: '{}' },
      event('movie.updated', movie(1, 2, { name: 'x'.repeat(300) })),
      event('movie.removed', movie(1, 2)),
    ];
    await publish([updated(1, 1), ...poison, updated(1, 3)]);
    startBridge();
    await cachedAt(1, 3);
    const letters = await db.database.rows<{ source: string; reason: string; payload: Buffer }>(
      'SELECT source, reason, payload FROM dead_letter ORDER BY id',
    );
    expect(letters.map(({ payload }) => String(payload))).toEqual(poison.map(({ body }) => body));
    expect(letters.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/not JSON/),
      expect.stringMatching(/movie.painted is unknown/),
      expect.stringMatching(/name: /),
      expect.stringMatching(/ce_id: /),
      expect.stringMatching(/Data too long for column 'name'/),
      expect.stringMatching(/contradict/),
    ]);
  });

  test('may be anything that a topic can hold', async () => {
    await publish([updated(1, 1)]);
    const producer = kafka.producer();
    await producer.connect();
    const headers = headersOf('movie.updated', 1);
    const messages = [
      { key: '1', value: null },
      { key: '1', value: null, headers },
      { key: '1', value: Buffer.from([0xff, 0x00]), headers },
    ];
    await producer.send({ topic, messages });
    await producer.disconnect();
    await publish([updated(1, 2)]);
    startBridge();
    await cachedAt(1, 2);
    const letters = await db.database.rows<{ reason: string; payload: Buffer }>(
      'SELECT reason, payload FROM dead_letter ORDER BY id',
    );
    expect(letters).toEqual([
      { reason: expect.stringMatching(/ce_id: /), payload: Buffer.alloc(0) },
      { reason: 'There is no body', payload: Buffer.alloc(0) },
      { reason: 'The body is not JSON', payload: Buffer.from([0xff, 0x00]) },
    ]);
  });

  test('can be redriven where it is an event', async () => {
    const tooLong = event('movie.updated', movie(1, 2, { name: 'x'.repeat(300) }));
    await publish([tooLong, { headers: headersOf('movie.updated', 1), body: '{' }, updated(1, 3)]);
    startBridge();
    await cachedAt(1, 3);
    const [good, bad] = await db.database.rows<{ id: number }>('SELECT id FROM dead_letter');
    await redriveDeadLetter(db.database, good?.id ?? 0);
    await expect(redriveDeadLetter(db.database, bad?.id ?? 0)).rejects.toThrow(CannotRedrive);
    expect(await db.database.rows('SELECT id, type, payload, headers FROM outbox')).toEqual([
      {
        id: tooLong.headers.ce_id,
        type: 'movie.updated',
        payload: JSON.parse(tooLong.body),
        headers: { 'x-request-id': 'request-1' },
      },
    ]);
  });
});

describe('while MySQL is down', () => {
  const committed = async () => {
    const admin = kafka.admin();
    await admin.connect();
    // kafkajs finds no coordinator before it has once asked for topics.
    await admin.listTopics();
    const query = { groupId: `group-of-${topic}`, topics: [topic] };
    const [offsets] = await admin.fetchOffsets(query);
    await admin.disconnect();
    return offsets?.partitions.reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0);
  };

  test('nothing is committed, dead-lettered or lost', async () => {
    const gate = await openGate(db.url);
    const bridge = startBridge({ mysqlUrl: gate.url });
    await publish([updated(1, 1)]);
    await cachedAt(1, 1);
    await eventually(async () => (await committed()) === 1);

    await gate.close();
    log = [];
    await publish([updated(1, 2)]);
    await eventually(() => log.some((line) => line.includes('applying movie events failed')));
    expect(await committed()).toBe(1);
    await gate.open();
    await cachedAt(1, 2);
    await eventually(async () => (await committed()) === 2);

    await gate.close();
    log = [];
    await publish([updated(1, 3)]);
    await eventually(() => log.some((line) => line.includes('applying movie events failed')));
    await bridge.stop();
    expect(await committed()).toBe(2);
    startBridge();
    await cachedAt(1, 3);
    expect(await count('dead_letter')).toBe(0);
  });
});

test('it reports its state once a second', async () => {
  const bridge = startBridge();
  await publish([updated(1, 1)]);
  await cachedAt(1, 1);
  await eventually(async () => {
    const row = await db.database.first<{ facts: { state: string; lag: number; applied: number } }>(
      "SELECT facts FROM heartbeat WHERE component = 'kafka-bridge'",
    );
    return row?.facts.state === 'consuming' && row.facts.applied === 1 && row.facts.lag === 0;
  });
  await bridge.stop();
  expect(await count('heartbeat')).toBe(0);
});
