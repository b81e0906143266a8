import { generateKeyPairSync } from 'node:crypto';
import { thumbprint } from '../signing-key.ts';

/** A key pair as an installation makes it: the private half in PEM, the public one as a JWK. */
export function newKeys() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const key = { kty: 'EC', crv: 'P-256', x, y } as const;
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    jwk: { ...key, kid: thumbprint(key), alg: 'ES256', use: 'sig' },
  };
}
