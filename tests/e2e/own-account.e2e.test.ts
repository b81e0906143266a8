import { expect, test } from '@jest/globals';
import { User } from '@movie-rental/contracts';
import { send } from './support/http.ts';
import { newCustomer, signIn, signInAdmin } from './support/people.ts';
import { expectProblem } from './support/problem.ts';

test('who is signed in reads their own account', async () => {
  const { username, token } = await newCustomer();
  const reply = await send('GET', '/api/auth/me', { token });
  expect(reply).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } });
  const user = User.strict().parse(reply.body);
  expect(user).toMatchObject({ username, email: `${username}@example.com`, role: 'customer' });
});

test('the first administrator is one', async () => {
  const { token } = await signInAdmin();
  expect((await send('GET', '/api/auth/me', { token })).body).toMatchObject({ role: 'admin' });
});

test('a changed e-mail address is answered and kept', async () => {
  const { token } = await newCustomer();
  const body = { email: 'elsewhere@example.com' };
  expect(await send('PATCH', '/api/auth/me', { body, token })).toMatchObject({ status: 200, body });
  expect((await send('GET', '/api/auth/me', { token })).body).toMatchObject(body);
});

test('a changed password is the one that counts, and ends other sessions', async () => {
  const { username, password, token } = await newCustomer();
  const other = await signIn(username, password);
  const body = { password: 'battery staple', current_password: password };
  expect((await send('PATCH', '/api/auth/me', { body, token })).status).toBe(200);
  const refreshing = { refresh_token: other.refreshToken };
  expect((await send('POST', '/api/auth/refresh', { body: refreshing })).status).toBe(401);
  await signIn(username, 'battery staple');
});

test('a password is not changed by who does not know it', async () => {
  const { token } = await newCustomer();
  const body = { password: 'battery staple', current_password: 'wrong horse' };
  expectProblem(await send('PATCH', '/api/auth/me', { body, token }), 403, 'wrong_password');
});
