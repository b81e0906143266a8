import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Database, openDatabase } from '@movie-rental/mysql';
import { eventually, testStack } from '@movie-rental/testkit';
import { send } from './support/http.ts';
import { addMovie } from './support/movies.ts';
import { newCustomer, type Person, signInAdmin } from './support/people.ts';

let database: Database;
beforeAll(() => {
  database = openDatabase(testStack().mysql.url, 2);
});
afterAll(() => database.close());

interface Mail {
  recipient: string;
  subject: string;
  text: string;
  state: string;
  times: string;
}

/** The mail that a request led to, once it was sent. */
function mailOf(requestId: string, { username }: Person): Promise<Mail> {
  return eventually(() =>
    database.first<Mail>(
      `SELECT recipient, subject, text, state,
         IF(occurred_at <= published_at AND published_at <= received_at AND received_at <= sent_at,
           'in order', 'out of order') AS times
       FROM mail WHERE request_id = ? AND username = ? AND state = 'SENT'`,
      [requestId, username],
    ),
  );
}

const statusOf = async (path: string, { token }: Person) =>
  ((await send('GET', path, { token })).body as { status: string }).status;

test('a rented movie is removed: its customer is told of both, and sees the rental cancelled', async () => {
  const admin = await signInAdmin();
  const customer = await newCustomer();
  const movie = await addMovie(admin, { name: `Alien ${randomUUID()}` });
  await eventually(() => database.first('SELECT 1 FROM movies_cache WHERE id = ?', [movie.id]));

  const renting = randomUUID();
  const rented = await send('POST', '/api/rentals', {
    body: { movie_id: movie.id },
    token: customer.token,
    headers: { 'x-request-id': renting },
  });
  expect(rented.status).toBe(201);
  const rental = rented.headers.location ?? '';
  const confirmation = await mailOf(renting, customer);
  expect(confirmation).toMatchObject({
    recipient: `${customer.username}@example.com`,
    times: 'in order',
  });
  expect(confirmation.subject + confirmation.text).toContain(movie.name);

  const removing = randomUUID();
  const removed = await send('DELETE', `/api/movies/${movie.id}`, {
    token: admin.token,
    headers: { 'x-request-id': removing },
  });
  expect(removed.status).toBe(204);
  await eventually(async () => (await statusOf(rental, customer)) === 'CANCELLED');
  const cancellation = await mailOf(removing, customer);
  expect(cancellation).toMatchObject({
    recipient: `${customer.username}@example.com`,
    times: 'in order',
  });
  expect(cancellation.subject).not.toBe(confirmation.subject);
  expect(cancellation.subject + cancellation.text).toContain(movie.name);
});

test('a movie that changes is changed in the rental service too', async () => {
  const admin = await signInAdmin();
  const movie = await addMovie(admin);
  const body = { name: 'Aliens' };
  await send('PATCH', `/api/movies/${movie.id}`, { body, token: admin.token });
  const cached = await eventually(() =>
    database.first(
      'SELECT name, genre, length_minutes, version FROM movies_cache WHERE id = ? AND version = 2',
      [movie.id],
    ),
  );
  expect(cached).toEqual({ name: 'Aliens', genre: 'Horror', length_minutes: 117, version: 2 });
});

test('a rental that its customer cancels is confirmed by mail as well', async () => {
  const customer = await newCustomer();
  const movie = await addMovie(await signInAdmin());
  const body = { movie_id: movie.id };
  const rented = await send('POST', '/api/rentals', { body, token: customer.token });
  const cancelling = randomUUID();
  const cancelled = await send('DELETE', rented.headers.location ?? '', {
    token: customer.token,
    headers: { 'x-request-id': cancelling },
  });
  expect(cancelled.status).toBe(204);
  expect(await mailOf(cancelling, customer)).toMatchObject({
    recipient: `${customer.username}@example.com`,
  });
});

test('the trace of a request goes on through both brokers to the mail', async () => {
  const customer = await newCustomer();
  const movie = await addMovie(await signInAdmin());
  const renting = randomUUID();
  const traceparent = `00-${renting.replaceAll('-', '')}-b7ad6b7169203331-01`;
  await send('POST', '/api/rentals', {
    body: { movie_id: movie.id },
    token: customer.token,
    headers: { 'x-request-id': renting, traceparent },
  });
  await mailOf(renting, customer);
  const mail = await database.first('SELECT traceparent FROM mail WHERE request_id = ?', [renting]);
  expect(mail).toEqual({ traceparent });
});
