import { createPublicKey, createSign, createVerify } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { newSigningKey, publicKeySet } from './keys.ts';

test('the key set verifies what the signing key signed', () => {
  const signingKey = newSigningKey();
  const { keys } = JSON.parse(publicKeySet(signingKey));
  expect(keys).toHaveLength(1);
  expect(keys[0]).toMatchObject({ kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig' });
  expect(keys[0]).not.toHaveProperty('d');
  const signature = createSign('sha256').update('text').sign(signingKey);
  const publicKey = createPublicKey({ key: keys[0], format: 'jwk' });
  expect(createVerify('sha256').update('text').verify(publicKey, signature)).toBe(true);
});

test('a key’s id is its thumbprint: the same for the same key, of 32 bytes', () => {
  const signingKey = newSigningKey();
  const kid = (text: string) => JSON.parse(text).keys[0].kid;
  expect(kid(publicKeySet(signingKey))).toBe(kid(publicKeySet(signingKey)));
  expect(Buffer.from(kid(publicKeySet(signingKey)), 'base64url')).toHaveLength(32);
  expect(kid(publicKeySet(newSigningKey()))).not.toBe(kid(publicKeySet(signingKey)));
});
