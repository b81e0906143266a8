import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type TestDatabase, testDatabase } from '@movie-rental/testkit';
import {
  addDeadLetter,
  CannotRedrive,
  countDeadLetters,
  dropDeadLetter,
  findDeadLetter,
  listDeadLetters,
  redriveDeadLetter,
} from './index.ts';

const TRACEPARENT = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
const OCCURRED = '2026-01-02T13:01:00.500Z';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterEach(async () => {
  await db.database.run('DELETE FROM dead_letter');
  await db.database.run('DELETE FROM outbox');
});
afterAll(() => db.drop());

const rental = {
  rental_id: 7,
  username: 'alice',
  movie: { id: 3, name: 'Amélie 🎬' },
  status: 'CONFIRMED',
  created_at: '2026-01-02T13:01:00Z',
  ends_at: '2026-01-04T13:01:00Z',
};
const movie = {
  id: 3,
  name: 'Heat',
  genre: 'Crime',
  length_minutes: 170,
  copies: null,
  external_id: null,
  version: 4,
  created_at: '2026-01-02T13:01:00Z',
  updated_at: '2026-01-02T13:01:00Z',
  removed_at: null,
};

const headersOf = (type: string, subject: number) => ({
  ce_specversion: '1.0',
  ce_id: randomUUID(),
  ce_type: type,
  ce_source: '/movie-rental',
  ce_subject: String(subject),
  ce_time: OCCURRED,
  ce_publishedtime: '2026-01-02T13:01:00.750Z',
  'content-type': 'application/json',
  'x-request-id': 'request-1',
  traceparent: TRACEPARENT,
});

interface Letter {
  payload?: Buffer | string;
  headers?: Record<string, unknown>;
  reason?: string;
}

/** Adds the dead letter of a rental event unless told otherwise; gives its id. */
async function add({ payload, headers, reason = 'no more tries' }: Letter = {}): Promise<number> {
  await addDeadLetter(db.database, {
    source: 'rabbit-notifier',
    reason,
    payload: payload ?? JSON.stringify(rental),
    headers: headers ?? headersOf('rental.confirmed', 7),
  });
  const [newest] = await listDeadLetters(db.database, { limit: 1 });
  return newest?.id as number;
}

const outbox = () => db.database.rows<Record<string, unknown>>('SELECT * FROM outbox');

describe('redriving', () => {
  test('puts the event back as it was, and takes the letter away', async () => {
    const headers = headersOf('rental.cancelled', 7);
    const id = await add({ headers });
    const event = await redriveDeadLetter(db.database, id);
    expect(event).toEqual({ id: headers.ce_id, type: 'rental.cancelled' });
    expect(await outbox()).toEqual([
      {
        seq: expect.any(Number),
        id: headers.ce_id,
        aggregatetype: 'rental',
        aggregateid: '7',
        type: 'rental.cancelled',
        payload: rental,
        headers: { 'x-request-id': 'request-1', traceparent: TRACEPARENT },
        created_at: new Date(OCCURRED),
      },
    ]);
    expect(await findDeadLetter(db.database, id)).toBeUndefined();
  });

  test('puts a movie event on its own way', async () => {
    const headers = headersOf('movie.updated', 3);
    await redriveDeadLetter(db.database, await add({ payload: JSON.stringify(movie), headers }));
    expect(await outbox()).toMatchObject([
      { aggregatetype: 'movie', aggregateid: '3', id: headers.ce_id, payload: movie },
    ]);
  });

  test.each<[string, Letter, RegExp]>([
    ['is not JSON', { payload: Buffer.from([0xff, 0x7b]) }, /^cannot be redriven: .*not JSON/],
    ['is not a rental', { payload: '{"rental_id":0}' }, /rental_id/],
    ['has no headers', { headers: {} }, /ce_id/],
    ['is of an unknown type', { headers: headersOf('rental.lost', 7) }, /rental\.lost is unknown/],
    [
      'contradicts itself',
      { payload: JSON.stringify(movie), headers: headersOf('movie.removed', 3) },
      /contradict/,
    ],
    [
      'has a time that no row can hold',
      { headers: { ...headersOf('rental.confirmed', 7), ce_time: '9999-01-01T00:00:00Z' } },
      /datetime/,
    ],
    [
      'has text that no row can hold',
      { payload: JSON.stringify({ ...rental, username: '\ud800' }) },
      /Invalid JSON/,
    ],
  ])('refuses what %s, and changes nothing', async (_, letter, reason) => {
    const id = await add(letter);
    const before = await findDeadLetter(db.database, id);
    const redriving = redriveDeadLetter(db.database, id);
    await expect(redriving).rejects.toThrow(CannotRedrive);
    await expect(redriving).rejects.toThrow(reason);
    expect(await findDeadLetter(db.database, id)).toEqual(before);
    expect(await outbox()).toEqual([]);
  });

  test('is done once, however many ask for it', async () => {
    const id = await add();
    const asked = Array.from({ length: 8 }, () => redriveDeadLetter(db.database, id));
    const events = (await Promise.all(asked)).filter((event) => event !== undefined);
    expect(events).toHaveLength(1);
    expect(await outbox()).toHaveLength(1);
  });
});

test('a list has the newest first, goes on after a page, and tells what is known', async () => {
  const ids = [await add(), await add(), await add({ headers: {}, reason: 'x'.repeat(2_000) })];
  const [last, middle, ...more] = await listDeadLetters(db.database, { limit: 2 });
  expect(more).toEqual([]);
  expect(last).toMatchObject({ event_id: null, event_type: null, reason: 'x'.repeat(1_024) });
  expect(middle).toMatchObject({
    id: ids[1],
    source: 'rabbit-notifier',
    event_type: 'rental.confirmed',
    subject: '7',
    bytes: Buffer.byteLength(JSON.stringify(rental)),
  });
  const rest = await listDeadLetters(db.database, { limit: 2, before: ids[1] as number });
  expect(rest.map(({ id }) => id)).toEqual([ids[0]]);
  expect(await countDeadLetters(db.database)).toBe(3);
});

test('a dropped letter is gone', async () => {
  const id = await add();
  expect(await dropDeadLetter(db.database, id)).toBe(true);
  expect(await dropDeadLetter(db.database, id)).toBe(false);
  expect(await countDeadLetters(db.database)).toBe(0);
});
