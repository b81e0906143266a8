import { beforeAll, describe, expect, test } from '@jest/globals';
import { testStack } from '@movie-rental/testkit';
import { readStack } from '../../tools/stack.ts';
import { send } from './support/http.ts';
import { addMovie } from './support/movies.ts';
import { newCustomer, type Person, signInAdmin } from './support/people.ts';
import { rent } from './support/rentals.ts';

const gateway = testStack().gateway;
const call = (method: string, path: string, options: Parameters<typeof send>[2] = {}) =>
  send(method, path, { base: gateway.url, ...options });

describe('functions answer at the gateway itself', () => {
  let admin: Person;
  beforeAll(async () => {
    admin = await signInAdmin();
  });

  test('movie-crud, as it does at the edge', async () => {
    const movie = await addMovie(admin);
    const reply = await call('GET', `/function/movie-crud/movies/${movie.id}`);
    expect(reply).toMatchObject({ status: 200, headers: { etag: '"1-null"' }, body: movie });
  });

  test('rental-crud, with the same tokens', async () => {
    const customer = await newCustomer();
    const rental = await rent(customer, await addMovie(admin));
    const { token } = customer;
    const reply = await call('GET', `/function/rental-crud/rentals/${rental.id}`, { token });
    expect(reply).toMatchObject({ status: 200, body: rental });
  });

  test('auth-login, at its root too', async () => {
    const { username, password } = admin;
    const reply = await call('POST', '/function/auth-login', { body: { username, password } });
    expect(reply).toMatchObject({ status: 200, body: { token_type: 'Bearer' } });
  });

  test('send-email to services alone', async () => {
    const body = { message_id: 'x', to: 'a@example.com', subject: 'x', text: 'x' };
    expect((await call('POST', '/function/send-email', { body })).status).toBe(401);
    const { token } = admin;
    expect((await call('POST', '/function/send-email', { body, token })).status).toBe(401);
  });

  test('rental-expire to anyone, without harm', async () => {
    expect((await call('POST', '/function/rental-expire')).status).toBeLessThan(300);
  });

  test('and one that is not deployed is 404', async () => {
    expect((await call('GET', '/function/nothing')).status).toBe(404);
  });
});

describe("the gateway's own interface", () => {
  const basic = (password: string) => ({
    authorization: `Basic ${Buffer.from(`${gateway.username}:${password}`).toString('base64')}`,
  });

  test('asks for its credentials', async () => {
    for (const headers of [{}, basic('wrong')]) {
      const reply = await call('GET', '/system/functions', { headers });
      expect(reply.status).toBe(401);
      expect(reply.headers['www-authenticate']).toMatch(/^Basic/);
    }
  });

  test('lists what stack.yml deploys', async () => {
    const reply = await call('GET', '/system/functions', { headers: basic(gateway.password) });
    expect(reply.status).toBe(200);
    const names = (reply.body as { name: string }[]).map(({ name }) => name);
    expect(names.sort()).toEqual(Object.keys(readStack('stack.yml').functions).sort());
  });
});
