import { beforeAll, expect, test } from '@jest/globals';
import { type Movie, Rental } from '@movie-rental/contracts';
import { send } from './support/http.ts';
import { ALIEN, addMovie } from './support/movies.ts';
import { newCustomer, type Person, signInAdmin } from './support/people.ts';
import { expectProblem } from './support/problem.ts';

const HOURS_48 = 48 * 3_600_000;

let admin: Person;
let customer: Person;
beforeAll(async () => {
  admin = await signInAdmin();
  customer = await newCustomer();
});

const rent = ({ id }: Pick<Movie, 'id'>, { token }: Person = customer) =>
  send('POST', '/api/rentals', { body: { movie_id: id }, token });

test('renting is 201 with the rental, for 48 hours, the moment its movie was added', async () => {
  const movie = await addMovie(admin);
  const reply = await rent(movie);
  const rental = Rental.strict().parse(reply.body);
  expect(reply).toMatchObject({
    status: 201,
    headers: { location: `/api/rentals/${rental.id}`, 'cache-control': 'no-store' },
  });
  expect(rental).toMatchObject({
    username: customer.username,
    movie_id: movie.id,
    movie: { id: movie.id, ...ALIEN },
    status: 'CONFIRMED',
  });
  expect(Date.parse(rental.expires_at) - Date.parse(rental.created_at)).toBe(HOURS_48);
});

test('renting the same movie again is 409', async () => {
  const movie = await addMovie(admin);
  await rent(movie);
  expectProblem(await rent(movie), 409, 'already_rented');
});

test('of twenty who want the last copy, one gets it', async () => {
  const movie = await addMovie(admin, { copies: 1 });
  const others = await Promise.all(Array.from({ length: 3 }, newCustomer));
  const replies = await Promise.all(
    Array.from({ length: 20 }, (_, index) => rent(movie, others[index % others.length])),
  );
  expect(replies.filter(({ status }) => status === 201)).toHaveLength(1);
  const refusals = replies.filter(({ status }) => status === 409);
  expect(refusals).toHaveLength(19);
});

test('a copy that no one has left is 409', async () => {
  const movie = await addMovie(admin, { copies: 0 });
  expectProblem(await rent(movie), 409, 'no_copies_left');
});

test('a movie that is not there is 404', async () => {
  expectProblem(await rent({ id: Number.MAX_SAFE_INTEGER }), 404, 'not_found');
});

test('who is not signed in is 401', async () => {
  const reply = await send('POST', '/api/rentals', { body: { movie_id: 1 } });
  expectProblem(reply, 401, 'unauthorized');
  expect(reply.headers['www-authenticate']).toBe('Bearer');
});
