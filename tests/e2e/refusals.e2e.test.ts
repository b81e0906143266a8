import { beforeAll, describe, expect, test } from '@jest/globals';
import { send } from './support/http.ts';
import { ALIEN } from './support/movies.ts';
import { newCustomer, type Person, signInAdmin } from './support/people.ts';
import { expectProblem } from './support/problem.ts';

let admin: Person;
let customer: Person;
beforeAll(async () => {
  [admin, customer] = await Promise.all([signInAdmin(), newCustomer()]);
});

test('a body that is not JSON is 400', async () => {
  const reply = await send('POST', '/api/movies', { body: '{"name":', token: admin.token });
  expectProblem(reply, 400, 'malformed_json');
});

test('a body of another media type is 415', async () => {
  const reply = await send('POST', '/api/movies', {
    body: 'name=Alien',
    token: admin.token,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  expectProblem(reply, 415, 'unsupported_media_type');
});

test('an answer that no one can give is 406', async () => {
  const reply = await send('GET', '/api/movies', { headers: { accept: 'text/html' } });
  expectProblem(reply, 406, 'not_acceptable');
});

describe('a method that is not possible is 405 with Allow', () => {
  test.each([
    ['DELETE', '/api/movies', ['GET', 'POST', 'HEAD']],
    ['POST', '/api/movies/1', ['GET', 'PUT', 'PATCH', 'DELETE', 'HEAD']],
    ['GET', '/api/auth/register', ['POST']],
    ['PUT', '/api/rentals', ['GET', 'POST', 'HEAD']],
    ['POST', '/healthz', ['GET', 'HEAD']],
    ['TRACE', '/healthz', ['GET', 'HEAD']],
  ])('%s %s', async (method, path, allowed) => {
    const reply = await send(method, path, { token: customer.token });
    expectProblem(reply, 405, 'method_not_allowed');
    expect(reply.headers.allow?.split(', ').sort()).toEqual(allowed.sort());
  });
});

describe('a token that does not count is 401 with a challenge', () => {
  const forged = (): string => `${customer.token.slice(0, -8)}AAAAAAAA`;
  const unsigned = (): string => {
    const [, payload] = customer.token.split('.');
    const header = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url');
    return `${header}.${payload}.`;
  };

  test.each([
    ['invented', () => 'invented'],
    ['a forged signature', forged],
    ['no signature', unsigned],
    ['a refresh token', () => customer.refreshToken],
  ])('%s', async (_, token) => {
    const reply = await send('GET', '/api/rentals', { token: token() });
    expectProblem(reply, 401, 'invalid_token');
    expect(reply.headers['www-authenticate']).toMatch(/^Bearer error="invalid_token"/);
  });
});

test('a token that may not is 403', async () => {
  const reply = await send('POST', '/api/movies', { body: ALIEN, token: customer.token });
  expectProblem(reply, 403, 'forbidden');
});
