import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { cancelRentalsOfRemovedMovie, expireOverdueRentals } from '@movie-rental/rentals';
import { insertMovie, insertRental, storedStatuses } from '@movie-rental/rentals/testing';
import { accessToken, eventually } from '@movie-rental/testkit';
import { alice, type Opened, openRentalCrud } from './testing.ts';

const CUSTOMERS = Array.from({ length: 20 }, (_, n) => accessToken({ username: `customer${n}` }));
const trace = {};

let opened: Opened;
beforeAll(async () => {
  opened = await openRentalCrud();
});
afterAll(() => opened.close());
beforeEach(() => opened.clear());

/** How often each status and code was answered. */
function tally(replies: { status: number; body: { code?: string } | undefined }[]) {
  const outcomes: Record<string, number> = {};
  for (const { status, body } of replies) {
    const outcome = body?.code ?? String(status);
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  }
  return outcomes;
}

const confirmed = async () =>
  Object.values(await storedStatuses(opened.db.database)).filter((one) => one === 'CONFIRMED');

describe('of 20 customers at once', () => {
  test('exactly one gets the last copy', async () => {
    const movieId = await insertMovie(opened.db.database, { copies: 1 });
    const replies = await Promise.all(CUSTOMERS.map((token) => opened.rent(movieId, token)));
    expect(tally(replies)).toEqual({ 201: 1, no_copies_left: 19 });
    expect(await confirmed()).toHaveLength(1);
    expect(await opened.events()).toHaveLength(1);
  });

  test('exactly one gets the copy of a rental that is overdue', async () => {
    const movieId = await insertMovie(opened.db.database, { copies: 1 });
    await insertRental(opened.db.database, { movieId, username: 'before', endsIn: -1 });
    const replies = await Promise.all(CUSTOMERS.map((token) => opened.rent(movieId, token)));
    expect(tally(replies)).toEqual({ 201: 1, no_copies_left: 19 });
    const types = (await opened.events()).map(({ type }) => type);
    expect(types).toEqual(['rental.expired', 'rental.confirmed']);
  });

  test('all get a movie that is not limited', async () => {
    const movieId = await insertMovie(opened.db.database);
    const replies = await Promise.all(CUSTOMERS.map((token) => opened.rent(movieId, token)));
    expect(tally(replies)).toEqual({ 201: 20 });
    expect(await opened.events()).toHaveLength(20);
  });
});

describe.each([null, 5])('of 20 repetitions by one customer, of %p copies,', (copies) => {
  test('exactly one rents', async () => {
    const movieId = await insertMovie(opened.db.database, { copies });
    const replies = await Promise.all(CUSTOMERS.map(() => opened.rent(movieId)));
    expect(tally(replies)).toEqual({ 201: 1, already_rented: 19 });
    expect(await opened.events()).toHaveLength(1);
  });

  test('exactly one rents again after the end', async () => {
    const movieId = await insertMovie(opened.db.database, { copies });
    await insertRental(opened.db.database, { movieId, endsIn: -1 });
    const replies = await Promise.all(CUSTOMERS.map(() => opened.rent(movieId)));
    expect(tally(replies)).toEqual({ 201: 1, already_rented: 19 });
    const types = (await opened.events()).map(({ type }) => type);
    expect(types).toEqual(['rental.expired', 'rental.confirmed']);
  });
});

/** Enough that some round has renting and removal under way at once. */
const MAX_ROUNDS = 30;

test.each([null, 50])(
  'no rental of a movie that is removed meanwhile escapes its cancellation, of %p copies',
  async (copies) => {
    let mixed = false;
    for (let round = 0; round < MAX_ROUNDS && !mixed; round++) {
      const rented = await rentWhileRemoving(copies);
      mixed = rented > 0 && rented < CUSTOMERS.length;
    }
    expect(mixed).toBe(true);
  },
);

/** Removes a movie as soon as one of many customers has it. @returns how many got it. */
async function rentWhileRemoving(copies: number | null) {
  const { database } = opened.db;
  const movieId = await insertMovie(database, { copies });
  const renting = CUSTOMERS.map((token) => opened.rent(movieId, token));
  await Promise.race(renting);
  await removeMovie(movieId);
  // What consumes the event sees at once whatever was rented before the removal.
  const cancelled = await database.transaction((tx) =>
    cancelRentalsOfRemovedMovie(tx, movieId, 100, trace),
  );
  const replies = await Promise.all(renting);
  const rented = replies.filter(({ status }) => status === 201).length;
  expect(tally(replies)).toEqual({
    ...(rented > 0 && { 201: rented }),
    ...(rented < CUSTOMERS.length && { not_found: CUSTOMERS.length - rented }),
  });
  expect(cancelled).toBe(rented);
  expect(await confirmed()).toEqual([]);
  return rented;
}

/** By the statements of movie-crud's own removal: deployables do not import each other. */
async function removeMovie(movieId: number) {
  await opened.db.database.transaction(async (tx) => {
    await tx.rows('SELECT id FROM movie WHERE id = ? AND removed_at IS NULL FOR UPDATE', [movieId]);
    await tx.run('UPDATE movie SET version = version + 1, removed_at = NOW() WHERE id = ?', [
      movieId,
    ]);
  });
}

test('a rental that is extended as it ends is extended or expired, never both', async () => {
  const { database } = opened.db;
  const movieId = await insertMovie(database, { copies: 100 });
  const usernames = Array.from({ length: 60 }, (_, n) => `late${n}`);
  const rentals = await Promise.all(
    usernames.map(async (username) => ({
      id: await insertRental(database, { movieId, username, endsIn: 2 }),
      token: accessToken({ username }),
    })),
  );
  await eventually(() =>
    database.first(
      'SELECT 1 FROM rental WHERE TIMESTAMPDIFF(MICROSECOND, NOW(3), ends_at) < 50000',
    ),
  );
  const expiring = expireUntilNoneIsLeft();
  const outcomes = new Map<number, number>();
  for (const { id, token } of rentals) {
    const body = { extend_hours: 1 };
    const { status } = await opened.fn.call('PATCH', `/rentals/${id}`, { body, token });
    outcomes.set(id, status);
  }
  await expiring;
  const statuses = await storedStatuses(database);
  const told = new Map((await opened.events()).map((event) => [event.payload.rental_id, event]));
  expect(await opened.events()).toHaveLength(rentals.length);
  for (const { id } of rentals) {
    expect([told.get(id)?.type, statuses[id]]).toEqual(
      outcomes.get(id) === 200 ? ['rental.extended', 'CONFIRMED'] : ['rental.expired', 'EXPIRED'],
    );
  }
});

/** Sweeps on and on until every rental is extended or expired. */
async function expireUntilNoneIsLeft() {
  const { database } = opened.db;
  const undecided = `SELECT 1 FROM rental WHERE status = 'CONFIRMED' AND extended_until IS NULL`;
  await eventually(async () => {
    await database.transaction((tx) => expireOverdueRentals(tx, 3, trace));
    return (await database.first(undecided)) === undefined;
  });
}

test('of a cancellation and an extension at once, both are told of in their order', async () => {
  const { database } = opened.db;
  const id = await insertRental(database, { movieId: await insertMovie(database) });
  const change = (body: object) =>
    opened.fn.call('PATCH', `/rentals/${id}`, { body, token: alice });
  const [cancelled, extended] = await Promise.all([
    change({ status: 'CANCELLED' }),
    change({ extend_hours: 1 }),
  ]);
  const types = (await opened.events()).map(({ type }) => type);
  expect(cancelled.status).toBe(200);
  expect(types).toEqual(
    extended.status === 200 ? ['rental.extended', 'rental.cancelled'] : ['rental.cancelled'],
  );
});

test('of 10 cancellations at once, one is', async () => {
  const { database } = opened.db;
  const id = await insertRental(database, { movieId: await insertMovie(database) });
  const replies = await Promise.all(
    CUSTOMERS.slice(0, 10).map(() => opened.fn.call('DELETE', `/rentals/${id}`, { token: alice })),
  );
  expect(tally(replies)).toEqual({ 204: 10 });
  expect(await opened.events()).toHaveLength(1);
});
