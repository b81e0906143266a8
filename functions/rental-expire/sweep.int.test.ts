import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { RentalEventData } from '@movie-rental/contracts';
import { purgeMail } from '@movie-rental/mysql/mail';
import {
  insertMovie,
  insertRental,
  storedEvents,
  storedStatuses,
} from '@movie-rental/rentals/testing';
import {
  type CalledFunction,
  eventually,
  openFunction,
  type TestDatabase,
  testDatabase,
} from '@movie-rental/testkit';
import { purgeSessions } from './purge.ts';

const HOUR = 3600;
const NOTHING = {
  expired: 0,
  reminded: 0,
  purged: { mail: 0, idempotency: 0, refresh_tokens: 0, throttle: 0 },
};

let db: TestDatabase;
let fn: CalledFunction;
beforeAll(async () => {
  db = await testDatabase();
  fn = await openFunction(() => import('./handler.ts'), { 'mysql-url': db.url });
});
afterAll(async () => {
  await fn.close();
  await db.drop();
});
beforeEach(async () => {
  for (const table of ['outbox', 'movie', 'mail', 'idempotency', 'session']) {
    await db.database.run(`DELETE FROM ${table}`);
  }
});

const sweep = () => fn.call('POST', '/');

test('an empty POST without a token sweeps, and finds nothing in an empty shop', async () => {
  expect(await sweep()).toMatchObject({ status: 200, body: NOTHING });
  expect(await fn.call('GET', '/')).toMatchObject({ status: 405, headers: { allow: 'POST' } });
});

test('expires what is overdue, once, and leaves the rest', async () => {
  const movieId = await insertMovie(db.database);
  const overdue = await insertRental(db.database, { movieId, endsIn: 0 });
  const active = await insertRental(db.database, { movieId, username: 'bob', endsIn: 7 * HOUR });
  expect((await sweep()).body).toEqual({ ...NOTHING, expired: 1 });
  expect((await sweep()).body).toEqual(NOTHING);
  expect(await storedStatuses(db.database)).toEqual({
    [overdue]: 'EXPIRED',
    [active]: 'CONFIRMED',
  });
  const [event, ...more] = await storedEvents(db.database);
  expect(more).toEqual([]);
  expect(event).toMatchObject({ type: 'rental.expired', payload: { rental_id: overdue } });
});

describe('a reminder', () => {
  test('goes out once, six hours before the end', async () => {
    const movieId = await insertMovie(db.database);
    const soon = await insertRental(db.database, { movieId, endsIn: 6 * HOUR });
    await insertRental(db.database, { movieId, username: 'bob', endsIn: 6 * HOUR + 60 });
    await insertRental(db.database, { movieId, status: 'CANCELLED', endsIn: HOUR });
    expect((await sweep()).body).toEqual({ ...NOTHING, reminded: 1 });
    expect((await sweep()).body).toEqual(NOTHING);
    const [event, ...more] = await storedEvents(db.database);
    expect(more).toEqual([]);
    expect(event).toMatchObject({
      type: 'rental.expiring',
      aggregateid: String(soon),
      payload: { rental_id: soon, username: 'alice', status: 'CONFIRMED' },
    });
    expect(() => RentalEventData.parse(event?.payload)).not.toThrow();
  });

  test('is not repeated for an extended rental', async () => {
    const movieId = await insertMovie(db.database);
    await insertRental(db.database, { movieId, endsIn: HOUR });
    await sweep();
    await db.database.run('UPDATE rental SET extended_until = ends_at + INTERVAL 1 HOUR');
    expect((await sweep()).body).toEqual(NOTHING);
  });

  test('does not tell of what is over already', async () => {
    const movieId = await insertMovie(db.database);
    await insertRental(db.database, { movieId, endsIn: 0 });
    expect((await sweep()).body).toMatchObject({ expired: 1, reminded: 0 });
  });
});

test('goes on past one batch, and two sweeps at once tell of each rental once', async () => {
  const movieId = await insertMovie(db.database);
  const rows = Array.from({ length: 1200 }, (_, n) => [`user${n}`, movieId]);
  await db.database.run('INSERT INTO rental (username, movie_id) VALUES ?', [rows]);
  await db.database.run(
    `UPDATE rental SET created_at = NOW() - INTERVAL IF(MOD(id, 2), 47, 49) HOUR`,
  );
  const replies = await Promise.all([sweep(), sweep()]);
  expect(replies.map(({ status }) => status)).toEqual([200, 200]);
  const events = await storedEvents(db.database);
  const count = (type: string) => events.filter((event) => event.type === type).length;
  expect([count('rental.expired'), count('rental.expiring')]).toEqual([600, 600]);
  expect(new Set(events.map(({ aggregateid }) => aggregateid)).size).toBe(1200);
  const sum = (part: 'expired' | 'reminded') =>
    replies.reduce((total, { body }) => total + body[part], 0);
  expect([sum('expired'), sum('reminded')]).toEqual([600, 600]);
});

test('purges mail that was sent or needed no one after 90 days, any other after 180', async () => {
  const mail = (state: string, column: string, days: number) =>
    db.database.run(
      `INSERT INTO mail (message_id, state, ${column}) VALUES (?, ?, NOW() - INTERVAL ? DAY)`,
      [`${state}-${days}`, state, days],
    );
  await mail('SENT', 'sent_at', 91);
  await mail('SENT', 'sent_at', 89);
  await mail('SKIPPED', 'received_at', 91);
  await mail('SKIPPED', 'received_at', 89);
  for (const state of ['FAILED', 'PENDING', 'SENDING']) {
    await mail(state, 'received_at', 181);
    await mail(state, 'received_at', 179);
  }
  expect((await sweep()).body.purged.mail).toBe(5);
  const kept = await db.database.rows<{ message_id: string }>(
    'SELECT message_id FROM mail ORDER BY message_id',
  );
  expect(kept.map(({ message_id }) => message_id)).toEqual([
    'FAILED-179',
    'PENDING-179',
    'SENDING-179',
    'SENT-89',
    'SKIPPED-89',
  ]);
});

test.each(['SENT', 'SKIPPED', 'FAILED', 'PENDING', 'SENDING'])(
  'looks for old mail in state %s without reading what is to be kept',
  async (state) => {
    const rows = Array.from({ length: 2_000 }, (_, n) => [`kept-${n}`, state]);
    await db.database.run('INSERT INTO mail (message_id, state) VALUES ?', [rows]);
    await db.database.run('UPDATE mail SET received_at = NOW(), sent_at = NOW()');
    const read = await db.database.transaction(async (tx) => {
      const reads = async () => {
        const counters = await tx.rows<{ Value: string }>(
          "SHOW SESSION STATUS LIKE 'Handler_read%'",
        );
        return counters.reduce((sum, { Value }) => sum + Number(Value), 0);
      };
      const before = await reads();
      expect(await purgeMail(tx, 500)).toBe(0);
      return (await reads()) - before;
    });
    expect(read).toBeLessThan(100);
  },
);

test('purges the answers to repeatable requests after a day', async () => {
  for (const hours of [25, 23]) {
    await db.database.run(
      `INSERT INTO idempotency (username, route, idempotency_key, request_hash, created_at)
       VALUES ('alice', 'POST /rentals', ?, REPEAT('x', 32), NOW() - INTERVAL ? HOUR)`,
      [`key-${hours}`, hours],
    );
  }
  expect((await sweep()).body.purged.idempotency).toBe(1);
  const kept = await db.database.rows('SELECT idempotency_key FROM idempotency');
  expect(kept).toEqual([{ idempotency_key: 'key-23' }]);
});

test('counts of attempts go when their window is over', async () => {
  await db.database.run(
    `INSERT INTO throttle (bucket, hits, ends_at)
     VALUES ('over', 1, NOW() - INTERVAL 1 SECOND), ('open', 1, NOW() + INTERVAL 1 HOUR)`,
  );
  expect((await sweep()).body.purged.throttle).toBe(1);
  expect(await db.database.rows('SELECT bucket FROM throttle')).toEqual([{ bucket: 'open' }]);
});

describe('sessions', () => {
  async function session(...expiredHoursAgo: number[]) {
    const id = randomUUID();
    await db.database.run("INSERT INTO session (id, username) VALUES (?, 'alice')", [id]);
    for (const hours of expiredHoursAgo) {
      await db.database.run(
        `INSERT INTO refresh_token (token_hash, session_id, expires_at)
         VALUES (?, ?, NOW() - INTERVAL ? HOUR)`,
        [createHash('sha256').update(randomUUID()).digest(), id, hours],
      );
    }
    return id;
  }
  const remaining = () =>
    db.database.rows<{ id: string; tokens: number }>(
      `SELECT s.id, COUNT(t.session_id) AS tokens
       FROM session s LEFT JOIN refresh_token t ON t.session_id = s.id GROUP BY s.id`,
    );

  test('go with the last of their tokens, a day after it expired', async () => {
    await session(25, 30);
    const partly = await session(25, 23);
    const fresh = await session(-HOUR);
    expect((await sweep()).body.purged.refresh_tokens).toBe(3);
    const kept = await remaining();
    expect(kept).toHaveLength(2);
    expect(kept).toEqual(
      expect.arrayContaining([
        { id: partly, tokens: 1 },
        { id: fresh, tokens: 1 },
      ]),
    );
  });

  test('leave nothing behind when two sweeps each hold one of the last tokens', async () => {
    await session(25, 26);
    let second: Promise<number> | undefined;
    await db.database.transaction(async (tx) => {
      await purgeSessions(tx, 1);
      second = db.database.transaction((other) => purgeSessions(other, 1));
      await eventually(async () => {
        const running = await db.database.rows<{ Info: string | null }>('SHOW FULL PROCESSLIST');
        return running.some(({ Info }) => Info?.startsWith('SELECT id FROM session'));
      });
    });
    expect(await second).toBe(1);
    expect(await remaining()).toEqual([]);
  });
});
