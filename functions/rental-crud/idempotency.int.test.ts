import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { insertMovie } from '@movie-rental/rentals/testing';
import { alice, bob, type Opened, openRentalCrud } from './testing.ts';

let opened: Opened;
beforeAll(async () => {
  opened = await openRentalCrud();
});
afterAll(() => opened.close());
beforeEach(async () => {
  await opened.clear();
  await opened.db.database.run('DELETE FROM idempotency');
});

const movie = () => insertMovie(opened.db.database, {});
const rent = (movieId: number, key: string, token = alice) =>
  opened.fn.call('POST', '/rentals', {
    body: { movie_id: movieId },
    token,
    headers: { 'idempotency-key': key },
  });
const rentals = async () => (await opened.db.database.rows('SELECT id FROM rental')).length;

describe('a repeat with the same Idempotency-Key', () => {
  test('gets the first answer again, and rents nothing more', async () => {
    const movieId = await movie();
    const first = await rent(movieId, 'k');
    const again = await rent(movieId, 'k');
    expect(first.status).toBe(201);
    expect(again.body).toEqual(first.body);
    expect(again).toMatchObject({ status: 201, headers: { location: first.headers.location } });
    expect(await rentals()).toBe(1);
    expect(await opened.events()).toHaveLength(1);
  });

  test('gets it also after the rental was cancelled', async () => {
    const movieId = await movie();
    const first = await rent(movieId, 'k');
    await opened.fn.call('DELETE', `/rentals/${first.body.id}`, { token: alice });
    expect((await rent(movieId, 'k')).body).toEqual(first.body);
  });

  test('but another body is refused', async () => {
    await rent(await movie(), 'k');
    const reply = await rent(await movie(), 'k');
    expect(reply.body).toMatchObject({ status: 422, code: 'idempotency_key_reused' });
    expect(await rentals()).toBe(1);
  });

  test('but from another customer is a request of its own', async () => {
    const movieId = await movie();
    const replies = [await rent(movieId, 'k'), await rent(movieId, 'k', bob)];
    expect(replies.map(({ status }) => status)).toEqual([201, 201]);
    expect(await rentals()).toBe(2);
  });

  test('a day later is a request of its own', async () => {
    const movieId = await movie();
    await rent(movieId, 'k');
    await opened.db.database.run('UPDATE idempotency SET created_at = NOW() - INTERVAL 25 HOUR');
    expect((await rent(movieId, 'k')).body).toMatchObject({ code: 'already_rented' });
    await opened.db.database.run('DELETE FROM rental');
    expect((await rent(movieId, 'k')).status).toBe(201);
    expect((await rent(movieId, 'k')).status).toBe(201);
    expect(await rentals()).toBe(1);
  });

  test('while the first is still in progress is 409, at once', async () => {
    const movieId = await movie();
    await opened.db.database.transaction(async (tx) => {
      await tx.run(
        `INSERT INTO idempotency (username, route, idempotency_key, request_hash)
         VALUES ('alice', 'POST /rentals', 'k', REPEAT('x', 32))`,
      );
      const reply = await rent(movieId, 'k');
      expect(reply.body).toMatchObject({ status: 409, code: 'idempotency_key_in_progress' });
    });
    expect(await rentals()).toBe(0);
  });

  test('twenty times at once rents once, and answers nothing but that', async () => {
    const movieId = await movie();
    const replies = await Promise.all(Array.from({ length: 20 }, () => rent(movieId, 'k')));
    const done = replies.filter(({ status }) => status === 201);
    expect(new Set(done.map(({ body }) => body.id)).size).toBe(1);
    const others = replies.filter(({ status }) => status !== 201).map(({ body }) => body.code);
    expect(others.every((code) => code === 'idempotency_key_in_progress')).toBe(true);
    expect(await rentals()).toBe(1);
  });
});

test('a refusal is not kept: the key may be used again', async () => {
  const movieId = await movie();
  await opened.rent(movieId, alice);
  expect((await rent(movieId, 'k')).body.code).toBe('already_rented');
  await opened.db.database.run('DELETE FROM rental');
  expect((await rent(movieId, 'k')).status).toBe(201);
});

test.each(['', 'a b', 'é', 'k'.repeat(256)])('the key %p is refused', async (key) => {
  const reply = await rent(await movie(), key);
  expect(reply.body).toMatchObject({ status: 422, errors: [{ path: 'Idempotency-Key' }] });
  expect(await rentals()).toBe(0);
});
