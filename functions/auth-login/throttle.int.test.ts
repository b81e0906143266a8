import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type AuthLogin, openAuthLogin, PASSWORD } from './testing/open-auth-login.ts';

let auth: AuthLogin;
beforeAll(async () => {
  auth = await openAuthLogin();
  await auth.addUser('alice');
  await auth.addUser('bob');
});
afterAll(() => auth.close());
beforeEach(async () => {
  await auth.database.run('DELETE FROM throttle');
});

const logIn = (username: string, password: string, address = '203.0.113.7') =>
  auth.fn.call('POST', '/auth/login', {
    body: { username, password },
    headers: { 'x-forwarded-for': `${address}, 127.0.0.1` },
  });

async function fail(username: string, times: number) {
  const statuses: number[] = [];
  for (let count = 0; count < times; count++) {
    statuses.push((await logIn(username, 'wrong horse')).status);
  }
  return statuses;
}

describe('after ten failed logins', () => {
  test('an account is closed for a while, also to the right password and from elsewhere', async () => {
    expect(await fail('alice', 10)).toEqual(Array(10).fill(401));
    const reply = await logIn('alice', PASSWORD, '198.51.100.1');
    expect(reply).toMatchObject({ status: 429, body: { code: 'too_many_requests' } });
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(800);
    expect((await logIn('bob', PASSWORD)).status).toBe(200);
  });

  test('an account that does not exist is closed just the same', async () => {
    expect(await fail('nobody', 10)).toEqual(Array(10).fill(401));
    expect((await logIn('nobody', 'wrong horse')).status).toBe(429);
  });

  test('it opens again when the window is over', async () => {
    await fail('alice', 11);
    await auth.database.run('UPDATE throttle SET ends_at = NOW() - INTERVAL 1 SECOND');
    expect((await logIn('alice', PASSWORD)).status).toBe(200);
  });
});

test('what succeeds does not count', async () => {
  await fail('alice', 9);
  for (let count = 0; count < 3; count++) {
    expect((await logIn('alice', PASSWORD)).status).toBe(200);
  }
  expect((await logIn('alice', 'wrong horse')).status).toBe(401);
});

test('an address that failed a hundred times is refused, and no other', async () => {
  await fail('alice', 1);
  await auth.database.run("UPDATE throttle SET hits = 100 WHERE bucket LIKE 'login-address:%'");
  expect((await logIn('bob', PASSWORD)).status).toBe(429);
  expect((await logIn('bob', PASSWORD, '198.51.100.1')).status).toBe(200);
});

test('many correct logins at once lock no one out', async () => {
  const replies = await Promise.all(Array.from({ length: 30 }, () => logIn('alice', PASSWORD)));
  const statuses = replies.map(({ status }) => status);
  expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(10);
  expect(statuses.filter((status) => status !== 200 && status !== 429)).toEqual([]);
  expect(await auth.database.rows('SELECT hits FROM throttle')).toEqual([{ hits: 0 }, { hits: 0 }]);
  expect((await logIn('alice', PASSWORD)).status).toBe(200);
});

test('many wrong passwords at once are tried ten times', async () => {
  const replies = await Promise.all(Array.from({ length: 30 }, () => logIn('bob', 'wrong horse')));
  expect(replies.filter(({ status }) => status === 401)).toHaveLength(10);
  expect(replies.filter(({ status }) => status === 429)).toHaveLength(20);
});

describe('the current password, asked for to change it', () => {
  const change = (token: string, current_password: string) =>
    auth.fn.call('PATCH', '/auth/me', {
      body: { password: 'battery staple', current_password },
      token,
    });

  test('may be wrong ten times, and is then not looked at for a while', async () => {
    const { access_token } = await auth.logIn('bob');
    for (let count = 0; count < 10; count++) {
      expect((await change(access_token, 'wrong horse')).status).toBe(403);
    }
    const reply = await change(access_token, PASSWORD);
    expect(reply).toMatchObject({ status: 429, body: { code: 'too_many_requests' } });
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(800);
    expect((await logIn('bob', PASSWORD)).status).toBe(200);
    expect((await logIn('alice', PASSWORD)).status).toBe(200);
  });

  test('does not count where it is right, nor where it is not needed', async () => {
    await auth.addUser('carol');
    const { access_token } = await auth.logIn('carol');
    expect((await change(access_token, PASSWORD)).status).toBe(200);
    const body = { email: 'carol@example.org' };
    await auth.fn.call('PATCH', '/auth/me', { body, token: access_token });
    const row = await auth.database.first(
      "SELECT hits FROM throttle WHERE bucket LIKE 'password-change:%'",
    );
    expect(row).toEqual({ hits: 0 });
  });
});
