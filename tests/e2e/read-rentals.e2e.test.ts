import { beforeAll, describe, expect, test } from '@jest/globals';
import { Rental } from '@movie-rental/contracts';
import { z } from 'zod';
import { nextPage, send } from './support/http.ts';
import { addMovie } from './support/movies.ts';
import { newCustomer, type Person, signInAdmin } from './support/people.ts';
import { expectProblem } from './support/problem.ts';
import { rent } from './support/rentals.ts';

const Page = z.strictObject({
  items: z.array(Rental.strict()),
  next_cursor: z.string().nullable(),
});

let admin: Person;
let customer: Person;
let stranger: Person;
let rentals: Rental[];
beforeAll(async () => {
  admin = await signInAdmin();
  [customer, stranger] = await Promise.all([newCustomer(), newCustomer()]);
  rentals = [];
  for (let count = 0; count < 3; count += 1) {
    rentals.unshift(await rent(customer, await addMovie(admin)));
  }
});

async function list(person: Person, query = '') {
  const reply = await send('GET', `/api/rentals${query}`, { token: person.token });
  expect(reply).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } });
  return { reply, page: Page.parse(reply.body) };
}

describe('the list', () => {
  test('holds the rentals of its customer alone, newest first', async () => {
    expect((await list(customer)).page).toEqual({ items: rentals, next_cursor: null });
    expect((await list(stranger)).page.items).toEqual([]);
  });

  test('comes in pages, each with a Link to the next', async () => {
    const { reply, page } = await list(customer, '?limit=2');
    expect(page.items).toEqual(rentals.slice(0, 2));
    const next = nextPage(reply)?.replace('/api/rentals', '');
    const { page: last } = await list(customer, next);
    expect(last).toEqual({ items: rentals.slice(2), next_cursor: null });
  });

  test('is filtered by movie and by status', async () => {
    const [newest] = rentals;
    expect((await list(customer, `?movie_id=${newest?.movie_id}`)).page.items).toEqual([newest]);
    expect((await list(customer, '?status=CONFIRMED')).page.items).toEqual(rentals);
    expect((await list(customer, '?status=EXPIRED')).page.items).toEqual([]);
  });

  test("is anyone's for an administrator, and no one else's for a customer", async () => {
    const query = `?username=${customer.username}`;
    expect((await list(admin, query)).page.items).toEqual(rentals);
    const { token } = stranger;
    expectProblem(await send('GET', `/api/rentals${query}`, { token }), 403, 'forbidden');
  });
});

describe('one rental', () => {
  const read = (person: Person) =>
    send('GET', `/api/rentals/${rentals[0]?.id}`, { token: person.token });

  test('is 200 for its customer and for an administrator', async () => {
    for (const person of [customer, admin]) {
      expect(await read(person)).toMatchObject({
        status: 200,
        headers: { 'cache-control': 'no-store' },
        body: rentals[0],
      });
    }
  });

  test('is 404 for anyone else, as if it were not there', async () => {
    const theirs = expectProblem(await read(stranger), 404, 'not_found');
    const missing = await send('GET', `/api/rentals/${Number.MAX_SAFE_INTEGER}`, {
      token: stranger.token,
    });
    expect(expectProblem(missing, 404, 'not_found').detail).toBe(theirs.detail);
  });
});
