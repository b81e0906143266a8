import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { ConfigError } from '@movie-rental/runtime/config';
import { readPublicKeySet, readSigningKey, thumbprint } from './signing-key.ts';
import { newKeys } from './testing/new-keys.ts';

const keys = newKeys();
const set = (...jwks: object[]) => readPublicKeySet(JSON.stringify({ keys: jwks }));

test('a thumbprint is that of RFC 7638, whatever else the key carries', () => {
  const key = {
    y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
    x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
    crv: 'P-256' as const,
    kty: 'EC' as const,
    kid: 'any',
  };
  expect(thumbprint(key)).toBe('oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U');
});

describe('the signing key', () => {
  test('has its thumbprint for an id', () => {
    const { kid } = readSigningKey(keys.privateKey, set(newKeys().jwk, keys.jwk));
    expect(kid).toBe(keys.jwk.kid);
  });

  test.each<[string, () => unknown]>([
    ['is not published', () => readSigningKey(keys.privateKey, set(newKeys().jwk))],
    [
      'is published under another id',
      () => readSigningKey(keys.privateKey, set({ ...keys.jwk, kid: 'today' })),
    ],
    [
      'lends its id to another key',
      () => readSigningKey(keys.privateKey, set({ ...newKeys().jwk, kid: keys.jwk.kid })),
    ],
    ['is no key', () => readSigningKey('secret', set(keys.jwk))],
    ['is on another curve', () => readSigningKey(privateKeyOn('P-384'), set(keys.jwk))],
  ])('is refused where it %s', (_, read) => expect(read).toThrow(ConfigError));

  test('is never part of the message', () => {
    const read = () => readSigningKey(`${keys.privateKey}x`.slice(40), set(keys.jwk));
    expect(read).toThrow(/^JWT_PRIVATE_KEY is not an EC key on P-256 in PEM$/);
  });
});

describe('the public keys', () => {
  test.each(['', 'no JSON', '{}', '{"keys":[{"kty":"oct","k":"AA","kid":"1"}]}'])(
    '%p is no such set',
    (text) => expect(() => readPublicKeySet(text)).toThrow(ConfigError),
  );

  test('leave out a private member', () => {
    expect(JSON.stringify(set({ ...keys.jwk, d: 'hunter2' }))).not.toContain('hunter2');
  });
});

function privateKeyOn(namedCurve: string): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}
