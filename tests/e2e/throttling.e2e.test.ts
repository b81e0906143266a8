import { expect, test } from '@jest/globals';
import { send } from './support/http.ts';
import { newCustomer, newName } from './support/people.ts';
import { expectProblem } from './support/problem.ts';

test('an account is closed for a while after ten wrong passwords, and no other', async () => {
  const { username, password } = await newCustomer();
  const logIn = (name: string, secret: string) =>
    send('POST', '/api/auth/login', { body: { username: name, password: secret } });
  for (let count = 0; count < 10; count++) {
    expectProblem(await logIn(username, 'wrong horse'), 401, 'invalid_credentials');
  }
  const reply = await logIn(username, password);
  expectProblem(reply, 429, 'too_many_requests');
  expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
  expectProblem(await logIn(newName(), 'wrong horse'), 401, 'invalid_credentials');
});
