import { expect, test } from '@jest/globals';
import { send } from './support/http.ts';
import { signInAdmin } from './support/people.ts';

interface Jwks {
  keys: { kid: string }[];
}

test('the key that signs is published, without its private part', async () => {
  const reply = await send('GET', '/api/auth/.well-known/jwks.json');
  expect(reply).toMatchObject({
    status: 200,
    headers: { 'cache-control': expect.stringContaining('public') },
  });
  const { token } = await signInAdmin();
  const header = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString());
  expect(header).toMatchObject({ alg: 'ES256', typ: 'at+jwt' });
  const key = (reply.body as Jwks).keys.find(({ kid }) => kid === header.kid);
  expect(key).toMatchObject({ kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig' });
  expect(key).not.toHaveProperty('d');
});
