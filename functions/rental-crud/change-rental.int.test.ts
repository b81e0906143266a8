import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { insertMovie, insertRental, storedStatuses } from '@movie-rental/rentals/testing';
import { admin, alice, bob, type Opened, openRentalCrud } from './testing.ts';

const HOUR_MS = 3_600_000;

let opened: Opened;
beforeAll(async () => {
  opened = await openRentalCrud();
});
afterAll(() => opened.close());
beforeEach(() => opened.clear());

const patch = (id: number | string, body: object, token = alice) =>
  opened.fn.call('PATCH', `/rentals/${id}`, { body, token });
const remove = (id: number | string, token = alice) =>
  opened.fn.call('DELETE', `/rentals/${id}`, { token });

/** A rental of Alice's. */
async function rental(fields: { status?: 'CANCELLED' | 'EXPIRED'; endsIn?: number } = {}) {
  const movieId = await insertMovie(opened.db.database);
  return insertRental(opened.db.database, { movieId, ...fields });
}

const overdue = { endsIn: 0 };
const expired = { status: 'EXPIRED', endsIn: -60 } as const;
const cancelled = { status: 'CANCELLED' } as const;

describe('PATCH /rentals/:id {status}', () => {
  test.each([
    ['its customer', alice],
    ['an administrator', admin],
  ])('cancels for %s, and one event tells of it', async (_, token) => {
    const id = await rental();
    const reply = await patch(id, { status: 'CANCELLED' }, token);
    expect(reply).toMatchObject({ status: 200, body: { id, status: 'CANCELLED' } });
    const read = await opened.fn.call('GET', `/rentals/${id}`, { token: alice });
    expect(read.body).toEqual(reply.body);
    const [event, ...more] = await opened.events();
    expect(more).toEqual([]);
    expect(event).toMatchObject({
      type: 'rental.cancelled',
      aggregateid: String(id),
      payload: { rental_id: id, username: 'alice', status: 'CANCELLED', reason: 'requested' },
    });
  });

  test.each([
    ['cancelled', cancelled],
    ['expired', expired],
    ['overdue', overdue],
  ])('refuses one that is %s', async (_, fields) => {
    const id = await rental(fields);
    const before = await storedStatuses(opened.db.database);
    const reply = await patch(id, { status: 'CANCELLED' });
    expect(reply).toMatchObject({ status: 409, body: { code: 'rental_over' } });
    expect(await storedStatuses(opened.db.database)).toEqual(before);
    expect(await opened.events()).toEqual([]);
  });
});

describe('PATCH /rentals/:id {extend_hours}', () => {
  test('extends once, and one event tells of it', async () => {
    const id = await rental();
    const before = await opened.fn.call('GET', `/rentals/${id}`, { token: alice });
    const end = Date.parse(before.body.expires_at);
    const reply = await patch(id, { extend_hours: 5 });
    expect(reply).toMatchObject({ status: 200, body: { status: 'CONFIRMED' } });
    expect(Date.parse(reply.body.expires_at)).toBe(end + 5 * HOUR_MS);
    expect((await opened.fn.call('GET', `/rentals/${id}`, { token: alice })).body).toEqual(
      reply.body,
    );
    expect(await patch(id, { extend_hours: 1 })).toMatchObject({
      status: 409,
      body: { code: 'already_extended' },
    });
    const [event, ...more] = await opened.events();
    expect(more).toEqual([]);
    expect(event).toMatchObject({
      type: 'rental.extended',
      payload: { rental_id: id, status: 'CONFIRMED', ends_at: reply.body.expires_at },
    });
  });

  test.each([
    ['cancelled', cancelled],
    ['expired', expired],
    ['overdue', overdue],
  ])('refuses one that is %s', async (_, fields) => {
    const id = await rental(fields);
    const reply = await patch(id, { extend_hours: 1 });
    expect(reply).toMatchObject({ status: 409, body: { code: 'rental_over' } });
    expect(await opened.events()).toEqual([]);
  });

  test('keeps an extended one active past its 48 hours', async () => {
    const id = await rental(overdue);
    await opened.db.database.run(
      'UPDATE rental SET extended_until = NOW() + INTERVAL 1 HOUR WHERE id = ?',
      [id],
    );
    expect((await opened.fn.call('GET', `/rentals/${id}`, { token: alice })).body.status).toBe(
      'CONFIRMED',
    );
    expect(await remove(id)).toMatchObject({ status: 204 });
  });

  test('refuses one whose movie was removed', async () => {
    const id = await rental();
    await opened.db.database.run('UPDATE movie SET removed_at = NOW()');
    const reply = await patch(id, { extend_hours: 1 });
    expect(reply).toMatchObject({ status: 409, body: { code: 'movie_removed' } });
    expect(await opened.events()).toEqual([]);
  });

  test.each([0, 49, 1.5, '1'])('refuses %p hours', async (extend_hours) => {
    const id = await rental();
    expect(await patch(id, { extend_hours })).toMatchObject({ status: 422 });
    expect(await opened.events()).toEqual([]);
  });
});

describe('DELETE /rentals/:id', () => {
  test('cancels, and its repetition is 204 without another event', async () => {
    const id = await rental();
    expect(await remove(id)).toMatchObject({ status: 204, body: undefined });
    expect(await remove(id)).toMatchObject({ status: 204 });
    expect(await storedStatuses(opened.db.database)).toEqual({ [id]: 'CANCELLED' });
    expect((await opened.events()).map(({ type }) => type)).toEqual(['rental.cancelled']);
  });

  test.each([
    ['expired', expired],
    ['overdue', overdue],
  ])('refuses one that is %s', async (_, fields) => {
    const id = await rental(fields);
    expect(await remove(id)).toMatchObject({ status: 409, body: { code: 'rental_over' } });
    expect(await opened.events()).toEqual([]);
  });
});

test("another customer's rental is not there", async () => {
  const id = await rental();
  const replies = [
    await opened.fn.call('GET', `/rentals/${id}`, { token: bob }),
    await patch(id, { status: 'CANCELLED' }, bob),
    await patch(id, { extend_hours: 1 }, bob),
    await remove(id, bob),
  ];
  expect(replies.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
  const missing = await opened.fn.call('GET', `/rentals/${id + 1}`, { token: bob });
  expect(missing.body.detail).toBe(replies[0]?.body.detail);
  expect(await opened.events()).toEqual([]);
});

test.each(['0', '-1', '01', 'seven', '9007199254740992'])('there is no rental %s', async (id) => {
  expect(await remove(id)).toMatchObject({ status: 404 });
  expect(await patch(id, { extend_hours: 1 })).toMatchObject({ status: 404 });
});

test.each([{}, { status: 'EXPIRED' }, { status: 'CANCELLED', extend_hours: 1 }, { username: 'x' }])(
  'PATCH refuses %p',
  async (body) => {
    expect(await patch(await rental(), body)).toMatchObject({ status: 422 });
    expect(await opened.events()).toEqual([]);
  },
);

test.each([
  ['PUT', '/rentals', 'POST, GET, HEAD'],
  ['PUT', '/rentals/1', 'PATCH, DELETE, GET, HEAD'],
])('%s %s is 405', async (method, path, allow) => {
  const reply = await opened.fn.call(method, path, { token: alice });
  expect(reply.status).toBe(405);
  expect(String(reply.headers.allow).split(', ').sort()).toEqual(allow.split(', ').sort());
});
