import { beforeAll, describe, expect, test } from '@jest/globals';
import { Movie } from '@movie-rental/contracts';
import { send } from './support/http.ts';
import { addMovie } from './support/movies.ts';
import { newCustomer, type Person, signInAdmin } from './support/people.ts';
import { expectProblem } from './support/problem.ts';
import { rent } from './support/rentals.ts';

let admin: Person;
let movie: Movie;
let path: string;
beforeAll(async () => {
  admin = await signInAdmin();
  movie = await addMovie(admin, { copies: 2 });
  path = `/api/movies/${movie.id}`;
});

test('a movie is 200 for anyone, with its entity tag', async () => {
  const reply = await send('GET', path);
  expect(reply).toMatchObject({
    status: 200,
    headers: {
      'content-type': 'application/json',
      etag: '"1-2"',
      'cache-control': expect.stringContaining('no-cache'),
    },
  });
  expect(Movie.strict().parse(reply.body)).toEqual(movie);
});

test('HEAD is answered as GET, without the body', async () => {
  const [head, get] = [await send('HEAD', path), await send('GET', path)];
  expect(head).toMatchObject({ status: 200, body: undefined });
  for (const name of ['content-type', 'etag', 'cache-control']) {
    expect(head.headers[name]).toBe(get.headers[name]);
  }
});

describe('who holds a copy', () => {
  test('is answered 304 while it is right', async () => {
    const reply = await send('GET', path, { headers: { 'if-none-match': '"1-2"' } });
    expect(reply).toMatchObject({ status: 304, headers: { etag: '"1-2"' }, body: undefined });
  });

  test('gets the movie again once a copy of it was rented', async () => {
    const limited = await addMovie(admin, { copies: 1 });
    await rent(await newCustomer(), limited);
    const headers = { 'if-none-match': '"1-1"' };
    const reply = await send('GET', `/api/movies/${limited.id}`, { headers });
    expect(reply).toMatchObject({
      status: 200,
      headers: { etag: '"1-0"' },
      body: { available: 0 },
    });
  });
});

test.each(['9007199254740991', '9007199254740992', '0', '-1', '1.0', '1e3', 'seven'])(
  'there is no movie %s: 404, in the words of the function and not of the edge',
  async (id) => {
    const problem = expectProblem(await send('GET', `/api/movies/${id}`), 404, 'not_found');
    expect(problem).toMatchObject({
      instance: `/api/movies/${id}`,
      detail: 'There is no such movie',
    });
  },
);
