import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { User } from '@movie-rental/contracts';
import { type BundledWorker, bundleWorker } from '@movie-rental/identity/passwords/testing';
import {
  accessToken,
  type CalledFunction,
  openFunction,
  type TestDatabase,
  testDatabase,
} from '@movie-rental/testkit';
import { authRegister } from './handler.ts';

const PASSWORD = 'correct horse';

let own: TestDatabase;
let worker: BundledWorker;
let fn: CalledFunction;
beforeAll(async () => {
  process.env.LOG_LEVEL = 'silent';
  process.env.BCRYPT_COST = '10';
  [own, worker] = await Promise.all([testDatabase(), bundleWorker()]);
  const { handle, init, close } = authRegister(worker.url);
  fn = await openFunction(async () => ({ default: handle, init, close }), {
    'mysql-url': own.url,
  });
});
afterAll(async () => {
  await fn.close();
  await Promise.all([own.drop(), worker.remove()]);
});

beforeEach(async () => {
  await own.database.run('DELETE FROM throttle');
});

const register = (body: unknown, headers = {}) =>
  fn.call('POST', '/auth/register', { body, headers });

const storedUser = (username: string) =>
  own.database.first<{ username: string; password_hash: string; email: string | null }>(
    'SELECT username, password_hash, email FROM users WHERE username = ?',
    [username],
  );

describe('registering', () => {
  test('answers with the user, never with a hash', async () => {
    const reply = await register({
      username: 'Alice',
      password: PASSWORD,
      email: 'alice@example.org',
    });
    expect(reply).toMatchObject({ status: 201, headers: { location: '/api/auth/me' } });
    expect(User.strict().parse(reply.body)).toMatchObject({
      username: 'alice',
      email: 'alice@example.org',
      role: 'customer',
    });
  });

  test('stores the name in lower case and the hash of the password', async () => {
    await register({ username: 'Bob', password: PASSWORD });
    expect(await storedUser('bob')).toEqual({
      username: 'bob',
      password_hash: expect.stringMatching(/^\$2b\$10\$.{53}$/),
      email: null,
    });
  });

  test('answers what the database holds', async () => {
    const { body } = await register({ username: 'carol', password: PASSWORD });
    const stored = await own.database.first<{ id: number; role: string; created_at: Date }>(
      "SELECT id, role, created_at FROM users WHERE username = 'carol'",
    );
    expect(body).toMatchObject({
      id: stored?.id,
      role: stored?.role,
      created_at: stored?.created_at.toISOString(),
    });
  });

  test('works at the root, and whatever token comes along', async () => {
    const body = { username: 'dave', password: PASSWORD };
    const reply = await fn.call('POST', '/', {
      body,
      token: accessToken({ username: 'root', expiresIn: -1 }),
    });
    expect(reply.status).toBe(201);
  });

  test('is 409 for a name that is taken, in whatever case', async () => {
    await register({ username: 'erin', password: PASSWORD });
    const reply = await register({ username: 'ERIN', password: 'another horse' });
    expect(reply.body).toMatchObject({ status: 409, code: 'username_taken' });
  });

  test('gives a name to one of twenty who ask for it at once', async () => {
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        register({ username: index % 2 ? 'frank' : 'FRANK', password: PASSWORD }),
      ),
    );
    const statuses = replies.map(({ status }) => status).sort((a, b) => a - b);
    expect(statuses).toEqual([201, ...Array(19).fill(409)]);
  });
});

describe('a request is refused', () => {
  const good = { username: 'grace', password: PASSWORD };

  test.each([
    ['a short name', { username: 'ab' }, 'username'],
    ['a name beyond ASCII', { username: 'gracé' }, 'username'],
    ['a short password', { password: '123456789' }, 'password'],
    ['73 bytes of password', { password: 'x'.repeat(73) }, 'password'],
    ['the name as password', { username: 'grace.hopper', password: 'Grace.Hopper' }, 'password'],
    ['no address', { email: 'grace' }, 'email'],
    ['no name', { username: undefined }, 'username'],
    ['an unknown field', { role: 'admin' }, 'role'],
  ])('with %s', async (_, change, path) => {
    const { body } = await register({ ...good, ...change });
    expect(body).toMatchObject({ status: 422, code: 'validation_failed', errors: [{ path }] });
    expect(await storedUser(good.username)).toBeUndefined();
  });

  test('that is not JSON', async () => {
    expect((await register('{')).body).toMatchObject({ status: 400, code: 'malformed_json' });
  });

  test('of another media type', async () => {
    const reply = await register(good, { 'content-type': 'text/plain' });
    expect(reply.status).toBe(415);
  });

  test('of a client that wants no JSON', async () => {
    expect((await register(good, { accept: 'text/html' })).status).toBe(406);
  });

  test('by another method', async () => {
    const reply = await fn.call('GET', '/auth/register');
    expect(reply).toMatchObject({ status: 405, headers: { allow: 'POST' } });
  });
});

test('more than can be hashed or wait are told when to come back', async () => {
  const replies = await Promise.all(
    Array.from({ length: 60 }, (_, index) =>
      register({ username: `heidi-${index}`, password: PASSWORD }),
    ),
  );
  const refused = replies.filter(({ status }) => status === 503);
  expect(refused.length).toBeGreaterThan(0);
  expect(refused[0]).toMatchObject({
    headers: { 'retry-after': '2' },
    body: { code: 'unavailable' },
  });
  expect(replies.filter(({ status }) => status === 201)).toHaveLength(60 - refused.length);
});

test('a hundred registrations an hour come from one address, and no more', async () => {
  const from = (address: string, username: string) =>
    register({ username, password: PASSWORD }, { 'x-forwarded-for': address });
  await from('203.0.113.7', 'ivan');
  await own.database.run('UPDATE throttle SET hits = 100');
  expect(await from('203.0.113.7', 'judy')).toMatchObject({
    status: 429,
    headers: { 'retry-after': expect.stringMatching(/^3\d{3}$/) },
    body: { code: 'too_many_requests' },
  });
  expect((await from('198.51.100.1', 'judy')).status).toBe(201);
});

test('what is no registration does not count as one', async () => {
  const body = { username: 'kate', password: PASSWORD };
  expect((await register(body)).status).toBe(201);
  for (let time = 0; time < 3; time++) expect((await register(body)).status).toBe(409);
  expect(await own.database.rows('SELECT hits FROM throttle')).toEqual([{ hits: 1 }]);
});
