import { beforeAll, expect, test } from '@jest/globals';
import type { Movie } from '@movie-rental/contracts';
import { send } from './support/http.ts';
import { addMovie } from './support/movies.ts';
import { newCustomer, type Person, signInAdmin } from './support/people.ts';
import { expectProblem } from './support/problem.ts';

let admin: Person;
beforeAll(async () => {
  admin = await signInAdmin();
});

const remove = ({ id }: Movie, { token }: Person = admin) =>
  send('DELETE', `/api/movies/${id}`, { token });

test('a removed movie is gone for every reader: 204, then 404', async () => {
  const movie = await addMovie(admin);
  expect(await remove(movie)).toMatchObject({ status: 204, body: undefined });
  expectProblem(await send('GET', `/api/movies/${movie.id}`), 404, 'not_found');
  expectProblem(await remove(movie), 404, 'not_found');
});

test('it cannot be rented', async () => {
  const movie = await addMovie(admin);
  await remove(movie);
  const { token } = await newCustomer();
  const body = { movie_id: movie.id };
  expectProblem(await send('POST', '/api/rentals', { body, token }), 404, 'not_found');
});

test('a customer removes nothing', async () => {
  const movie = await addMovie(admin);
  expectProblem(await remove(movie, await newCustomer()), 403, 'forbidden');
  expect((await send('GET', `/api/movies/${movie.id}`)).status).toBe(200);
});
