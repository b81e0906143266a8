import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type AuthLogin, openAuthLogin, PASSWORD } from './testing/open-auth-login.ts';
import { whileHashIsReplaced } from './testing/while-hash-is-replaced.ts';

/** Who is added has a hash of cost 4, and the function is configured for 10. */
let auth: AuthLogin;
beforeAll(async () => {
  auth = await openAuthLogin();
});
afterAll(() => auth.close());

const logIn = (username: string, password: string) =>
  auth.fn.call('POST', '/auth/login', { body: { username, password } });

const hashOf = async (username: string) => {
  const row = await auth.database.first<{ password_hash: string }>(
    'SELECT password_hash FROM users WHERE username = ?',
    [username],
  );
  return row?.password_hash;
};

test('a login renews a hash of another cost, once', async () => {
  await auth.addUser('alice');
  expect((await logIn('alice', PASSWORD)).status).toBe(200);
  const renewed = await hashOf('alice');
  expect(renewed).toMatch(/^\$2b\$10\$/);
  expect((await logIn('alice', PASSWORD)).status).toBe(200);
  expect(await hashOf('alice')).toBe(renewed);
});

test('a wrong password renews nothing', async () => {
  await auth.addUser('bob');
  expect((await logIn('bob', 'wrong horse')).status).toBe(401);
  expect(await hashOf('bob')).toMatch(/^\$2b\$04\$/);
});

test('of logins at once each succeeds, whichever renews the hash', async () => {
  await auth.addUser('carol');
  const replies = await Promise.all(Array.from({ length: 8 }, () => logIn('carol', PASSWORD)));
  expect(replies.map(({ status }) => status)).toEqual(Array(8).fill(200));
  expect(await hashOf('carol')).toMatch(/^\$2b\$10\$/);
});

test('a hash that another login renews meanwhile blocks no one', async () => {
  await auth.addUser('renewed');
  await logIn('renewed', PASSWORD);
  const hash = (await hashOf('renewed')) ?? '';
  await auth.addUser('erin');
  await auth.addUser('frank');
  const { access_token: token } = await auth.logIn('frank');
  const signIn = () => logIn('erin', PASSWORD);
  expect((await whileHashIsReplaced(auth.database, ['erin', hash], signIn)).status).toBe(200);
  const body = { password: 'battery staple', current_password: PASSWORD };
  const change = () => auth.fn.call('PATCH', '/auth/me', { body, token });
  expect((await whileHashIsReplaced(auth.database, ['frank', hash], change)).status).toBe(200);
  expect((await logIn('frank', 'battery staple')).status).toBe(200);
});

test('a login succeeds where the hash cannot be renewed', async () => {
  await auth.addUser('dave');
  await auth.database.run(
    `ALTER TABLE users ADD CONSTRAINT dave_stays
       CHECK (username <> 'dave' OR password_hash LIKE '$2b$04$%')`,
  );
  expect((await logIn('dave', PASSWORD)).status).toBe(200);
  expect(await hashOf('dave')).toMatch(/^\$2b\$04\$/);
});
