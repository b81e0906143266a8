import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type AuthLogin, openAuthLogin } from './testing/open-auth-login.ts';

let auth: AuthLogin;
beforeAll(async () => {
  auth = await openAuthLogin();
});
afterAll(() => auth.close());

test('the public keys are there for anyone, and may be kept', async () => {
  const reply = await auth.fn.call('GET', '/auth/.well-known/jwks.json');
  expect(reply).toMatchObject({
    status: 200,
    headers: { 'cache-control': 'public, max-age=300', 'content-type': 'application/json' },
  });
  expect(reply.body.keys[0]).toEqual(auth.publicKey);
  expect(reply.body.keys[1].kid).toBe('test');
});
