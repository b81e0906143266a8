import { createPublicKey } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { TokenPair } from '@movie-rental/contracts';
import { accessToken } from '@movie-rental/testkit';
import jwt from 'jsonwebtoken';
import { type AuthLogin, openAuthLogin, PASSWORD } from './testing/open-auth-login.ts';
import { whileHashIsReplaced } from './testing/while-hash-is-replaced.ts';

let auth: AuthLogin;
beforeAll(async () => {
  auth = await openAuthLogin();
  await auth.addUser('alice');
});
afterAll(() => auth.close());
beforeEach(async () => {
  await auth.database.run('DELETE FROM throttle');
});

const logIn = (body: unknown, headers = {}) =>
  auth.fn.call('POST', '/auth/login', { body, headers });

describe('signing in', () => {
  test('answers with a pair of tokens that no one may keep', async () => {
    const reply = await logIn({ username: 'alice', password: PASSWORD });
    expect(reply).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } });
    expect(TokenPair.strict().parse(reply.body)).toMatchObject({
      token_type: 'Bearer',
      expires_in: 900,
      refresh_token: expect.stringMatching(/^[\w-]{43}$/),
    });
  });

  test('gives an access token that the published key verifies', async () => {
    const { access_token } = await auth.logIn('alice');
    const key = createPublicKey({ key: auth.publicKey, format: 'jwk' });
    const { header, payload } = jwt.verify(access_token, key, {
      algorithms: ['ES256'],
      issuer: 'movie-rental',
      audience: 'movie-rental-api',
      complete: true,
    });
    expect(header).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: auth.publicKey.kid });
    const claims = payload as jwt.JwtPayload;
    expect(Object.keys(claims).sort()).toEqual(
      ['aud', 'exp', 'iat', 'iss', 'jti', 'role', 'sid', 'sub'].sort(),
    );
    expect(claims).toMatchObject({ sub: 'alice', role: 'customer' });
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(900);
  });

  test('begins a session, and another each time', async () => {
    const sids = [await auth.logIn('alice'), await auth.logIn('alice')].map(
      ({ access_token }) => (jwt.decode(access_token) as jwt.JwtPayload).sid,
    );
    const sessions = await auth.database.rows<{ username: string; ended_at: Date | null }>(
      'SELECT username, ended_at FROM session WHERE id IN (?)',
      [sids],
    );
    expect(sessions).toEqual(Array(2).fill({ username: 'alice', ended_at: null }));
  });

  test('works with a token that has expired in hand', async () => {
    const token = accessToken({ username: 'alice', expiresIn: -1 });
    const body = { username: 'alice', password: PASSWORD };
    expect((await auth.fn.call('POST', '/auth/login', { body, token })).status).toBe(200);
  });

  test('takes the name in any case, and works at the root', async () => {
    const body = { username: 'ALICE', password: PASSWORD };
    const reply = await auth.fn.call('POST', '/', { body });
    expect(jwt.decode(reply.body.access_token)).toMatchObject({ sub: 'alice' });
  });
});

describe('credentials are refused', () => {
  test.each([
    ['a wrong password', 'alice', 'wrong horse'],
    ['an unknown user', 'nobody', PASSWORD],
    ['a name that only the collation takes for another', 'alicé', PASSWORD],
    ['a name with a blank behind it', 'alice ', PASSWORD],
    ['a name that cannot be one', '🍣\u0000', PASSWORD],
    ['an empty password', 'alice', ''],
    ['a password in another case', 'alice', PASSWORD.toUpperCase()],
  ])('%s', async (_, username, password) => {
    const reply = await logIn({ username, password });
    expect(reply.body).toMatchObject({
      status: 401,
      code: 'invalid_credentials',
      detail: 'The username or the password is wrong',
    });
    expect(reply.headers['www-authenticate']).toBe('Bearer');
  });

  test('that were right until the password was changed in the same moment', async () => {
    await auth.addUser('bob');
    const signIn = () => logIn({ username: 'bob', password: PASSWORD });
    const reply = await whileHashIsReplaced(auth.database, ['bob', 'another'], signIn);
    expect(reply.body).toMatchObject({ code: 'invalid_credentials' });
  });
});

test('unknown users cost a hash each: beyond what may wait they are told to come back', async () => {
  const replies = await Promise.all(
    Array.from({ length: 60 }, (_, index) =>
      logIn({ username: `nobody-${index}`, password: PASSWORD }),
    ),
  );
  const refused = replies.filter(({ status }) => status === 503);
  expect(refused[0]).toMatchObject({
    headers: { 'retry-after': '2' },
    body: { code: 'unavailable' },
  });
  expect(replies.filter(({ status }) => status === 401)).toHaveLength(60 - refused.length);
});

describe('a request is refused', () => {
  const good = { username: 'alice', password: PASSWORD };

  test.each([
    ['without a password', { username: 'alice' }, 'password'],
    ['with a number as name', { ...good, username: 7 }, 'username'],
    ['with an unknown field', { ...good, role: 'admin' }, 'role'],
  ])('%s', async (_, body, path) => {
    expect((await logIn(body)).body).toMatchObject({
      status: 422,
      code: 'validation_failed',
      errors: [{ path }],
    });
  });

  test('that is not JSON', async () => {
    expect((await logIn('{')).body).toMatchObject({ status: 400, code: 'malformed_json' });
  });

  test('of another media type', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await logIn('username=alice', headers)).status).toBe(415);
  });

  test('of a client that wants no JSON', async () => {
    expect((await logIn(good, { accept: 'text/html' })).status).toBe(406);
  });

  test.each([
    ['GET', '/auth/login', 'POST'],
    ['GET', '/auth/refresh', 'POST'],
    ['DELETE', '/auth/logout', 'POST'],
    ['PUT', '/auth/me', 'GET, PATCH, HEAD'],
    ['POST', '/auth/.well-known/jwks.json', 'GET, HEAD'],
  ])('by %s on %s', async (method, path, allow) => {
    expect(await auth.fn.call(method, path)).toMatchObject({ status: 405, headers: { allow } });
  });
});
