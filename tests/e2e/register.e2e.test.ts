import { expect, test } from '@jest/globals';
import { User } from '@movie-rental/contracts';
import { send } from './support/http.ts';
import { newName } from './support/people.ts';
import { expectProblem } from './support/problem.ts';

const PASSWORD = 'correct horse';

const register = (body: unknown) => send('POST', '/api/auth/register', { body });

test('a customer registers: 201 with the user, and never a hash', async () => {
  const username = newName();
  const email = `${username}@example.com`;
  const reply = await register({ username: username.toUpperCase(), password: PASSWORD, email });
  expect(reply).toMatchObject({
    status: 201,
    headers: {
      location: '/api/auth/me',
      'content-type': 'application/json',
      'cache-control': 'no-store',
    },
  });
  expect(User.strict().parse(reply.body)).toMatchObject({ username, email, role: 'customer' });
});

test('an e-mail address is not asked for', async () => {
  const reply = await register({ username: newName(), password: PASSWORD });
  expect(reply).toMatchObject({ status: 201, body: { email: null } });
});

test('a name that is taken, in any case, is 409', async () => {
  const username = newName();
  await register({ username, password: PASSWORD });
  const reply = await register({ username: username.toUpperCase(), password: PASSWORD });
  expectProblem(reply, 409, 'username_taken');
});

test('what does not validate is 422, field by field', async () => {
  const reply = await register({ username: 'a b', password: 'short', role: 'admin' });
  const { errors } = expectProblem(reply, 422, 'validation_failed');
  expect(errors?.map(({ path }) => path).sort()).toEqual(['password', 'role', 'username']);
});
