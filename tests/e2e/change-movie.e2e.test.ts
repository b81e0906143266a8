import { beforeAll, describe, expect, test } from '@jest/globals';
import { Movie } from '@movie-rental/contracts';
import { send } from './support/http.ts';
import { ALIEN, addMovie } from './support/movies.ts';
import { newCustomer, type Person, signInAdmin } from './support/people.ts';
import { expectProblem } from './support/problem.ts';
import { rent } from './support/rentals.ts';

let admin: Person;
beforeAll(async () => {
  admin = await signInAdmin();
});

const change = (
  method: string,
  { id }: Movie,
  body: unknown,
  headers: Record<string, string> = {},
) => send(method, `/api/movies/${id}`, { body, token: admin.token, headers });

test('PUT replaces a movie: 200 with its new entity tag', async () => {
  const movie = await addMovie(admin, { copies: 3 });
  const reply = await change('PUT', movie, { ...ALIEN, name: 'Aliens', length_minutes: 137 });
  expect(reply).toMatchObject({ status: 200, headers: { etag: '"2-null"' } });
  expect(Movie.strict().parse(reply.body)).toMatchObject({
    id: movie.id,
    name: 'Aliens',
    length_minutes: 137,
    copies: null,
  });
});

test('PATCH changes what it names, as a merge patch', async () => {
  const movie = await addMovie(admin, { copies: 3 });
  const reply = await change(
    'PATCH',
    movie,
    { name: 'Aliens' },
    {
      'content-type': 'application/merge-patch+json',
    },
  );
  expect(reply).toMatchObject({ status: 200, headers: { etag: '"2-3"' } });
  expect(reply.body).toEqual({
    ...movie,
    name: 'Aliens',
    updated_at: expect.any(String),
  });
});

describe('If-Match', () => {
  test('lets a change of that version pass, whatever was rented since', async () => {
    const movie = await addMovie(admin, { copies: 3 });
    await rent(await newCustomer(), movie);
    const reply = await change('PATCH', movie, { name: 'Aliens' }, { 'if-match': '"1-3"' });
    expect(reply).toMatchObject({ status: 200, headers: { etag: '"2-2"' } });
  });

  test('stops a change of another version: 412', async () => {
    const movie = await addMovie(admin);
    await change('PATCH', movie, { name: 'Aliens' });
    const reply = await change('PUT', movie, ALIEN, { 'if-match': '"1-null"' });
    expectProblem(reply, 412, 'precondition_failed');
  });
});

test('copies cannot become fewer than are rented: 409', async () => {
  const movie = await addMovie(admin, { copies: 1 });
  await rent(await newCustomer(), movie);
  expectProblem(await change('PATCH', movie, { copies: 0 }), 409, 'copies_in_use');
});

test('what is no change of a movie is 422', async () => {
  const movie = await addMovie(admin);
  expectProblem(await change('PATCH', movie, { name: '' }), 422, 'validation_failed');
  expectProblem(await change('PUT', movie, { name: 'Aliens' }), 422, 'validation_failed');
});
