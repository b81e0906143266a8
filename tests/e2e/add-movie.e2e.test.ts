import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { Movie } from '@movie-rental/contracts';
import { send } from './support/http.ts';
import { ALIEN, addMovie } from './support/movies.ts';
import { newCustomer, type Person, signInAdmin } from './support/people.ts';
import { expectProblem } from './support/problem.ts';

let admin: Person;
beforeAll(async () => {
  admin = await signInAdmin();
});

const add = (body: unknown, person: Person | undefined = admin) =>
  send('POST', '/api/movies', { body, token: person.token });

test('an administrator adds a movie: 201 with its place and its entity tag', async () => {
  const reply = await add({ ...ALIEN, copies: 3 });
  const movie = Movie.strict().parse(reply.body);
  expect(reply).toMatchObject({
    status: 201,
    headers: {
      location: `/api/movies/${movie.id}`,
      etag: '"1-3"',
      'content-type': 'application/json',
    },
  });
  expect(movie).toMatchObject({ ...ALIEN, copies: 3, available: 3 });
  expect((await send('GET', `/api/movies/${movie.id}`)).body).toEqual(movie);
});

test('copies are not limited unless it is said', async () => {
  expect(await addMovie(admin)).toMatchObject({ copies: null, available: null });
});

describe('an external id', () => {
  test('is taken while its movie is there', async () => {
    const external_id = randomUUID();
    await addMovie(admin, { external_id });
    expectProblem(await add({ ...ALIEN, external_id }), 409, 'external_id_taken');
  });

  test('is free again once its movie was removed', async () => {
    const external_id = randomUUID();
    const { id } = await addMovie(admin, { external_id });
    await send('DELETE', `/api/movies/${id}`, { token: admin.token });
    expect((await add({ ...ALIEN, external_id })).status).toBe(201);
  });
});

test('a customer may not', async () => {
  expectProblem(await add(ALIEN, await newCustomer()), 403, 'forbidden');
});

test('what is no movie is 422, field by field', async () => {
  const reply = await add({ name: 300, length_minutes: 0, director: 'Ridley Scott' });
  const { errors } = expectProblem(reply, 422, 'validation_failed');
  expect(errors?.map(({ path }) => path).sort()).toEqual([
    'director',
    'genre',
    'length_minutes',
    'name',
  ]);
});
