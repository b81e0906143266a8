import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Movie, MovieQuery } from '@movie-rental/contracts';
import type { Sql } from '@movie-rental/mysql';
import { insertMovie, insertRental } from '@movie-rental/rentals/testing';
import { accessToken } from '@movie-rental/testkit';
import { listMovies } from './list-movies.ts';
import { admin, alien, type Opened, openMovieCrud } from './testing.ts';

let opened: Opened;
beforeAll(async () => {
  opened = await openMovieCrud();
});
afterAll(() => opened.close());
beforeEach(async () => {
  await opened.db.database.run('DELETE FROM movie');
});

const get = (path: string, headers: Record<string, string> = {}) =>
  opened.fn.call('GET', path, { headers });

describe('GET /movies/:id', () => {
  test('answers the movie to anyone, with its tag', async () => {
    const { body } = await opened.add({ copies: 2, external_id: 'x' });
    await insertRental(opened.db.database, { movieId: body.id });
    const reply = await get(`/movies/${body.id}`);
    expect(reply.status).toBe(200);
    expect(reply.headers).toMatchObject({ etag: '"1-1"', 'cache-control': 'public, no-cache' });
    expect(reply.body).toEqual({ ...body, available: 1 });
    expect(() => Movie.parse(reply.body)).not.toThrow();
  });

  test('is 304 for who holds it, until a rental changes what is available', async () => {
    const { body } = await opened.add({ copies: 2 });
    const path = `/movies/${body.id}`;
    const etag = String((await get(path)).headers.etag);
    expect(await get(path, { 'if-none-match': etag })).toMatchObject({
      status: 304,
      body: undefined,
      headers: { etag },
    });
    await insertRental(opened.db.database, { movieId: body.id });
    expect(await get(path, { 'if-none-match': etag })).toMatchObject({
      status: 200,
      body: { available: 1 },
    });
  });

  test('frees a copy the moment its rental ends', async () => {
    const { body } = await opened.add({ copies: 1 });
    await insertRental(opened.db.database, { movieId: body.id, endsIn: 0 });
    expect((await get(`/movies/${body.id}`)).body.available).toBe(1);
  });

  test('takes no query', async () => {
    const { body } = await opened.add();
    expect(await get(`/movies/${body.id}?fields=name`)).toMatchObject({ status: 422 });
  });

  test('is for a customer too, and for one whose token has expired', async () => {
    const { body } = await opened.add();
    for (const expiresIn of [60, -60]) {
      const token = accessToken({ username: 'alice', expiresIn });
      expect(await opened.fn.call('GET', `/movies/${body.id}`, { token })).toMatchObject({
        status: 200,
        body,
      });
    }
  });
});

describe('GET /movies', () => {
  const names = async (query = '') =>
    (await get(`/movies${query}`)).body.items.map(({ name }: Movie) => name);

  async function catalogue() {
    await opened.add({ name: 'Short', genre: 'Drama', length_minutes: 20 });
    await opened.add({ name: 'Taken', genre: 'Action', length_minutes: 90, copies: 1 });
    await opened.add({ name: 'Free', genre: 'Action', length_minutes: 120, copies: 2 });
    const { items } = (await get('/movies')).body;
    const taken = items.find(({ name }: Movie) => name === 'Taken');
    await insertRental(opened.db.database, { movieId: taken.id });
  }

  test('answers the catalogue in the order of ids, for shared caches to ask again', async () => {
    await catalogue();
    const reply = await get('/movies');
    expect(reply.headers['cache-control']).toBe('public, max-age=0, must-revalidate');
    expect(reply.headers).not.toHaveProperty('link');
    expect(reply.body.next_cursor).toBeNull();
    expect(reply.body.items.map(({ name, available }: Movie) => [name, available])).toEqual([
      ['Short', null],
      ['Taken', 0],
      ['Free', 2],
    ]);
  });

  test.each([
    ['?genre=Action', ['Taken', 'Free']],
    ['?genre=action', ['Taken', 'Free']],
    ['?genre=Act', []],
    ['?min_length=90', ['Taken', 'Free']],
    ['?max_length=90', ['Short', 'Taken']],
    ['?min_length=90&max_length=90', ['Taken']],
    ['?available=true', ['Short', 'Free']],
    ['?available=false', ['Taken']],
    ['?genre=Action&available=true&max_length=200', ['Free']],
    ['?sort=name', ['Free', 'Short', 'Taken']],
    ['?sort=-name', ['Taken', 'Short', 'Free']],
    ['?sort=-length_minutes', ['Free', 'Taken', 'Short']],
    ['?sort=-id', ['Free', 'Taken', 'Short']],
  ])('%s', async (query, expected) => {
    await catalogue();
    expect(await names(query)).toEqual(expected);
  });

  test.each(['id', '-id', 'name', '-name', 'length_minutes', '-created_at'])(
    'pages by %s meet every movie once, also among equals',
    async (sort) => {
      for (let n = 0; n < 7; n++) {
        await opened.add({ name: `Movie ${n % 2}`, length_minutes: 100 + (n % 3) });
      }
      const whole = (await get(`/movies?sort=${sort}`)).body.items;
      const paged: Movie[] = [];
      let next: string | undefined = `/api/movies?sort=${sort}&limit=3`;
      while (next) {
        const { body, headers } = await get(next.replace(/^\/api/, ''));
        paged.push(...body.items);
        next = /^<(.*)>; rel="next"$/.exec(headers.link ?? '')?.[1];
        expect(next === undefined).toBe(body.next_cursor === null);
      }
      expect(paged).toEqual(whole);
      expect(paged).toHaveLength(7);
    },
  );

  test('a page keeps its filters, and is whole where it ends the list', async () => {
    for (let n = 0; n < 4; n++) await opened.add({ genre: 'Drama & more' });
    await opened.add();
    const first = await get('/movies?genre=Drama%20%26%20more&limit=2');
    const link = /^<\/api(.*)>/.exec(String(first.headers.link))?.[1];
    const second = await get(String(link));
    expect(second.body.items).toHaveLength(2);
    expect(second.body.next_cursor).toBeNull();
  });

  test.each([
    'q=alien',
    'limit=0',
    'limit=101',
    'limit=ten',
    'sort=genre',
    'available=yes',
    'min_length=0',
    'min_length=x',
    'genre=',
    'cursor=abc',
    'id=1',
    'limit=1&limit=2',
  ])('refuses ?%s', async (query) => {
    const reply = await get(`/movies?${query}`);
    expect(reply).toMatchObject({ status: 422, body: { code: 'validation_failed' } });
    expect(reply.body.errors[0].path).toBe(query.split('=')[0]);
  });

  test('refuses the cursor of another order', async () => {
    await opened.add();
    await opened.add();
    const { next_cursor } = (await get('/movies?sort=name&limit=1')).body;
    expect(await get(`/movies?sort=id&cursor=${next_cursor}`)).toMatchObject({ status: 422 });
  });
});

test('GET /genres counts the movies of each', async () => {
  for (const genre of ['SF', 'Horror', 'SF']) await opened.add({ genre });
  const removed = await opened.add({ genre: 'Western' });
  await opened.fn.call('DELETE', `/movies/${removed.body.id}`, { token: admin });
  const reply = await get('/genres');
  expect(reply).toMatchObject({ status: 200 });
  expect(reply.headers['cache-control']).toBe('public, max-age=0, must-revalidate');
  expect(reply.body).toEqual({
    items: [
      { genre: 'Horror', movies: 1 },
      { genre: 'SF', movies: 2 },
    ],
  });
});

test('a list is read by one statement, however long it is', async () => {
  const { database } = opened.db;
  for (let n = 0; n < 5; n++) {
    await insertRental(database, { movieId: await insertMovie(database, { copies: 3 }) });
  }
  const statements: string[] = [];
  const watched: Sql = {
    ...database,
    rows: (sql, values) => {
      statements.push(sql);
      return database.rows(sql, values);
    },
  };
  const { items } = await listMovies(watched, MovieQuery.parse({}));
  expect(items.map(({ available }) => available)).toEqual([2, 2, 2, 2, 2]);
  expect(statements).toHaveLength(1);
});

test.each([
  ['DELETE', '/movies', 'GET, POST, HEAD'],
  ['POST', '/movies/1', 'GET, PUT, PATCH, DELETE, HEAD'],
  ['POST', '/genres', 'GET, HEAD'],
])('%s %s is 405', async (method, path, allow) => {
  const reply = await opened.fn.call(method, path, { body: alien, token: admin });
  expect(reply).toMatchObject({ status: 405, headers: { allow } });
});

test('HEAD is answered as GET, and an unknown path is 404', async () => {
  const { body } = await opened.add();
  const reply = await opened.fn.call('HEAD', `/movies/${body.id}`);
  expect(reply).toMatchObject({ status: 200, headers: { etag: '"1-null"' } });
  expect(await get('/films')).toMatchObject({ status: 404 });
});

test('nothing but JSON is answered', async () => {
  expect(await get('/movies', { accept: 'text/html' })).toMatchObject({ status: 406 });
});
