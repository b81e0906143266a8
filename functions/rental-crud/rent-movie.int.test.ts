import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Rental, RentalEventData } from '@movie-rental/contracts';
import { insertMovie, insertRental, storedStatuses } from '@movie-rental/rentals/testing';
import { accessToken } from '@movie-rental/testkit';
import { alice, bob, type Opened, openRentalCrud } from './testing.ts';

let opened: Opened;
beforeAll(async () => {
  opened = await openRentalCrud();
});
afterAll(() => opened.close());
beforeEach(() => opened.clear());

const movie = (fields = {}) => insertMovie(opened.db.database, fields);

describe('POST /rentals', () => {
  test('rents for 48 hours, and one event tells of it', async () => {
    const movieId = await movie();
    const reply = await opened.fn.call('POST', '/rentals', {
      body: { movie_id: movieId },
      token: alice,
      headers: { 'x-request-id': 'req-7', 'idempotency-key': 'k' },
    });
    expect(reply.status).toBe(201);
    expect(reply.headers).toMatchObject({
      location: `/api/rentals/${reply.body.id}`,
      'cache-control': 'no-store',
    });
    const rental = Rental.parse(reply.body);
    expect(rental).toMatchObject({
      username: 'alice',
      movie_id: movieId,
      movie: { id: movieId, name: 'Alien', genre: 'Horror', length_minutes: 117 },
      status: 'CONFIRMED',
    });
    expect(Date.parse(rental.expires_at) - Date.parse(rental.created_at)).toBe(48 * 3_600_000);
    const read = await opened.fn.call('GET', `/rentals/${rental.id}`, { token: alice });
    expect(read.body).toEqual(reply.body);
    const [event, ...more] = await opened.events();
    expect(more).toEqual([]);
    expect(event).toMatchObject({
      type: 'rental.confirmed',
      aggregateid: String(rental.id),
      headers: { 'x-request-id': 'req-7' },
    });
    expect(RentalEventData.parse(event?.payload)).toEqual({
      rental_id: rental.id,
      username: 'alice',
      movie: { id: movieId, name: 'Alien' },
      status: 'CONFIRMED',
      created_at: rental.created_at,
      ends_at: rental.expires_at,
    });
  });

  test('names the movie as the cache does, once it holds it', async () => {
    const movieId = await movie({ name: 'written over since' });
    await opened.db.database.run(
      "INSERT INTO movies_cache (id, name, genre, length_minutes) VALUES (?, 'Alien', 'SF', 116)",
      [movieId],
    );
    const { body } = await opened.rent(movieId);
    expect(body.movie).toEqual({ id: movieId, name: 'Alien', genre: 'SF', length_minutes: 116 });
    expect((await opened.events())[0]?.payload.movie).toEqual({ id: movieId, name: 'Alien' });
  });

  test('is 404 for a movie that never was, and for one that was removed', async () => {
    const removed = await movie();
    await opened.db.database.run('UPDATE movie SET removed_at = NOW() WHERE id = ?', [removed]);
    expect(await opened.rent(removed)).toMatchObject({ status: 404, body: { code: 'not_found' } });
    expect(await opened.rent(removed + 1)).toMatchObject({ status: 404 });
    expect(await opened.events()).toEqual([]);
  });

  test.each([null, 3, 1])('is once a customer and movie, of %p copies', async (copies) => {
    const movieId = await movie({ copies });
    await opened.rent(movieId);
    const again = await opened.rent(movieId);
    expect(again).toMatchObject({ status: 409, body: { code: 'already_rented' } });
    expect(await opened.events()).toHaveLength(1);
  });

  test('is refused when no copy is left, until one is', async () => {
    const movieId = await movie({ copies: 1 });
    const { body } = await opened.rent(movieId);
    const refused = await opened.rent(movieId, bob);
    expect(refused).toMatchObject({ status: 409, body: { code: 'no_copies_left' } });
    expect(await opened.events()).toHaveLength(1);
    await opened.fn.call('DELETE', `/rentals/${body.id}`, { token: alice });
    expect(await opened.rent(movieId, bob)).toMatchObject({ status: 201 });
  });

  test('finds no copy if there is none at all', async () => {
    const refused = await opened.rent(await movie({ copies: 0 }));
    expect(refused).toMatchObject({ status: 409, body: { code: 'no_copies_left' } });
  });

  test.each([null, 1])(
    'again after the end expires the old one first, of %p copies',
    async (copies) => {
      const movieId = await movie({ copies });
      const old = await insertRental(opened.db.database, { movieId, endsIn: -1 });
      const { status, body } = await opened.rent(movieId);
      expect(status).toBe(201);
      expect(await storedStatuses(opened.db.database)).toEqual({
        [old]: 'EXPIRED',
        [body.id]: 'CONFIRMED',
      });
      expect((await opened.events()).map(({ type, payload }) => [type, payload.rental_id])).toEqual(
        [
          ['rental.expired', old],
          ['rental.confirmed', body.id],
        ],
      );
    },
  );

  test('takes the copy of another customer whose rental is overdue', async () => {
    const movieId = await movie({ copies: 1 });
    const old = await insertRental(opened.db.database, { movieId, username: 'bob', endsIn: -1 });
    expect(await opened.rent(movieId)).toMatchObject({ status: 201 });
    expect((await storedStatuses(opened.db.database))[old]).toBe('EXPIRED');
  });

  test('leaves the overdue rentals of others alone where copies do not count', async () => {
    const movieId = await movie();
    const old = await insertRental(opened.db.database, { movieId, username: 'bob', endsIn: -1 });
    await opened.rent(movieId);
    expect((await storedStatuses(opened.db.database))[old]).toBe('CONFIRMED');
    expect(await opened.events()).toHaveLength(1);
  });

  test('that is refused expires nothing either', async () => {
    const movieId = await movie({ copies: 1 });
    await insertRental(opened.db.database, { movieId, username: 'carol' });
    const old = await insertRental(opened.db.database, { movieId, username: 'bob', endsIn: -1 });
    expect(await opened.rent(movieId)).toMatchObject({ status: 409 });
    expect((await storedStatuses(opened.db.database))[old]).toBe('CONFIRMED');
    expect(await opened.events()).toEqual([]);
  });

  test('asks for a token, an administrator may too', async () => {
    const movieId = await movie();
    const body = { movie_id: movieId };
    const stranger = await opened.fn.call('POST', '/rentals', { body });
    expect(stranger).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer' } });
    const token = accessToken({ username: 'root', role: 'admin' });
    expect(await opened.rent(movieId, token)).toMatchObject({ status: 201 });
  });

  test.each([
    {},
    { movie_id: '7' },
    { movie_id: 0 },
    { movie_id: 1.5 },
    { movie_id: 7, username: 'bob' },
  ])('refuses %p', async (body) => {
    const reply = await opened.fn.call('POST', '/rentals', { body, token: alice });
    expect(reply).toMatchObject({ status: 422, body: { code: 'validation_failed' } });
  });
});
