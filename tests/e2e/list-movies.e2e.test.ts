import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { Movie } from '@movie-rental/contracts';
import { z } from 'zod';
import { nextPage, send } from './support/http.ts';
import { addMovie } from './support/movies.ts';
import { signInAdmin } from './support/people.ts';
import { expectProblem } from './support/problem.ts';

const Page = z.strictObject({ items: z.array(Movie.strict()), next_cursor: z.string().nullable() });

/** Of this test alone. */
const genre = `Genre ${randomUUID()}`;
let added: Movie[];
beforeAll(async () => {
  const admin = await signInAdmin();
  added = [];
  for (const [name, length_minutes, copies] of [
    ['Gamma', 90, null],
    ['Alpha', 120, 1],
    ['Beta', 60, 0],
  ] as const) {
    added.push(await addMovie(admin, { name, genre, length_minutes, copies }));
  }
});

async function list(query: Record<string, string>) {
  const reply = await send('GET', `/api/movies?${new URLSearchParams({ genre, ...query })}`);
  return { reply, page: Page.parse(reply.body) };
}

const names = async (query: Record<string, string>) =>
  (await list(query)).page.items.map(({ name }) => name);

test('a page of the catalogue is 200 for anyone', async () => {
  const { reply, page } = await list({});
  expect(reply).toMatchObject({
    status: 200,
    headers: {
      'content-type': 'application/json',
      'cache-control': expect.stringContaining('public'),
    },
  });
  expect(reply.headers.link).toBeUndefined();
  expect(page).toEqual({ items: added, next_cursor: null });
});

test('pages follow one another by their Link, without gap or repetition', async () => {
  const seen: string[] = [];
  let next: string | undefined =
    `/api/movies?${new URLSearchParams({ genre, limit: '1', sort: 'name' })}`;
  while (next) {
    const reply = await send('GET', next);
    const page = Page.parse(reply.body);
    seen.push(...page.items.map(({ name }) => name));
    next = nextPage(reply);
    expect(page.next_cursor === null).toBe(next === undefined);
  }
  expect(seen).toEqual(['Alpha', 'Beta', 'Gamma']);
});

describe('a list is', () => {
  test.each([
    [{ sort: '-length_minutes' }, ['Alpha', 'Gamma', 'Beta']],
    [{ sort: 'created_at' }, ['Gamma', 'Alpha', 'Beta']],
    [{ min_length: '61', max_length: '119' }, ['Gamma']],
    [{ available: 'true', sort: 'name' }, ['Alpha', 'Gamma']],
    [{ available: 'false' }, ['Beta']],
  ])('by %p', async (query, expected) => expect(await names(query)).toEqual(expected));
});

test.each([
  ['limit=0', 'limit'],
  ['limit=101', 'limit'],
  ['sort=genre', 'sort'],
  ['cursor=x', 'cursor'],
  ['director=x', 'director'],
  ['genre=a&genre=b', 'genre'],
])('?%s is 422', async (query, path) => {
  const { errors } = expectProblem(
    await send('GET', `/api/movies?${query}`),
    422,
    'validation_failed',
  );
  expect(errors).toEqual([{ path, message: expect.any(String) }]);
});
