import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { TokenPair } from '@movie-rental/contracts';
import jwt from 'jsonwebtoken';
import { type AuthLogin, openAuthLogin } from './testing/open-auth-login.ts';

let auth: AuthLogin;
beforeAll(async () => {
  auth = await openAuthLogin();
  await auth.addUser('alice');
});
afterAll(() => auth.close());

let first: TokenPair;
beforeEach(async () => {
  first = await auth.logIn('alice');
});

const hashOf = (token: string) => createHash('sha256').update(token).digest();

/** The pair that a refresh token is traded in for. */
const renewed = async (refreshToken: string) =>
  TokenPair.strict().parse((await auth.refresh(refreshToken)).body);

const statusOf = async (refreshToken: string) => (await auth.refresh(refreshToken)).status;

/** As if a token had been used that much earlier than it was. */
const moveUse = (token: string, seconds: number) =>
  auth.database.run(
    'UPDATE refresh_token SET used_at = used_at - INTERVAL ? SECOND WHERE token_hash = ?',
    [seconds, hashOf(token)],
  );

const claimsOf = ({ access_token }: TokenPair) => jwt.decode(access_token) as jwt.JwtPayload;

describe('a refresh token', () => {
  test('gives a new pair of the same session', async () => {
    const second = await renewed(first.refresh_token);
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect(claimsOf(second)).toMatchObject({ sub: 'alice', sid: claimsOf(first).sid });
    expect(claimsOf(second).jti).not.toBe(claimsOf(first).jti);
    expect(await statusOf(second.refresh_token)).toBe(200);
  });

  test('lets in with the role that the user has by now', async () => {
    await auth.addUser('carol');
    const before = await auth.logIn('carol');
    await auth.database.run("UPDATE users SET role = 'admin' WHERE username = 'carol'");
    expect(claimsOf(before).role).toBe('customer');
    expect(claimsOf(await renewed(before.refresh_token)).role).toBe('admin');
  });

  test('is stored as its hash alone, for 30 days', async () => {
    const row = await auth.database.first(
      `SELECT TIMESTAMPDIFF(SECOND, issued_at, expires_at) AS seconds, used_at, parent_hash
       FROM refresh_token WHERE token_hash = ?`,
      [hashOf(first.refresh_token)],
    );
    expect(row).toEqual({ seconds: 30 * 24 * 3600, used_at: null, parent_hash: null });
  });

  test('is no access token', async () => {
    const reply = await auth.fn.call('GET', '/auth/me', { token: first.refresh_token });
    expect(reply.status).toBe(401);
  });
});

describe('used again', () => {
  test('at once, it gives a pair each time, and each pair goes on', async () => {
    const pairs = await Promise.all(Array.from({ length: 8 }, () => renewed(first.refresh_token)));
    const tokens = pairs.map(({ refresh_token }) => refresh_token);
    expect(new Set(tokens).size).toBe(8);
    expect(await Promise.all(tokens.map(statusOf))).toEqual(Array(8).fill(200));
  });

  test('within 10 s, it gives a pair', async () => {
    await renewed(first.refresh_token);
    await moveUse(first.refresh_token, 8);
    expect(await statusOf(first.refresh_token)).toBe(200);
  });

  test('later, it ends the whole family', async () => {
    const second = await renewed(first.refresh_token);
    await moveUse(first.refresh_token, 11);
    const replay = await auth.refresh(first.refresh_token);
    expect(replay.body).toMatchObject({ status: 401, code: 'invalid_refresh_token' });
    expect(replay.headers['www-authenticate']).toBe('Bearer');
    expect(await statusOf(second.refresh_token)).toBe(401);
  });

  test('within 10 s of its second use and not of its first, it ends the family', async () => {
    await renewed(first.refresh_token);
    await moveUse(first.refresh_token, 6);
    await renewed(first.refresh_token);
    await moveUse(first.refresh_token, 6);
    expect(await statusOf(first.refresh_token)).toBe(401);
  });

  test('after its successor was used, it ends the whole family', async () => {
    const second = await renewed(first.refresh_token);
    const third = await renewed(second.refresh_token);
    expect(await statusOf(first.refresh_token)).toBe(401);
    expect(await statusOf(third.refresh_token)).toBe(401);
  });

  test('after one of two successors was used, it ends both', async () => {
    const [second, twin] = [await renewed(first.refresh_token), await renewed(first.refresh_token)];
    await renewed(twin.refresh_token);
    expect(await statusOf(first.refresh_token)).toBe(401);
    expect(await statusOf(second.refresh_token)).toBe(401);
  });

  test('it leaves the other sessions of its user alone', async () => {
    const other = await auth.logIn('alice');
    await renewed(first.refresh_token);
    await moveUse(first.refresh_token, 11);
    expect(await statusOf(first.refresh_token)).toBe(401);
    expect(await statusOf(other.refresh_token)).toBe(200);
  });
});

describe('refused is', () => {
  const refused = { status: 401, code: 'invalid_refresh_token' };

  test('a token that no one was given', async () => {
    expect((await auth.refresh('A'.repeat(43))).body).toMatchObject(refused);
  });

  test('one that has expired', async () => {
    await auth.database.run(
      'UPDATE refresh_token SET expires_at = NOW() - INTERVAL 1 SECOND WHERE token_hash = ?',
      [hashOf(first.refresh_token)],
    );
    expect((await auth.refresh(first.refresh_token)).body).toMatchObject(refused);
  });

  test('one of a user who is gone', async () => {
    await auth.addUser('dave');
    const { refresh_token } = await auth.logIn('dave');
    await auth.database.run("DELETE FROM users WHERE username = 'dave'");
    expect((await auth.refresh(refresh_token)).body).toMatchObject(refused);
  });

  test.each([
    ['nothing', {}, 'refresh_token'],
    ['an empty one', { refresh_token: '' }, 'refresh_token'],
    ['an unknown field', { refresh_token: 'a', username: 'alice' }, 'username'],
  ])('%s, as 422', async (_, body, path) => {
    const reply = await auth.fn.call('POST', '/auth/refresh', { body });
    expect(reply.body).toMatchObject({ status: 422, errors: [{ path }] });
  });
});
