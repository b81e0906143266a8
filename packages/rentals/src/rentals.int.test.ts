import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { RentalEventData } from '@movie-rental/contracts';
import type { Transaction } from '@movie-rental/mysql';
import { type TestDatabase, testDatabase } from '@movie-rental/testkit';
import {
  cancelRentalsOfRemovedMovie,
  countActiveRentals,
  endRentals,
  expireOverdueOfCustomer,
  expireOverdueOfMovie,
  expireOverdueRentals,
  lockRental,
  rentalEnd,
} from './index.ts';
import { insertMovie, insertRental, storedEvents, storedStatuses } from './testing.ts';

const trace = { requestId: 'r-1', traceparent: undefined };
const ALL = 100;

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());
beforeEach(async () => {
  await db.database.run('DELETE FROM outbox');
  await db.database.run('DELETE FROM movie');
});

const inTransaction = <Result>(work: (tx: Transaction) => Promise<Result>) =>
  db.database.transaction(work);

test('the rules and the schema agree on when a rental ends', async () => {
  const id = await insertRental(db.database, { movieId: await insertMovie(db.database) });
  const rental = await inTransaction((tx) => lockRental(tx, id));
  expect(rental?.ends_at).toEqual(rentalEnd(rental?.created_at ?? new Date(0)));
});

describe('a rental names its movie', () => {
  test('by the cache', async () => {
    const movieId = await insertMovie(db.database, { name: 'new name' });
    await db.database.run(
      "INSERT INTO movies_cache (id, name, genre, length_minutes) VALUES (?, 'Alien', 'SF', 116)",
      [movieId],
    );
    const id = await insertRental(db.database, { movieId });
    expect(await inTransaction((tx) => lockRental(tx, id))).toMatchObject({
      movie_name: 'Alien',
      movie_genre: 'SF',
      movie_length_minutes: 116,
    });
  });

  test('by the catalogue where the cache does not hold it', async () => {
    const id = await insertRental(db.database, { movieId: await insertMovie(db.database) });
    expect(await inTransaction((tx) => lockRental(tx, id))).toMatchObject({
      movie_name: 'Alien',
      movie_genre: 'Horror',
      movie_length_minutes: 117,
    });
  });
});

describe('expireOverdueRentals', () => {
  test('ends what is overdue, each with its event, and nothing else', async () => {
    const movieId = await insertMovie(db.database);
    const active = await insertRental(db.database, { movieId, username: 'a', endsIn: 60 });
    const cancelled = await insertRental(db.database, {
      movieId,
      status: 'CANCELLED',
      endsIn: -60,
    });
    const overdue = await insertRental(db.database, { movieId, username: 'b', endsIn: -60 });
    expect(await inTransaction((tx) => expireOverdueRentals(tx, ALL, trace))).toBe(1);
    expect(await storedStatuses(db.database)).toEqual({
      [active]: 'CONFIRMED',
      [cancelled]: 'CANCELLED',
      [overdue]: 'EXPIRED',
    });
    const [event, ...more] = await storedEvents(db.database);
    expect(more).toEqual([]);
    expect(event).toMatchObject({
      type: 'rental.expired',
      aggregateid: String(overdue),
      headers: { 'x-request-id': 'r-1' },
      payload: { rental_id: overdue, username: 'b', status: 'EXPIRED', movie: { name: 'Alien' } },
    });
    expect(() => RentalEventData.parse(event?.payload)).not.toThrow();
  });

  test('keeps to its limit, the longest overdue first', async () => {
    const movieId = await insertMovie(db.database);
    const ends = [-10, -30, -20];
    const ids = await Promise.all(
      ends.map((endsIn) => insertRental(db.database, { movieId, username: `u${endsIn}`, endsIn })),
    );
    expect(await inTransaction((tx) => expireOverdueRentals(tx, 2, trace))).toBe(2);
    expect((await storedEvents(db.database)).map(({ aggregateid }) => Number(aggregateid))).toEqual(
      [ids[1], ids[2]],
    );
  });

  test('leaves to another transaction what it has in hand', async () => {
    const movieId = await insertMovie(db.database);
    const held = await insertRental(db.database, { movieId, username: 'a', endsIn: -60 });
    const free = await insertRental(db.database, { movieId, username: 'b', endsIn: -60 });
    await inTransaction(async (other) => {
      await lockRental(other, held);
      expect(await inTransaction((tx) => expireOverdueRentals(tx, ALL, trace))).toBe(1);
    });
    expect(await storedStatuses(db.database)).toEqual({ [held]: 'CONFIRMED', [free]: 'EXPIRED' });
  });

  test('two at once tell of each rental once', async () => {
    const movieId = await insertMovie(db.database);
    for (let n = 0; n < 30; n++) {
      await insertRental(db.database, { movieId, username: `u${n}`, endsIn: -60 });
    }
    const sweep = async () => {
      let total = 0;
      for (;;) {
        const done = await inTransaction((tx) => expireOverdueRentals(tx, 4, trace));
        if (done === 0) return total;
        total += done;
      }
    };
    const totals = await Promise.all([sweep(), sweep(), sweep()]);
    expect(totals.reduce((sum, total) => sum + total)).toBe(30);
    const told = (await storedEvents(db.database)).map(({ aggregateid }) => aggregateid);
    expect(new Set(told).size).toBe(30);
    expect(told).toHaveLength(30);
  });
});

test('what blocks renting is narrowed to a movie, or to a customer of it', async () => {
  const movieId = await insertMovie(db.database);
  const other = await insertMovie(db.database);
  const alice = await insertRental(db.database, { movieId, username: 'alice', endsIn: -60 });
  const bob = await insertRental(db.database, { movieId, username: 'bob', endsIn: -60 });
  const elsewhere = await insertRental(db.database, { movieId: other, endsIn: -60 });
  const active = await insertRental(db.database, { movieId, username: 'carol' });
  await inTransaction((tx) => expireOverdueOfCustomer(tx, 'alice', movieId, trace));
  expect(await storedStatuses(db.database)).toMatchObject({
    [alice]: 'EXPIRED',
    [bob]: 'CONFIRMED',
  });
  await inTransaction((tx) => expireOverdueOfMovie(tx, movieId, trace));
  expect(await storedStatuses(db.database)).toEqual({
    [alice]: 'EXPIRED',
    [bob]: 'EXPIRED',
    [elsewhere]: 'CONFIRMED',
    [active]: 'CONFIRMED',
  });
  expect(await storedEvents(db.database)).toHaveLength(2);
});

test('only active rentals count', async () => {
  const movieId = await insertMovie(db.database);
  const other = await insertMovie(db.database);
  await insertRental(db.database, { movieId, username: 'a' });
  await insertRental(db.database, { movieId, username: 'b' });
  await insertRental(db.database, { movieId, username: 'c', endsIn: -1 });
  await insertRental(db.database, { movieId, username: 'd', status: 'CANCELLED' });
  await insertRental(db.database, { movieId: other });
  expect(await inTransaction((tx) => countActiveRentals(tx, movieId))).toBe(2);
});

describe('cancelRentalsOfRemovedMovie', () => {
  test('cancels what is active, expires what is overdue, and tells of each', async () => {
    const movieId = await insertMovie(db.database);
    const other = await insertMovie(db.database);
    const active = await insertRental(db.database, { movieId, username: 'a', endsIn: 60 });
    const overdue = await insertRental(db.database, { movieId, username: 'b', endsIn: -60 });
    const over = await insertRental(db.database, { movieId, status: 'EXPIRED', endsIn: -60 });
    const elsewhere = await insertRental(db.database, { movieId: other });
    expect(await inTransaction((tx) => cancelRentalsOfRemovedMovie(tx, movieId, ALL, trace))).toBe(
      2,
    );
    expect(await storedStatuses(db.database)).toEqual({
      [active]: 'CANCELLED',
      [overdue]: 'EXPIRED',
      [over]: 'EXPIRED',
      [elsewhere]: 'CONFIRMED',
    });
    const events = await storedEvents(db.database);
    expect(events).toHaveLength(2);
    expect(events.find(({ type }) => type === 'rental.cancelled')?.payload).toMatchObject({
      rental_id: active,
      status: 'CANCELLED',
      reason: 'movie_removed',
    });
    const expired = events.find(({ type }) => type === 'rental.expired')?.payload;
    expect(expired).toMatchObject({ rental_id: overdue, status: 'EXPIRED' });
    expect(expired).not.toHaveProperty('reason');
  });

  test('goes in batches, and a repetition finds nothing', async () => {
    const movieId = await insertMovie(db.database);
    for (let n = 0; n < 5; n++) await insertRental(db.database, { movieId, username: `u${n}` });
    const handled: number[] = [];
    for (let n = 0; n < 4; n++) {
      handled.push(await inTransaction((tx) => cancelRentalsOfRemovedMovie(tx, movieId, 2, trace)));
    }
    expect(handled).toEqual([2, 2, 1, 0]);
    expect(await storedEvents(db.database)).toHaveLength(5);
  });
});

test('what a command does not end is left alone, without an event', async () => {
  const movieId = await insertMovie(db.database);
  const id = await insertRental(db.database, { movieId, status: 'CANCELLED' });
  const ended = await inTransaction(async (tx) => {
    const rental = await lockRental(tx, id);
    return endRentals(tx, rental ? [rental] : [], { type: 'cancel' }, trace);
  });
  expect(ended).toEqual([]);
  expect(await storedEvents(db.database)).toEqual([]);
});
