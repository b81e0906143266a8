import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Database, openDatabase } from '@movie-rental/mysql';
import { eventually, testStack } from '@movie-rental/testkit';
import { type Reply, send } from './support/http.ts';
import { addMovie } from './support/movies.ts';
import { newCustomer, type Person, signInAdmin } from './support/people.ts';

const CUSTOMERS = 20;
/** Registering is hashing: more at once would be told to come back. */
const AT_ONCE = 5;

let database: Database;
let admin: Person;
const customers: Person[] = [];
beforeAll(async () => {
  database = openDatabase(testStack().mysql.url, 2);
  admin = await signInAdmin();
  while (customers.length < CUSTOMERS) {
    customers.push(...(await Promise.all(Array.from({ length: AT_ONCE }, newCustomer))));
  }
}, 60_000);
afterAll(() => database.close());

const rent = ({ token }: Person, movieId: number) =>
  send('POST', '/api/rentals', { body: { movie_id: movieId }, token });

const codes = (replies: readonly Reply[]) =>
  replies
    .map(({ status, body }) => (status < 300 ? status : (body as { code: string }).code))
    .sort();

test('of 20 customers who want the last copy exactly one gets it', async () => {
  const { id } = await addMovie(admin, { copies: 1 });
  const replies = await Promise.all(customers.map((customer) => rent(customer, id)));
  expect(codes(replies)).toEqual([201, ...Array(CUSTOMERS - 1).fill('no_copies_left')]);
});

test('a customer who rents 20 times at once rents once', async () => {
  const { id } = await addMovie(admin);
  const [customer] = customers as [Person];
  const replies = await Promise.all(customers.map(() => rent(customer, id)));
  expect(codes(replies)).toEqual([201, ...Array(CUSTOMERS - 1).fill('already_rented')]);
});

test('no rental of a movie stays that was removed while 20 customers rented it', async () => {
  const { id } = await addMovie(admin);
  const renting = customers.map((customer) => rent(customer, id));
  await Promise.race(renting);
  const removed = await send('DELETE', `/api/movies/${id}`, { token: admin.token });
  const replies = await Promise.all(renting);
  expect(removed.status).toBe(204);
  expect(replies.every(({ status }) => status === 201 || status === 404)).toBe(true);
  const rented = replies.filter(({ status }) => status === 201).length;
  const cancelled = await eventually(async () => {
    const rows = await database.rows<{ status: string }>(
      'SELECT status FROM rental WHERE movie_id = ?',
      [id],
    );
    return rows.every(({ status }) => status === 'CANCELLED') && rows;
  });
  expect(cancelled).toHaveLength(rented);
});

test('of two administrators who change the same version one is told to look again', async () => {
  const { id } = await addMovie(admin);
  const { headers } = await send('GET', `/api/movies/${id}`);
  const change = (name: string) =>
    send('PATCH', `/api/movies/${id}`, {
      body: { name },
      token: admin.token,
      headers: { 'if-match': String(headers.etag) },
    });
  const replies = await Promise.all([change('Alien³'), change('Aliens')]);
  expect(codes(replies)).toEqual([200, 'precondition_failed']);
});

test('two tabs that refresh at once both stay signed in', async () => {
  const { refreshToken } = customers[1] as Person;
  const refresh = () =>
    send('POST', '/api/auth/refresh', { body: { refresh_token: refreshToken } });
  const replies = await Promise.all([refresh(), refresh()]);
  expect(codes(replies)).toEqual([200, 200]);
  const tokens = replies.map(({ body }) => (body as { access_token: string }).access_token);
  const me = await Promise.all(tokens.map((token) => send('GET', '/api/auth/me', { token })));
  expect(codes(me)).toEqual([200, 200]);
});
