import { beforeAll, describe, expect, test } from '@jest/globals';
import { TokenPair } from '@movie-rental/contracts';
import { send } from './support/http.ts';
import { newCustomer, newName, type Person } from './support/people.ts';
import { expectProblem } from './support/problem.ts';

let customer: Person;
beforeAll(async () => {
  customer = await newCustomer();
});

const logIn = (username: string, password: string) =>
  send('POST', '/api/auth/login', { body: { username, password } });
const refresh = (refreshToken: string) =>
  send('POST', '/api/auth/refresh', { body: { refresh_token: refreshToken } });
const logOut = (refreshToken: string) =>
  send('POST', '/api/auth/logout', { body: { refresh_token: refreshToken } });

describe('signing in', () => {
  test('gives a pair of tokens that no cache keeps', async () => {
    const reply = await logIn(customer.username, customer.password);
    expect(reply).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } });
    expect(TokenPair.strict().parse(reply.body).expires_in).toBe(900);
  });

  test.each([
    ['a wrong password', () => logIn(customer.username, 'wrong horse')],
    ['an unknown user', () => logIn(newName(), customer.password)],
  ])('with %s is 401', async (_, attempt) => {
    const reply = await attempt();
    expectProblem(reply, 401, 'invalid_credentials');
    expect(reply.headers['www-authenticate']).toMatch(/^Bearer/);
  });
});

test('a refresh token gives another pair, whose access token works', async () => {
  const { refreshToken } = await newCustomer();
  const reply = await refresh(refreshToken);
  expect(reply.status).toBe(200);
  const tokens = TokenPair.strict().parse(reply.body);
  expect(tokens.refresh_token).not.toBe(refreshToken);
  expect((await send('GET', '/api/auth/me', { token: tokens.access_token })).status).toBe(200);
});

test('an invented refresh token is 401', async () => {
  const reply = await refresh('invented');
  expectProblem(reply, 401, 'invalid_refresh_token');
  expect(reply.headers['www-authenticate']).toMatch(/^Bearer/);
});

test('signing out is 204, also a second time, and ends the session', async () => {
  const { refreshToken } = await newCustomer();
  expect(await logOut(refreshToken)).toMatchObject({ status: 204, body: undefined });
  expect((await logOut(refreshToken)).status).toBe(204);
  expect((await refresh(refreshToken)).status).toBe(401);
});
