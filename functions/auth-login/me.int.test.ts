import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type TokenPair, User } from '@movie-rental/contracts';
import { accessToken } from '@movie-rental/testkit';
import { type AuthLogin, openAuthLogin, PASSWORD } from './testing/open-auth-login.ts';

const NEW_PASSWORD = 'battery staple';

let auth: AuthLogin;
beforeAll(async () => {
  auth = await openAuthLogin();
});
afterAll(() => auth.close());

let username: string;
let tokens: TokenPair;
let users = 0;
beforeEach(async () => {
  username = `customer-${users++}`;
  await auth.addUser(username);
  tokens = await auth.logIn(username);
});

const me = (token = tokens.access_token) => auth.fn.call('GET', '/auth/me', { token });
const patch = (body: unknown, options = {}) =>
  auth.fn.call('PATCH', '/auth/me', { body, token: tokens.access_token, ...options });
const changePassword = (password: string, current_password: string) =>
  patch({ password, current_password });
const logInStatus = async (password: string) =>
  (await auth.fn.call('POST', '/auth/login', { body: { username, password } })).status;

describe('GET', () => {
  test('answers with the user, never with a hash', async () => {
    const reply = await me();
    expect(reply).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } });
    expect(User.strict().parse(reply.body)).toMatchObject({
      username,
      email: null,
      role: 'customer',
    });
  });

  test('asks for a token', async () => {
    const reply = await auth.fn.call('GET', '/auth/me');
    expect(reply).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer' } });
  });

  test.each<[string, () => string]>([
    ['forged', () => forge(tokens.access_token)],
    ['expired', () => accessToken({ username, expiresIn: -1 })],
    ['of a user who is gone', () => accessToken({ username: 'nobody' })],
  ])('refuses a token that is %s', async (_, token) => {
    for (const reply of [await me(token()), await patch({ email: null }, { token: token() })]) {
      expect(reply.body).toMatchObject({ status: 401, code: 'invalid_token' });
      expect(reply.headers['www-authenticate']).toContain('error="invalid_token"');
    }
  });
});

/** An administrator's claims under a customer's signature. */
function forge(token: string): string {
  const [header, payload = '', signature] = token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  const forged = Buffer.from(JSON.stringify({ ...claims, role: 'admin' })).toString('base64url');
  return [header, forged, signature].join('.');
}

describe('PATCH of the e-mail address', () => {
  test('changes it alone', async () => {
    const reply = await patch({ email: 'new@example.org' });
    expect(reply).toMatchObject({ status: 200, body: { username, email: 'new@example.org' } });
    expect((await me()).body).toEqual(reply.body);
    expect(await logInStatus(PASSWORD)).toBe(200);
    expect((await auth.refresh(tokens.refresh_token)).status).toBe(200);
  });

  test('takes it away by null, and leaves it where it is not named', async () => {
    await patch({ email: 'new@example.org' });
    expect((await patch({})).body.email).toBe('new@example.org');
    expect((await patch({ email: null })).body.email).toBeNull();
  });
});

describe('PATCH of the password', () => {
  test('lets the new one in and not the old one', async () => {
    expect((await changePassword(NEW_PASSWORD, PASSWORD)).status).toBe(200);
    expect(await logInStatus(NEW_PASSWORD)).toBe(200);
    expect(await logInStatus(PASSWORD)).toBe(401);
  });

  test('ends every other session of the user', async () => {
    const [other, another] = [await auth.logIn(username), await auth.logIn(username)];
    await auth.addUser(`${username}-s-friend`);
    const friend = await auth.logIn(`${username}-s-friend`);
    await changePassword(NEW_PASSWORD, PASSWORD);
    expect((await auth.refresh(other.refresh_token)).status).toBe(401);
    expect((await auth.refresh(another.refresh_token)).status).toBe(401);
    expect((await auth.refresh(tokens.refresh_token)).status).toBe(200);
    expect((await auth.refresh(friend.refresh_token)).status).toBe(200);
  });

  test('is 403 with a wrong current one, and changes nothing', async () => {
    const other = await auth.logIn(username);
    const body = { password: NEW_PASSWORD, current_password: 'wrong', email: 'new@example.org' };
    expect((await patch(body)).body).toMatchObject({ status: 403, code: 'wrong_password' });
    expect((await me()).body.email).toBeNull();
    expect(await logInStatus(PASSWORD)).toBe(200);
    expect((await auth.refresh(other.refresh_token)).status).toBe(200);
  });

  test('lets one of two changes at once be the one', async () => {
    const replies = await Promise.all([
      changePassword('battery staple 1', PASSWORD),
      changePassword('battery staple 2', PASSWORD),
    ]);
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 403]);
  });
});

describe('PATCH is refused', () => {
  test.each<[string, () => object, string]>([
    ['without the current password', () => ({ password: NEW_PASSWORD }), 'current_password'],
    [
      'for a password that is the username',
      () => ({ password: username.toUpperCase(), current_password: PASSWORD }),
      'password',
    ],
    ['for a short password', () => ({ password: 'short', current_password: PASSWORD }), 'password'],
    ['for what is no address', () => ({ email: 'new' }), 'email'],
    ['for an unknown field', () => ({ role: 'admin' }), 'role'],
  ])('%s', async (_, body, path) => {
    expect((await patch(body())).body).toMatchObject({
      status: 422,
      code: 'validation_failed',
      errors: [{ path }],
    });
  });

  test('where it is not JSON', async () => {
    expect((await patch('{')).body).toMatchObject({ status: 400, code: 'malformed_json' });
  });

  test('in another media type', async () => {
    expect((await patch('a', { headers: { 'content-type': 'text/plain' } })).status).toBe(415);
  });
});
