import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type AuthLogin, openAuthLogin } from './testing/open-auth-login.ts';

let auth: AuthLogin;
beforeAll(async () => {
  auth = await openAuthLogin();
  await auth.addUser('alice');
});
afterAll(() => auth.close());

const logOut = (body: unknown) => auth.fn.call('POST', '/auth/logout', { body });

describe('signing out', () => {
  test('ends the session and no other', async () => {
    const [one, other] = [await auth.logIn('alice'), await auth.logIn('alice')];
    const reply = await logOut({ refresh_token: one.refresh_token });
    expect(reply).toMatchObject({ status: 204, body: undefined });
    expect((await auth.refresh(one.refresh_token)).status).toBe(401);
    expect((await auth.refresh(other.refresh_token)).status).toBe(200);
  });

  test('ends the whole family by any of its tokens', async () => {
    const { refresh_token } = await auth.logIn('alice');
    const second = await auth.refresh(refresh_token);
    await logOut({ refresh_token });
    expect((await auth.refresh(second.body.refresh_token)).status).toBe(401);
  });

  test('is 204 again, and its moment stays the first', async () => {
    const { refresh_token } = await auth.logIn('alice');
    await logOut({ refresh_token });
    await auth.database.run("UPDATE session SET ended_at = '2026-01-02 03:04:05' WHERE ended_at");
    expect((await logOut({ refresh_token })).status).toBe(204);
    const ended = await auth.database.rows(
      "SELECT 1 FROM session WHERE ended_at > '2026-01-02 03:04:05'",
    );
    expect(ended).toEqual([]);
  });

  test('is 204 for a token that no one was given', async () => {
    expect((await logOut({ refresh_token: 'unknown' })).status).toBe(204);
  });

  test.each([
    ['without a token', {}, 'refresh_token'],
    ['with an unknown field', { refresh_token: 'a', all: true }, 'all'],
  ])('is 422 %s', async (_, body, path) => {
    expect((await logOut(body)).body).toMatchObject({ status: 422, errors: [{ path }] });
  });
});
