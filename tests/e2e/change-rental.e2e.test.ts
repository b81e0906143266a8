import { beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type Movie, Rental } from '@movie-rental/contracts';
import { send } from './support/http.ts';
import { addMovie } from './support/movies.ts';
import { newCustomer, type Person, signInAdmin } from './support/people.ts';
import { expectProblem } from './support/problem.ts';
import { rent } from './support/rentals.ts';

const HOUR = 3_600_000;

let admin: Person;
let customer: Person;
let movie: Movie;
let rental: Rental;
beforeAll(async () => {
  admin = await signInAdmin();
  customer = await newCustomer();
});
beforeEach(async () => {
  movie = await addMovie(admin, { copies: 1 });
  rental = await rent(customer, movie);
});

const change = (body: unknown, { token }: Person = customer) =>
  send('PATCH', `/api/rentals/${rental.id}`, { body, token });
const remove = ({ token }: Person = customer) =>
  send('DELETE', `/api/rentals/${rental.id}`, { token });

test('cancelling by PATCH is 200 and gives the copy back', async () => {
  const reply = await change({ status: 'CANCELLED' });
  expect(reply.status).toBe(200);
  expect(Rental.strict().parse(reply.body)).toEqual({ ...rental, status: 'CANCELLED' });
  await rent(customer, movie);
});

test('cancelling twice by PATCH is 409', async () => {
  await change({ status: 'CANCELLED' });
  expectProblem(await change({ status: 'CANCELLED' }), 409, 'rental_over');
});

test('cancelling by DELETE is 204, as often as it is repeated', async () => {
  for (let count = 0; count < 2; count += 1) {
    expect(await remove()).toMatchObject({ status: 204, body: undefined });
  }
});

test('an administrator may cancel it, and no one else: 404', async () => {
  expectProblem(await remove(await newCustomer()), 404, 'not_found');
  expect(await change({ status: 'CANCELLED' }, admin)).toMatchObject({ status: 200 });
});

test('extending moves the end, once', async () => {
  const reply = await change({ extend_hours: 5 });
  expect(reply.status).toBe(200);
  const extended = Rental.strict().parse(reply.body);
  expect(Date.parse(extended.expires_at) - Date.parse(rental.expires_at)).toBe(5 * HOUR);
  expectProblem(await change({ extend_hours: 5 }), 409, 'already_extended');
});

test('a rental that is over cannot be extended', async () => {
  await remove();
  expectProblem(await change({ extend_hours: 5 }), 409, 'rental_over');
});

test.each([[{ extend_hours: 49 }], [{ status: 'EXPIRED' }], [{}]])('%j is 422', async (body) => {
  expectProblem(await change(body), 422, 'validation_failed');
});
