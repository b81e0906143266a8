import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createHealth, createLogger, type Logger } from '@movie-rental/connector-kit';
import {
  createKafka,
  fromKafka,
  type KafkaRecord,
  kafkaPublisher,
  rabbitPublisher,
} from '@movie-rental/connector-kit/messaging';
import { type Gate, openGate } from '@movie-rental/connector-kit/testing';
import { untraced } from '@movie-rental/runtime/tracing';
import {
  eventually,
  kafkaBrokers,
  type TestDatabase,
  type TestVhost,
  testDatabase,
  testTopic,
  testVhost,
} from '@movie-rental/testkit';
import { lockName } from './lock-session.ts';
import { runRelay } from './run-relay.ts';
import { drainQueue, drainTopic, type Published } from './testing.ts';

const logger = createLogger('test', process.env.TEST_LOG_LEVEL ?? 'silent');
const kafka = createKafka({ brokers: kafkaBrokers(), clientId: 'test', logger });

let db: TestDatabase;
let vhost: TestVhost;
let topic: string;
let running: { stop(): Promise<void> }[] = [];

beforeAll(async () => {
  [db, vhost] = await Promise.all([testDatabase(), testVhost()]);
  topic = testTopic();
});
afterEach(async () => {
  await Promise.all(running.map((relay) => relay.stop()));
  running = [];
  await db.database.run('DELETE FROM outbox');
  await db.database.run('DELETE FROM dead_letter');
});
afterAll(async () => {
  await Promise.all([db.drop(), vhost.drop()]);
});

function startRelay(change: { rabbitUrl?: string; logger?: Logger } = {}) {
  const controller = new AbortController();
  const relay = runRelay({
    mysqlUrl: db.url,
    publishers: new Map([
      ['movie', kafkaPublisher(kafka, topic)],
      ['rental', rabbitPublisher({ url: change.rabbitUrl ?? vhost.url, clientId: 'test', logger })],
    ]),
    logger: change.logger ?? logger,
    tracer: untraced,
    health: createHealth(controller.signal),
    signal: controller.signal,
  });
  const handle = {
    stop: () => {
      controller.abort();
      return relay;
    },
  };
  running.push(handle);
  return handle;
}

interface Row {
  id?: string;
  kind: 'movie' | 'rental';
  aggregate: number;
  type?: string;
  payload?: object;
}

async function insert(rows: readonly Row[], sql: Pick<typeof db.database, 'run'> = db.database) {
  const ids = rows.map((row) => row.id ?? randomUUID());
  const values = rows.map((row, index) => [
    ids[index] as string,
    row.kind,
    String(row.aggregate),
    row.type ?? `${row.kind}.${row.kind === 'movie' ? 'updated' : 'confirmed'}`,
    JSON.stringify(row.payload ?? { n: index }),
    JSON.stringify({ 'x-request-id': 'r-1' }),
  ]);
  await db_insert(sql, values);
  return ids;
}

const db_insert = (sql: Pick<typeof db.database, 'run'>, values: string[][]) =>
  sql.run('INSERT INTO outbox (id, aggregatetype, aggregateid, type, payload, headers) VALUES ?', [
    values,
  ]);

const outboxIsEmpty = async (kind: string) => {
  const row = await db.database.first<{ n: number }>(
    'SELECT COUNT(*) AS n FROM outbox WHERE aggregatetype = ?',
    [kind],
  );
  return row?.n === 0;
};

/** Everything that the topic holds now, by the records' own keys. */
async function readTopic(): Promise<Published[]> {
  return (await drainTopic(kafka, topic, logger)).map(toPublished);
}

function toPublished({ key, headers }: KafkaRecord): Published {
  const texts = fromKafka(headers);
  return { id: String(texts.ce_id), key: String(key), headers: texts };
}

async function readQueue(): Promise<string[]> {
  const messages = await drainQueue(vhost.url, logger);
  return messages.map(({ properties }) => String(properties.messageId));
}

describe('what is in the outbox', () => {
  test('is published in its order, with its headers, and then deleted', async () => {
    const ids = await insert(
      Array.from({ length: 300 }, (_, n) => ({ kind: 'movie', aggregate: n % 7, payload: { n } })),
    );
    startRelay();
    await eventually(() => outboxIsEmpty('movie'));
    const seen = await readTopic();
    for (let key = 0; key < 7; key++) {
      const order = seen.filter((one) => one.key === String(key)).map((one) => one.id);
      expect(order).toEqual(ids.filter((_, n) => n % 7 === key));
    }
    expect(seen[0]?.headers).toMatchObject({
      ce_specversion: '1.0',
      ce_type: 'movie.updated',
      'x-request-id': 'r-1',
      ce_publishedtime: expect.stringMatching(/^\d{4}-.*Z$/),
    });
  });

  test('reaches the queue of notifications by the type of the event', async () => {
    startRelay();
    const ids = await insert([
      { kind: 'rental', aggregate: 1 },
      { kind: 'rental', aggregate: 1, type: 'rental.cancelled' },
      { kind: 'rental', aggregate: 2, type: 'rental.expired' },
    ]);
    await eventually(() => outboxIsEmpty('rental'));
    expect(await readQueue()).toEqual(ids);
  });

  test('is published though its transaction committed after later ones', async () => {
    startRelay();
    const late = randomUUID();
    await db.database.transaction(async (tx) => {
      await insert([{ id: late, kind: 'movie', aggregate: 1 }], tx);
      await insert([{ kind: 'movie', aggregate: 2 }]);
      await eventually(() => outboxIsEmpty('movie'));
    });
    await eventually(() => outboxIsEmpty('movie'));
    expect((await readTopic()).filter(({ id }) => id === late)).toHaveLength(1);
  });
});

describe('a row that the broker refuses', () => {
  const letters = () =>
    db.database.rows<{ reason: string; payload: Buffer; headers: { ce_id: string } }>(
      'SELECT reason, payload, headers FROM dead_letter',
    );

  test('is dead-lettered where it is too large, and the others go on', async () => {
    const [before, poison, after] = await insert([
      { kind: 'movie', aggregate: 1 },
      { kind: 'movie', aggregate: 2, payload: { name: 'x'.repeat(1_500_000) } },
      { kind: 'movie', aggregate: 3 },
    ]);
    startRelay();
    await eventually(() => outboxIsEmpty('movie'));
    expect((await readTopic()).map(({ id }) => id)).toEqual(
      expect.arrayContaining([before, after]),
    );
    const [letter, ...more] = await letters();
    expect(more).toEqual([]);
    expect(letter?.headers.ce_id).toBe(poison);
    expect(letter?.reason).toMatch(/larger than the max/);
    expect(JSON.parse(String(letter?.payload)).name).toHaveLength(1_500_000);
  });

  test('is dead-lettered where it leads nowhere, and the others go on', async () => {
    const [first, poison, last] = await insert([
      { kind: 'rental', aggregate: 1 },
      { kind: 'rental', aggregate: 2, type: 'nonsense' },
      { kind: 'rental', aggregate: 3 },
    ]);
    startRelay();
    await eventually(() => outboxIsEmpty('rental'));
    expect(new Set(await readQueue())).toEqual(new Set([first, last]));
    const [letter] = await letters();
    expect(letter?.headers.ce_id).toBe(poison);
    expect(letter?.reason).toMatch(/No queue is bound/);
  });

  test('is dead-lettered where it is no event at all', async () => {
    await insert([{ id: 'no-uuid', kind: 'movie', aggregate: 1 }]);
    startRelay();
    await eventually(() => outboxIsEmpty('movie'));
    expect(await letters()).toHaveLength(1);
  });
});

describe('a broker that is down', () => {
  let gate: Gate;
  beforeEach(async () => {
    gate = await openGate(vhost.url);
  });
  afterEach(() => gate.close());

  test('is tried until it is there, and holds back nothing but its own', async () => {
    await gate.close();
    startRelay({ rabbitUrl: gate.url });
    const [rental] = await insert([{ kind: 'rental', aggregate: 1 }]);
    await insert([{ kind: 'movie', aggregate: 1 }]);
    await eventually(() => outboxIsEmpty('movie'));
    expect(await outboxIsEmpty('rental')).toBe(false);
    await gate.open();
    await eventually(() => outboxIsEmpty('rental'));
    expect(await readQueue()).toEqual([rental]);
  });

  test('keeps its rows until it has confirmed them', async () => {
    startRelay({ rabbitUrl: gate.url });
    await insert([{ kind: 'rental', aggregate: 1 }]);
    await eventually(() => outboxIsEmpty('rental'));
    await readQueue();

    gate.swallowAnswers(true);
    const [id] = await insert([{ kind: 'rental', aggregate: 2 }]);
    await eventually(async () => (await readQueue()).includes(id as string));
    expect(await outboxIsEmpty('rental')).toBe(false);

    gate.swallowAnswers(false);
    await gate.close();
    await gate.open();
    await eventually(() => outboxIsEmpty('rental'));
    expect(await readQueue()).toEqual([id]);
  });

  test('is no longer tried by a relay that lost the lock meanwhile', async () => {
    const lines: string[] = [];
    const says = (text: string) => () => lines.some((line) => line.includes(text));
    startRelay({
      rabbitUrl: gate.url,
      logger: createLogger('first', 'info', { write: (line) => lines.push(line) }),
    });
    await eventually(says('"ready"'));
    await gate.close();
    const [id] = await insert([{ kind: 'rental', aggregate: 1 }]);
    await eventually(says('failed; trying again'));

    await db.database.run('KILL ?', [await eventually(() => holder('rental'))]);
    startRelay();
    await eventually(says('The lock was lost'), { timeoutMs: 5_000 });
    await eventually(() => outboxIsEmpty('rental'));
    await gate.open();
    expect(await readQueue()).toEqual([id]);
  });

  test('is let go at once when the lock is lost while it has not confirmed', async () => {
    startRelay({ rabbitUrl: gate.url });
    await insert([{ kind: 'rental', aggregate: 1 }]);
    await eventually(() => outboxIsEmpty('rental'));
    gate.swallowAnswers(true);
    await insert([{ kind: 'rental', aggregate: 2 }]);
    await eventually(async () => (await readQueue()).length > 0);

    const before = gate.connections();
    await db.database.run('KILL ?', [await eventually(() => holder('rental'))]);
    await eventually(() => gate.connections() < before, { timeoutMs: 3_000 });
    gate.swallowAnswers(false);
    await eventually(() => outboxIsEmpty('rental'));
  });
});

/** The id of the session that holds a destination's lock. */
async function holder(aggregate: string): Promise<number | undefined> {
  const row = await db.database.first<{ id: number | null }>('SELECT IS_USED_LOCK(?) AS id', [
    lockName(db.url, aggregate),
  ]);
  return row?.id ?? undefined;
}

/** The id of the session that waits for it. */
async function standby(aggregate: string): Promise<number | undefined> {
  const row = await db.database.first<{ id: number }>(
    `SELECT id FROM information_schema.processlist WHERE info LIKE 'SELECT GET_LOCK(%'
     AND LOCATE(?, info) > 0`,
    [lockName(db.url, aggregate)],
  );
  return row?.id;
}

describe('two relays', () => {
  test('publish each row once between them, and the second takes over from the first', async () => {
    startRelay();
    const first = await eventually(() => holder('movie'));
    const lines: string[] = [];
    startRelay({ logger: createLogger('second', 'info', { write: (line) => lines.push(line) }) });
    // Said once it has waited for the lock without getting it.
    await eventually(() => lines.some((line) => line.includes('"ready"')));
    const second = await eventually(() => standby('movie'));
    const before = await insert(
      Array.from({ length: 200 }, (_, n) => ({ kind: 'movie', aggregate: n })),
    );
    await eventually(() => outboxIsEmpty('movie'));
    expect(lines.filter((line) => line.includes('holding the lock'))).toEqual([]);

    await db.database.run('KILL ?', [first]);
    const successor = await eventually(
      async () => {
        const id = await holder('movie');
        return id !== first && id;
      },
      { timeoutMs: 3_000 },
    );
    expect(successor).toBe(second);

    const after = await insert([{ kind: 'movie', aggregate: 1 }]);
    await eventually(() => outboxIsEmpty('movie'));
    const wanted = new Set([...before, ...after]);
    expect((await readTopic()).filter(({ id }) => wanted.has(id))).toHaveLength(wanted.size);
  });

  test('of different databases do not hold each other back', () => {
    const long = `mysql://h/${'d'.repeat(64)}`;
    expect(lockName('mysql://h/a', 'movie')).not.toBe(lockName('mysql://h/b', 'movie'));
    expect(lockName(long, 'movie').length).toBeLessThanOrEqual(64);
    expect(lockName(long, 'movie')).not.toBe(lockName(`${long.slice(0, -1)}e`, 'movie'));
  });
});
