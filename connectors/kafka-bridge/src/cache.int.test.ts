import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createHealth, createLogger } from '@movie-rental/connector-kit';
import {
  createKafka,
  kafkaPublisher,
  type OutgoingEvent,
  type Publisher,
  topicEnds,
} from '@movie-rental/connector-kit/messaging';
import { cancelRentalsOfRemovedMovie } from '@movie-rental/rentals';
import { untraced } from '@movie-rental/runtime/tracing';
import {
  eventually,
  kafkaBrokers,
  type TestDatabase,
  testDatabase,
  testTopic,
} from '@movie-rental/testkit';
import { lastingDifferences } from './lasting-differences.ts';
import { rebuildCache } from './rebuild-cache.ts';
import { repairCache } from './repair-cache.ts';
import { runBridge } from './run-bridge.ts';
import { CREATED, headersOf, movie, removed, updated } from './testing.ts';

const logger = createLogger('test', process.env.TEST_LOG_LEVEL ?? 'silent');
const kafka = createKafka({ brokers: kafkaBrokers(), clientId: 'test', logger });
const cancelRentals = cancelRentalsOfRemovedMovie;

let db: TestDatabase;
let topic: string;
let publisher: Publisher;
let stopBridge: () => Promise<void> = async () => {};

beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(async () => {
  topic = testTopic();
  publisher = kafkaPublisher(kafka, topic);
  await eventually(() => publisher.open().then(() => true));
  // A topic that was just made has no leaders for a moment.
  await eventually(() => topicEnds(kafka, topic));
});
afterEach(async () => {
  await stopBridge();
  stopBridge = async () => {};
  await publisher.close();
  for (const table of ['outbox', 'dead_letter', 'rental', 'movie', 'movies_cache']) {
    await db.database.run(`DELETE FROM ${table}`);
  }
});
afterAll(() => db.drop());

const publish = (...events: OutgoingEvent[]) => publisher.publish(events);

const sources = () => ({
  database: db.database,
  kafka,
  topic,
  groupId: `group-of-${topic}`,
  cancelRentals,
  logger,
  signal: new AbortController().signal,
});
const compare = (patienceMs?: number) =>
  lastingDifferences({ ...sources(), ...(patienceMs !== undefined && { patienceMs }) });

function startBridge(): void {
  const controller = new AbortController();
  const { signal } = controller;
  const health = createHealth(signal);
  const bridge = runBridge({ ...sources(), mysqlUrl: db.url, tracer: untraced, health, signal });
  stopBridge = () => {
    controller.abort();
    return bridge;
  };
}

/** Puts a movie at a version into a table, as `movie(id, version)` has it. */
async function put(table: 'movie' | 'movies_cache', id: number, version: number, change = {}) {
  const row = { ...movie(id, version), ...change };
  await db.database.run(
    `REPLACE INTO ${table} (id, name, genre, length_minutes, version, removed_at) VALUES (?)`,
    [
      [
        id,
        row.name,
        row.genre,
        row.length_minutes,
        row.version,
        row.removed_at && new Date(CREATED),
      ],
    ],
  );
}
const putBoth = async (id: number, version: number) => {
  await put('movie', id, version);
  await put('movies_cache', id, version);
};
const REMOVED = { removed_at: CREATED };

const cached = (id: number) =>
  db.database.first<{ name: string; version: number; removed_at: Date | null }>(
    'SELECT name, version, removed_at FROM movies_cache WHERE id = ?',
    [id],
  );
const count = async (sql: string) =>
  (await db.database.first<{ n: number }>(`SELECT COUNT(*) AS n FROM ${sql}`))?.n;

describe('comparing', () => {
  test('finds nothing where all is alike', async () => {
    await putBoth(1, 3);
    await put('movie', 2, 2, REMOVED);
    await put('movies_cache', 2, 2, REMOVED);
    expect((await compare()).differences).toEqual([]);
  });

  test('tells each kind of difference', async () => {
    await put('movie', 1, 1);
    await put('movies_cache', 2, 1);
    await put('movie', 3, 2, REMOVED);
    await put('movies_cache', 3, 1);
    await put('movie', 4, 3);
    await put('movies_cache', 4, 2);
    await put('movie', 5, 1, { name: 'Amelie' });
    await put('movies_cache', 5, 1, { name: 'Amélie' });
    await put('movie', 6, 1);
    await put('movies_cache', 6, 9);
    await putBoth(7, 1);
    expect((await compare()).differences).toEqual([
      { id: 1, kind: 'missing', version: 1, cached_version: null },
      { id: 2, kind: 'extra', version: null, cached_version: 1 },
      { id: 3, kind: 'removed', version: 2, cached_version: 1 },
      { id: 4, kind: 'stale', version: 3, cached_version: 2 },
      { id: 5, kind: 'different', version: 1, cached_version: 1 },
      { id: 6, kind: 'different', version: 1, cached_version: 9 },
    ]);
  });

  test('waits for an event that is on its way', async () => {
    await put('movie', 1, 2);
    await put('movies_cache', 1, 1);
    await publish(updated(1, 2));
    const comparing = compare();
    startBridge();
    expect(await comparing).toEqual({ differences: [], underWay: { outbox: 0, lag: 0 } });
  });

  test('says what is still on its way where it does not arrive', async () => {
    await put('movie', 1, 2);
    await put('movies_cache', 1, 1);
    await db.database.run(
      `INSERT INTO outbox (id, aggregatetype, aggregateid, type, payload, headers)
       VALUES (UUID(), 'movie', '1', 'movie.updated', '{}', '{}'),
         (UUID(), 'rental', '1', 'rental.expired', '{}', '{}')`,
    );
    await publish(updated(2, 1), updated(3, 1));
    const { differences, underWay } = await compare(300);
    expect(differences).toMatchObject([{ id: 1, kind: 'stale' }]);
    expect(underWay).toEqual({ outbox: 1, lag: 2 });
  });

  test('does not count what came to differ only while it waited', async () => {
    await put('movie', 1, 2);
    await publish(updated(2, 1));
    const comparing = compare(1_000);
    await put('movies_cache', 1, 2);
    await put('movie', 3, 1);
    expect((await comparing).differences).toEqual([]);
  });
});

describe('rebuilding', () => {
  test('an emptied cache and one that is there lead to the same, beside the bridge', async () => {
    await Promise.all([1, 2, 3].map((id) => put('movie', id, 3)));
    await put('movie', 4, 2, REMOVED);
    await publish(...[1, 2, 3].flatMap((id) => [1, 2, 3].map((n) => updated(id, n))));
    await publish(updated(4, 1), removed(4, 2));
    const whole = { records: 11, unusable: 0, repaired: 0 };
    expect(await rebuildCache(sources())).toMatchObject(whole);
    startBridge();
    expect(await rebuildCache(sources())).toMatchObject(whole);
    expect((await compare()).differences).toEqual([]);
  });

  test('goes on while movies change, and never brings an older version back', async () => {
    startBridge();
    await put('movie', 1, 1);
    await publish(updated(1, 1));
    let version = 1;
    let rebuilding = true;
    const rebuilt = (async () => {
      for (let round = 0; round < 3; round++) await rebuildCache(sources());
    })().finally(() => {
      rebuilding = false;
    });
    const seen: number[] = [];
    while (rebuilding) {
      version += 1;
      await put('movie', 1, version);
      await publish(updated(1, version));
      seen.push((await cached(1))?.version ?? 0);
    }
    await rebuilt;
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    await eventually(async () => (await cached(1))?.version === version);
    expect((await compare()).differences).toEqual([]);
  });

  test('puts right what the topic does not have as movie does', async () => {
    await put('movie', 1, 2);
    await put('movie', 2, 5);
    await put('movies_cache', 3, 1);
    await put('movies_cache', 2, 9, { name: 'Of a former life' });
    await publish(updated(1, 1));
    const rebuild = await rebuildCache({ ...sources(), patienceMs: 0 });
    expect(rebuild).toMatchObject({ records: 1, repaired: 3, comparison: { differences: [] } });
    expect(await cached(1)).toMatchObject({ version: 2, name: 'Movie 1 v2' });
    expect(await cached(2)).toMatchObject({ version: 5, name: 'Movie 2 v5' });
    expect(await cached(3)).toBeUndefined();
  });

  test('cancels the rentals of a removed movie whose event never came, once', async () => {
    await put('movie', 5, 1);
    await put('movies_cache', 5, 1);
    const rentals = Array.from({ length: 250 }, (_, n) => [`user-${n}`, 5]);
    await db.database.run('INSERT INTO rental (username, movie_id) VALUES ?', [rentals]);
    await db.database.run('UPDATE movie SET version = 2, removed_at = ? WHERE id = 5', [
      new Date(CREATED),
    ]);
    expect(await rebuildCache(sources())).toMatchObject({ repaired: 1 });
    await publish(removed(5, 2));
    startBridge();
    expect(await rebuildCache(sources())).toMatchObject({ records: 1, repaired: 0 });
    expect(await cached(5)).toMatchObject({ version: 2, removed_at: new Date(CREATED) });
    expect(await count("rental WHERE status = 'CONFIRMED'")).toBe(0);
    expect(await count("outbox WHERE type = 'rental.cancelled'")).toBe(250);
    expect(await count('(SELECT DISTINCT aggregateid FROM outbox) AS told')).toBe(250);
  });

  test('passes by what no cache can take, and does not dead-letter it again', async () => {
    await put('movie', 1, 1);
    await publish({ headers: headersOf('movie.updated', 1), body: '{' }, updated(1, 1));
    const rebuild = await rebuildCache(sources());
    expect(rebuild).toMatchObject({ records: 2, unusable: 1, repaired: 0 });
    expect(await count('dead_letter')).toBe(0);
  });

  test('leaves no group behind', async () => {
    await put('movie', 1, 1);
    await publish(updated(1, 1));
    await rebuildCache(sources());
    const admin = kafka.admin();
    await admin.connect();
    const { groups } = await admin.listGroups();
    await admin.disconnect();
    expect(groups.filter(({ groupId }) => groupId.startsWith('kafka-bridge-rebuild'))).toEqual([]);
  });
});

test('a repair waits for a change that is being made, and takes it over', async () => {
  await putBoth(1, 1);
  let repairing: Promise<void> | undefined;
  await db.database.transaction(async (tx) => {
    await tx.run("UPDATE movie SET version = 2, name = 'Two' WHERE id = 1");
    repairing = repairCache(db.database, [1], cancelRentals);
    await eventually(async () => {
      const waiting = await count(
        `information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()
         AND info LIKE '%FOR SHARE'`,
      );
      return waiting === 1;
    });
  });
  await repairing;
  expect(await cached(1)).toMatchObject({ version: 2, name: 'Two' });
});

test('a repair cancels the rentals of each removed movie in a transaction of its own', async () => {
  for (const id of [1, 2, 3]) await put('movie', id, 2, id < 3 ? REMOVED : {});
  await db.database.run(
    "INSERT INTO rental (username, movie_id) VALUES ('alice', 1), ('alice', 2), ('bob', 2)",
  );
  const transactions = new Set<unknown>();
  await repairCache(db.database, [1, 2, 3], (tx, ...rest) => {
    transactions.add(tx);
    return cancelRentals(tx, ...rest);
  });
  expect(transactions.size).toBe(2);
  expect(await count("outbox WHERE type = 'rental.cancelled'")).toBe(3);
  expect(await count('movies_cache WHERE version = 2')).toBe(3);
});
