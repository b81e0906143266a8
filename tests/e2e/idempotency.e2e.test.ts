import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { send } from './support/http.ts';
import { addMovie } from './support/movies.ts';
import { newCustomer, type Person, signInAdmin } from './support/people.ts';
import { expectProblem } from './support/problem.ts';

let admin: Person;
let customer: Person;
beforeAll(async () => {
  admin = await signInAdmin();
  customer = await newCustomer();
});

const rent = (movieId: number, key: string) =>
  send('POST', '/api/rentals', {
    body: { movie_id: movieId },
    token: customer.token,
    headers: { 'idempotency-key': key },
  });

describe('renting with an Idempotency-Key', () => {
  test('again answers as the first time', async () => {
    const { id } = await addMovie(admin);
    const key = randomUUID();
    const first = await rent(id, key);
    const again = await rent(id, key);
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.body).toEqual(first.body);
    expect(again.headers.location).toBe(first.headers.location);
  });

  test('that was used for another movie is refused', async () => {
    const key = randomUUID();
    await rent((await addMovie(admin)).id, key);
    expectProblem(await rent((await addMovie(admin)).id, key), 422, 'idempotency_key_reused');
  });

  test('that is no key is refused', async () => {
    const reply = await rent((await addMovie(admin)).id, 'k'.repeat(256));
    expect(expectProblem(reply, 422, 'validation_failed').errors?.[0]?.path).toBe(
      'Idempotency-Key',
    );
  });
});
