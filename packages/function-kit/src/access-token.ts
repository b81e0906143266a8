import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import {
  AccessTokenClaims,
  type Caller,
  Refusal,
  TOKEN_ALGORITHM,
  TOKEN_AUDIENCE,
  TOKEN_ISSUER,
  TOKEN_TYPE,
} from '@movie-rental/contracts';
import jwt from 'jsonwebtoken';
import { z } from 'zod';

export type PublicKeys = ReadonlyMap<string, KeyObject>;

const Jwks = z.object({ keys: z.array(z.looseObject({ kid: z.string() })).min(1) });

/**
 * The public keys of a JSON Web Key Set (RFC 7517), by key id.
 * @throws where the text is not such a set.
 */
export function readPublicKeys(jwks: string): PublicKeys {
  const { keys } = Jwks.parse(JSON.parse(jwks));
  return new Map(
    keys.map((key) => [key.kid, createPublicKey({ key: key as JsonWebKey, format: 'jwk' })]),
  );
}

/**
 * Verifies an access token (RFC 9068's profile) with the public keys alone.
 * @throws Refusal `invalid_token`, telling an expired token from a wrong one.
 */
export function verifyAccessToken(token: string, keys: PublicKeys): Caller {
  try {
    const payload = jwt.verify(token, keyOf(token, keys), {
      algorithms: [TOKEN_ALGORITHM],
      issuer: TOKEN_ISSUER,
      audience: TOKEN_AUDIENCE,
    });
    const claims = AccessTokenClaims.parse(payload);
    return { username: claims.sub, role: claims.role, sessionId: claims.sid };
  } catch (error) {
    const expired = error instanceof jwt.TokenExpiredError;
    throw new Refusal('invalid_token', expired ? { message: 'The access token has expired' } : {});
  }
}

/** The key that the token names. Throws where it names none, or is no token at all. */
function keyOf(token: string, keys: PublicKeys): KeyObject {
  const header = jwt.decode(token, { complete: true })?.header;
  const key = header?.typ === TOKEN_TYPE ? keys.get(header.kid ?? '') : undefined;
  if (!key) throw new Error('The token names none of the keys');
  return key;
}
