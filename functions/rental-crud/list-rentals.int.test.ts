import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { encodeCursor, type Rental } from '@movie-rental/contracts';
import { insertMovie, insertRental } from '@movie-rental/rentals/testing';
import { admin, alice, bob, type Opened, openRentalCrud } from './testing.ts';

let opened: Opened;
beforeAll(async () => {
  opened = await openRentalCrud();
});
afterAll(() => opened.close());
beforeEach(() => opened.clear());

const list = (query = '', token = alice) => opened.fn.call('GET', `/rentals${query}`, { token });
const ids = async (query = '', token = alice) =>
  (await list(query, token)).body.items.map(({ id }: Rental) => id);

/** Three rentals of Alice's and one of Bob's, of two movies. */
async function rentals() {
  const { database } = opened.db;
  const first = await insertMovie(database);
  const second = await insertMovie(database, { name: 'Aliens' });
  return {
    first,
    second,
    overdue: await insertRental(database, { movieId: first, endsIn: 0 }),
    cancelled: await insertRental(database, { movieId: second, status: 'CANCELLED' }),
    expired: await insertRental(database, { movieId: second, status: 'EXPIRED', endsIn: -60 }),
    active: await insertRental(database, { movieId: second }),
    bobs: await insertRental(database, { movieId: first, username: 'bob' }),
  };
}

describe('GET /rentals', () => {
  test("lists the caller's own, newest first", async () => {
    const { active, expired, cancelled, overdue, bobs } = await rentals();
    expect(await ids()).toEqual([active, expired, cancelled, overdue]);
    expect(await ids('', bob)).toEqual([bobs]);
  });

  test("lists everybody's for an administrator, or one customer's", async () => {
    const { active, expired, cancelled, overdue, bobs } = await rentals();
    expect(await ids('', admin)).toEqual([bobs, active, expired, cancelled, overdue]);
    expect(await ids('?username=Bob', admin)).toEqual([bobs]);
    expect(await ids('?username=nobody', admin)).toEqual([]);
  });

  test.each(['bob', 'alice'])('lets no customer ask for %s by name', async (username) => {
    await rentals();
    const reply = await list(`?username=${username}`);
    expect(reply).toMatchObject({ status: 403, body: { code: 'forbidden' } });
  });

  test('takes an overdue rental for expired, also by its filter', async () => {
    const { active, expired, cancelled, overdue } = await rentals();
    expect(await ids('?status=CONFIRMED')).toEqual([active]);
    expect(await ids('?status=CANCELLED')).toEqual([cancelled]);
    expect(await ids('?status=EXPIRED')).toEqual([expired, overdue]);
    const { items } = (await list('?status=EXPIRED')).body;
    expect(items.map(({ status }: Rental) => status)).toEqual(['EXPIRED', 'EXPIRED']);
    const one = await opened.fn.call('GET', `/rentals/${overdue}`, { token: alice });
    expect(one.body.status).toBe('EXPIRED');
  });

  test('filters by movie', async () => {
    const { first, overdue } = await rentals();
    expect(await ids(`?movie_id=${first}`)).toEqual([overdue]);
    expect(await ids(`?movie_id=${first}&status=CONFIRMED`)).toEqual([]);
  });

  test('pages meet every rental once', async () => {
    const { active, expired, cancelled, overdue } = await rentals();
    const first = await list('?limit=3');
    expect(first.body.items.map(({ id }: Rental) => id)).toEqual([active, expired, cancelled]);
    const link = /^<\/api(\/rentals.*)>; rel="next"$/.exec(String(first.headers.link))?.[1];
    const second = await opened.fn.call('GET', String(link), { token: alice });
    expect(second.body.items.map(({ id }: Rental) => id)).toEqual([overdue]);
    expect(second.body.next_cursor).toBeNull();
    expect(second.headers).not.toHaveProperty('link');
  });

  test('is for those who signed in, and for no cache', async () => {
    expect(await opened.fn.call('GET', '/rentals')).toMatchObject({ status: 401 });
    expect((await list()).headers['cache-control']).toBe('no-store');
  });

  test.each([
    'status=OVER',
    'movie_id=0',
    'limit=0',
    'limit=101',
    'cursor=abc',
    `cursor=${encodeCursor('7')}`,
    'sort=id',
  ])('refuses ?%s', async (query) => {
    const reply = await list(`?${query}`);
    expect(reply).toMatchObject({ status: 422, body: { code: 'validation_failed' } });
    expect(reply.body.errors[0].path).toBe(query.split('=')[0]);
  });
});
