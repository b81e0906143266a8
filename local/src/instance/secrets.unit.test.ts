import { createPublicKey, createSign, createVerify } from 'node:crypto';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { functionSecrets, newSigningKey, publicKeySet } from './application-secrets.ts';
import { type Instance, instanceOf } from './instance.ts';
import { instanceSecret } from './secrets.ts';

let instance: Instance;

beforeEach(async () => {
  const secrets = await mkdtemp(join(tmpdir(), 'secrets-'));
  instance = { ...instanceOf('unit'), secrets };
});

afterEach(() => rm(instance.secrets, { recursive: true }));

test('a secret is made once and is its owner’s alone', async () => {
  const first = await instanceSecret(instance, 'key');
  expect(first).toMatch(/^[\w-]{43}$/);
  expect(await instanceSecret(instance, 'key')).toBe(first);
  expect(await instanceSecret(instance, 'other')).not.toBe(first);
  expect((await stat(join(instance.secrets, 'key'))).mode & 0o777).toBe(0o600);
});

test('the functions’ keys stay the same while the database’s address changes', async () => {
  const before = await functionSecrets(instance, 'mysql://one/');
  const after = await functionSecrets(instance, 'mysql://two/');
  expect(after).toEqual({ ...before, 'mysql-url': 'mysql://two/' });
  expect(before['smtp-url']).toBe('');
});

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

test.each(['', '../other', 'packages', 'a/b', 'Upper', '.hidden'])(
  '“%s” cannot be an instance’s name',
  (name) => {
    expect(() => instanceOf(name)).toThrow('cannot be');
  },
);
