import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Refusal } from '@movie-rental/contracts';
import { type TestDatabase, testDatabase } from '@movie-rental/testkit';
import { giveBack, type Limit, take, withinLimits } from './throttle.ts';

let own: TestDatabase;
beforeAll(async () => {
  own = await testDatabase();
});
afterAll(() => own.drop());
beforeEach(async () => {
  await own.database.run('DELETE FROM throttle');
});

const three: Limit = { kind: 'test', key: 'alice', limit: 3, windowSeconds: 60 };
const takes = (limit: Limit, times: number) =>
  Promise.allSettled(Array.from({ length: times }, () => take(own.database, limit)));
const granted = (outcomes: readonly PromiseSettledResult<void>[]) =>
  outcomes.filter(({ status }) => status === 'fulfilled').length;

const hits = async () =>
  (await own.database.first<{ hits: number }>('SELECT hits FROM throttle'))?.hits;

test('of many at once exactly as many as the limit says are let through', async () => {
  expect(granted(await takes(three, 20))).toBe(3);
});

test('what is refused counts nothing', async () => {
  await takes(three, 20);
  expect(await hits()).toBe(3);
  await giveBack(own.database, three);
  await take(own.database, three);
});

test('a window that is over lets exactly the limit through again, many at once', async () => {
  await takes(three, 20);
  await own.database.run('UPDATE throttle SET ends_at = NOW() - INTERVAL 1 SECOND');
  expect(granted(await takes(three, 20))).toBe(3);
});

test('one after another exactly the limit, and the next is told when to come back', async () => {
  for (let use = 0; use < 3; use++) await take(own.database, three);
  const refused = await take(own.database, three).catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: 'too_many_attempts' });
  expect([59, 60]).toContain((refused as Refusal).retryAfterSeconds);
});

test('others are counted for themselves', async () => {
  await takes(three, 4);
  await take(own.database, { ...three, key: 'bob' });
  await take(own.database, { ...three, kind: 'other' });
});

test('what is given back may be used again, and never becomes credit', async () => {
  for (let use = 0; use < 5; use++) {
    await take(own.database, three);
    await giveBack(own.database, three);
    await giveBack(own.database, three);
  }
  expect(granted(await takes({ ...three, limit: 3 }, 3))).toBe(3);
  await expect(take(own.database, three)).rejects.toMatchObject({ code: 'too_many_attempts' });
});

test('a new window begins when the last is over', async () => {
  await takes(three, 4);
  await own.database.run('UPDATE throttle SET ends_at = NOW() - INTERVAL 1 SECOND');
  await take(own.database, three);
  const row = await own.database.first<{ hits: number; seconds: number }>(
    'SELECT hits, TIMESTAMPDIFF(SECOND, NOW(), ends_at) AS seconds FROM throttle',
  );
  expect(row?.hits).toBe(1);
  expect(row?.seconds).toBeGreaterThan(50);
});

test('neither names nor addresses are kept', async () => {
  await take(own.database, three);
  const row = await own.database.first<{ bucket: string }>('SELECT bucket FROM throttle');
  expect(row?.bucket).not.toContain('alice');
});

describe('within limits', () => {
  const errors: unknown[] = [];
  const logger = { error: (details: unknown) => errors.push(details) };
  beforeEach(() => {
    errors.splice(0);
  });

  const attempt = (work: () => Promise<string>, counts = () => false) =>
    withinLimits({ database: own.database, logger }, { limits: [three], work, counts });
  const fail = () => Promise.reject(new Error('no'));

  test('counts what is said to count, and nothing else', async () => {
    await expect(attempt(async () => 'done')).resolves.toBe('done');
    await expect(attempt(fail)).rejects.toThrow('no');
    expect(await hits()).toBe(0);
    await expect(attempt(fail, () => true)).rejects.toThrow('no');
    expect(await hits()).toBe(1);
  });

  test('refuses beyond the limit before anything is done', async () => {
    await takes(three, 3);
    let done = 0;
    const refused = attempt(async () => `${done++}`);
    await expect(refused).rejects.toMatchObject({ code: 'too_many_attempts' });
    expect(done).toBe(0);
  });

  test('gives the others back where one limit refuses', async () => {
    const wide = { ...three, kind: 'wide', limit: 100 };
    await takes(three, 3);
    await expect(
      withinLimits(
        { database: own.database, logger },
        { limits: [wide, three], work: fail, counts: () => true },
      ),
    ).rejects.toMatchObject({ code: 'too_many_attempts' });
    const row = await own.database.first("SELECT hits FROM throttle WHERE bucket LIKE 'wide:%'");
    expect(row).toEqual({ hits: 0 });
  });

  test('keeps the outcome where it cannot be given back, and logs why', async () => {
    const takeTableAway = () => own.database.run('RENAME TABLE throttle TO away');
    const bringItBack = () => own.database.run('RENAME TABLE away TO throttle');
    const succeed = async () => {
      await takeTableAway();
      return 'done';
    };
    await expect(attempt(succeed).finally(bringItBack)).resolves.toBe('done');
    const failing = attempt(async () => {
      await takeTableAway();
      return fail();
    });
    await expect(failing.finally(bringItBack)).rejects.toThrow('no');
    const logged = { kind: 'test', err: expect.objectContaining({ code: 'ER_NO_SUCH_TABLE' }) };
    expect(errors).toEqual([logged, logged]);
  });
});
