import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { addDeadLetter, countDeadLetters, listDeadLetters } from '@movie-rental/mysql/dead-letters';
import { type TestDatabase, testDatabase } from '@movie-rental/testkit';
import { drop, redrive, settle } from './settle-dead-letters.ts';

let db: TestDatabase;
let said: string[] = [];
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(() => {
  said = [];
  const say = (line: string) => void said.push(line);
  jest.spyOn(console, 'log').mockImplementation(say);
  jest.spyOn(console, 'error').mockImplementation(say);
});
afterEach(async () => {
  jest.restoreAllMocks();
  await db.database.run('DELETE FROM dead_letter');
  await db.database.run('DELETE FROM outbox');
});
afterAll(() => db.drop());

/** Adds a dead letter that can be redriven, or one that cannot; gives its number. */
async function add(payload?: string): Promise<number> {
  const time = '2026-01-02T13:01:00Z';
  const movie = { id: 3, name: 'Heat' };
  const rental = { rental_id: 7, username: 'alice', movie, status: 'CONFIRMED' };
  await addDeadLetter(db.database, {
    source: 'test',
    reason: 'of a test',
    payload: payload ?? JSON.stringify({ ...rental, created_at: time, ends_at: time }),
    headers: {
      ce_specversion: '1.0',
      ce_id: randomUUID(),
      ce_type: 'rental.confirmed',
      ce_source: '/test',
      ce_subject: '7',
      ce_time: time,
      'content-type': 'application/json',
    },
  });
  const [newest] = await listDeadLetters(db.database, { limit: 1 });
  return newest?.id as number;
}

test('all are redriven in their order, but those that cannot be', async () => {
  const first = await add();
  const poison = await add('{');
  const last = await add();
  expect(await settle(db.database, 'all', redrive)).toBe(1);
  expect(said).toEqual([
    expect.stringContaining(`${first} is back in the outbox: rental.confirmed`),
    `${poison} cannot be redriven: The body is not JSON`,
    expect.stringContaining(`${last} is back in the outbox`),
  ]);
  const [left, ...more] = await listDeadLetters(db.database, { limit: 9 });
  expect([left?.id, more]).toEqual([poison, []]);
  expect(await db.database.rows('SELECT id FROM outbox')).toHaveLength(2);
});

test('only those that are named are dropped, and one that is not there is told', async () => {
  const [kept, dropped] = [await add(), await add()];
  expect(await settle(db.database, [dropped], drop)).toBe(0);
  expect(await settle(db.database, [dropped], drop)).toBe(1);
  expect(said).toEqual([`${dropped} is dropped`, `There is no dead letter ${dropped}.`]);
  const left = await listDeadLetters(db.database, { limit: 9 });
  expect(left.map(({ id }) => id)).toEqual([kept]);
});

test('all are dropped, however many there are', async () => {
  const letter = ['test', 'of a test', 'x', '{}'];
  await db.database.run('INSERT INTO dead_letter (source, reason, payload, headers) VALUES ?', [
    Array.from({ length: 1_100 }, () => letter),
  ]);
  expect(await settle(db.database, 'all', drop)).toBe(0);
  expect(await countDeadLetters(db.database)).toBe(0);
});
