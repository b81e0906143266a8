import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { TOKEN_ALGORITHM, TOKEN_AUDIENCE, TOKEN_ISSUER, TOKEN_TYPE } from '@movie-rental/contracts';
import jwt from 'jsonwebtoken';

const KEY_ID = 'test';
const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** PKCS8 PEM, of this test process alone. */
export const testPrivateKey = keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

/** The JSON Web Key Set that verifies what `accessToken` makes. */
export const testPublicKeys = JSON.stringify({
  keys: [
    { ...keys.publicKey.export({ format: 'jwk' }), kid: KEY_ID, alg: TOKEN_ALGORITHM, use: 'sig' },
  ],
});

interface TokenOptions {
  username: string;
  role?: 'customer' | 'admin';
  /** Seconds from now; negative for one that has expired. */
  expiresIn?: number;
}

/** A valid access token, as auth-login would issue it. */
export function accessToken({ username, role = 'customer', expiresIn = 900 }: TokenOptions) {
  return jwt.sign({ role, sid: randomUUID() }, testPrivateKey, {
    algorithm: TOKEN_ALGORITHM,
    header: { alg: TOKEN_ALGORITHM, typ: TOKEN_TYPE, kid: KEY_ID },
    subject: username,
    issuer: TOKEN_ISSUER,
    audience: TOKEN_AUDIENCE,
    jwtid: randomUUID(),
    expiresIn,
  });
}
